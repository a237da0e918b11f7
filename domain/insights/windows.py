"""Windows of event time: one minute and one day long, hopping, in UTC.

A minute begins every 20 seconds, a day every 6 hours. Those that begin on a whole minute or a whole day follow each
other without a gap or an overlap: they are the tumbling ones, and their sums may be added up.

Event time is cut into slices of 20 seconds, and every window is made of whole slices, so a fact is counted once, in its
slice, and only the slice's sums are added to all windows that it lies in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from domain.messages.insights import WindowSize

_SECOND_MS = 1_000
_HOUR_MS = 3_600 * _SECOND_MS
_DAY_MS = 24 * _HOUR_MS

SLICE_MS = 20 * _SECOND_MS


@dataclass(frozen=True, slots=True)
class Shape:
    """The windows of one size: a new one begins every `hop_ms`; one that did not change for `kept_ms` is forgotten.

    That is counted by the log's clock, not in event time: however fast a year is read, nothing of it is forgotten.
    """

    size_ms: int
    hop_ms: int
    kept_ms: int


SHAPES: Mapping[WindowSize, Shape] = {
    WindowSize.MINUTE: Shape(60 * _SECOND_MS, SLICE_MS, 2 * _DAY_MS),
    WindowSize.DAY: Shape(_DAY_MS, 6 * _HOUR_MS, 400 * _DAY_MS),
}


@dataclass(frozen=True, slots=True)
class Window:
    """From `start_ms` on, up to but without `end_ms`."""

    size: WindowSize
    start_ms: int

    @property
    def end_ms(self) -> int:
        """The first moment behind it."""
        return self.start_ms + SHAPES[self.size].size_ms

    @property
    def tumbling(self) -> bool:
        """Whether it begins on a whole minute, or day."""
        return self.start_ms % SHAPES[self.size].size_ms == 0


def slice_of(at_ms: int) -> int:
    """The beginning of the slice that a moment lies in."""
    return at_ms - at_ms % SLICE_MS


def tumbling_window_of(at_ms: int, size: WindowSize) -> Window:
    """The whole minute or day that a moment lies in."""
    return Window(size, at_ms - at_ms % SHAPES[size].size_ms)


@lru_cache(maxsize=4_096)
def windows_of(slice_start_ms: int) -> tuple[Window, ...]:
    """Every window that a slice lies in, by size, then start."""
    return tuple(
        Window(size, start_ms)
        for size, shape in SHAPES.items()
        for start_ms in range(
            _first_start_after(slice_start_ms - shape.size_ms, shape.hop_ms), slice_start_ms + 1, shape.hop_ms
        )
    )


def _first_start_after(at_ms: int, hop_ms: int) -> int:
    return at_ms - at_ms % hop_ms + hop_ms
