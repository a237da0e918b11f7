"""What the table of insights shows of windows."""

import pytest

from dataflows.views.trends import Trend, sparkline, trends_of
from domain.insights.sums import ONE
from domain.messages.insights import WindowSize
from domain.messages.orders import BudgetStage
from domain.messages.status import OrderStatus
from tests.insight_flow import START_MS, InsightFlow, accepted, booked, breached, case, shipped

MINUTE_MS = 60_000


@pytest.fixture(scope="module")
def flow() -> InsightFlow:
    flow = InsightFlow()
    flow.say(accepted("portal:1", START_MS), START_MS)
    flow.say(accepted("portal:2", START_MS + 2 * MINUTE_MS), START_MS)
    flow.say(booked("portal:1"), START_MS + MINUTE_MS)
    flow.say(shipped("portal:1", OrderStatus.SHIPPED), START_MS + 3 * MINUTE_MS)
    flow.say(breached("portal:2", BudgetStage.SHIPMENT), START_MS + MINUTE_MS)
    flow.say(case("1", START_MS), START_MS)
    flow.run()
    return flow


def trends(flow: InsightFlow, size: WindowSize = WindowSize.MINUTE, channel: str | None = None) -> dict[str, Trend]:
    return {trend.measure: trend for trend in trends_of(flow.windows().values(), size, channel, most=10)}


def test_a_window_without_orders_counts_none_and_has_no_latency(flow: InsightFlow) -> None:
    assert (ONE, 0, ONE) == trends(flow)["orders"].values
    latencies = trends(flow)["time to accept, p50"].values
    assert [True, False, True] == [latency is not None for latency in latencies]


def test_money_has_its_currency(flow: InsightFlow) -> None:
    assert ("EUR", (10_500_000, 0, 10_500_000)) == (trends(flow)["value"].unit, trends(flow)["value"].values)


def test_booking_success_is_a_share_where_the_erp_spoke(flow: InsightFlow) -> None:
    assert (None, 100 * ONE, None, None) == trends(flow)["booking success"].values


def test_breached_budgets_are_shown_by_stage_where_there_are_any(flow: InsightFlow) -> None:
    assert (0, ONE, 0, 0) == trends(flow)["breached: shipment"].values
    assert "breached: booking" not in trends(flow)


def test_the_backlog_is_carried_on(flow: InsightFlow) -> None:
    assert (2 * ONE, 2 * ONE, 2 * ONE, ONE) == trends(flow)["backlog at the end"].values


def test_the_day_is_one_window(flow: InsightFlow) -> None:
    assert (2 * ONE,) == trends(flow, WindowSize.DAY)["orders"].values


def test_a_channel_has_no_exceptions_and_another_channel_nothing(flow: InsightFlow) -> None:
    assert "raised" in trends(flow)
    assert "raised" not in trends(flow, channel="portal")
    assert {} == trends(flow, channel="shopify")


def test_only_the_last_windows_are_shown(flow: InsightFlow) -> None:
    shown = {trend.measure: trend for trend in trends_of(flow.windows().values(), WindowSize.MINUTE, None, most=2)}

    assert (0, ONE) == shown["orders"].values
    assert START_MS + 2 * MINUTE_MS == shown["orders"].last_start_ms


def test_a_sparkline_goes_from_zero_to_the_highest() -> None:
    assert "▁▄█ " == sparkline((0, 4, 8, None))
    assert "▁▁" == sparkline((0, 0))
    assert "" == sparkline(())
