"""Adding up: the partial sums of all input partitions become the windows of a series, which are told now and then.

Rows: every window; which of them changed since they were told; which are not complete, by their ends; until when each
is kept at least; the last end of those that are forgotten; what each input partition last said of its watermark, and
how far all of them have passed together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer
from operators.machines.insights.latency_sketch import quantiles_of

IDLE = "idle"
"""The timer that looks whether somebody has become idle."""
FORGET = "forget windows"
"""The timer, at a full hour, that forgets those that did not change for long enough."""
PAGE = 256
"""Windows that one timer looks at; the rest is for the next record, or tick."""

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class WindowRow:
    """One window of one series, when it last changed by the log's clock, and its version; 0 is not told yet."""

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
    """A window that nobody may correct any more: it is deleted."""

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

    `untold` once something changed that `take_changed` has not taken.
    """

    def __init__(self, partition: Partition, partitions: int) -> None:
        self.pending = False
        self._partition = partition
        self._state = partition.state
        self._partitions = partitions

    def add(self, partial: PartialSums) -> None:
        """Partial sums came: all windows of their slices change."""
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
        self._partition.timers.set(Timer(-(-until_ms // _HOUR_MS) * _HOUR_MS, FORGET, ""))

    def _put(self, key: str, row: WindowRow) -> None:
        self._state.put(WINDOWS, key, row)
        self._state.put(CHANGED, key, key)
        self.pending = True

    def reach(self, reached: WatermarkReached) -> None:
        """An input partition has gone on."""
        known = f"{reached.metric}:{reached.input_partition}"
        self._state.put(REACHED, known, Reached(reached.watermark_ms, self._partition.now_ms))
        self._complete(reached.metric)

    def look(self) -> None:
        """Time has passed: those that have become idle hold nobody back any more."""
        self._state.delete(IDLE_LOOK, IDLE)
        for metric in Metric:
            self._complete(metric)

    def _complete(self, metric: Metric) -> None:
        """Every window that all have passed is complete, and stays so when somebody idle wakes up behind it."""
        reports = self._reports(metric)
        common_ms = common_watermark(reports, self._partition.now_ms)
        if common_ms > self._passed(metric):
            self._state.put(PASSED, metric, common_ms)
            for place, key in self._until(INCOMPLETE, f"{metric}:", common_ms):
                self._state.delete(INCOMPLETE, place)
                self._put(key, replace(self._row(key), complete=True))
        self._look_again(metric, reports)

    def _look_again(self, metric: Metric, reports: Sequence[Reached]) -> None:
        """While somebody who is not idle may hold a window back, look when the first of them may have become so."""
        if self._state.get(IDLE_LOOK, IDLE) is not None:
            return
        now_ms = self._partition.now_ms
        awake = [report.told_at_ms for report in reports if not is_idle(report, now_ms)]
        if awake and next(self._state.scan(INCOMPLETE, f"{metric}:"), None) is not None:
            due_at_ms = min(awake) + IDLE_AFTER_MS
            self._state.put(IDLE_LOOK, IDLE, due_at_ms)
            self._partition.timers.set(Timer(due_at_ms, IDLE, ""))

    def take_changed(self) -> Sequence[WindowUpdated]:
        """Every window that changed, with its next version; all is told with this."""
        self.pending = False
        changed = [key for key, _ in self._state.scan(CHANGED)]
        return tuple(map(self._told, changed))

    def _told(self, key: str) -> WindowUpdated:
        row = self._row(key)
        told = replace(row, version=row.version + 1)
        self._state.delete(CHANGED, key)
        self._state.put(WINDOWS, key, told)
        return _update_of(told)

    def take_purged(self) -> Sequence[WindowPurged]:
        """A page of those that did not change for long enough; they are told with this."""
        now_ms = self._partition.now_ms
        due = self._until(KEPT, "", now_ms, PAGE)
        if len(due) == PAGE:
            self._partition.timers.set(Timer(now_ms + 1, FORGET, ""))
        return tuple(forgotten for place, key in due for forgotten in self._forgotten(place, key, now_ms))

    def _forgotten(self, place: str, key: str, now_ms: int) -> Iterator[WindowPurged]:
        """One that has changed since is looked at again when it will be due."""
        self._state.delete(KEPT, place)
        row = self._row(key)
        due_at_ms = row.changed_at_ms + SHAPES[row.window.size].kept_ms
        if due_at_ms > now_ms:
            self._keep(key, due_at_ms)
            return
        self._forget(key, row)
        yield WindowPurged(key)

    def _forget(self, key: str, row: WindowRow) -> None:
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
