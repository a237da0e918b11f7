"""How far event time has come, and who holds it back."""

from domain.insights.watermarks import IDLE_AFTER_MS, Reached, common_watermark, is_late, published, risen
from domain.messages.insights import Metric, WindowSize

MINUTE_MS = 60_000
DAY_MS = 86_400_000
NOW_MS = 10 * DAY_MS


def test_a_watermark_stays_behind_the_highest_event_time_and_never_falls() -> None:
    watermark_ms = risen(0, Metric.ACCEPTANCE, NOW_MS)

    assert NOW_MS - MINUTE_MS == watermark_ms
    assert watermark_ms == risen(watermark_ms, Metric.ACCEPTANCE, NOW_MS - 1)


def test_a_fact_is_late_once_its_whole_minute_or_day_has_been_passed() -> None:
    at_ms = NOW_MS + 30_000

    assert not is_late(NOW_MS + MINUTE_MS - 1, at_ms, WindowSize.MINUTE)
    assert is_late(NOW_MS + MINUTE_MS, at_ms, WindowSize.MINUTE)
    assert not is_late(NOW_MS + MINUTE_MS, at_ms, WindowSize.DAY)
    assert is_late(NOW_MS + DAY_MS, at_ms, WindowSize.DAY)


def test_the_slowest_that_is_not_idle_holds_the_others_back() -> None:
    reports = [Reached(100, NOW_MS), Reached(70, NOW_MS - 1), Reached(20, NOW_MS - IDLE_AFTER_MS)]

    assert 70 == common_watermark(reports, NOW_MS)


def test_when_all_are_idle_the_one_that_came_furthest_counts() -> None:
    reports = [Reached(100, 0), Reached(70, 5)]

    assert 100 == common_watermark(reports, NOW_MS)


def test_nothing_is_passed_before_anybody_has_spoken() -> None:
    assert 0 == common_watermark([], NOW_MS)


def test_watermarks_are_published_in_full_minutes() -> None:
    assert [0, MINUTE_MS, MINUTE_MS] == [published(MINUTE_MS - 1), published(MINUTE_MS), published(2 * MINUTE_MS - 1)]
