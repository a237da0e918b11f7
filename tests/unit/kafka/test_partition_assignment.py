"""A member's assignment during a rebalance: whether it has joined, and since when its partitions are not served."""

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
def test_a_member_has_joined_after_its_first_assignment_even_an_empty_one(incremental: bool) -> None:
    assignment = PartitionAssignment(["in"], complete=True, incremental=incremental)
    assert not assignment.joined
    assignment.on_assign(CLIENT, [])
    assert assignment.take() is None
    assert assignment.joined


def test_a_member_has_not_joined_between_an_eager_revocation_and_the_next_assignment() -> None:
    assignment = PartitionAssignment(["in"], complete=True, incremental=False)
    assignment.on_assign(CLIENT, parts(0, 1))
    assignment.on_revoke(CLIENT, parts(0, 1))
    assert not assignment.joined
    assignment.on_assign(CLIENT, parts(0))
    assert assignment.joined


def test_a_member_stays_joined_while_an_incremental_rebalance_moves_a_partition() -> None:
    assignment = PartitionAssignment(["in"], complete=True, incremental=True)
    assignment.on_assign(CLIENT, parts(0, 1))
    assignment.on_revoke(CLIENT, parts(1))
    assert assignment.joined


def test_a_partition_assigned_again_has_waited_since_its_revocation() -> None:
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
