"""Windows are a function of the records alone: not of partitions, epochs, crashes, or of what came between them."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.messages.cases import CaseState
from domain.messages.inventory import Account
from domain.messages.status import OrderStatus
from tests.insight_flow import START_MS, InsightFlow, Said, accepted, booked, case, journal, shipped
from tests.oracle.insights import expected_windows, insights_findings

_HOURS_MS = 40 * 3_600_000
_IDS = st.integers(0, 5).map(lambda number: f"portal:{number}")
_TIMES_MS = st.integers(START_MS - _HOURS_MS, START_MS + _HOURS_MS) | st.integers(START_MS, START_MS + 90_000)
_STATUSES = st.sampled_from((OrderStatus.ALLOCATED, OrderStatus.PARTIALLY_SHIPPED, OrderStatus.SHIPPED))
_ACCOUNTS = st.sampled_from((Account.SUPPLIER, Account.AVAILABLE, Account.PICKED, Account.CUSTOMER))
_SAID: st.SearchStrategy[Said] = st.one_of(
    st.builds(accepted, _IDS, _TIMES_MS, _STATUSES),
    st.builds(booked, _IDS, _STATUSES),
    st.builds(shipped, _IDS, _STATUSES),
    st.builds(journal, st.sampled_from(("A", "B", "C")), _ACCOUNTS, _ACCOUNTS, st.integers(1, 9)),
    st.builds(case, st.sampled_from(("1", "2", "3")), _TIMES_MS, st.sampled_from(CaseState)),
)
_HISTORY = st.lists(st.tuples(_SAID, _TIMES_MS), min_size=1, max_size=40)


@settings(max_examples=15, deadline=None)
@given(history=_HISTORY, partitions=st.integers(1, 3), seed=st.integers(0, 2**32), cuts=st.integers(1, 3))
def test_equals_a_batch_over_the_same_records(
    history: list[tuple[Said, int]], partitions: int, seed: int, cuts: int
) -> None:
    flow = InsightFlow(partitions, Random(seed))
    size = -(-len(history) // cuts)
    for begin in range(0, len(history), size):
        for message, at_ms in history[begin : begin + size]:
            flow.say(message, at_ms)
        flow.run()
    assert [] == insights_findings(flow.reader)


@settings(max_examples=30, deadline=None)
@given(history=_HISTORY, seed=st.integers(0, 2**32))
def test_sums_do_not_depend_on_how_many_partitions_there_are(history: list[tuple[Said, int]], seed: int) -> None:
    said = []
    for partitions in (1, 3):
        flow = InsightFlow(partitions, Random(seed))
        for message, at_ms in history:
            flow.say(message, at_ms)
        flow.run()
        windows = flow.windows().items()
        said.append({key: (window.facts, window.measures, window.latency) for key, window in windows})
    assert said[0] == said[1]


def test_the_epochs_of_these_tests_are_really_lost() -> None:
    flow = InsightFlow(2, Random(1))
    for number in range(50):
        flow.say(accepted(f"portal:{number}", START_MS + number * 1_000), START_MS + number * 1_000)
    flow.run()
    assert flow.lost > 0
    assert [] == insights_findings(flow.reader)
    assert expected_windows(flow.reader)
