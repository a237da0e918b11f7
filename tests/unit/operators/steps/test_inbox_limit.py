"""How many records may lie in the inboxes: what the flows of this machine work off in the time that others may wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.log.lag import Lag
from operators.steps.inbox_limit import FIRST, LEAST, MOST, WAIT_S, InboxLimit

_EVERY_S = 0.2
_EACH = 6
"""Records of the inboxes for each that is let in."""


class Flows:
    """Flows that work off so many records a second, behind an intake that fills the inboxes up at every count."""

    def __init__(self, pace: int) -> None:
        self.limit = InboxLimit()
        self.pace = pace
        self._lag = self._admitted = 0
        self._processed = 1_000_000
        self._now_s = 100.0

    def run(self, seconds: float, *, pauses: bool = True, pause_s: float = 0.0) -> None:
        self._now_s += pause_s
        for _ in range(round(seconds / _EVERY_S)):
            more = max(0, self.limit.records - self._lag) // _EACH
            self._admitted += more
            self._lag += more * _EACH
            done = min(self._lag, round(self.pace * _EVERY_S))
            self._lag -= done
            self._processed += done
            self._now_s += _EVERY_S
            found = Lag(self._lag, self._processed)
            self.limit.counted(found, self._admitted, self._now_s, pauses=pauses)


@pytest.mark.parametrize("pace", (600, 2_000, 8_000))
def test_it_finds_the_pace_of_the_machine(pace: int) -> None:
    flows = Flows(pace)
    flows.run(30)
    assert pace * WAIT_S == pytest.approx(flows.limit.records, rel=0.35)


@pytest.mark.parametrize(("pace", "limit"), ((10, LEAST), (1_000_000, MOST)))
def test_it_stays_within_its_bounds(pace: int, limit: int) -> None:
    flows = Flows(pace)
    flows.run(60)
    assert limit == flows.limit.records


def test_it_learns_how_many_records_one_becomes() -> None:
    flows = Flows(3_000)
    flows.run(60)
    assert _EACH == pytest.approx(flows.limit.each, rel=0.1)


def test_it_follows_a_machine_that_becomes_slow() -> None:
    flows = Flows(8_000)
    flows.run(30)
    flows.pace = 1_000
    flows.run(30)
    assert 1_000 * WAIT_S == pytest.approx(flows.limit.records, rel=0.35)


def test_while_nothing_is_held_back_it_stays_as_it_is() -> None:
    flows = Flows(100_000)
    flows.run(30, pauses=False)
    assert FIRST == flows.limit.records


def test_a_time_without_counts_says_nothing_of_the_pace() -> None:
    flows = Flows(1_000)
    flows.run(30)
    before = flows.limit.records
    flows.run(_EVERY_S, pause_s=3_600)
    assert before == flows.limit.records


@given(
    st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 50_000), st.floats(0.01, 100), st.booleans()), max_size=100
    )
)
def test_it_is_bounded_whatever_is_counted(counts: list[tuple[int, int, float, bool]]) -> None:
    limit, processed, admitted, now_s = InboxLimit(), 0, 0, 0.0
    for lag, more, seconds, pauses in counts:
        processed += more
        admitted += lag
        now_s += seconds
        limit.counted(Lag(lag, processed), admitted, now_s, pauses=pauses)
        assert LEAST <= limit.records <= MOST
        assert limit.each >= 1
