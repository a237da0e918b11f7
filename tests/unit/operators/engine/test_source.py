"""How long a flow without input yields the thread that it shares with others."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import bytewax.operators as op
import pytest
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSource

from connectors.log.port import LogFailed, Outgoing
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.round_robin import RoundRobin
from operators.engine.source import StopSignal, from_log, to_log
from operators.engine.task import Task
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_log import MemoryLog, MemoryTopics

INBOX = "orders.inbox.v1"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


class StoppedClock(datetime):
    """It is always now."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # one time zone
        assert tz is UTC
        return NOW


class Source:
    """The source of a flow as Bytewax drives it."""

    def __init__(self, idle_wait_s: float = 0.0, stop_signal: StopSignal | None = None, least_s: float = 0.0) -> None:
        self.topics = MemoryTopics({INBOX: 1})
        self.log = MemoryLog(self.topics, "orderline.orders", [INBOX])
        self.stop_signal = stop_signal or StopSignal(lambda: False)
        limits = EpochLimits(least_s=least_s, idle_wait_s=idle_wait_s)
        self.task = Task("orders", self.log, Codec(load_contracts()), INBOX, limits)
        graph = Dataflow("orders")
        from_log("inbox", graph, self.task, self.stop_signal)
        (operator,) = graph.substeps
        self._partition = cast("Any", operator).source.build_part("inbox", "log", None)

    def rest(self) -> timedelta | None:
        """How long the source asks Bytewax to wait after a poll; None: not at all."""
        self.task.took(len(self._partition.next_batch()))
        awake = self._partition.next_awake()
        return None if awake is None else awake - NOW


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operators.engine.source.datetime", StoppedClock)


def test_a_flow_without_input_rests_twice_as_long_after_each_poll_and_not_at_all_after_a_record() -> None:
    source = Source()
    rests = [timedelta(milliseconds=each) for each in (1, 2, 4, 8, 16, 32, 64, 64)]
    assert rests == [source.rest() for _ in rests]
    source.topics.append(Outgoing(INBOX, None, b"1", partition=0))
    assert None is source.rest()
    assert rests[:3] == [source.rest() for _ in range(3)]


def test_flows_that_are_to_end_when_they_are_idle_rest_no_longer_than_they_are_told() -> None:
    source = Source()
    source.stop_signal.longest_rest_s = 0.004
    rests = [timedelta(milliseconds=each) for each in (1, 2, 4, 4)]
    assert rests == [source.rest() for _ in rests]


def test_a_rest_does_not_keep_an_open_epoch_from_its_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operators.engine.epoch.epoch_pace.time.monotonic", lambda: 100.0)
    source = Source(least_s=0.005)
    source.topics.append(Outgoing(INBOX, None, b"1", partition=0))
    assert [None, timedelta(milliseconds=1)] == [source.rest(), source.rest()]
    source.topics.append(Outgoing(INBOX, None, b"2", partition=0))
    expected = [None, *(timedelta(milliseconds=each) for each in (1, 2, 4, 5, 5))]
    assert expected == [source.rest() for _ in expected]


def test_a_flow_whose_polls_wait_themselves_does_not_rest() -> None:
    source = Source(idle_wait_s=0.1)
    assert [None] * 3 == [source.rest() for _ in range(3)]


def test_a_flow_that_polls_in_turns_does_not_rest_for_the_others_wait_for_it() -> None:
    turns = RoundRobin(lambda: False)
    source = Source(stop_signal=turns)
    turns.join(source.task, lambda: False)
    assert [None] * 3 == [source.rest() for _ in range(3)]


def test_a_flow_reads_nothing_before_its_turn() -> None:
    turns = RoundRobin(lambda: False)
    turns.join(cast("Task", object()), lambda: False)
    source = Source(stop_signal=turns)
    turns.join(source.task, lambda: False)
    source.topics.append(Outgoing(INBOX, None, b"1", partition=0))
    assert None is source.rest()
    assert {} == source.task.partitions


def test_after_a_log_has_failed_no_flow_of_the_process_polls_or_commits_any_more() -> None:
    source = Source()
    source.topics.append(Outgoing(INBOX, None, b"1", partition=0))
    assert None is source.rest()
    source.stop_signal.fail(LogFailed("the log of another flow is gone"))
    with pytest.raises(StopIteration):
        source.rest()
    assert [] == source.log.commits


def test_a_flow_that_is_to_end_commits_what_is_open_and_polls_no_more() -> None:
    stops = [False]
    source = Source(stop_signal=StopSignal(lambda: stops[0]))
    source.topics.append(Outgoing(INBOX, None, b"1", partition=0))
    assert None is source.rest()
    stops[0] = True
    with pytest.raises(StopIteration):
        source.rest()
    assert [1] == [offset for commit in source.log.commits for offset in commit.values()]


def test_a_log_that_fails_in_the_sink_ends_the_flows_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def failed(_records: Sequence[Outgoing]) -> None:
        raise LogFailed("the producer has failed")

    source, graph = Source(), Dataflow("orders")
    to_log("log", op.input("in", graph, TestingSource([])), source.task, source.stop_signal)
    sink = cast("Any", graph.substeps[-1]).sink.build("log", 0, 1)
    monkeypatch.setattr(source.log, "send", failed)
    sink.write_batch([Outgoing(INBOX, None, b"1", partition=0)])
    assert source.stop_signal.failed
    with pytest.raises(LogFailed, match="the producer has failed"):
        source.stop_signal.raise_failure()
