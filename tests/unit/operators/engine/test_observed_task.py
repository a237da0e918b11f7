"""What a task reports to its observer at its commit gates."""

import time
from types import SimpleNamespace

import pytest

from connectors.log.port import Assignment, Batch, Changes, Gap, MemberStatus, Offsets, Outgoing, TopicPartition
from connectors.observation.observer import BelowZero, Epoch, ErpGateStatus, FlowStatus
from domain.identifiers import ErpId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.flow_status import flow_status_of, no_erp_gates
from operators.engine.partition_state import PartitionState
from operators.engine.task import Task
from operators.engine.timers import Timer, Timers
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import header
from tests.memory_log import MemoryLog, MemoryState, MemoryTopics
from tests.recording_observer import RecordingObserver

INBOX, OUT, DEAD_LETTERS = "orders.inbox.v1", "orders.events.v1", "deadletters.v1"
SOURCE = TopicPartition(INBOX, 0)


class Flow:
    """A task on a log in memory whose graph passes records through."""

    def __init__(self, reports_every_s: float = 0.0) -> None:
        self.topics = MemoryTopics({INBOX: 1, OUT: 1, DEAD_LETTERS: 1})
        self.log = MemoryLog(self.topics, "orderline.orders", [INBOX])
        self.told = RecordingObserver(reports_every_s)
        self.task = Task("orders", self.log, Codec(load_contracts()), INBOX, EpochLimits(least_s=0), observer=self.told)

    def write(self, *values: bytes) -> None:
        for value in values:
            self.topics.append(Outgoing(INBOX, None, value, partition=0))

    def pass_through(self) -> None:
        records = self.task.next_records()
        self.task.took(len(records))
        outputs = [Outgoing(OUT, None, record.value, partition=0) for record in records]
        self.task.send(self.task.collect(outputs))


def case(state: CaseState = CaseState.OPEN) -> Case:
    return Case(CaseClass.ERP_OUTAGE, CaseOrigin.ERP, subject="main", reason="", state=state)


def test_a_committed_epoch_is_reported_once_with_what_it_read_and_wrote() -> None:
    flow = Flow()
    flow.write(b"1", b"2")
    flow.pass_through()
    flow.task.dead_lettered([INBOX])
    for told in (case(), case(CaseState.RESOLVED)):
        flow.task.raised(told)
    assert [] == flow.told.epochs
    flow.pass_through()
    flow.pass_through()
    (epoch,) = flow.told.epochs
    now_ms = flow.topics.now_ms
    assert Epoch({INBOX: 2}, {OUT: 2}, {INBOX: 1}, {"ERP_OUTAGE": 1}, now_ms, epoch.commit_s) == epoch
    assert epoch.commit_s >= 0
    assert 1 == flow.told.opened


def test_a_commit_takes_as_long_as_the_log_takes_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = Flow()
    flow.write(b"1")
    flow.pass_through()
    now_s = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: now_s[0])
    commit = flow.log.commit

    def slow(offsets: Offsets, changes: Changes) -> None:
        now_s[0] += 2
        commit(offsets, changes)

    monkeypatch.setattr(flow.log, "commit", slow)
    flow.task.commit()
    assert [2.0] == [epoch.commit_s for epoch in flow.told.epochs]


def test_a_gap_in_an_input_is_a_dead_letter_of_its_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = Flow()
    flow.pass_through()
    gap = Gap(3, 5, "cannot be decompressed")
    with monkeypatch.context() as broken:
        broken.setattr(flow.log, "poll", lambda *_: [Batch(SOURCE, (), 6, gap)])
        flow.pass_through()
    flow.pass_through()
    (epoch,) = flow.told.epochs
    assert ({}, {DEAD_LETTERS: 1}, {INBOX: 1}) == (epoch.read, epoch.written, epoch.dead_lettered)
    (letter,) = flow.topics.all_of(DEAD_LETTERS)
    assert ("orders/poll", "3") == (header(letter.headers, "stage"), header(letter.headers, "original_offset"))
    assert 6 == flow.topics.offsets["orderline.orders", SOURCE]


def test_an_epoch_that_is_lost_counts_for_nothing() -> None:
    flow = Flow()
    flow.write(b"1")
    flow.pass_through()
    flow.task.raised(case())
    flow.log.lose_next_commit = True
    flow.pass_through()
    assert (1, []) == (flow.told.lost, flow.told.epochs)
    flow.pass_through()
    flow.pass_through()
    (epoch,) = flow.told.epochs
    assert ({INBOX: 1}, {OUT: 1}, {}) == (epoch.read, epoch.written, epoch.raised)


def test_every_pass_is_a_gate_and_the_last_one_is_reported() -> None:
    flow = Flow()
    for _ in range(3):
        flow.pass_through()
    assert (3, False) == (flow.told.gates, flow.told.ended)
    flow.task.finish()
    assert flow.told.ended


def test_partitions_that_went_and_came_are_reported() -> None:
    flow = Flow()
    flow.pass_through()
    flow.log.reassign(frozenset({0}), frozenset({0}))
    flow.pass_through()
    assert [(0, 1, None), (1, 1, None)] == flow.told.moves


def test_the_pause_of_a_rebalance_counts_from_where_the_log_saw_it_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = Flow()
    assignment = Assignment(1, frozenset(), frozenset({0}), marked_at_s=time.monotonic() - 100)
    monkeypatch.setattr(flow.log, "take_assignment", lambda: assignment)
    flow.pass_through()
    ((revoked, assigned, pause_s),) = flow.told.moves
    assert (0, 1) == (revoked, assigned)
    assert 100 <= (pause_s or 0) < 200


def test_a_rebalance_without_an_assignment_yet_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = Flow()
    with monkeypatch.context() as first_gate:
        first_gate.setattr(flow.log, "take_assignment", lambda: None)
        flow.pass_through()
    assert ([], {}) == (flow.told.moves, flow.task.partitions)
    flow.pass_through()
    assert [0] == list(flow.task.partitions)


def test_a_flow_that_waits_for_its_assignment_reports_its_status_too(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = Flow()
    monkeypatch.setattr(flow.log, "rebalancing", lambda: False)
    flow.pass_through()
    (status,) = flow.told.statuses
    assert not status.member.is_member


def test_who_looks_seldom_is_reported_after_each_change_of_the_assignment_all_the_same() -> None:
    flow = Flow(reports_every_s=1e9)
    for _ in range(3):
        flow.pass_through()
    assert 1 == len(flow.told.statuses)
    flow.log.reassign(frozenset({0}), frozenset())
    for _ in range(3):
        flow.pass_through()
    assert 2 == len(flow.told.statuses)


def test_the_status_is_reported_as_often_as_the_observer_wants_to_know(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = Flow(reports_every_s=1.0)
    now_s = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: now_s[0])
    flow.pass_through()
    reports = []
    for _ in range(4):
        now_s[0] += 0.5
        flow.pass_through()
        reports.append(len(flow.told.statuses))
    assert [1, 2, 2, 3] == reports


def test_it_stands_as_its_log_its_timers_and_its_rows_say() -> None:
    flow = Flow()
    flow.pass_through()
    partition = flow.task.partitions[0]
    now_ms = flow.topics.now_ms
    for due_ms in (now_ms - 250, now_ms - 100, now_ms + 1):
        partition.timers.set(Timer(due_ms, "order", f"o{due_ms}"))
    gate = ErpGateStatus(ErpId("main"), "OPEN", 0, 1, 2, 3)
    flow.task.erp_gates = lambda asked_ms: (gate,) if asked_ms == now_ms else ()
    flow.task.below_zero = lambda: BelowZero(1, 2)
    flow.log.most_a_poll = 0
    flow.write(b"1", b"2")
    flow.pass_through()
    status = flow.told.statuses[-1]
    assert status.member.is_member
    assert {SOURCE: 2} == status.member.lag
    assert FlowStatus(status.member, 2, 250, status.rows_cached, (gate,), BelowZero(1, 2)) == status
    flow.pass_through()
    assert flow.told.statuses[-1].rows_cached >= 3


def test_nothing_is_overdue_before_a_timer_is_due_and_most_flows_have_no_erp_gates() -> None:
    flow = Flow()
    flow.pass_through()
    assert (0, ()) == (flow.told.statuses[-1].overdue_ms, flow.told.statuses[-1].gates)
    flow.task.partitions[0].timers.set(Timer(flow.topics.now_ms + 1, "order", "o"))
    flow.pass_through()
    assert (0, 0) == (flow.told.statuses[-1].due_timers, flow.told.statuses[-1].overdue_ms)


def test_the_most_overdue_timer_of_all_partitions_counts() -> None:
    partitions = []
    for due_ms in (900, 400, 700):
        state = PartitionState(MemoryState({}))
        partitions.append(SimpleNamespace(state=state, timers=Timers(state)))
        partitions[-1].timers.set(Timer(due_ms, "order", "o"))
    member = MemberStatus(is_member=True, lag={})
    assert 600 == flow_status_of(member, partitions, no_erp_gates, 1_000).overdue_ms


def test_an_epoch_of_ticks_alone_is_an_epoch_that_opens() -> None:
    flow = Flow()
    flow.pass_through()
    flow.log.most_a_poll = 0
    flow.task.partitions[0].timers.set(Timer(flow.topics.now_ms, "order", "o"))
    flow.pass_through()
    flow.pass_through()
    assert (1, [{INBOX: 1}]) == (flow.told.opened, [epoch.written for epoch in flow.told.epochs])


def test_an_input_is_stopped_once_when_its_epoch_commits_and_not_by_an_epoch_that_is_lost() -> None:
    flow = Flow()
    flow.write(b"1")
    flow.pass_through()
    assert flow.task.stop_input(INBOX, "too many failures")
    flow.log.lose_next_commit = True
    flow.pass_through()
    flow.pass_through()
    assert (frozenset(), []) == (flow.task.stopped_inputs, flow.told.stopped_topics)
    assert flow.task.stop_input(INBOX, "too many failures")
    assert not flow.task.stop_input(INBOX, "one more failure")
    flow.pass_through()
    assert (frozenset({INBOX}), [INBOX]) == (flow.task.stopped_inputs, flow.told.stopped_topics)
