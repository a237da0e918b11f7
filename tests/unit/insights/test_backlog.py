"""The level of the backlog is the running sum of what changed in the windows."""

from domain.identifiers import ChannelId
from domain.insights.backlog import backlog_levels
from domain.insights.sums import ONE
from domain.insights.windows import Window
from domain.messages.insights import Measure, MeasureName, Metric, Series, WindowSize, WindowUpdated

SERIES = Series(Metric.PROGRESS, channel_id=ChannelId("portal"), region="EU")
DAY_MS = 86_400_000
MINUTE_MS = 60_000
TODAY_MS = 20_000 * DAY_MS


def window(size: WindowSize, start_ms: int, begun: int, ended: int) -> WindowUpdated:
    shape = Window(size, start_ms)
    measures = (Measure(MeasureName.BEGUN, "", begun * ONE), Measure(MeasureName.ENDED, "", ended * ONE))
    return WindowUpdated(
        SERIES,
        size,
        start_ms,
        shape.end_ms,
        shape.tumbling,
        version=1,
        complete=True,
        facts=begun + ended,
        late=0,
        measures=measures,
        latency=(),
        quantiles=(),
    )


WINDOWS = (
    window(WindowSize.DAY, TODAY_MS - DAY_MS, 10, 4),
    window(WindowSize.MINUTE, TODAY_MS - MINUTE_MS, 9, 3),
    window(WindowSize.DAY, TODAY_MS, 3, 5),
    window(WindowSize.DAY, TODAY_MS - DAY_MS // 4, 12, 7),
    window(WindowSize.MINUTE, TODAY_MS, 3, 0),
    window(WindowSize.MINUTE, TODAY_MS + 20_000, 3, 1),
    window(WindowSize.MINUTE, TODAY_MS + 2 * MINUTE_MS, 0, 5),
)


def test_a_minute_builds_on_the_days_before_and_the_minutes_of_its_own_day() -> None:
    starts = [TODAY_MS, TODAY_MS + MINUTE_MS, TODAY_MS + 2 * MINUTE_MS]

    assert [9 * ONE, 9 * ONE, 4 * ONE] == list(backlog_levels(WINDOWS, WindowSize.MINUTE, starts).values())


def test_a_day_builds_on_the_days_before() -> None:
    starts = [TODAY_MS - 2 * DAY_MS, TODAY_MS - DAY_MS, TODAY_MS]

    assert [0, 6 * ONE, 4 * ONE] == list(backlog_levels(WINDOWS, WindowSize.DAY, starts).values())
