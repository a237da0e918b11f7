"""The settings of one Kafka node that make it quick to start and right for tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from demo.brokers.ports import HOST

_REPLICAS_AT_MOST = 3

_QUICK = {
    "auto.create.topics.enable": "false",
    "background.threads": "2",
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "3000",
    "group.consumer.heartbeat.interval.ms": "500",
    "group.consumer.min.heartbeat.interval.ms": "500",
    "group.consumer.min.session.timeout.ms": "1000",
    "group.consumer.session.timeout.ms": "6000",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "log.cleaner.backoff.ms": "500",
    "log.cleaner.threads": "1",
    "num.io.threads": "2",
    "num.network.threads": "2",
    "offsets.topic.num.partitions": "4",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
    "transaction.state.log.num.partitions": "4",
}


@dataclass(frozen=True, slots=True)
class NodeAddress:
    """Where one node is: its number in the cluster and its two ports."""

    number: int
    client_port: int
    """Where clients, and the other nodes, look for it."""
    controller_port: int
    client_host: str = HOST
    listening_port: int | None = None
    """Where it listens, if something stands between."""

    @property
    def bootstrap(self) -> str:
        """What a client connects to: `host:port`."""
        return f"{self.client_host}:{self.client_port}"


def node_properties(
    node: NodeAddress, cluster: Sequence[NodeAddress], data: str, listen_host: str = HOST
) -> dict[str, str]:
    """Everything a node of this cluster needs, as broker and controller in one process."""
    listening_port = node.listening_port or node.client_port
    voters = (f"{other.number}@{HOST}:{other.controller_port}" for other in cluster)
    return {
        "process.roles": "broker,controller",
        "node.id": str(node.number),
        "controller.quorum.voters": ",".join(voters),
        "listeners": f"CLIENT://{listen_host}:{listening_port},CONTROLLER://{HOST}:{node.controller_port}",
        "advertised.listeners": f"CLIENT://{node.bootstrap}",
        "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "CLIENT",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": data,
        **_replication(len(cluster)),
        **_QUICK,
    }


def rendered(properties: Mapping[str, str]) -> str:
    """The text of the properties file; backslashes are its escapes."""
    escaped = ((key, value.replace("\\", "\\\\")) for key, value in properties.items())
    return "".join(f"{key}={value}\n" for key, value in escaped)


def _replication(nodes: int) -> dict[str, str]:
    """Every topic on every node (three at most); a write survives the loss of one of three."""
    replicas = str(min(nodes, _REPLICAS_AT_MOST))
    in_sync = "2" if nodes >= _REPLICAS_AT_MOST else "1"
    return {
        "default.replication.factor": replicas,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": replicas,
        "share.coordinator.state.topic.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": replicas,
        "transaction.state.log.min.isr": in_sync,
        "transaction.state.log.replication.factor": replicas,
    }
