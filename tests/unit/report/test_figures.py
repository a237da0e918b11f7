"""Percentiles by nearest rank, and rates."""

from collections import Counter

import pytest

from demo.report.figures import latencies_of, per_second


def test_each_percentile_is_a_value_that_was_measured() -> None:
    latencies = latencies_of(Counter(range(1, 101)))

    assert latencies is not None
    assert (50, 95, 99, 100) == (latencies.p50, latencies.p95, latencies.p99, latencies.max)


def test_of_a_few_values_the_high_percentiles_are_the_largest() -> None:
    latencies = latencies_of(Counter([10, 20, 30]))

    assert latencies is not None
    assert (20, 30, 30, 30) == (latencies.p50, latencies.p95, latencies.p99, latencies.max)


def test_equal_values_weigh_as_often_as_they_came() -> None:
    latencies = latencies_of(Counter({5: 99, 1000: 1}))

    assert latencies is not None
    assert (5, 5, 5, 1000) == (latencies.p50, latencies.p95, latencies.p99, latencies.max)


def test_without_values_there_are_no_latencies() -> None:
    assert latencies_of(Counter()) is None


@pytest.mark.parametrize(
    ("expected", "count", "begin_ms", "end_ms"),
    (
        (50.0, 100, 1_000, 3_000),
        (33.3, 100, 0, 3_000),
        (1000.0, 1, 5, 5),
        (0.0, 0, 0, 1_000),
        (0.0, 3, None, 1_000),
    ),
)
def test_a_rate_is_per_second_of_the_span(
    expected: float, count: int, begin_ms: int | None, end_ms: int | None
) -> None:
    assert expected == per_second(count, begin_ms, end_ms)
