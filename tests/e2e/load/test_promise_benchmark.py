"""The reference job as the bench kit runs it, on a real Kafka, with a kill -9 while orders are on their way."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from confluent_kafka import Producer

from demo.brokers.choice import Kafka
from tests.e2e.load.promise_world import Outcome, Sent, violations, workload
from tests.kafka.topics import create_topics, read_committed, until, wait_until_settled

PROGRAM = Path(__file__).parents[3] / "benchmarks" / "promise"
ORDERS, SEED, PARTITIONS = 300, 5, 3
INPUTS, OUTPUTS = ("promise.stock", "promise.orders"), ("promise.status", "promise.exceptions")
STOP_WITHIN_S = 20


class Job:
    """The program, in lives of their own; nothing of it is left running."""

    def __init__(self, bootstrap: str, directory: Path) -> None:
        self.bootstrap = bootstrap
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [str(PROGRAM), self.bootstrap, str(PARTITIONS), "promise-test", str(self._directory / "state")]
        with (self._directory / "log").open("ab") as log:
            self._process = subprocess.Popen(words, cwd=self._directory, stdout=log, stderr=log, start_new_session=True)

    def kill(self) -> None:
        """All of its processes at once, as when a machine is lost."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self) -> int:
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(STOP_WITHIN_S)


@pytest.fixture
def job(kafka: Kafka, tmp_path: Path) -> Iterator[Job]:
    create_topics(kafka.bootstrap, [*INPUTS, *OUTPUTS], PARTITIONS)
    running = Job(kafka.bootstrap, tmp_path)
    yield running
    running.kill()


def test_a_kill_in_the_middle_neither_loses_nor_doubles_anything(job: Job) -> None:
    given = workload(ORDERS, SEED)
    third = len(given.sent) // 3
    feed(job.bootstrap, "promise.stock", [(item, receipt(item, units)) for item, units in given.receipts])
    send_orders(job, given.sent[:third])
    job.start()
    early = len({message.order_id for message in given.sent[:third]})
    until(lambda: early == len(statuses(job)), f"{early} statuses before the kill")
    send_orders(job, given.sent[third : 2 * third])
    job.kill()
    job.start()
    send_orders(job, given.sent[2 * third :])
    until(lambda: len(statuses(job)) >= ORDERS, f"{ORDERS} statuses")
    assert 0 == job.stop()
    for topic in OUTPUTS:
        wait_until_settled(job.bootstrap, topic)
    conflicts = [record.key or "" for record in read_committed(job.bootstrap, "promise.exceptions")]
    assert [] == violations(given, statuses(job), conflicts), f"seed {SEED}"


def send_orders(job: Job, sent: Sequence[Sent]) -> None:
    feed(job.bootstrap, "promise.orders", [(each.order_id, order(each)) for each in sent])


def order(sent: Sent) -> bytes:
    return json.dumps({"id": sent.id, "order_id": sent.order_id, "lines": sent.lines}).encode()


def receipt(item: str, units: int) -> bytes:
    return json.dumps({"id": f"receipt of {item}", "item_id": item, "quantity": units}).encode()


def feed(bootstrap: str, topic: str, records: list[tuple[str, bytes]]) -> None:
    producer = Producer(
        {"log_level": 0, "bootstrap.servers": bootstrap, "partitioner": "murmur2_random", "enable.idempotence": True}
    )
    for key, value in records:
        producer.produce(topic, value, key)
    assert 0 == producer.flush(20)


def statuses(job: Job) -> list[Outcome]:
    found = (json.loads(record.value or b"") for record in read_committed(job.bootstrap, "promise.status"))
    return [
        Outcome(each["order_id"], each["status"], tuple((line[0], line[1], line[2]) for line in each["lines"]))
        for each in found
    ]
