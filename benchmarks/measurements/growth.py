"""The cost of an order as the number of open orders grows, sampled during one run.

Nobody books or ships, so every order stays open: after n orders the state holds n. Each has one line, so that orders
are alike and a run of many is short.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.harness.acceptances import Acceptances
from benchmarks.harness.patience import Patience
from benchmarks.harness.places import Place
from benchmarks.harness.product import Programs, flows_only
from benchmarks.loads.workload import Workload

_LOOK_S = 0.05
_FIRST_MARK = 10_000


@dataclass(frozen=True, slots=True)
class Sample:
    """The orders since half the mark: what they cost when so many were open; memory is the peak until then."""

    open_orders: int
    orders: int
    seconds: float
    cpu_s: float
    peak_rss_bytes: int


def marks_until(orders: int) -> list[int]:
    """10,000, 100,000 and so on; the last is the number of orders itself."""
    marks = []
    mark = _FIRST_MARK
    while mark < orders:
        marks.append(mark)
        mark *= 10
    return [*marks, orders]


def measure_growth(place: Place, workload: Workload) -> Iterator[Sample]:
    """Sample the cost per order at growing numbers of open orders; the log already holds stock and orders."""
    acceptances = place.acceptances()
    try:
        with flows_only(place) as programs:
            way = _Way(programs, acceptances)
            for mark in marks_until(workload.orders):
                before = way.reach(mark // 2)
                after = way.reach(mark)
                yield Sample(
                    open_orders=mark,
                    orders=after.orders - before.orders,
                    seconds=after.at - before.at,
                    cpu_s=after.cpu_s - before.cpu_s,
                    peak_rss_bytes=after.peak_rss_bytes,
                )
    finally:
        acceptances.close()


@dataclass(frozen=True, slots=True)
class _Milestone:
    orders: int
    at: float
    cpu_s: float
    peak_rss_bytes: int


class _Way:
    """Where a run is."""

    def __init__(self, programs: Programs, acceptances: Acceptances) -> None:
        self._programs = programs
        self._acceptances = acceptances
        self._patience = Patience(programs)

    def reach(self, orders: int) -> _Milestone:
        """Go on until at least so many orders are accepted; acceptances come in commits, so it can be more."""
        while len(self._acceptances.seen_at) < orders:
            self._acceptances.look(_LOOK_S)
            self._patience.check()
        usage = self._programs.usage()
        return _Milestone(len(self._acceptances.seen_at), time.monotonic(), usage.cpu_s, usage.peak_rss_bytes)
