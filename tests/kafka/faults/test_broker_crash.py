"""A broker dies and comes back: what was committed is there, what was open is not, and a flow continues.

It is a broker of their own. The shared one has the topics of all tests before, which it reads for up to a minute when
it starts again, and clients of those tests, which write to standard error that nobody answers them.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.brokers.choice import Kafka
from tests.brokers import fresh_kafka
from tests.kafka.copies import Copies, stop
from tests.kafka.topics import until
from tests.kafka.transactions import DEADLINE_S, committed_values, create_topic, producer_of, send_in_transaction

KEYS = [f"k{number % 7}" for number in range(50)]


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with fresh_kafka(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture
def copies(kafka: Kafka, application_prefix: str, tmp_path: Path) -> Iterator[Copies]:
    copying = Copies(kafka.bootstrap, application_prefix, tmp_path / "state")
    copying.create()
    yield copying
    copying.kill_all()


def test_a_killed_broker_keeps_what_was_committed_and_drops_what_was_open(
    kafka: Kafka, application_prefix: str
) -> None:
    topic = create_topic(kafka, f"{application_prefix}-orders")
    producer = producer_of(kafka, topic)
    send_in_transaction(producer, topic, b"committed before the kill")
    producer.commit_transaction(DEADLINE_S)
    send_in_transaction(producer, topic, b"open at the kill")

    kafka.kill(1)
    kafka.start_node(1)

    successor = producer_of(kafka, topic)
    send_in_transaction(successor, topic, b"committed after the restart")
    successor.commit_transaction(DEADLINE_S)
    assert [b"committed before the kill", b"committed after the restart"] == committed_values(kafka, topic)


def test_a_broker_that_dies_and_comes_back_costs_nothing_but_time(kafka: Kafka, copies: Copies) -> None:
    process = copies.start()
    copies.feed(KEYS)
    until(lambda: copies.copied() == len(KEYS), "the first half is copied")
    kafka.kill(1)
    kafka.start_node(1)
    copies.feed(KEYS)
    until(lambda: copies.copied() == 2 * len(KEYS), "the second half is copied")
    stop(process)
    copies.assert_exact(KEYS * 2)
