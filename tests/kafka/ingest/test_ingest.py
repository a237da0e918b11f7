"""On Kafka, what was answered 2xx is in the topic: after kill -9 of the receiver, and through an outage."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from demo.brokers.cluster import KafkaCluster
from tests.e2e.commands import until
from tests.e2e.ingest.receivers import Callers, Receiving, caller_headers, portal_call, receiving
from tests.kafka.topics import create_topics, read_committed

TOPIC = "source.portal.v1"
BEFORE = 150
KILLS = 2


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    with KafkaCluster(1, tmp_path_factory.mktemp("kafka")) as running:
        create_topics(running.bootstrap, [TOPIC, "source.shopify.v1"], 3)
        yield running


def values(cluster: KafkaCluster) -> list[bytes]:
    return [record.value or b"" for record in read_committed(cluster.bootstrap, TOPIC)]


def status(receiver: Receiving, number: int) -> int:
    answer = urllib3.request(
        "POST", receiver.url, body=portal_call(number), headers=caller_headers(), retries=False, timeout=30
    )
    assert (answer.status == 503) == ("Retry-After" in answer.headers)
    return answer.status


def test_a_receiver_that_is_killed_under_load_loses_nothing_that_it_answered(
    cluster: KafkaCluster, tmp_path: Path
) -> None:
    accepted: set[bytes] = set()
    for _ in range(KILLS):
        with receiving(tmp_path, "--bootstrap", cluster.bootstrap) as receiver:
            callers = Callers(receiver.url, 8)
            until(lambda: len(callers.accepted) >= BEFORE, "calls are answered")  # noqa: B023 - waited for here
            receiver.process.signal(signal.SIGKILL)
            callers.join()
            accepted |= callers.accepted
    assert set() == accepted - set(values(cluster))


def test_while_the_broker_is_away_calls_are_refused_soon_and_taken_when_it_is_back(
    cluster: KafkaCluster, tmp_path: Path
) -> None:
    with receiving(tmp_path, "--bootstrap", cluster.bootstrap) as receiver:
        until(lambda: status(receiver, 1) == 202, "calls are taken")
        callers = Callers(receiver.url, 4)
        until(lambda: len(callers.accepted) >= BEFORE, "calls are answered")
        cluster.stop_node(1)
        until(lambda: callers.statuses[-4:] == [503] * 4, "calls are refused")
        refused = len(callers.statuses)
        until(lambda: len(callers.statuses) > refused + 50, "refusals are quick")
        cluster.start_node(1)
        taken = len(callers.accepted)
        until(lambda: len(callers.accepted) > taken + 20, "calls are taken again")
        callers.stop()
        assert {202, 503} == set(callers.statuses)
        receiver.process.signal(signal.SIGTERM)
        assert 0 == receiver.process.said().code
    assert set() == callers.accepted - set(values(cluster))
