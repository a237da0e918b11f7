"""How far event time has come: in one input partition, and in all of them together.

A watermark says that nothing older is expected. It belongs to one input partition and rises with the event times seen
there, so a partition that is read hours later than the others, after an outage, is not late: its own watermark waited.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.insights.windows import tumbling_window_of
from domain.messages.insights import Metric, WindowSize

_MINUTE_MS = 60_000

ALLOWED_DELAY_MS: Mapping[Metric, int] = {
    Metric.ACCEPTANCE: 60_000,
    Metric.PROGRESS: 10_000,
    Metric.MOVEMENT: 10_000,
    Metric.EXCEPTION: 10_000,
}
"""How far the watermark stays behind the highest event time; longer where the clock is a source's, not the log's."""

IDLE_AFTER_MS = 120_000
"""An input partition whose watermark has not moved for so long, by the append times of the reader's inbox, is idle."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What one input partition last said of its watermark, and when that lay in the inbox."""

    watermark_ms: int
    told_at_ms: int


def risen(watermark_ms: int, metric: Metric, at_ms: int) -> int:
    """The watermark of an input partition after a record with an event time."""
    return max(watermark_ms, at_ms - ALLOWED_DELAY_MS[metric])


def is_late(watermark_ms: int, at_ms: int, size: WindowSize) -> bool:
    """Whether the whole minute or day of a fact had been passed by its own partition's watermark."""
    return tumbling_window_of(at_ms, size).end_ms <= watermark_ms


def told(watermark_ms: int) -> int:
    """What is told to others: whole minutes, so that they hear of it at most once a minute of event time."""
    return watermark_ms - watermark_ms % _MINUTE_MS


def common_watermark(reports: Iterable[Reached], now_ms: int) -> int:
    """The lowest of the partitions that are not idle; when all are, the highest that any of them came to."""
    known = tuple(reports)
    awake = [report.watermark_ms for report in known if not is_idle(report, now_ms)]
    return min(awake) if awake else max((report.watermark_ms for report in known), default=0)


def is_idle(report: Reached, now_ms: int) -> bool:
    """Whether a partition has been silent for so long that nobody waits for it."""
    return now_ms - report.told_at_ms >= IDLE_AFTER_MS
