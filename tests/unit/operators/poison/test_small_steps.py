"""How large the next step is: halved by each failure, doubled by each commit, for records and for timers."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from connectors.log.in_flight_journal import InFlightJournal, InputPartition, Suspect
from connectors.log.port import Batch, Gap, Outgoing, Record, TopicPartition
from operators.engine.poison.flow_guard import FlowGuard
from operators.engine.poison.poison_guard import PoisonGuard
from operators.engine.poison.small_steps import SmallSteps, portions
from tests.memory_log import MemoryLog, MemoryTopics

SOURCE = TopicPartition("inbox", 0)
LIMIT = 16


@pytest.fixture
def steps() -> SmallSteps:
    topics = MemoryTopics({SOURCE.topic: 1})
    for _ in range(4 * LIMIT):
        topics.append(Outgoing(SOURCE.topic, None, b"record", partition=0))
    log = MemoryLog(topics, "group", [SOURCE.topic])
    log.take_assignment()
    return SmallSteps(log, FlowGuard())


def sizes(batches: Sequence[Batch]) -> list[int]:
    return [len(batch.records) for batch in batches]


def test_a_failed_step_is_halved_and_a_committed_one_doubled(steps: SmallSteps) -> None:
    steps.failed({SOURCE: LIMIT}, LIMIT, LIMIT)
    assert [8] == sizes(steps.poll(LIMIT, 0))
    steps.rewound()
    steps.failed({SOURCE: LIMIT}, 8, LIMIT)
    steps.committed({SOURCE: 8})
    assert [8] == sizes(steps.poll(LIMIT, 0))


def test_a_commit_doubles_the_step_whatever_partition_it_was_of(steps: SmallSteps) -> None:
    steps.failed({SOURCE: LIMIT}, LIMIT // 2, LIMIT)
    steps.committed({TopicPartition(SOURCE.topic, 1): 1})
    assert [8] == sizes(steps.poll(LIMIT, 0))


def test_portions_end_when_they_are_as_large_as_a_poll_and_all_that_failed_is_committed(steps: SmallSteps) -> None:
    steps.failed({SOURCE: LIMIT}, LIMIT, LIMIT)
    steps.failed({SOURCE: 8}, 8, LIMIT)
    for offset in (4, 8):
        steps.committed({SOURCE: offset})
    steps.poll(LIMIT, 0)
    assert steps.active
    steps.committed({SOURCE: LIMIT})
    steps.poll(LIMIT, 0)
    assert not steps.active


def test_after_a_rebalance_portions_end_without_what_failed(steps: SmallSteps) -> None:
    steps.failed({SOURCE: LIMIT}, LIMIT, LIMIT)
    steps.committed({SOURCE: 8})
    steps.rebalanced()
    steps.poll(LIMIT, 0)
    assert not steps.active


class AskedLog(MemoryLog):
    """Remembers for how many records it was asked."""

    asked = 0

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        self.asked = limit
        return super().poll(limit, timeout_s)


@pytest.mark.parametrize(("is_suspicious", "asked"), ((False, 250), (True, 50)))
def test_a_poll_asks_for_one_portion_and_with_suspects_for_fifty_records(is_suspicious: bool, asked: int) -> None:
    log, guard = AskedLog(MemoryTopics({SOURCE.topic: 1}), "group", [SOURCE.topic]), FlowGuard()
    guard.is_suspicious = is_suspicious
    steps = SmallSteps(log, guard)
    steps.failed({SOURCE: 500}, 500, 500)
    steps.poll(500, 0)
    assert asked == log.asked


class WaitingGuard(FlowGuard):
    """Another flow of the process has its turn."""

    def takes_turn(self) -> bool:
        return False


def test_a_flow_that_waits_for_its_turn_polls_nothing_and_says_that_it_waits() -> None:
    topics = MemoryTopics({SOURCE.topic: 1})
    topics.append(Outgoing(SOURCE.topic, None, b"record", partition=0))
    steps = SmallSteps(MemoryLog(topics, "group", [SOURCE.topic]), WaitingGuard())
    assert not steps.waits_for_turn
    assert [] == sizes(steps.poll(LIMIT, 0))
    assert steps.waits_for_turn


def test_timers_are_halved_by_a_failure_and_doubled_by_a_commit_while_the_record_waits(steps: SmallSteps) -> None:
    assert steps.most_timers is None
    steps.failed({SOURCE: 1}, 1, LIMIT)
    (batch,) = steps.poll(LIMIT, 0)
    steps.timers_failed(400)
    assert 200 == steps.most_timers
    steps.hand_back(batch)
    steps.committed({SOURCE: 0})
    assert 400 == steps.most_timers
    assert steps.isolates
    assert [1] == sizes(steps.poll(LIMIT, 0))
    steps.committed({SOURCE: 1})
    assert 400 == steps.most_timers
    assert [2] == sizes(steps.poll(LIMIT, 0))


def test_a_record_that_was_handed_back_does_not_wait_any_more_when_its_epoch_is_lost(steps: SmallSteps) -> None:
    steps.failed({SOURCE: 1}, 1, LIMIT)
    (batch,) = steps.poll(LIMIT, 0)
    steps.hand_back(batch)
    assert steps.waiting
    steps.rewound()
    assert not steps.waiting
    steps.committed({SOURCE: 1})
    assert [2] == sizes(steps.poll(LIMIT, 0))


def test_a_single_timer_that_fails_stays_single(steps: SmallSteps) -> None:
    steps.timers_failed(1)
    assert 1 == steps.most_timers


@pytest.mark.parametrize(
    ("records", "most", "sizes_"), ((5, 2, [2, 2, 1]), (4, 2, [2, 2]), (1, 2, [1]), (6, 3, [3, 3]))
)
def test_a_batch_is_cut_into_portions_of_which_the_last_has_the_gap(records: int, most: int, sizes_: list[int]) -> None:
    polled = [Record(*SOURCE, offset, 0, None, b"", ()) for offset in range(records)]
    gap = Gap(records, records + 3, "cannot be decompressed")
    cut = [batch for (batch,) in portions([Batch(SOURCE, polled, records + 4, gap)], lambda _: 0, most)]
    assert sizes_ == sizes(cut)
    assert polled == [record for batch in cut for record in batch.records]
    ends = [batch.records[-1].offset + 1 for batch in cut[:-1]]
    assert ([*ends, records + 4], [*[None] * len(ends), gap]) == (
        [batch.next_offset for batch in cut],
        [batch.gap for batch in cut],
    )


def test_a_record_that_raised_is_the_last_suspect_of_its_partition(tmp_path: Path) -> None:
    guard = PoisonGuard(InFlightJournal(tmp_path / "in-flight"))
    flow = guard.flow("flow")
    guard.suspects.strike(Suspect(InputPartition("flow", *SOURCE), 7), "raised")
    assert 8 == flow.suspect_until(SOURCE)
