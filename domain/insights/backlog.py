"""The backlog at the end of a window: the accepted orders that have begun and have not ended.

A window holds only its own changes, so a late event corrects one window and not all later ones. The level is their
running sum; day windows are kept for a long time, so the level at a minute needs only the minutes of its own day.
"""

from collections.abc import Iterable, Mapping

from domain.insights.windows import tumbling_window_of
from domain.messages.insights import MeasureName, WindowSize, WindowUpdated


def backlog_levels(windows: Iterable[WindowUpdated], size: WindowSize, starts: Iterable[int]) -> Mapping[int, int]:
    """The level at the end of each tumbling window, by the window's start, in millionths of an order.

    `windows` are those of one series, of both sizes.
    """
    changes = [(each.size, each.start_ms, _change(each)) for each in windows if each.tumbling]
    return {start_ms: sum(_counted(changes, size, start_ms)) for start_ms in starts}


def _counted(changes: Iterable[tuple[WindowSize, int, int]], size: WindowSize, start_ms: int) -> Iterable[int]:
    day_ms = tumbling_window_of(start_ms, WindowSize.DAY).start_ms
    for each, at_ms, change in changes:
        is_whole_day = each is WindowSize.DAY and (at_ms < day_ms or (size is WindowSize.DAY and at_ms == day_ms))
        is_minute = each is WindowSize.MINUTE and size is WindowSize.MINUTE and day_ms <= at_ms <= start_ms
        if is_whole_day or is_minute:
            yield change


def _change(window: WindowUpdated) -> int:
    amounts = {measure.name: measure.amount for measure in window.measures}
    return amounts.get(MeasureName.BEGUN, 0) - amounts.get(MeasureName.ENDED, 0)
