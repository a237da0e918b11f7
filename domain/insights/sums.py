"""Sums whose addition is commutative and associative."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NewType

from domain.messages.insights import LatencyBin, Measure, MeasureName, Sums

BinIndex = NewType("BinIndex", int)
"""The index of a bin of similar latencies in the sketch."""

ONE = 1_000_000
"""The amount 1, in millionths."""


_PLACE = {name: place for place, name in enumerate(MeasureName)}


NOTHING = Sums()


@dataclass(slots=True)
class SumsDraft:
    """Mutable sums under construction; never outlives one call."""

    _amounts: dict[tuple[MeasureName, str], int] = field(default_factory=dict)
    _bins: dict[int, int] = field(default_factory=dict)

    def add_measures(self, measures: Iterable[Measure]) -> None:
        """Add to each amount."""
        for measure in measures:
            place = (measure.name, measure.currency)
            self._amounts[place] = self._amounts.get(place, 0) + measure.amount

    def add_latency(self, index: int, count: int = 1) -> None:
        """Add latencies to one bin."""
        self._bins[index] = self._bins.get(index, 0) + count

    def add(self, sums: Sums) -> None:
        """Add other sums to these."""
        self.add_measures(sums.measures)
        for each in sums.latency:
            self.add_latency(each.index, each.count)

    def sums(self) -> Sums:
        """The frozen result; an amount of zero stays, because it was counted."""
        in_order = sorted(self._amounts.items(), key=lambda item: (_PLACE[item[0][0]], item[0][1]))
        return Sums(
            measures=tuple(Measure(name, currency, amount) for (name, currency), amount in in_order),
            latency=tuple(LatencyBin(index, count) for index, count in sorted(self._bins.items())),
        )


def added(one: Sums, other: Sums) -> Sums:
    """The sum of both."""
    draft = SumsDraft()
    draft.add(one)
    draft.add(other)
    return draft.sums()
