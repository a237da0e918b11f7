"""The same Kafka as a container, by testcontainers, for machines where Docker is reachable.

One node only, on this machine's own Docker: the official image of the same version, with the same
settings. Its client port is the same inside and outside, so that clients find the broker again after
`kill` and `start_node`.
"""

from types import TracebackType
from typing import Self

from testcontainers.core.container import DockerContainer

from demo.brokers.jars import KAFKA_VERSION
from demo.brokers.node import BrokerError
from demo.brokers.ports import free_ports
from demo.brokers.properties import NodeAddress, node_properties
from demo.brokers.readiness import ANSWER_S, Readiness

_DATA = "/tmp/kafka-data"  # noqa: S108 - inside the container, which is ours alone
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - inside the container; outside only its client port is seen
_STOP_S = 15


class DockerKafka:
    """One node in a container; used like `KafkaCluster`."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        client_port, controller_port = free_ports(2)
        self._address = NodeAddress(1, client_port, controller_port)
        self._container = DockerContainer(f"apache/kafka:{KAFKA_VERSION}")
        self._container.with_envs(**_environment(self._address))
        self._container.with_bind_ports(client_port, client_port)

    @property
    def bootstrap(self) -> str:
        """The address of the node, as clients take it."""
        return self._address.bootstrap

    def __enter__(self) -> Self:
        """Start the container and wait until the broker answers."""
        try:
            self._container.start()
            self._wait_until_it_serves()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the container."""
        self.close()

    def kill(self, node: int) -> None:
        """`kill -9` of the broker; returns when it is gone."""
        self._only(node)
        container = self._container.get_wrapped_container()
        container.kill("SIGKILL")
        container.wait()

    def stop_node(self, node: int) -> None:
        """Shut the broker down in order."""
        self._only(node)
        self._container.get_wrapped_container().stop(timeout=_STOP_S)

    def start_node(self, node: int) -> None:
        """Start the broker that was killed or stopped, and wait until it serves again."""
        self._only(node)
        self._container.get_wrapped_container().start()
        self._wait_until_it_serves()

    def close(self) -> None:
        """Remove the container with its data."""
        self._container.stop()

    def _wait_until_it_serves(self) -> None:
        question = Readiness(self.bootstrap, self._address.number)
        container = self._container.get_wrapped_container()
        while not question.serves():
            container.reload()
            if container.status == "exited" or question.is_too_late():
                last = container.logs(tail=15).decode(errors="replace")
                raise BrokerError(f"Kafka in Docker did not answer within {ANSWER_S} s; its log ends:\n{last}")
            question.pause()

    def _only(self, node: int) -> None:
        if node != self._address.number:
            raise ValueError(f"the container has node 1 only, not {node}")


def _environment(address: NodeAddress) -> dict[str, str]:
    """The image reads each setting from a variable: KAFKA_, upper case, dots as underscores."""
    settings = node_properties(address, [address], _DATA, listen_host=_EVERYWHERE)
    return {f"KAFKA_{key.upper().replace('.', '_')}": value for key, value in settings.items()}
