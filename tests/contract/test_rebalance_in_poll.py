"""A rebalance that strikes inside a poll: its records are dropped, and the epoch stays fenced by its old generation."""

import struct
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import pytest
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.member import reader as reader_module
from connectors.kafka.member.reader import Reader
from connectors.kafka.settings import Membership
from tests.unit.kafka.client_messages import INBOX, Message


class GroupMember:
    """A consumer whose next poll brings a record; `strike` makes it take the partition away and back in that poll."""

    made: ClassVar[list["GroupMember"]] = []

    def __init__(self, _properties: object) -> None:
        self.generation = 1
        self.strike = False
        self.next_offset = 0
        self.made.append(self)

    def subscribe(self, _topics: Sequence[str], **callbacks: Callable[..., None]) -> None:
        self._callbacks = callbacks

    def rebalance(self) -> None:
        self.generation += 1
        partitions = [ClientPartition(*INBOX)]
        self._callbacks["on_revoke"](self, partitions)
        self._callbacks["on_assign"](self, partitions)

    def consume(self, _limit: int, _timeout_s: float) -> list[Message]:
        if self.strike:
            self.strike = False
            self.rebalance()
        self.next_offset += 1
        return [Message(self.next_offset - 1)]

    def assign(self, partitions: Sequence[ClientPartition]) -> None:
        for each in partitions:
            self.next_offset = each.offset

    def get_watermark_offsets(self, _partition: ClientPartition, **_options: bool) -> None:
        return None

    def consumer_group_metadata(self) -> bytes:
        return b"CGMDv2:" + struct.pack("<i", self.generation)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setattr(reader_module, "Consumer", GroupMember)
    GroupMember.made.clear()
    reading = Reader(Membership("nowhere:1", "application", "flow", 0), [INBOX.topic], in_order=True)
    GroupMember.made[0].rebalance()
    open_at(reading, 0)
    return reading


def open_at(reading: Reader, offset: int) -> None:
    """What the gate does."""
    reading.assignment.take()
    reading.serve({INBOX: offset})
    reading.rewind()


def offsets_of(polled: Any) -> list[int]:
    return [record.offset for batch in polled for record in batch.records]


def test_the_records_of_a_poll_interrupted_by_a_rebalance_are_dropped_and_read_again(reader: Reader) -> None:
    assert [0] == offsets_of(reader.poll(10, 0.0))
    GroupMember.made[0].strike = True
    assert [] == offsets_of(reader.poll(10, 0.0))
    assert reader.assignment.rebalance_pending
    open_at(reader, 0)
    assert [0] == offsets_of(reader.poll(10, 0.0))


def test_an_epoch_commits_with_the_generation_in_which_it_began(reader: Reader) -> None:
    reader.poll(10, 0.0)
    began_with = reader.fencing_membership()
    GroupMember.made[0].strike = True
    reader.poll(10, 0.0)
    assert began_with == reader.fencing_membership()
    open_at(reader, 0)
    assert began_with != reader.fencing_membership()
