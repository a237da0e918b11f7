"""A broker that loses transaction markers when it restarts (Kafka 4.3.1, KAFKA-20734): nothing is lost or doubled."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from demo.brokers.cluster import KafkaCluster
from tests.kafka.copies import Copies, stop
from tests.kafka.topics import until

LOSES_MARKERS = "4.3.1"
KILLS = 6
KEYS = [f"k{number % 97}" for number in range(30_000)]
REPLICAS = (0, 1)
ALL_COPIED_S = 240.0

pytestmark = pytest.mark.long


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[tuple[Copies, KafkaCluster]]:
    with KafkaCluster(1, tmp_path / "kafka", short_lived=True, version=LOSES_MARKERS) as cluster:
        copying = Copies(cluster.bootstrap, f"test-{uuid4().hex[:12]}", tmp_path / "state")
        copying.create()
        copying.feed(KEYS)
        yield copying, cluster
        copying.kill_all()


class Supervised:
    """Replicas that are started again whenever they end, as any supervisor does."""

    def __init__(self, copies: Copies) -> None:
        self._copies = copies
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self.look()

    def look(self) -> None:
        for replica in REPLICAS:
            process = self._processes.get(replica)
            if process is None or process.poll() is not None:
                self._processes[replica] = self._copies.start(replica=replica)

    def has_copied(self, count: int) -> bool:
        self.look()
        return self._copies.copied() >= count

    def stop(self) -> None:
        for process in self._processes.values():
            stop(process)


def test_kills_of_a_single_broker_that_loses_transaction_markers_lose_and_double_nothing(
    copies: tuple[Copies, KafkaCluster],
) -> None:
    copying, cluster = copies
    replicas = Supervised(copying)
    for kill in range(KILLS):
        before = copying.copied()
        until(lambda: replicas.has_copied(before + 400), f"copying continues before kill {kill}", ALL_COPIED_S)  # noqa: B023
        cluster.kill(1)
        cluster.start_node(1)
    until(lambda: replicas.has_copied(len(KEYS)), "everything is copied", ALL_COPIED_S)
    replicas.stop()
    copying.assert_exact(KEYS)
