"""Three brokers: the one that leads the cluster dies, one is shut down, one is killed, in the middle of the work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from demo.brokers.cluster import KafkaCluster
from tests.kafka.copies import Copies, stop
from tests.kafka.topics import until

KEYS = [f"k{number % 97}" for number in range(2_000)]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[KafkaCluster]:
    with KafkaCluster(3, tmp_path / "kafka", short_lived=True) as running:
        yield running


@pytest.fixture
def copies(cluster: KafkaCluster, application_prefix: str, tmp_path: Path) -> Iterator[Copies]:
    copying = Copies(cluster.bootstrap, application_prefix, tmp_path / "state")
    copying.create()
    yield copying
    copying.kill_all()


def controller_of(cluster: KafkaCluster) -> int:
    """The node that leads the cluster now."""
    admin = AdminClient({"bootstrap.servers": cluster.bootstrap, "log_level": 0})
    return int(admin.describe_cluster(request_timeout=60).result().controller.id)


@pytest.mark.long
def test_the_loss_of_any_broker_costs_nothing_but_time(cluster: KafkaCluster, copies: Copies) -> None:
    lives = [copies.start()]

    def has_copied(times: int) -> bool:
        if lives[-1].poll() is not None:
            lives.append(copies.start())
        return copies.copied() >= times * len(KEYS)

    for times, lose in enumerate((cluster.kill, cluster.stop_node, cluster.kill), start=1):
        copies.feed(KEYS)
        until(lambda: has_copied(times - 1) and copies.copied() > (times - 1) * len(KEYS), "the work is on")  # noqa: B023
        lost = controller_of(cluster) if times == 1 else times
        lose(lost)
        until(lambda: has_copied(times), "all is copied by those that are left", 180.0)  # noqa: B023
        cluster.start_node(lost)
    stop(lives[-1])
    copies.assert_exact(KEYS * 3)
