"""The whole product on a real Kafka of one or three nodes, with work coming in, for a campaign to strike at."""

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from connectors.kafka.topics import create_topics
from connectors.log.port import Outgoing
from dataflows.assembly import FLOWS
from demo.brokers.cluster import KafkaCluster
from tests.chaos.feed import Feed
from tests.chaos.replicas import Replica
from tests.oracle.external_programs import ExternalPrograms, external_programs
from tests.oracle.programs import Program

PARTITIONS = 4
_LOOK_EVERY_S = 0.1


class World:
    """`look` restarts what ended; it is called all the time, also while a fault lasts."""

    def __init__(self, cluster: KafkaCluster, folder: Path, seed: int, pieces: Sequence[Sequence[Outgoing]]) -> None:
        self.cluster = cluster
        self.where = ("--bootstrap", cluster.bootstrap)
        self.folder = folder
        self.replicas = {(flow, 0): self.replica(flow, 0) for flow in FLOWS}
        self.external: ExternalPrograms = external_programs(folder, self.where, seed)
        self._feed = Feed(cluster.bootstrap, pieces)

    def replica(self, flow: str, number: int) -> Replica:
        """Not started yet."""
        return Replica(self.folder, self.where, flow, number)

    def begin(self) -> None:
        """Everybody's first life, and work for them."""
        self.start()
        self._feed.start()

    def start(self) -> None:
        """Everybody lives, for the first time or again."""
        for replica in self.replicas.values():
            replica.start()
        for program in self.external.all():
            program.start()

    def look(self) -> None:
        """One round."""
        for replica in tuple(self.replicas.values()):
            replica.look()
        for program in self.external.all():
            _revive(program)

    def wait(self, seconds: float) -> None:
        """Let so much time pass."""
        deadline = time.monotonic() + seconds
        pause = threading.Event()
        while time.monotonic() < deadline:
            self.look()
            pause.wait(_LOOK_EVERY_S)

    def send_the_rest(self, seconds: float) -> None:
        """All work is in when this returns."""
        deadline = time.monotonic() + seconds
        while self._feed.left:
            assert time.monotonic() < deadline, f"{self._feed.left} pieces of work could not be sent"
            self.wait(_LOOK_EVERY_S)

    def stop(self) -> None:
        """Stop all programs in order; `start` starts them again."""
        for replica in self.replicas.values():
            replica.take_down(signal.SIGTERM)
        for program in self.external.all():
            program.stop()

    def kill_all(self) -> None:
        """Nobody outlives the campaign."""
        for replica in self.replicas.values():
            replica.program.kill()
        for program in self.external.all():
            program.kill()
        self._feed.close()


def _revive(program: Program) -> None:
    """A program outside the flows may be refused by a broker that is away; it has no state but the log."""
    if program.code() is not None:
        program.start()


@contextmanager
def running_world(
    nodes: int, version: str, folder: Path, seed: int, pieces: Sequence[Sequence[Outgoing]]
) -> Iterator[World]:
    """Started; gone when the block ends."""
    with KafkaCluster(nodes, folder / "kafka", wired=True, version=version) as cluster:
        create_topics(cluster.bootstrap, PARTITIONS)
        world = World(cluster, folder, seed, pieces)
        try:
            world.begin()
            yield world
        finally:
            world.kill_all()
