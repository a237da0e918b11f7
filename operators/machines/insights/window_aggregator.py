"""Adds the partial sums of all input partitions up to windows per series, which are published once a second.

Rows: every window; those changed since they were published; those not complete, by their ends; until when each is
kept; the last end of the purged ones, by kind; the last watermark of each input partition, and the common one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from domain.insights.sums import NOTHING, added
from domain.insights.watermarks import IDLE_AFTER_MS, Reached, common_watermark, is_idle
from domain.insights.windows import SHAPES, Window, windows_of
from domain.messages.insights import (
    Metric,
    PartialSums,
    Series,
    SliceSums,
    Sums,
    WatermarkReached,
    WindowSize,
    WindowUpdated,
    window_key,
)
from domain.values import replace
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer
from operators.machines.insights.latency_sketch import quantiles_of

IDLE = "idle"
"""The timer that checks for idle input partitions."""
PURGE = "forget windows"
"""The timer, at a full hour, that purges windows past their retention. The text is stored in timer rows."""
PAGE = 256
"""Windows checked per timer; the rest is left to the next record or tick."""

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class WindowRow:
    """One window of one series, when it last changed by the log's clock, and its version; 0 is not published yet."""

    series: Series
    window: Window
    changed_at_ms: int
    version: int = 0
    complete: bool = False
    facts: int = 0
    late: int = 0
    sums: Sums = NOTHING


@dataclass(frozen=True, slots=True)
class WindowPurged:
    """A window past its retention: it is deleted, and can no longer be corrected."""

    key: str


WINDOWS: Table[WindowRow] = Table("window", WindowRow)
CHANGED: Table[str] = Table("changed", str, ordered=True)
INCOMPLETE: Table[str] = Table("incomplete", str, ordered=True)
KEPT: Table[str] = Table("kept", str, ordered=True)
REACHED: Table[Reached] = Table("reached", Reached)
PASSED: Table[int] = Table("passed", int)
FORGOTTEN: Table[int] = Table("forgotten", int)
IDLE_LOOK: Table[int] = Table("idle look", int)


class WindowAggregator:
    """The windows whose series live in one partition of the inbox; `partitions` is how many there are.

    `pending` is True while something changed that `take_changed` has not returned.
    """

    def __init__(self, partition: Partition, partitions: int) -> None:
        self.pending = False
        self._partition = partition
        self._state = partition.state
        self._partitions = partitions

    def add(self, partial: PartialSums) -> None:
        """Add partial sums to all windows that contain their slices."""
        for each in partial.slices:
            for window in windows_of(each.start_ms):
                self._change(partial.series, window, each)

    def _change(self, series: Series, window: Window, more: SliceSums) -> None:
        key = window_key(series, window.size, window.start_ms)
        row = self._state.get(WINDOWS, key)
        if row is None and window.end_ms <= (self._state.get(FORGOTTEN, _kind(series, window)) or 0):
            self._partition.count(f"too late for its {window.size.lower()}")
            return
        row = row or self._begun(key, series, window)
        late = more.late_for_minute if window.size is WindowSize.MINUTE else more.late_for_day
        self._put(
            key,
            replace(
                row,
                facts=row.facts + more.facts,
                late=row.late + late,
                sums=added(row.sums, more.sums),
                changed_at_ms=self._partition.now_ms,
            ),
        )

    def _begun(self, key: str, series: Series, window: Window) -> WindowRow:
        complete = window.end_ms <= self._passed(series.metric)
        if not complete:
            self._state.put(INCOMPLETE, f"{series.metric}:{_sortable(window.end_ms)}:{key}", key)
        now_ms = self._partition.now_ms
        self._keep(key, now_ms + SHAPES[window.size].kept_ms)
        return WindowRow(series, window, now_ms, complete=complete)

    def _keep(self, key: str, until_ms: int) -> None:
        self._state.put(KEPT, f"{_sortable(until_ms)}:{key}", key)
        self._partition.timers.set(Timer(-(-until_ms // _HOUR_MS) * _HOUR_MS, PURGE, ""))

    def _put(self, key: str, row: WindowRow) -> None:
        self._state.put(WINDOWS, key, row)
        self._state.put(CHANGED, key, key)
        self.pending = True

    def reach(self, reached: WatermarkReached) -> None:
        """Record the new watermark of an input partition, and complete windows."""
        known = f"{reached.metric}:{reached.input_partition}"
        self._state.put(REACHED, known, Reached(reached.watermark_ms, self._partition.now_ms))
        self._complete(reached.metric)

    def check_idle(self) -> None:
        """Complete windows that only idle input partitions were holding open."""
        self._state.delete(IDLE_LOOK, IDLE)
        for metric in Metric:
            self._complete(metric)

    def _complete(self, metric: Metric) -> None:
        """Complete every window before the common watermark; it stays complete even if an idle partition returns."""
        reports = self._reports(metric)
        common_ms = common_watermark(reports, self._partition.now_ms)
        if common_ms > self._passed(metric):
            self._state.put(PASSED, metric, common_ms)
            for place, key in self._until(INCOMPLETE, f"{metric}:", common_ms):
                self._state.delete(INCOMPLETE, place)
                self._put(key, replace(self._row(key), complete=True))
        self._check_again(metric, reports)

    def _check_again(self, metric: Metric, reports: Sequence[Reached]) -> None:
        """While an active partition may hold a window open, set a timer for when the first of them could be idle."""
        if self._state.get(IDLE_LOOK, IDLE) is not None:
            return
        now_ms = self._partition.now_ms
        awake = [report.told_at_ms for report in reports if not is_idle(report, now_ms)]
        if awake and next(self._state.scan(INCOMPLETE, f"{metric}:"), None) is not None:
            due_at_ms = min(awake) + IDLE_AFTER_MS
            self._state.put(IDLE_LOOK, IDLE, due_at_ms)
            self._partition.timers.set(Timer(due_at_ms, IDLE, ""))

    def take_changed(self) -> Sequence[WindowUpdated]:
        """Take every window that changed, with its next version."""
        self.pending = False
        changed = [key for key, _ in self._state.scan(CHANGED)]
        return tuple(map(self._published, changed))

    def _published(self, key: str) -> WindowUpdated:
        row = self._row(key)
        row = replace(row, version=row.version + 1)
        self._state.delete(CHANGED, key)
        self._state.put(WINDOWS, key, row)
        return _update_of(row)

    def take_purged(self) -> Sequence[WindowPurged]:
        """Delete a page of windows past their retention, and return them."""
        now_ms = self._partition.now_ms
        due = self._until(KEPT, "", now_ms, PAGE)
        if len(due) == PAGE:
            self._partition.timers.set(Timer(now_ms + 1, PURGE, ""))
        return tuple(purged for place, key in due for purged in self._purged(place, key, now_ms))

    def _purged(self, place: str, key: str, now_ms: int) -> Iterator[WindowPurged]:
        """Purge one window; one that changed since then gets a new retention."""
        self._state.delete(KEPT, place)
        row = self._row(key)
        due_at_ms = row.changed_at_ms + SHAPES[row.window.size].kept_ms
        if due_at_ms > now_ms:
            self._keep(key, due_at_ms)
            return
        self._purge(key, row)
        yield WindowPurged(key)

    def _purge(self, key: str, row: WindowRow) -> None:
        kind = _kind(row.series, row.window)
        self._state.put(FORGOTTEN, kind, max(row.window.end_ms, self._state.get(FORGOTTEN, kind) or 0))
        self._state.delete(WINDOWS, key)
        self._state.delete(CHANGED, key)
        self._state.delete(INCOMPLETE, f"{row.series.metric}:{_sortable(row.window.end_ms)}:{key}")

    def _row(self, key: str) -> WindowRow:
        row = self._state.get(WINDOWS, key)
        if row is None:
            raise KeyError(f"the window {key} is listed, but is not there")
        return row

    def _until(self, table: Table[str], prefix: str, time_ms: int, most: int | None = None) -> list[tuple[str, str]]:
        """The places, and the windows, that stand in a table ordered by time until a moment."""
        last = f"{prefix}{_sortable(time_ms)}:\U0010ffff"
        return list(islice(takewhile(lambda found: found[0] <= last, self._state.scan(table, prefix)), most))

    def _passed(self, metric: Metric) -> int:
        return self._state.get(PASSED, metric) or 0

    def _reports(self, metric: Metric) -> Sequence[Reached]:
        known = (self._state.get(REACHED, f"{metric}:{number}") for number in range(self._partitions))
        return [report for report in known if report is not None]


def _sortable(time_ms: int) -> str:
    return f"{time_ms:015d}"


def _kind(series: Series, window: Window) -> str:
    return f"{series.metric}:{window.size}"


def _update_of(row: WindowRow) -> WindowUpdated:
    return WindowUpdated(
        series=row.series,
        size=row.window.size,
        start_ms=row.window.start_ms,
        end_ms=row.window.end_ms,
        tumbling=row.window.tumbling,
        version=row.version,
        complete=row.complete,
        facts=row.facts,
        late=row.late,
        measures=row.sums.measures,
        latency=row.sums.latency,
        quantiles=quantiles_of(row.sums.latency),
    )
