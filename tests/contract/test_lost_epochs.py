"""What a Kafka member reads after an epoch was lost, and what it can commit of a poll in which it lost its partition.

The client is a double, because the moment matters: a rebalance strikes inside a poll, between two records.
"""

import struct
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.member import log as log_module
from connectors.kafka.member import reader as reader_module
from connectors.kafka.member import takeover as takeover_module
from connectors.kafka.member import transaction as transaction_module
from connectors.kafka.member.log import KafkaLog
from connectors.log.port import Batch, Offsets, Outgoing, Rewound, TopicPartition
from tests.unit.kafka.client_messages import INBOX, Message

OUT = "out"
RECORDS = 5


class Broker:
    """One partition, the group's offset of it, and the group's generation. It fences by generation only, as Kafka does:
    nobody checks who owns the partition whose offset is committed."""

    def __init__(self) -> None:
        self.generation = 1
        self.offset = 0
        self.accepted: list[int] = []
        """Offsets committed by the member under test."""
        self.effects: list[bytes] = []
        """Committed by it."""
        self.strikes_in_next_poll = False
        self.callbacks: dict[str, Callable[..., None]] = {}

    def assign_all(self, consumer: object) -> None:
        self.callbacks["on_assign"](consumer, [ClientPartition(*INBOX)])

    def move_to_another_member(self, consumer: object) -> None:
        """It processes the first record before anybody else does anything."""
        self.generation += 1
        self.callbacks["on_revoke"](consumer, [ClientPartition(*INBOX)])
        self.offset = 1

    def metadata(self) -> bytes:
        return b"CGMDv2:" + struct.pack("<i", self.generation)


class Consumer:
    """The member's consumer."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._position: int | None = None

    def subscribe(self, _topics: Sequence[str], **callbacks: Callable[..., None]) -> None:
        self._broker.callbacks = callbacks
        self._broker.assign_all(self)

    def consume(self, limit: int, _timeout_s: float) -> list[Message]:
        if self._broker.strikes_in_next_poll:
            self._broker.strikes_in_next_poll = False
            fetched = self._fetch(limit)
            self._broker.move_to_another_member(self)
            return fetched
        return self._fetch(limit)

    def poll(self, _timeout_s: float) -> None:
        return None

    def _fetch(self, limit: int) -> list[Message]:
        if self._position is None:
            return []
        begin = self._position
        self._position = min(RECORDS, begin + limit)
        return [Message(offset) for offset in range(begin, self._position)]

    def assign(self, partitions: Sequence[ClientPartition]) -> None:
        self._position = next((each.offset for each in partitions), None)

    def committed(self, partitions: Sequence[ClientPartition], **_options: float) -> list[ClientPartition]:
        return [ClientPartition(each.topic, each.partition, self._broker.offset) for each in partitions]

    def get_watermark_offsets(self, _partition: ClientPartition, **_options: bool) -> None:
        return None

    def consumer_group_metadata(self) -> bytes:
        return self._broker.metadata()

    def close(self) -> None: ...


class Producer:
    """The member's producer; `send_offsets_to_transaction` is where a member of an old generation is fenced."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._offset: int | None = None
        self._effects: list[bytes] = []

    def init_transactions(self, _timeout_s: float) -> None: ...

    def begin_transaction(self) -> None:
        self._offset, self._effects = None, []

    def produce(self, _topic: str, value: bytes, *_placing: object, **_options: object) -> None:
        self._effects.append(value)

    def poll(self, _timeout_s: float) -> int:
        return 0

    def send_offsets_to_transaction(
        self, positions: Sequence[ClientPartition], metadata: bytes, _timeout_s: float
    ) -> None:
        if metadata != self._broker.metadata():
            old = KafkaError(KafkaError.ILLEGAL_GENERATION, "old generation", False, False, True)
            raise KafkaException(old)
        (position,) = positions
        self._offset = position.offset

    def commit_transaction(self, _timeout_s: float) -> None:
        self._broker.effects += self._effects
        if self._offset is not None:
            self._broker.offset = self._offset
            self._broker.accepted.append(self._offset)

    def abort_transaction(self, _timeout_s: float) -> None: ...


class Cluster:
    """A cluster with one partition a topic in which nothing is open."""

    def __init__(self, _membership: object) -> None: ...

    def broker_settings(self) -> Mapping[str, str]:
        return {}

    def partitions_of(self, _topic: str) -> int:
        return 1

    def partitions(self, topics: Collection[str]) -> tuple[TopicPartition, ...]:
        return tuple(TopicPartition(topic, 0) for topic in topics)

    def begin_offsets(self, partitions: Collection[TopicPartition]) -> Offsets:
        return dict.fromkeys(partitions, 0)

    def end_offsets(self, partitions: Collection[TopicPartition]) -> Offsets:
        return dict.fromkeys(partitions, RECORDS)

    high_watermarks = end_offsets

    def close(self) -> None: ...


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def member(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Iterator[KafkaLog]:
    monkeypatch.setattr(log_module, "Cluster", Cluster)
    monkeypatch.setattr(log_module, "require_within_limits", lambda *_: None)
    monkeypatch.setattr(reader_module, "Consumer", lambda _: Consumer(broker))
    monkeypatch.setattr(transaction_module, "Producer", lambda _: Producer(broker))
    monkeypatch.setattr(takeover_module, "last_committed", lambda *_: {})
    log = KafkaLog("nowhere:1", "shop", "intake", 0, [INBOX.topic], None, None)
    assert log.take_assignment() is not None
    yield log
    log.close()


def offsets_of(batches: Sequence[Batch]) -> list[int]:
    return [record.offset for batch in batches for record in batch.records]


def read(log: KafkaLog, limit: int = 2) -> list[int]:
    """What a flow reads that handles a rebalance at its commit gate."""
    if log.rebalancing():
        log.take_assignment()
    return offsets_of(log.poll(limit, 0.0))


def write(log: KafkaLog, effect: bytes = b"effect") -> None:
    log.send([Outgoing(OUT, "k", effect)])


def test_records_of_a_poll_in_which_their_partition_went_to_another_member_are_not_committed(
    member: KafkaLog, broker: Broker
) -> None:
    broker.strikes_in_next_poll = True
    batches = member.poll(1, 0.0)
    if batches:
        write(member)
    try:
        member.commit({batch.source: batch.next_offset for batch in batches}, {})
    except Rewound:
        batches = ()
    assert ([], 1) == (broker.accepted, broker.offset)


def test_an_epoch_that_began_before_its_partition_went_to_another_member_is_not_committed(
    member: KafkaLog, broker: Broker
) -> None:
    assert [0, 1] == read(member)
    write(member)
    broker.strikes_in_next_poll = True
    assert [] == offsets_of(member.poll(2, 0.0))
    with pytest.raises(Rewound):
        member.commit({INBOX: 2}, {})
    assert ([], 1) == (broker.accepted, broker.offset)


def test_after_an_epoch_was_lost_at_its_commit_its_records_are_read_again(member: KafkaLog, broker: Broker) -> None:
    assert [0, 1] == read(member)
    write(member)
    member.commit({INBOX: 2}, {})
    assert [2, 3] == read(member)
    write(member)
    broker.generation += 1
    with pytest.raises(Rewound):
        member.commit({INBOX: 4}, {})
    assert [] == offsets_of(member.poll(2, 0.0))
    assert [2, 3] == read(member)
    member.commit({INBOX: 4}, {})
    assert ([2, 4], [4]) == (broker.accepted, read(member))


@pytest.mark.parametrize("writes", (False, True))
def test_after_a_flow_aborts_an_epoch_its_records_are_read_again_and_nothing_of_it_is_written(
    member: KafkaLog, broker: Broker, *, writes: bool
) -> None:
    assert [0, 1] == read(member)
    if writes:
        write(member, b"aborted")
    member.abort()
    assert [0, 1, 2] == read(member, 3)
    write(member, b"processed again")
    member.commit({INBOX: 3}, {})
    assert [b"processed again"] == broker.effects


def test_the_last_of_several_polls_of_a_lost_epoch_counts_no_more_than_the_first(
    member: KafkaLog, broker: Broker
) -> None:
    assert [[0, 1], [2, 3]] == [read(member), read(member)]
    write(member)
    broker.generation += 1
    with pytest.raises(Rewound):
        member.commit({INBOX: 4}, {})
    assert {INBOX: 0} == cast("Any", member)._reader.served()
    assert [0, 1, 2, 3, 4] == read(member, 9)
