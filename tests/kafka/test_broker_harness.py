"""The Kafka that the tests run on keeps its promises: right jars, transactions, data over a kill -9, no leftovers."""

import select
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from jgo.env import compute_spec_hash

from demo.brokers import jars, watchdog
from demo.brokers.choice import Kafka

_DEADLINE_S = 20.0

# Starts, under the watchdog, a program that says so and would then run for ever.
_FOREVER = "print('running', flush=True); import threading; threading.Event().wait()"
_PARENT = """
import subprocess, sys
under_watchdog = (sys.executable, "-I", sys.argv[1], sys.executable, "-c", sys.argv[2])
subprocess.Popen(under_watchdog, stdin=subprocess.PIPE, start_new_session=True).wait()
"""


@pytest.fixture
def topic(kafka: Kafka, application_prefix: str) -> str:
    """A fresh topic of one partition."""
    name = f"{application_prefix}-orders"
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    admin.create_topics([NewTopic(name, num_partitions=1)])[name].result(_DEADLINE_S)
    return name


def test_a_reader_of_committed_records_sees_a_committed_transaction_and_no_aborted_one(
    kafka: Kafka, topic: str
) -> None:
    producer = _producer(kafka, topic)

    _send(producer, topic, b"committed")
    producer.commit_transaction(_DEADLINE_S)
    _send(producer, topic, b"aborted")
    producer.abort_transaction(_DEADLINE_S)
    _send(producer, topic, b"committed after the abort")
    producer.commit_transaction(_DEADLINE_S)

    assert [b"committed", b"committed after the abort"] == _committed(kafka, topic)


def test_a_killed_broker_keeps_what_was_committed_and_drops_what_was_open(kafka: Kafka, topic: str) -> None:
    producer = _producer(kafka, topic)
    _send(producer, topic, b"committed before the kill")
    producer.commit_transaction(_DEADLINE_S)
    _send(producer, topic, b"open at the kill")

    kafka.kill(1)
    kafka.start_node(1)

    successor = _producer(kafka, topic)
    _send(successor, topic, b"committed after the restart")
    successor.commit_transaction(_DEADLINE_S)
    assert [b"committed before the kill", b"committed after the restart"] == _committed(kafka, topic)


def test_a_program_under_the_watchdog_dies_with_the_killed_process_that_asked_for_it() -> None:
    command = (sys.executable, "-c", _PARENT, watchdog.__file__, _FOREVER)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert b"running\n" == parent.stdout.readline()

        parent.kill()

        closed, _, _ = select.select([parent.stdout], [], [], _DEADLINE_S)
        assert [parent.stdout] == closed, "somebody still holds the pipe: the program lives on"
        assert b"" == parent.stdout.read()


def test_a_jar_with_another_sum_than_the_locked_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = tmp_path / "foreign.jar"
    foreign.write_bytes(b"not the locked bytes")
    monkeypatch.setattr(jars, "_download", lambda _jar, _context: foreign)

    with pytest.raises(jars.JarError, match=r"has SHA-256 \w+, but the lock says \w+$"):
        jars.ensure_jars(cache=tmp_path / "cache")

    assert [] == list((tmp_path / "cache").glob("*/libs/*"))


@pytest.mark.parametrize("version", jars.KAFKA_VERSIONS)
def test_a_lock_is_made_from_its_coordinates(version: str) -> None:
    locked = tomllib.loads(jars.lock_file(version).read_text(encoding="utf-8"))["metadata"]

    assert compute_spec_hash(jars.spec_file(version)) == locked["spec_hash"], "run: python -m demo.brokers.lock VERSION"


def _producer(kafka: Kafka, topic: str) -> Producer:
    """A transactional producer; the same topic gives the same transactional id, so it fences."""
    producer = Producer({"log_level": 0, "bootstrap.servers": kafka.bootstrap, "transactional.id": topic})
    producer.init_transactions(_DEADLINE_S)
    return producer


def _send(producer: Producer, topic: str, value: bytes) -> None:
    """Begin a transaction and bring one record to the broker within it."""
    producer.begin_transaction()
    producer.produce(topic, value)
    assert 0 == producer.flush(_DEADLINE_S)


def _committed(kafka: Kafka, topic: str) -> list[bytes | None]:
    """All values up to the end of the topic."""
    consumer = Consumer(
        {
            "bootstrap.servers": kafka.bootstrap,
            "group.id": topic,
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    with closing(consumer):
        consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
        return _values_until_the_end(consumer)


def _values_until_the_end(consumer: Consumer) -> list[bytes | None]:
    values: list[bytes | None] = []
    while True:
        message = consumer.poll(_DEADLINE_S)
        assert message is not None, f"no end of the topic within {_DEADLINE_S} s"
        error = message.error()
        if error is not None:
            assert "_PARTITION_EOF" == error.name()
            return values
        values.append(message.value())
