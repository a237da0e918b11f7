"""The gate: what is committed when, what is proved there, what becomes of a lost epoch, and how ticks bring time."""

import re
from collections.abc import Callable, Sequence

import pytest

from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.port import Batch, Changes, LogFailed, Offsets, Outgoing, Record, Rewound, TopicPartition
from domain.messages.ticks import Tick
from operators.engine.backpressure import NO_BACKPRESSURE, Backpressure
from operators.engine.epoch.commit_gate import CommitGateViolated
from operators.engine.epoch.open_epoch import EpochLimits, EpochTooLarge
from operators.engine.poison.poison_guard import PoisonGuard
from operators.engine.task import Task
from operators.engine.ticks import Ticks
from operators.engine.timers import Timer
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import header
from tests.memory_log import MemoryLog, MemoryTopics

INBOX, OUT = "orders.inbox.v1", "orders.events.v1"
QUIET_PASSES = 3
SOURCE = TopicPartition(INBOX, 0)
LONG_S, SHORT_S = 0.25, 0.05


class Flow:
    """A task on a log in memory; `pass_through` is what the graph would do with a poll."""

    def __init__(self, limits: EpochLimits | None = None) -> None:
        self.topics = MemoryTopics({INBOX: 1, OUT: 1})
        self.log = MemoryLog(self.topics, "orderline.orders", [INBOX])
        self.task = Task("orders", self.log, Codec(load_contracts()), INBOX, limits or EpochLimits(least_s=0))

    def write(self, *values: bytes) -> None:
        for value in values:
            self.topics.append(Outgoing(INBOX, None, value, partition=0))

    def pass_through(self) -> int:
        records = self.task.next_records()
        self.task.took(len(records))
        outputs = [Outgoing(OUT, None, record.value, partition=0) for record in records]
        self.task.send(self.task.collect(outputs))
        return len(records)

    def until_quiet(self) -> None:
        quiet = 0
        while quiet < QUIET_PASSES:
            quiet = 0 if self.pass_through() else quiet + 1

    def outputs(self) -> Sequence[bytes | None]:
        return [record.value for record in self.topics.all_of(OUT)]


def test_what_was_polled_is_committed_with_its_outputs_once_the_input_is_drained() -> None:
    flow = Flow()
    flow.write(b"1", b"2")
    assert 2 == flow.pass_through()
    assert [] == flow.outputs()
    assert 0 == flow.pass_through()
    assert [b"1", b"2"] == flow.outputs()
    assert 2 == flow.topics.offsets["orderline.orders", SOURCE]


def test_a_full_epoch_is_committed_before_the_next_poll() -> None:
    flow = Flow(EpochLimits(age_s=1_000, least_s=1_000, records=2, poll_records=2))
    flow.write(b"1", b"2", b"3")
    flow.pass_through()
    assert [] == flow.outputs()
    flow.pass_through()
    assert [b"1", b"2"] == flow.outputs()


def test_an_old_epoch_is_committed_before_the_next_poll() -> None:
    flow = Flow(EpochLimits(age_s=0, least_s=1_000, poll_records=1))
    flow.write(b"1", b"2")
    flow.pass_through()
    flow.pass_through()
    assert [b"1"] == flow.outputs()


def test_a_drained_input_is_committed_no_sooner_after_the_last_commit_than_allowed() -> None:
    flow = Flow(EpochLimits(age_s=1_000, least_s=1_000))
    flow.write(b"1")
    flow.until_quiet()
    flow.write(b"2")
    flow.until_quiet()
    assert [b"1"] == flow.outputs()


def test_no_further_record_is_processed_in_a_transaction_that_would_time_out() -> None:
    flow = Flow(EpochLimits(age_s=1_000, poll_records=1, most_writing_s=-1.0))
    flow.write(b"1", b"2")
    flow.pass_through()
    flow.task.next_records()
    with pytest.raises(EpochTooLarge, match=r"takes more than -1.0 s from its first record to its commit"):
        flow.task.require_time()


def test_no_further_timer_fires_in_a_transaction_that_would_time_out() -> None:
    flow = Flow(EpochLimits(age_s=1_000, most_writing_s=-1.0))
    flow.write(b"1", b"2")
    *_, last = flow.task.next_records()
    for subject in ("first", "second"):
        flow.task.partitions[0].timers.set(Timer(last.timestamp_ms, "order", subject))
    flow.task.send([Outgoing(OUT, None, b"1", partition=0)])
    with pytest.raises(EpochTooLarge, match=r"takes more than -1.0 s"):
        next(flow.task.due_timers(last))


class Clock:
    """The monotonic clock of a task."""

    now_s = 1_000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.mark.parametrize(("idle_wait_s", "commits"), ((0.0, 2), (LONG_S, 1)))
def test_a_flow_in_a_thread_of_its_own_pauses_for_as_long_as_its_last_commit_took(
    monkeypatch: pytest.MonkeyPatch, idle_wait_s: float, commits: int
) -> None:
    flow, clock = Flow(EpochLimits(age_s=1e9, least_s=0, idle_wait_s=idle_wait_s)), Clock()
    commit = flow.log.commit

    def slow(offsets: Offsets, changes: Changes) -> None:
        clock.now_s += 2
        commit(offsets, changes)

    monkeypatch.setattr("time.monotonic", clock.monotonic)
    monkeypatch.setattr(flow.log, "commit", slow)
    for value in (b"1", b"2"):
        flow.write(value)
        flow.until_quiet()
    assert commits == len(flow.log.commits)
    clock.now_s += 2
    flow.until_quiet()
    assert [b"1", b"2"] == flow.outputs()


def test_an_epoch_without_records_commits_nothing() -> None:
    flow = Flow()
    flow.until_quiet()
    flow.pass_through()
    assert [] == flow.log.commits


def test_a_record_lost_in_the_graph_is_noticed_at_the_gate() -> None:
    flow = Flow()
    flow.write(b"1")
    flow.task.next_records()
    with pytest.raises(CommitGateViolated, match="1 records were not taken"):
        flow.task.next_records()


def test_an_output_that_did_not_reach_the_sink_is_noticed_at_the_gate() -> None:
    flow = Flow()
    flow.write(b"1")
    flow.task.took(len(flow.task.next_records()))
    flow.task.collect([Outgoing(OUT, None, b"1", partition=0)])
    with pytest.raises(CommitGateViolated, match="1 not sent"):
        flow.task.next_records()


def test_an_aborted_epoch_is_reprocessed_from_the_committed_offset_without_its_state() -> None:
    flow = Flow()
    flow.write(b"1")
    flow.pass_through()
    flow.task.partitions[0].count("something")
    flow.log.lose_next_commit = True
    flow.pass_through()
    assert [] == flow.outputs()
    assert {} == flow.task.partitions[0].state.changes()
    flow.until_quiet()
    assert [b"1"] == flow.outputs()


class LosingLog(MemoryLog):
    """Loses the epoch in the middle of its outputs, once."""

    loses = True

    def send(self, records: Sequence[Outgoing]) -> None:
        super().send(records)
        if self.loses:
            self.loses = False
            self.abort()
            raise Rewound("lost while sending")


def test_after_an_epoch_was_lost_while_sending_nothing_more_of_it_is_sent() -> None:
    flow = Flow()
    flow.log = LosingLog(flow.topics, "orderline.orders", [INBOX])
    flow.task = Task("orders", flow.log, Codec(load_contracts()), INBOX, EpochLimits(least_s=0))
    flow.write(b"1")
    records = flow.task.next_records()
    flow.task.took(1)
    outputs = flow.task.collect([Outgoing(OUT, None, record.value, partition=0) for record in records * 2])
    flow.task.send(outputs[:1])
    flow.task.send(outputs[1:])
    flow.until_quiet()
    assert [b"1"] == flow.outputs()


def test_what_was_polled_with_a_tick_that_loses_the_epoch_is_polled_again() -> None:
    flow = Flow()
    flow.topics = MemoryTopics({INBOX: 2, OUT: 1})
    flow.log = LosingLog(flow.topics, "orderline.orders", [INBOX])
    flow.log.loses = False
    flow.task = Task("orders", flow.log, Codec(load_contracts()), INBOX, EpochLimits(least_s=0))
    flow.until_quiet()
    flow.task.partitions[1].timers.set(Timer(flow.topics.now_ms, "order", "o"))
    flow.topics.now_ms += 1_000
    flow.write(b"1")
    flow.log.loses = True
    assert 0 == flow.pass_through()
    assert not flow.log.loses
    flow.log.most_a_poll = 1
    assert 1 == flow.pass_through()
    flow.task.finish()
    assert [b"1"] == flow.outputs()


def test_a_flow_whose_first_gate_loses_the_epoch_polls_at_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = Flow()
    flow.write(b"1")

    def lost() -> bool:
        raise Rewound

    with monkeypatch.context() as first_gate:
        first_gate.setattr(flow.log, "rebalancing", lost)
        assert 0 == flow.pass_through()
        assert not flow.task.waits
    assert 1 == flow.pass_through()


def told(value: bytes) -> Callable[[], Outgoing]:
    return lambda: Outgoing(OUT, "k", value, partition=0)


def test_of_a_view_the_last_record_a_key_is_reported_behind_all_others_of_its_epoch() -> None:
    flow = Flow(EpochLimits(least_s=0, poll_records=1))
    flow.write(b"1", b"2")
    for value in (b"first", b"last"):
        flow.pass_through()
        flow.task.publish_at_commit(OUT, "k", told(value))
    flow.task.publish_at_commit(OUT, "l", told(b"other"))
    flow.until_quiet()
    assert [b"1", b"2", b"last", b"other"] == flow.outputs()
    flow.write(b"3")
    flow.until_quiet()
    assert [b"1", b"2", b"last", b"other", b"3"] == flow.outputs()


def test_a_view_of_an_aborted_epoch_is_not_published() -> None:
    flow = Flow()
    flow.write(b"1")
    flow.pass_through()
    flow.task.publish_at_commit(OUT, "k", told(b"lost"))
    flow.log.lose_next_commit = True
    flow.until_quiet()
    assert [b"1"] == flow.outputs()


def test_a_rebalance_commits_what_is_done_before_it_lets_go() -> None:
    flow = Flow(EpochLimits(age_s=1_000, least_s=1_000))
    flow.write(b"1")
    flow.pass_through()
    flow.log.reassign(frozenset({0}), frozenset({0}))
    held = flow.task.partitions[0]
    flow.pass_through()
    assert [b"1"] == flow.outputs()
    assert held is not flow.task.partitions[0]


def test_a_due_timer_brings_one_tick_and_no_second_before_that_is_read() -> None:
    flow = Flow()
    flow.until_quiet()
    flow.task.partitions[0].timers.set(Timer(flow.topics.now_ms, "order", "o"))
    flow.log.most_a_poll = 0
    for _ in range(5):
        flow.pass_through()
    ticks = flow.topics.all_of(INBOX)
    assert 1 == len(ticks)
    assert Tick(flow.topics.now_ms) == flow.task.codec.decode(INBOX, ticks[0].value or b"")
    assert None is not header(ticks[0].headers, "ce_id")
    assert f"{INBOX}/0/0" == header(ticks[0].headers, "origin")
    flow.task.partitions[0].tick_read(has_fired=True, now_ms=flow.topics.now_ms)
    flow.pass_through()
    flow.pass_through()
    assert 2 == len(flow.topics.all_of(INBOX))


def test_a_tick_that_fired_nothing_is_repeated_after_a_second() -> None:
    flow = Flow()
    flow.until_quiet()
    flow.task.partitions[0].timers.set(Timer(flow.topics.now_ms, "order", "o"))
    flow.log.most_a_poll = 0
    flow.task.partitions[0].tick_read(has_fired=False, now_ms=flow.topics.now_ms)
    flow.until_quiet()
    assert 0 == len(flow.topics.all_of(INBOX))
    flow.topics.now_ms += 1_000
    flow.until_quiet()
    assert 1 == len(flow.topics.all_of(INBOX))


def test_no_tick_comes_before_a_timer_is_due() -> None:
    flow = Flow()
    flow.until_quiet()
    flow.task.partitions[0].timers.set(Timer(flow.topics.now_ms + 1, "order", "o"))
    flow.until_quiet()
    assert 0 == len(flow.topics.all_of(INBOX))
    assert flow.task.is_idle()


def test_a_flow_with_a_timer_that_is_due_is_not_idle() -> None:
    flow = Flow()
    flow.until_quiet()
    flow.task.partitions[0].timers.set(Timer(flow.topics.now_ms, "order", "o"))
    assert not flow.task.is_idle()


class PatientLog(MemoryLog):
    """Remembers how long the last poll was ready to wait."""

    waited_s = 0.0

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        self.waited_s = timeout_s
        return super().poll(limit, timeout_s)


class PatientFlow(Flow):
    """A flow in a thread of its own, that may wait."""

    def __init__(self, backpressure: Backpressure = NO_BACKPRESSURE) -> None:
        super().__init__()
        self.log = self.patient = PatientLog(self.topics, "orderline.orders", [INBOX])
        limits = EpochLimits(least_s=0, idle_wait_s=LONG_S)
        self.task = Task("orders", self.log, Codec(load_contracts()), INBOX, limits, backpressure=backpressure)


class WorkingBackpressure(Backpressure):
    """Holds something back."""

    @property
    def is_at_work(self) -> bool:
        return True


def test_an_idle_flow_waits_long_for_a_record_and_one_with_open_work_not_at_all() -> None:
    flow = PatientFlow()
    flow.write(b"1")
    assert 1 == flow.pass_through()
    assert flow.patient.waited_s == LONG_S
    assert not flow.task.waits
    flow.pass_through()
    assert 0 == flow.patient.waited_s
    assert flow.task.waits


@pytest.mark.parametrize(
    ("due_in_ms", "waits_s"), ((1_000, LONG_S), (200, 0.2), (50, SHORT_S), (10, SHORT_S), (-10, SHORT_S))
)
def test_an_idle_flow_wakes_for_its_next_timer(due_in_ms: int, waits_s: float) -> None:
    flow = PatientFlow()
    flow.until_quiet()
    flow.task.partitions[0].timers.set(Timer(flow.topics.now_ms + due_in_ms, "order", "o"))
    flow.pass_through()
    assert flow.patient.waited_s == pytest.approx(waits_s)


def test_an_idle_flow_that_holds_sources_back_looks_often() -> None:
    flow = PatientFlow(WorkingBackpressure())
    flow.pass_through()
    assert flow.patient.waited_s == SHORT_S


@pytest.mark.parametrize("place", range(3))
def test_a_record_from_the_far_future_stops_the_flow_wherever_it_is_in_a_batch(place: int) -> None:
    flow = Flow()
    now_ms = flow.topics.now_ms
    for number in range(3):
        flow.topics.now_ms = now_ms + (3_600_001 if number == place else 0)
        flow.write(b"1")
    flow.topics.now_ms = now_ms
    appended = "1970-01-01 01:16:40+00:00"
    with pytest.raises(LogFailed, match=rf"{INBOX}/0/{place} was appended at {re.escape(appended)}, more than an hour"):
        flow.task.next_records()
    assert flow.task.partitions[0].now_ms == 0
    assert not flow.log.commits


def test_a_clock_that_is_an_hour_ahead_stops_nothing() -> None:
    flow = Flow()
    flow.topics.now_ms += 3_600_000
    flow.write(b"1")
    flow.topics.now_ms -= 3_600_000
    assert 1 == flow.pass_through()


def test_the_time_of_a_partition_never_goes_back() -> None:
    flow = Flow()
    flow.until_quiet()
    partition = flow.task.partitions[0]
    assert [100, 100, 101] == [partition.advance(100), partition.advance(50), partition.advance(101)]


def test_a_record_that_does_not_advance_the_time_writes_no_row() -> None:
    flow = Flow()
    flow.write(b"1")
    flow.pass_through()
    partition = flow.task.partitions[0]
    partition.advance(100)
    flow.until_quiet()
    partition.advance(100)
    assert {} == partition.state.changes()


def test_the_last_gate_commits_what_is_open() -> None:
    flow = Flow(EpochLimits(age_s=1_000, least_s=1_000))
    flow.write(b"1")
    flow.pass_through()
    flow.task.finish()
    assert [b"1"] == flow.outputs()


def test_a_record_lost_in_the_graph_is_noticed_at_the_last_gate_too_and_nothing_is_committed() -> None:
    flow = Flow()
    flow.write(b"1")
    flow.task.next_records()
    with pytest.raises(CommitGateViolated, match="1 records were not taken"):
        flow.task.finish()
    assert ({}, []) == (flow.topics.offsets, flow.log.commits)


def test_what_was_refused_ends_the_flow_at_the_last_gate_too_and_nothing_is_committed() -> None:
    flow = Flow()
    flow.write(b"1")
    flow.pass_through()
    flow.task.refuse(LogFailed("a record is not where its key belongs"))
    with pytest.raises(LogFailed, match="not where its key belongs"):
        flow.task.finish()
    assert ({}, []) == (flow.topics.offsets, flow.log.commits)


class TwoPartitions(Flow):
    """Partition 0 has records in every poll, partition 1 has a timer due and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.topics = MemoryTopics({INBOX: 2, OUT: 1})
        self.log = MemoryLog(self.topics, "orderline.orders", [INBOX])
        limits = EpochLimits(age_s=1e9, least_s=0, poll_records=1)
        self.task = Task("orders", self.log, Codec(load_contracts()), INBOX, limits)
        self.until_quiet()
        self.task.partitions[1].timers.set(Timer(self.topics.now_ms + 1_000, "order", "o"))

    def ticks(self) -> Sequence[int]:
        ticks = [record for record in self.topics.all_of(INBOX) if header(record.headers, "ce_type")]
        return [record.partition for record in ticks]


def test_a_last_epoch_that_is_lost_is_left_to_the_next_start() -> None:
    flow = Flow(EpochLimits(age_s=1_000, least_s=1_000))
    flow.write(b"1")
    flow.pass_through()
    flow.log.lose_next_commit = True
    flow.task.finish()
    assert ({}, []) == (flow.topics.offsets, flow.outputs())


def test_a_quiet_partition_gets_its_tick_next_to_one_that_always_has_records() -> None:
    flow = TwoPartitions()
    flow.topics.now_ms += 1_000
    flow.write(*[b"1"] * 10)
    flow.pass_through()
    flow.task.commit()
    assert [1] == flow.ticks()
    for _ in range(5):
        flow.pass_through()
        flow.topics.now_ms += 100
    flow.task.commit()
    assert [1] == flow.ticks()


def test_a_partition_with_records_to_read_gets_no_tick_before_they_are_read() -> None:
    flow = TwoPartitions()
    flow.topics.now_ms += 1_000
    flow.write(*[b"1"] * 3)
    flow.topics.append(Outgoing(INBOX, None, b"1", partition=1))
    for _ in range(3):
        flow.pass_through()
        flow.topics.now_ms += 100
    flow.task.commit()
    assert [] == flow.ticks()


def test_a_partition_that_gave_records_in_a_poll_gets_no_tick_behind_it() -> None:
    flow = TwoPartitions()
    flow.topics.now_ms += 1_000
    flow.topics.append(Outgoing(INBOX, None, b"1", partition=1))
    flow.pass_through()
    flow.task.commit()
    assert [] == flow.ticks()


def test_next_to_traffic_the_lag_is_asked_for_ten_times_a_second_at_most() -> None:
    flow = TwoPartitions()
    flow.topics.now_ms += 1_000
    flow.topics.append(Outgoing(INBOX, None, b"1", partition=1))
    flow.write(*[b"1"] * 9)
    asked = []
    status = flow.log.member_status
    flow.log.member_status = lambda: asked.append(flow.topics.now_ms) or status()  # type: ignore[method-assign,func-returns-value]
    for _ in range(9):
        flow.pass_through()
        flow.topics.now_ms += 25
    assert len(asked) <= 4


def test_next_to_traffic_a_second_look_within_a_tenth_of_a_second_finds_no_tick() -> None:
    flow = TwoPartitions()
    flow.topics.now_ms += 1_000
    record = flow.topics.append(Outgoing(INBOX, None, b"1", partition=0))
    ticks = Ticks("orders", INBOX, flow.task.codec, flow.log)
    assert [1] == [tick.partition for tick in ticks.due(flow.task.partitions, [record])]
    flow.task.partitions[1].tick_read(has_fired=True, now_ms=flow.topics.now_ms)
    assert [] == ticks.due(flow.task.partitions, [record])


def test_next_to_traffic_a_tick_is_a_tenth_of_a_second_late_at_most() -> None:
    flow = TwoPartitions()
    flow.write(*[b"1"] * 3)
    ticks = []
    for more_ms in (950, 99, 1):
        flow.topics.now_ms += more_ms
        flow.pass_through()
        flow.task.commit()
        ticks.append(flow.ticks())
    assert [[], [], [1]] == ticks


def test_after_an_aborted_epoch_its_tick_is_sent_again() -> None:
    flow = Flow()
    flow.until_quiet()
    flow.task.partitions[0].timers.set(Timer(flow.topics.now_ms, "order", "o"))
    flow.pass_through()
    flow.task.commit()
    flow.topics.records[SOURCE].clear()
    flow.task.partitions[0].tick_read(has_fired=True, now_ms=0)
    flow.log.most_a_poll = 0
    flow.log.lose_next_commit = True
    flow.until_quiet()
    assert 1 == len(flow.topics.all_of(INBOX))


def test_after_an_aborted_epoch_the_time_of_a_partition_is_the_committed_one() -> None:
    flow = Flow()
    flow.write(b"1")
    flow.pass_through()
    partition = flow.task.partitions[0]
    partition.advance(1_000)
    flow.pass_through()
    partition.advance(2_000)
    flow.log.lose_next_commit = True
    flow.write(b"2")
    flow.pass_through()
    flow.pass_through()
    assert 1_000 == partition.now_ms
    assert 1_500 == partition.advance(1_500)


def raising(_batch: list[Record]) -> list[Outgoing]:
    raise LookupError("as a bug would")


def guarded(flow: Flow) -> Task:
    guard = PoisonGuard(InFlightJournal(None)).flow("orders")
    return Task("orders", flow.log, Codec(load_contracts()), INBOX, EpochLimits(least_s=0), guard, (INBOX,))


def test_what_a_failed_epoch_left_in_the_graph_is_dropped_and_read_again() -> None:
    flow = Flow()
    flow.task = guarded(flow)
    flow.write(b"1", b"2")
    records = flow.task.next_records()
    assert [] == flow.task.step(raising)(records)
    assert [] == flow.task.step(raising)(records)
    flow.until_quiet()
    assert [b"1", b"2"] == flow.outputs()


def test_a_sink_that_raises_fails_the_epoch_and_nothing_more_of_it_is_sent() -> None:
    flow = Flow()
    flow.task = guarded(flow)
    flow.write(b"1")
    send = flow.log.send
    flow.log.send = raising  # type: ignore[method-assign,assignment]
    flow.pass_through()
    flow.log.send = send  # type: ignore[method-assign]
    flow.task.send([Outgoing(OUT, None, b"1", partition=0)])
    flow.until_quiet()
    assert [b"1"] == flow.outputs()


def test_a_flow_that_ends_after_a_failure_commits_nothing_of_it() -> None:
    flow = Flow(EpochLimits(age_s=1_000, least_s=1_000))
    flow.task = guarded(flow)
    flow.write(b"1")
    records = flow.task.next_records()
    flow.task.took(len(records))
    flow.task.step(raising)(records)
    flow.task.finish()
    assert ({}, []) == (flow.topics.offsets, flow.outputs())


def failing() -> Outgoing:
    raise LookupError("as a bug would")


def test_what_fails_at_the_commit_ends_a_flow_without_a_guard_at_once() -> None:
    flow = Flow()
    flow.write(b"1", b"2")
    flow.pass_through()
    flow.task.publish_at_commit(OUT, "k", failing)
    with pytest.raises(LookupError):
        flow.pass_through()
    assert ({}, []) == (flow.topics.offsets, flow.outputs())


def test_what_fails_at_the_commit_of_an_epoch_without_records_ends_the_flow_for_no_record_is_at_fault() -> None:
    flow = Flow(EpochLimits(age_s=1_000, least_s=1_000))
    flow.task = guarded(flow)
    flow.until_quiet()
    flow.task.partitions[0].timers.set(Timer(flow.topics.now_ms, "order", "o"))
    flow.log.most_a_poll = 0
    flow.task.publish_at_commit(OUT, "k", failing)
    with pytest.raises(LookupError):
        flow.until_quiet()


def test_a_log_that_fails_while_a_commit_is_prepared_ends_the_flow_as_itself() -> None:
    def failed() -> Outgoing:
        raise LogFailed("the state cannot be read")

    flow = Flow()
    flow.task = guarded(flow)
    flow.write(b"1")
    flow.pass_through()
    flow.task.publish_at_commit(OUT, "k", failed)
    with pytest.raises(LogFailed, match="the state cannot be read"):
        flow.pass_through()


def test_a_log_that_fails_while_outputs_are_appended_fails_the_sink_as_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def failed(_records: Sequence[Outgoing]) -> None:
        raise LogFailed("the producer has failed")

    flow = Flow()
    flow.task = guarded(flow)
    flow.write(b"1")
    monkeypatch.setattr(flow.log, "send", failed)
    with pytest.raises(LogFailed, match="the producer has failed"):
        flow.pass_through()


def test_what_fails_at_the_last_commit_ends_a_flow_without_a_guard_with_the_failure() -> None:
    flow = Flow(EpochLimits(age_s=1_000, least_s=1_000))
    flow.write(b"1")
    flow.pass_through()
    flow.task.publish_at_commit(OUT, "k", failing)
    with pytest.raises(LookupError):
        flow.task.finish()
    assert ({}, []) == (flow.topics.offsets, flow.outputs())
