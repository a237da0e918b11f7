"""Inputs held back on Kafka, through rebalances of either protocol: none lost, none twice, none out of order."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from random import Random

import pytest
from confluent_kafka import Producer

from connectors.kafka.member.log import KafkaLog
from connectors.log.port import Rewound, TopicPartition
from demo.brokers.choice import Kafka
from tests.contract.logs import Member
from tests.kafka.topics import create_topics, until

PARTITIONS, RECORDS = 3, 2_000
PROTOCOLS: Mapping[str, Mapping[str, str]] = {
    "classic": {"session.timeout.ms": "6000"},
    "incremental": {"group.protocol": "consumer"},
}


class Sources:
    """Two topics full of records, and members that read both; what they committed, by partition, in order."""

    def __init__(self, kafka: Kafka, prefix: str, options: Mapping[str, str], stack: ExitStack) -> None:
        self.bootstrap = kafka.bootstrap
        self.prefix = prefix
        self.low, self.high = f"{prefix}-low", f"{prefix}-high"
        self.committed: dict[TopicPartition, list[int]] = defaultdict(list)
        self._options = options
        self._stack = stack
        create_topics(kafka.bootstrap, [self.low, self.high], PARTITIONS)
        self.fill(self.low)

    def fill(self, topic: str) -> None:
        producer = Producer({"log_level": 0, "bootstrap.servers": self.bootstrap})
        for number in range(RECORDS):
            producer.produce(topic, bytes(100), partition=number % PARTITIONS)
        assert 0 == producer.flush(20)

    def member(self, replica: int) -> Member:
        log = KafkaLog(
            self.bootstrap, self.prefix, "f", replica, [self.low, self.high], None, None, options=self._options
        )
        return Member(self._stack.enter_context(closing(log)))

    def turn(self, member: Member, limit: int = 100) -> None:
        """A poll, and its commit."""
        batches = member.poll(0.01, limit)
        try:
            member.commit()
        except Rewound:
            member.offsets.clear()
            return
        for batch in batches:
            self.committed[batch.source] += [record.offset for record in batch.records]

    def read_of(self, topic: str) -> int:
        return sum(len(offsets) for source, offsets in self.committed.items() if source.topic == topic)

    def are_in_order(self) -> bool:
        return all(offsets == list(range(len(offsets))) for offsets in self.committed.values())


@pytest.fixture(params=PROTOCOLS)
def sources(request: pytest.FixtureRequest, kafka: Kafka, application_prefix: str) -> Iterator[Sources]:
    with ExitStack() as stack:
        yield Sources(kafka, application_prefix, PROTOCOLS[request.param], stack)


def test_holding_and_opening_at_random_loses_nothing_and_repeats_nothing(sources: Sources) -> None:
    member, chance = sources.member(0), Random(7)

    def turn() -> bool:
        if not member.log.rebalancing():
            member.log.pause([sources.low] if chance.random() < 0.5 else [])
        sources.turn(member, chance.randint(1, 200))
        return sources.read_of(sources.low) >= RECORDS

    until(turn, "all is read")
    assert sources.are_in_order()
    assert RECORDS == sources.read_of(sources.low)


def test_what_is_held_back_stays_so_through_a_rebalance(sources: Sources) -> None:
    members = [sources.member(0)]

    def turn() -> bool:
        for member in members:
            sources.turn(member)
        return True

    until(lambda: turn() and sources.read_of(sources.low) > 0, "some are read")
    members.append(sources.member(1))
    for member in members:
        member.log.pause([sources.low])
    before = sources.read_of(sources.low)
    until(lambda: turn() and len(members[1].held) > 0, "the second has its share")
    sources.fill(sources.high)
    until(lambda: turn() and sources.read_of(sources.high) >= RECORDS, "all of the other is read")
    assert before == sources.read_of(sources.low)
    for member in members:
        member.log.pause(())
    until(lambda: turn() and sources.read_of(sources.low) >= RECORDS, "what was held back is read")
    assert sources.are_in_order()
    assert 2 * RECORDS == sources.read_of(sources.low) + sources.read_of(sources.high)


def test_an_input_with_little_is_read_soon_next_to_one_with_much(sources: Sources) -> None:
    member, floods = sources.member(0), 30
    for _ in range(floods):
        sources.fill(sources.low)

    def has_read(topic: str, records: int) -> bool:
        sources.turn(member)
        return sources.read_of(topic) >= records

    until(lambda: has_read(sources.low, 1), "the flood is being read")
    sources.fill(sources.high)
    before = sources.read_of(sources.low)
    until(lambda: has_read(sources.high, RECORDS), "all of the other is read")
    assert sources.read_of(sources.low) - before <= 8 * RECORDS
    assert sources.are_in_order()
