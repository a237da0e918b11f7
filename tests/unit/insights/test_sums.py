"""Sums come out the same in whatever order and grouping they are added."""

from hypothesis import given
from hypothesis import strategies as st

from domain.insights.sums import NOTHING, SumsDraft, added
from domain.messages.insights import LatencyBin, Measure, MeasureName, Sums

_MEASURES = st.builds(Measure, st.sampled_from(MeasureName), st.sampled_from(("", "EUR", "USD")), st.integers())
_BINS = st.builds(LatencyBin, st.integers(0, 9), st.integers(1, 99))


@st.composite
def _sums(draw: st.DrawFn) -> Sums:
    draft = SumsDraft()
    draft.add_measures(draw(st.lists(_MEASURES, max_size=5)))
    for each in draw(st.lists(_BINS, max_size=5)):
        draft.add_latency(each.index, each.count)
    return draft.sums()


@given(_sums(), _sums(), _sums())
def test_grouping_and_order_make_no_difference(one: Sums, two: Sums, three: Sums) -> None:
    assert added(added(one, two), three) == added(one, added(two, three))
    assert added(one, two) == added(two, one)
    assert one == added(one, NOTHING)


def test_currencies_are_never_added_to_each_other() -> None:
    euros = Sums((Measure(MeasureName.VALUE, "EUR", 5),))
    dollars = Sums((Measure(MeasureName.VALUE, "USD", 7),))

    assert (Measure(MeasureName.VALUE, "EUR", 5), Measure(MeasureName.VALUE, "USD", 7)) == (
        added(dollars, euros).measures
    )
