"""Budgets in channel files: a time from the receipt, or a daily cut-off in the channel's own time."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.messages.orders import BudgetStage, HoldKind, OrderPlaced, StageBudget
from domain.working_days import DailyDue, ZoneOffset
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS as FOLDER
from schemas.channel_language.loader import parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import INGESTED_AT_MS, PORTAL_ORDER, the_message

PORTAL = (FOLDER / "portal.yaml").read_text(encoding="utf-8")
BERLIN = ZoneInfo("Europe/Berlin")
DAILY = '{shipment: {daily: {cut_off: "14:00", until: "18:00"}}}'


def portal_with(budgets: str) -> ChannelFile:
    return parse_channel_file(f"{PORTAL}\nbudgets: {budgets}\n", "portal.yaml")


def due(budgets: str, received: str) -> str:
    """When an order that is received at that time in Berlin is to be shipped, in the time of Berlin."""
    received_at_us = int(datetime.fromisoformat(received).replace(tzinfo=BERLIN).timestamp()) * 1_000_000
    (budget,) = portal_with(budgets).order_policy(received_at_us).budgets
    due_at_ms = received_at_us // 1_000 + budget.within_ms
    return datetime.fromtimestamp(due_at_ms // 1_000, BERLIN).strftime("%a %d %b %H:%M")


def test_a_mapped_order_carries_the_budgets_of_its_channel() -> None:
    channel = portal_with(
        "{shipment: {within_minutes: 1440, opens_case: true}, booking: {within_minutes: 60}, paused_by: [CREDIT]}"
    )
    order = the_message(channel, PORTAL_ORDER)
    assert isinstance(order, OrderPlaced)
    booking = StageBudget(BudgetStage.BOOKING, 3_600_000, opens_case=False)
    assert (booking, StageBudget(BudgetStage.SHIPMENT, 86_400_000, opens_case=True)) == order.policy.budgets
    assert (HoldKind.CREDIT,) == order.policy.budgets_paused_by
    assert INGESTED_AT_MS * 1_000 == order.provenance.ingested_at_us


@pytest.mark.parametrize(
    ("received", "expected"),
    (
        ("2026-01-05T13:59:59", "Mon 05 Jan 18:00"),
        ("2026-01-05T14:00:00", "Tue 06 Jan 18:00"),
        ("2026-01-05T23:30:00", "Tue 06 Jan 18:00"),
        ("2026-01-09T14:00:00", "Mon 12 Jan 18:00"),
        ("2026-01-10T09:00:00", "Mon 12 Jan 18:00"),
        # The clocks go forward on Sunday 29 March, and back on Sunday 25 October.
        ("2026-03-27T15:00:00", "Mon 30 Mar 18:00"),
        ("2026-10-23T15:00:00", "Mon 26 Oct 18:00"),
    ),
)
def test_what_is_received_before_the_cut_off_is_due_the_same_working_day(received: str, expected: str) -> None:
    assert expected == due(DAILY, received)


def test_a_daily_budget_may_be_due_working_days_later_and_know_other_working_days() -> None:
    budgets = '{shipment: {daily: {cut_off: "14:00", until: "18:00", days_later: 2}}}'
    assert "Tue 13 Jan 18:00" == due(budgets, "2026-01-09T09:00:00")
    budgets = '{shipment: {daily: {cut_off: "14:00", until: "18:00", days: [SAT, SUN]}}}'
    assert "Sat 10 Jan 18:00" == due(budgets, "2026-01-05T09:00:00")


def test_a_budget_from_the_shipment_takes_its_daily_cut_off_with_it() -> None:
    daily = '{delivery: {daily: {cut_off: "14:00", until: "18:00", days_later: 1}}, invoice: {within_minutes: 60}}'
    received_at_us = int(datetime(2026, 1, 5, 9, tzinfo=BERLIN).timestamp()) * 1_000_000
    delivery, invoice = portal_with(daily).order_policy(received_at_us).budgets
    clocks = ("2026-01-05T00", "2026-03-29T01", "2026-10-25T01", "2027-03-28T01", "2027-10-31T01")
    offsets = tuple(
        ZoneOffset(int(datetime.fromisoformat(f"{at}:00+00:00").timestamp()) * 1_000_000, (1 + place % 2) * 3_600_000)
        for place, at in enumerate(clocks)
    )
    rule = DailyDue(14 * 3_600_000, 18 * 3_600_000, (0, 1, 2, 3, 4), 1, offsets)
    assert StageBudget(BudgetStage.DELIVERY, 0, opens_case=False, daily=(rule,)) == delivery
    assert StageBudget(BudgetStage.INVOICE, 3_600_000, opens_case=False) == invoice


@pytest.mark.parametrize(
    ("budgets", "message"),
    (
        ("{shipment: {}}", "give within_minutes or daily"),
        ('{shipment: {within_minutes: 5, daily: {cut_off: "14:00", until: "18:00"}}}', "give within_minutes or daily"),
        ('{shipment: {daily: {cut_off: "18:00", until: "14:00"}}}', "until is not later than cut_off"),
        ('{shipment: {daily: {cut_off: "25:00", until: "26:00"}}}', "write a time of day like"),
        ('{shipment: {daily: {cut_off: "14:00", until: "18:00", days: [HOLIDAY]}}}', "'HOLIDAY' is not one of MON"),
        ("{acknowledgement: {within_minutes: 5}}", "acknowledgement"),
    ),
)
def test_a_budget_that_says_nothing_definite_is_refused(budgets: str, message: str) -> None:
    with pytest.raises(YamlFileInvalid, match=message):
        portal_with(budgets)


def test_only_a_file_of_orders_has_budgets() -> None:
    warehouse = (FOLDER / "wms_central.yaml").read_text(encoding="utf-8")
    with pytest.raises(YamlFileInvalid, match="budgets are of orders"):
        parse_channel_file(f"{warehouse}\nbudgets: {{shipment: {{within_minutes: 5}}}}\n", "wms_central.yaml")


def test_the_example_of_the_page_is_valid() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reference" / "channel-files.md").read_text(encoding="utf-8")
    (example,) = (each for each in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if each.startswith("budgets:"))
    channel = parse_channel_file(f"{PORTAL}\n{example}", "portal.yaml")
    assert 5 == len(channel.order_policy(0).budgets)
