"""What follows a change of the assignment, for a flow whose inputs differ in their partition counts."""

from collections.abc import Sequence

from connectors.log.port import TopicPartition
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.poison.flow_guard import Committed, FlowGuard
from operators.engine.task import Task
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_log import MemoryLog, MemoryTopics

INPUTS = ("channel.orders.v1", "wms.events.v1")


class RecordingGuard(FlowGuard):
    """Remembers what the flow reads, and does not read any more."""

    def __init__(self) -> None:
        self.assigned_sources: list[TopicPartition] = []
        self.revoked_sources: list[TopicPartition] = []

    def assigned(self, sources: Sequence[TopicPartition], committed: Committed) -> None:
        assert committed(INPUTS[0]) == {}
        self.assigned_sources += sources

    def revoked(self, sources: Sequence[TopicPartition]) -> None:
        self.revoked_sources += sources


def test_the_guard_is_given_the_partitions_that_each_input_has_and_no_others() -> None:
    wide, narrow = INPUTS
    topics, guard = MemoryTopics({wide: 3, narrow: 1}), RecordingGuard()
    log = MemoryLog(topics, "orderline.intake", INPUTS)
    task = Task("intake", log, Codec(load_contracts()), None, EpochLimits(), guard, INPUTS)
    task.next_records()
    everything = [*(TopicPartition(wide, number) for number in range(3)), TopicPartition(narrow, 0)]
    assert (everything, []) == (guard.assigned_sources, guard.revoked_sources)
    log.reassign(frozenset({0, 2}), frozenset())
    task.next_records()
    assert [each for each in everything if each.partition != 1] == guard.revoked_sources


def test_a_flow_without_state_holds_no_partitions() -> None:
    log = MemoryLog(MemoryTopics(dict.fromkeys(INPUTS, 1)), "orderline.intake", INPUTS)
    task = Task("intake", log, Codec(load_contracts()), None, EpochLimits(), inputs=INPUTS)
    task.next_records()
    assert {} == task.partitions
    assert task.is_idle()
