"""The minimum work of any program on this log: read records, copy them, commit every 100 ms.

    python -m benchmarks.measurements.floor BOOTSTRAP RECORDS

It passes so many records of one topic on to another, in transactions with their offsets, in one separate process,
as a flow would be. It prints `{"records", "seconds", "cpu_s"}`; the seconds count from the first record received to the
last commit.
"""

import sys
import time
from collections.abc import Sequence

import msgspec
from confluent_kafka import Consumer, Message, Producer, TopicPartition

INPUT = "bench.floor.input"
OUTPUT = "bench.floor.output"
_AN_EPOCH_S = 0.1
_AT_ONCE = 10_000
_ANSWER_S = 30.0


class Passed(msgspec.Struct):
    """What the floor did."""

    records: int
    seconds: float
    cpu_s: float

    @property
    def records_per_s(self) -> float:
        """Its rate."""
        return self.records / self.seconds


class PassThrough:
    """One reader, one transactional writer."""

    def __init__(self, bootstrap: str) -> None:
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "transactional.id": OUTPUT,
                "compression.type": "lz4",
                "linger.ms": 5,
                "queue.buffering.max.messages": 500_000,
                "log_level": 0,
            }
        )
        self._producer.init_transactions(_ANSWER_S)
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": OUTPUT,
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
                "fetch.queue.backoff.ms": 5,
            }
        )
        partitions = self._consumer.list_topics(INPUT, _ANSWER_S).topics[INPUT].partitions
        self._positions = dict.fromkeys(sorted(partitions), 0)
        self._consumer.assign([TopicPartition(INPUT, number, 0) for number in self._positions])

    def run(self, records: int) -> Passed:
        """Until so many are through."""
        first = self._consume(_ANSWER_S)
        began_at = time.monotonic()
        cpu_before_s = time.process_time()
        passed = self._transact(first)
        while passed < records:
            passed += self._transact(self._consume(_ANSWER_S))
        return Passed(passed, time.monotonic() - began_at, time.process_time() - cpu_before_s)

    def _consume(self, wait_s: float) -> list[Message]:
        """What is at hand, or the first that comes."""
        return self._consumer.consume(_AT_ONCE, 0) or self._consumer.consume(1, wait_s)

    def _transact(self, messages: list[Message]) -> int:
        """These, and what else comes within the epoch, with their offsets, in one commit."""
        closes_at = time.monotonic() + _AN_EPOCH_S
        self._producer.begin_transaction()
        passed = self._pass_on(messages)
        while (left_s := closes_at - time.monotonic()) > 0:
            passed += self._pass_on(self._consume(left_s))
        offsets = [TopicPartition(INPUT, number, offset) for number, offset in self._positions.items()]
        self._producer.send_offsets_to_transaction(offsets, self._consumer.consumer_group_metadata())
        self._producer.commit_transaction(_ANSWER_S)
        return passed

    def _pass_on(self, messages: list[Message]) -> int:
        for message in messages:
            if error := message.error():
                raise RuntimeError(f"{INPUT} cannot be read: {error}")
            self._positions[message.partition() or 0] = (message.offset() or 0) + 1
            self._producer.produce(OUTPUT, message.value(), message.key(), headers=message.headers())
        self._producer.poll(0)
        return len(messages)


def main(arguments: Sequence[str]) -> None:
    """Pass on, and say what it took."""
    bootstrap, records = arguments
    sys.stdout.write(msgspec.json.encode(PassThrough(bootstrap).run(int(records))).decode() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
