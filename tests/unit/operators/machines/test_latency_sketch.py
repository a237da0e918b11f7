"""Quantiles out of bins are right within one percent, and bins are the same in whatever order latencies come."""

from collections import Counter
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from domain.messages.insights import LatencyBin
from operators.machines.insights.latency_sketch import bin_of, quantiles_of

_LATENCIES = st.lists(st.integers(1, 10_000_000), min_size=1, max_size=200)


def bins_of(latencies: list[int]) -> list[LatencyBin]:
    return [LatencyBin(index, count) for index, count in sorted(Counter(map(bin_of, latencies)).items())]


@given(_LATENCIES)
def test_a_quantile_is_right_within_one_percent_and_the_rounding(latencies: list[int]) -> None:
    ordered = sorted(latencies)

    for quantile in quantiles_of(bins_of(latencies)):
        exact = ordered[floor(quantile.percent * (len(ordered) - 1) / 100)]
        assert abs(quantile.latency_ms - exact) <= exact / 100 + 0.5


def test_nothing_has_no_quantiles() -> None:
    assert () == quantiles_of(())


def test_no_time_at_all_counts_as_a_millisecond() -> None:
    assert 0 == bin_of(0) == bin_of(1)


def test_a_bin_is_where_the_contract_says() -> None:
    """With g = 101/99, bin i is for latencies above g^(i-1) up to g^i: see LatencyBin.avsc."""
    for latency_ms in (2, 43, 1_000, 86_400_000):
        index = bin_of(latency_ms)
        assert (101 / 99) ** (index - 1) < latency_ms <= (101 / 99) ** index
