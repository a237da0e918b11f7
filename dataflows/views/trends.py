"""From windows to trends: one line for each measure of each series, over its last windows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.insights.backlog import backlog_levels
from domain.insights.sums import ONE
from domain.insights.windows import SHAPES
from domain.messages.insights import MeasureName, Metric, Series, WindowSize, WindowUpdated

PERCENT = "%"
MILLISECONDS = "ms"

_BREACHES = tuple(name for name in MeasureName if name.startswith("BREACHED_"))
_HUNDRED = 100
_BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Trend:
    """One measure of one series, in millionths, window by window; None where a window has no such value.

    `unit` is a currency, `%`, `ms`, or empty. `late`: the late facts in all the windows; the last one begins at
    `last_start_ms`.
    """

    series: Series
    measure: str
    unit: str
    values: tuple[int | None, ...]
    last_start_ms: int
    complete: bool
    late: int


@dataclass(frozen=True, slots=True)
class _Track:
    """The windows of one series that are shown, the latest last; None where nothing was counted."""

    series: Series
    windows: tuple[WindowUpdated | None, ...]
    levels: tuple[int, ...]


def trends_of(windows: Iterable[WindowUpdated], size: WindowSize, channel: str | None, most: int) -> Iterator[Trend]:
    """The trends by metric, then series; each metric has its own event time, so its last window is its own."""
    by_series: dict[Series, list[WindowUpdated]] = defaultdict(list)
    for window in windows:
        if channel is None or window.series.channel_id == channel:
            by_series[window.series].append(window)
    for metric in Metric:
        series = sorted((each for each in by_series if each.metric is metric), key=lambda each: each.key)
        starts = _starts([by_series[each] for each in series], size, most)
        for each in series:
            yield from _trends(_track(each, by_series[each], size, starts), starts)


def sparkline(values: Sequence[int | None]) -> str:
    """A bar for each value, from zero to the highest of them."""
    highest = max((value for value in values if value is not None), default=0)
    return "".join(_bar(value, highest) for value in values)


def _bar(value: int | None, highest: int) -> str:
    if value is None:
        return " "
    return _BARS[0] if highest <= 0 else _BARS[max(0, value) * (len(_BARS) - 1) // highest]


def _starts(found: Iterable[Sequence[WindowUpdated]], size: WindowSize, most: int) -> tuple[int, ...]:
    shown = [window.start_ms for windows in found for window in windows if _is_shown(window, size)]
    if not shown:
        return ()
    length_ms = SHAPES[size].size_ms
    earliest_ms = max(min(shown), max(shown) - (most - 1) * length_ms)
    return tuple(range(earliest_ms, max(shown) + 1, length_ms))


def _is_shown(window: WindowUpdated, size: WindowSize) -> bool:
    return window.tumbling and window.size is size


def _track(series: Series, windows: Sequence[WindowUpdated], size: WindowSize, starts: Sequence[int]) -> _Track:
    shown = {window.start_ms: window for window in windows if _is_shown(window, size)}
    levels = backlog_levels(windows, size, starts) if series.metric is Metric.PROGRESS else {}
    return _Track(series, tuple(map(shown.get, starts)), tuple(levels.get(start_ms, 0) for start_ms in starts))


def _trends(track: _Track, starts: Sequence[int]) -> Iterator[Trend]:
    if not any(track.windows) and not any(track.levels):
        return
    last = track.windows[-1]
    late = sum(window.late for window in track.windows if window is not None)
    for measure, unit, values in _LINES[track.series.metric](track):
        complete = last is not None and last.complete
        yield Trend(track.series, measure, unit, tuple(values), starts[-1], complete, late)


_Line = tuple[str, str, Sequence[int | None]]


def _accepted(track: _Track) -> Iterator[_Line]:
    yield "orders", "", _amounts(track, MeasureName.ORDERS)
    yield "lines", "", _amounts(track, MeasureName.LINES)
    yield "units", "", _amounts(track, MeasureName.UNITS)
    measures = (measure for window in track.windows if window for measure in window.measures)
    for currency in sorted({measure.currency for measure in measures if measure.name is MeasureName.VALUE}):
        yield "value", currency, _amounts(track, MeasureName.VALUE, currency)
    for place, percent in enumerate((50, 95, 99)):
        yield f"time to accept, p{percent}", MILLISECONDS, [_quantile(window, place) for window in track.windows]


def _progressed(track: _Track) -> Iterator[_Line]:
    booked, refused = _amounts(track, MeasureName.BOOKED), _amounts(track, MeasureName.REFUSED)
    yield "booked", "", booked
    yield "refused", "", refused
    yield "booking success", PERCENT, [_share(good, bad) for good, bad in zip(booked, refused, strict=True)]
    yield "backlog at the end", "", track.levels
    for name in _BREACHES:
        if any(breached := _amounts(track, name)):
            yield name.lower().replace("_", ": "), "", breached


def _moved(track: _Track) -> Iterator[_Line]:
    yield "units shipped", "", _amounts(track, MeasureName.SHIPPED)
    yield "units received", "", _amounts(track, MeasureName.RECEIVED)


def _raised(track: _Track) -> Iterator[_Line]:
    yield "raised", "", _amounts(track, MeasureName.RAISED)
    yield "settled", "", _amounts(track, MeasureName.SETTLED)


_LINES: Mapping[Metric, Callable[[_Track], Iterator[_Line]]] = {
    Metric.ACCEPTANCE: _accepted,
    Metric.PROGRESS: _progressed,
    Metric.MOVEMENT: _moved,
    Metric.EXCEPTION: _raised,
}


def _amounts(track: _Track, name: MeasureName, currency: str = "") -> list[int]:
    return [_amount(window, name, currency) for window in track.windows]


def _amount(window: WindowUpdated | None, name: MeasureName, currency: str) -> int:
    measures = () if window is None else window.measures
    return sum(each.amount for each in measures if each.name is name and each.currency == currency)


def _quantile(window: WindowUpdated | None, place: int) -> int | None:
    return None if window is None or not window.quantiles else window.quantiles[place].latency_ms * ONE


def _share(good: int, bad: int) -> int | None:
    """Percent, with one place."""
    return good * _HUNDRED * 10 // (good + bad) * ONE // 10 if good + bad else None
