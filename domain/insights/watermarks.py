"""The progress of event time, in one input partition and over all of them.

A watermark says that nothing older is expected. Each input partition has its own, which rises with the event times seen
there. So a partition that is read hours after the others, after an outage, is not late.
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
"""How far the watermark trails the highest event time; more where the clock is the source's and not the log's."""

IDLE_AFTER_MS = 120_000
"""An input partition is idle when its watermark has not moved for this long, by the inbox's append times."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The last watermark that one input partition reported, and the append time of the report in the inbox."""

    watermark_ms: int
    told_at_ms: int  # stored under this name


def risen(watermark_ms: int, metric: Metric, at_ms: int) -> int:
    """The watermark of an input partition after a record with an event time."""
    return max(watermark_ms, at_ms - ALLOWED_DELAY_MS[metric])


def is_late(watermark_ms: int, at_ms: int, size: WindowSize) -> bool:
    """Whether the partition's watermark had passed the end of the fact's minute or day."""
    return tumbling_window_of(at_ms, size).end_ms <= watermark_ms


def published(watermark_ms: int) -> int:
    """The watermark as it is published: in full minutes, so at most one report per minute of event time."""
    return watermark_ms - watermark_ms % _MINUTE_MS


def common_watermark(reports: Iterable[Reached], now_ms: int) -> int:
    """The lowest watermark of the partitions that are not idle; when all are idle, the highest of all."""
    known = tuple(reports)
    awake = [report.watermark_ms for report in known if not is_idle(report, now_ms)]
    return min(awake) if awake else max((report.watermark_ms for report in known), default=0)


def is_idle(report: Reached, now_ms: int) -> bool:
    """Whether a partition has been silent for so long that the common watermark no longer waits for it."""
    return now_ms - report.told_at_ms >= IDLE_AFTER_MS
