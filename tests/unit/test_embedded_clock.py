"""The time of an embedded log: it never goes back, whatever the machine's clock does, and no clock keeps it closed."""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from connectors.embedded.log import EmbeddedLog
from connectors.embedded.store import EmbeddedStore
from connectors.log.port import Outgoing, TopicPartition

_NOON_MS = 1_795_262_400_000
_TWO_HOURS_MS = 7_200_000


class Clock:
    def __init__(self) -> None:
        self.now_ms = _NOON_MS

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def data(tmp_path: Path, clock: Clock) -> Path:
    """Written while the clock was two hours ahead; it is right again."""
    clock.now_ms += _TWO_HOURS_MS
    with opened(tmp_path, clock) as store:
        store.write([Outgoing("in", None, b"ahead", (), 0)], [])
    clock.now_ms -= _TWO_HOURS_MS
    return tmp_path


@contextmanager
def opened(data: Path, clock: Clock) -> Iterator[EmbeddedStore]:
    with closing(EmbeddedStore(data, "orderline", {"in": 2}, clock)) as store:
        yield store


def append_time_ms(store: EmbeddedStore, partition: int) -> int:
    store.write([Outgoing("in", None, b"now", (), partition)], [])
    source = TopicPartition("in", partition)
    return store.reader.records(source, store.end(source) - 1, 1)[-1].timestamp_ms


def test_time_pauses_until_the_clock_has_caught_up(data: Path, clock: Clock) -> None:
    with opened(data, clock) as store:
        log = EmbeddedLog(store, "orderline", "flow", ["in"])
        for minutes in (0, 1, 119):
            clock.now_ms = _NOON_MS + minutes * 60_000
            assert _NOON_MS + _TWO_HOURS_MS == log.now_ms()
            assert [_NOON_MS + _TWO_HOURS_MS] * 2 == [append_time_ms(store, number) for number in (0, 1)]
        clock.now_ms = _NOON_MS + _TWO_HOURS_MS + 1
        assert clock.now_ms == log.now_ms() == append_time_ms(store, 1)


def test_a_clock_that_goes_back_in_a_run_takes_no_append_time_back(tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path, clock) as store:
        assert _NOON_MS == append_time_ms(store, 0)
        clock.now_ms -= _TWO_HOURS_MS
        assert [_NOON_MS, _NOON_MS, _NOON_MS] == [store.now_ms(), append_time_ms(store, 0), append_time_ms(store, 1)]


def test_a_log_from_ahead_says_so_in_one_line(data: Path, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    with opened(data, clock):
        (record,) = caplog.records
    assert logging.WARNING == record.levelno
    assert (
        f"{data} was last written by a clock 2 h ahead of this one: the log's time stands still, and timers wait, "
        "until 2026-11-21 14:00:00+00:00; everything else runs"
    ) == record.getMessage()


def test_a_log_whose_clock_is_right_says_nothing(data: Path, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    clock.now_ms += _TWO_HOURS_MS
    with opened(data, clock):
        assert [] == caplog.records
