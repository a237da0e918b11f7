"""Figures of speed: latencies by nearest rank, and rates."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latencies:
    """How long it took, in milliseconds; each figure is one that was truly measured."""

    p50: int
    p95: int
    p99: int
    max: int


def latencies_of(counted: Counter[int]) -> Latencies | None:
    """The percentiles of counted milliseconds by nearest rank; None without any."""
    if not counted:
        return None
    ordered = sorted(counted)
    return Latencies(*(_nearest_rank(counted, ordered, percent) for percent in (50, 95, 99, 100)))


def _nearest_rank(counted: Counter[int], ordered: list[int], percent: int) -> int:
    """The smallest value that at least `percent` of all do not exceed."""
    rank = -(-counted.total() * percent // 100)
    for value in ordered:
        rank -= counted[value]
        if rank <= 0:
            return value
    raise ValueError(f"no value has rank {percent} %")


def per_second(count: int, begin_ms: int | None, end_ms: int | None) -> float:
    """A rate with one decimal place; 0 for a count of 0. Less than a millisecond counts as one."""
    if not count or begin_ms is None or end_ms is None:
        return 0.0
    return round(count * 1000 / max(1, end_ms - begin_ms), 1)
