"""A member's share between its marks and its gates: whether it has one, and since when nobody serves it."""

from time import monotonic
from typing import cast

import pytest
from confluent_kafka import Consumer
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.member.partition_assignment import Change, PartitionAssignment


class _Client:
    """As much of a consumer as a callback uses."""

    def assign(self, partitions: list[ClientPartition]) -> None: ...

    def incremental_assign(self, partitions: list[ClientPartition]) -> None: ...

    def pause(self, partitions: list[ClientPartition]) -> None: ...


CLIENT = cast("Consumer", _Client())


def parts(*numbers: int) -> list[ClientPartition]:
    return [ClientPartition("in", number) for number in numbers]


def taken(assignment: PartitionAssignment) -> Change:
    change = assignment.take()
    assert change is not None
    return change


def since(change: Change) -> float:
    assert change.marked_at_s is not None
    return change.marked_at_s


@pytest.mark.parametrize("incremental", (False, True))
def test_a_member_has_joined_once_it_was_dealt_a_share_be_it_empty(incremental: bool) -> None:
    assignment = PartitionAssignment(["in"], complete=True, incremental=incremental)
    assert not assignment.joined
    assignment.on_assign(CLIENT, [])
    assert assignment.take() is None
    assert assignment.joined


def test_while_all_shares_are_dealt_anew_it_has_none() -> None:
    assignment = PartitionAssignment(["in"], complete=True, incremental=False)
    assignment.on_assign(CLIENT, parts(0, 1))
    assignment.on_revoke(CLIENT, parts(0, 1))
    assert not assignment.joined
    assignment.on_assign(CLIENT, parts(0))
    assert assignment.joined


def test_where_single_partitions_move_it_keeps_its_share_meanwhile() -> None:
    assignment = PartitionAssignment(["in"], complete=True, incremental=True)
    assignment.on_assign(CLIENT, parts(0, 1))
    assignment.on_revoke(CLIENT, parts(1))
    assert assignment.joined


def test_what_is_dealt_anew_has_waited_since_it_was_taken_away() -> None:
    assignment = PartitionAssignment(["in"], complete=True, incremental=False)
    began = monotonic()
    assignment.on_assign(CLIENT, parts(0))
    first = since(taken(assignment))
    assignment.on_revoke(CLIENT, parts(0))
    away = since(taken(assignment))
    assignment.on_assign(CLIENT, parts(0))
    assert began <= first < away == since(taken(assignment)) < monotonic()


def test_a_later_move_has_a_mark_of_its_own() -> None:
    assignment = PartitionAssignment(["in"], complete=True, incremental=True)
    assignment.on_assign(CLIENT, parts(0))
    first = since(taken(assignment))
    assignment.on_assign(CLIENT, parts(1))
    assert first < since(taken(assignment))
