"""Windows of event time: one minute and one day long, hopping, in UTC.

A minute window begins every 20 seconds, a day window every 6 hours. Those that begin on a whole minute or a whole day
have no gaps and do not overlap: they are the tumbling windows, and their sums may be added up.

Event time is cut into slices of 20 seconds, and every window is made of whole slices, so a fact is counted once, in its
slice, and only the slice's sums are added to all windows that contain it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from domain.messages.insights import WindowSize
from domain.values import quickly_built

_SECOND_MS = 1_000
_HOUR_MS = 3_600 * _SECOND_MS
_DAY_MS = 24 * _HOUR_MS

SLICE_MS = 20 * _SECOND_MS


@dataclass(frozen=True, slots=True)
class Shape:
    """The windows of one size: a new one begins every `hop_ms`; one that did not change for `kept_ms` is purged.

    `kept_ms` runs on the log's clock and not in event time: a replay of a year in an hour purges nothing of it.
    """

    size_ms: int
    hop_ms: int
    kept_ms: int


SHAPES: Mapping[WindowSize, Shape] = {
    WindowSize.MINUTE: Shape(60 * _SECOND_MS, SLICE_MS, 2 * _DAY_MS),
    WindowSize.DAY: Shape(_DAY_MS, 6 * _HOUR_MS, 400 * _DAY_MS),
}


@quickly_built
@dataclass(frozen=True, slots=True)
class Window:
    """One window: `start_ms` included, `end_ms` excluded."""

    size: WindowSize
    start_ms: int

    @property
    def end_ms(self) -> int:
        """The first millisecond after the window."""
        return self.start_ms + SHAPES[self.size].size_ms

    @property
    def tumbling(self) -> bool:
        """Whether it begins on a whole minute or a whole day."""
        return self.start_ms % SHAPES[self.size].size_ms == 0


def slice_of(at_ms: int) -> int:
    """The start of the slice that contains a time."""
    return at_ms - at_ms % SLICE_MS


def tumbling_window_of(at_ms: int, size: WindowSize) -> Window:
    """The tumbling window that contains a time."""
    return Window(size, at_ms - at_ms % SHAPES[size].size_ms)


@lru_cache(maxsize=4_096)
def windows_of(slice_start_ms: int) -> tuple[Window, ...]:
    """Every window that contains a slice, by size, then start."""
    return tuple(
        Window(size, start_ms)
        for size, shape in SHAPES.items()
        for start_ms in range(
            _first_start_after(slice_start_ms - shape.size_ms, shape.hop_ms), slice_start_ms + 1, shape.hop_ms
        )
    )


def _first_start_after(at_ms: int, hop_ms: int) -> int:
    return at_ms - at_ms % hop_ms + hop_ms
