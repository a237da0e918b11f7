"""The keys of rows that expire, in the order in which they do.

Horizons end at full hours, so one timer an hour is enough. It takes a page; the rest follows with the next records or
ticks: however much is due, no record waits for all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from operators.engine.timers import Timer

PAGE: Final = 256
"""Rows that one timer takes."""


@dataclass(frozen=True, slots=True)
class ExpiryQueue:
    """A table of places in the queue; `timer` is the kind of the timer that calls `take_due`."""

    places: Table[bool]
    timer: str

    def add(self, partition: Partition, until_ms: int, key: str) -> None:
        """The row of this key expires at `until_ms`."""
        partition.state.put(self.places, _place_of(until_ms, key), row=True)
        partition.timers.set(Timer(until_ms, self.timer, ""))

    def remove(self, partition: Partition, until_ms: int, key: str) -> None:
        """The row no longer expires then."""
        partition.state.delete(self.places, _place_of(until_ms, key))

    def is_empty(self, partition: Partition) -> bool:
        """Whether there is no row that expires."""
        return partition.state.first(self.places) is None

    def take_due(self, partition: Partition) -> Sequence[str]:
        """The keys of a page of rows that have expired; the caller deletes the rows, or adds their keys again."""
        due = [place for place in self._first_places(partition.state) if _until_ms_of(place) <= partition.now_ms]
        for place in due:
            partition.state.delete(self.places, place)
        if len(due) == PAGE:
            partition.timers.set(Timer(partition.now_ms + 1, self.timer, ""))
        return [_key_of(place) for place in due]

    def _first_places(self, state: PartitionState) -> list[str]:
        first = state.first(self.places)
        if first is None:
            return []
        rest = islice(state.scan(self.places, after=first[0]), PAGE - 1)
        return [first[0], *(place for place, _ in rest)]


def _place_of(until_ms: int, key: str) -> str:
    return f"{until_ms:015d}\0{key}"


def _until_ms_of(place: str) -> int:
    return int(place[:15])


def _key_of(place: str) -> str:
    return place[16:]
