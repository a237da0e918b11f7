"""A Kafka cluster of one or three nodes on this machine, from jars, for as long as a block lasts."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import NoReturn, Self

from demo.brokers.formatting import new_id
from demo.brokers.jars import KAFKA_VERSION, ensure_jars
from demo.brokers.kept_classes import ensure_classes
from demo.brokers.node import Node
from demo.brokers.ports import free_ports
from demo.brokers.properties import NodeAddress
from demo.brokers.readiness import wait_until_it_serves
from demo.brokers.wire import Wire

_WATCH_S = 0.5


class KafkaCluster:
    """Nodes numbered from 1; started on entering the block, gone on leaving it.

    `directory` keeps data and logs, and what it already holds is used; without one they live in a
    temporary folder that is removed with the block. Replication is over all nodes, and with three of
    them a write needs two. A node never outlives this process, however that ends.
    """

    def __init__(  # noqa: PLR0913 - all that differs between one cluster and another
        self,
        nodes: int = 1,
        directory: Path | None = None,
        client_port: int | None = None,
        *,
        wired: bool = False,
        short_lived: bool = False,
        version: str = KAFKA_VERSION,
    ) -> None:
        """Nothing runs yet; `client_port` is for the first node, else a free one is picked.

        `wired`: all clients reach the nodes over `wires` only, which can be cut. `short_lived`: the nodes start with
        less work and are never as fast as they could be. `version`: one of those that have a lock.
        """
        self._version = version
        addresses = _addresses(nodes, client_port)
        self._addresses = tuple(map(_behind_a_wire, addresses)) if wired else addresses
        self.wires: dict[int, Wire] = {}
        self._directory = directory
        self._short_lived = short_lived
        self._nodes: dict[int, Node] = {}
        self._temporary: Path | None = None

    @property
    def bootstrap(self) -> str:
        """The addresses of all nodes, as clients take them."""
        return ",".join(address.bootstrap for address in self._addresses)

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Of the nodes that run; each is a watchdog whose child is the broker."""
        return tuple(number for node in self._nodes.values() if (number := node.process_id) is not None)

    def __enter__(self) -> Self:
        """Fetch, format, start, and wait until every node answers."""
        try:
            self._start()
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
        """End all nodes."""
        self.close()

    def kill(self, node: int) -> None:
        """`kill -9`; returns when the process is gone."""
        self._nodes[node].kill()

    def stop_node(self, node: int) -> None:
        """Shut the node down in order."""
        self._nodes[node].stop()

    def start_node(self, node: int) -> None:
        """Start a node that was killed or stopped, and wait until it serves again."""
        self._nodes[node].start()
        wait_until_it_serves(self._nodes[node])

    def wait_for_a_death(self) -> NoReturn:
        """Block until a node exits on its own; raise what its log says."""
        while True:
            for node in self._nodes.values():
                if node.ended_within(_WATCH_S):
                    raise node.failure("ended unexpectedly")

    def close(self) -> None:
        """Kill what runs; remove the temporary folder."""
        for node in self._nodes.values():
            node.kill()
        for wire in self.wires.values():
            wire.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _start(self) -> None:
        jars = ensure_jars(self._version)
        classes = ensure_classes(jars)
        self.wires = {
            address.number: Wire(address.client_port, address.listening_port)
            for address in self._addresses
            if address.listening_port is not None
        }
        folder = self._folder()
        self._nodes = {
            address.number: Node(
                address,
                self._addresses,
                folder / f"node-{address.number}",
                jars,
                short_lived=self._short_lived,
                classes=classes,
            )
            for address in self._addresses
        }
        cluster_id = new_id()
        with ThreadPoolExecutor() as pool:
            tuple(pool.map(lambda node: node.prepare(cluster_id), self._nodes.values()))
        for node in self._nodes.values():
            node.start()
        for node in self._nodes.values():
            wait_until_it_serves(node)

    def _folder(self) -> Path:
        if self._directory is None:
            self._temporary = Path(mkdtemp(prefix="kafka-"))
            return self._temporary
        return self._directory.resolve()


def _addresses(nodes: int, client_port: int | None) -> tuple[NodeAddress, ...]:
    if nodes not in (1, 3):
        raise ValueError(f"a cluster has 1 or 3 nodes, not {nodes}")
    ports = free_ports(2 * nodes)
    addresses = [NodeAddress(number + 1, ports[2 * number], ports[2 * number + 1]) for number in range(nodes)]
    if client_port is not None:
        addresses[0] = replace(addresses[0], client_port=client_port)
    return tuple(addresses)


def _behind_a_wire(address: NodeAddress) -> NodeAddress:
    (port,) = free_ports(1)
    return replace(address, listening_port=port)
