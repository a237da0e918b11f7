"""What the flow makes of a history: counts, late facts, idle partitions, a backlog after an outage, forgetting."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest

from connectors.log.port import Outgoing
from domain.identifiers import OrderId
from domain.insights.watermarks import IDLE_AFTER_MS
from domain.insights.windows import SHAPES
from domain.messages.cases import CaseState
from domain.messages.insights import WindowSize, WindowUpdated
from domain.messages.inventory import Account
from domain.messages.orders import BudgetStage
from domain.messages.status import OrderStatus
from domain.quantities import format_quantity
from operators.engine.partition import COUNTS
from operators.machines.insights.window_aggregator import PAGE
from schemas.contracts.registry import INSIGHTS_WINDOWS, INVENTORY_EVENTS
from schemas.headers import header
from tests.insight_flow import START_MS, InsightFlow, accepted, booked, breached, case, journal, shipped
from tests.oracle.insights import insights_findings

MINUTE_MS = 60_000
DAY_MS = 86_400_000
ACCEPTANCE, PROGRESS = "ACCEPTANCE:portal:EU", "PROGRESS:portal:EU"


def minute_of(flow: InsightFlow, series: str, start_ms: int = START_MS) -> WindowUpdated:
    return flow.windows()[f"{series}:MINUTE:{start_ms}"]


def amounts_of(window: WindowUpdated) -> Mapping[str, str]:
    return {f"{each.name} {each.currency}".strip(): format_quantity(each.amount) for each in window.measures}


def test_an_accepted_order_counts_where_it_was_placed_and_begins_where_it_was_promised() -> None:
    flow = InsightFlow()
    flow.say(accepted("portal:1", START_MS), START_MS + 2 * MINUTE_MS)
    flow.run()

    expected = {"ORDERS": "1", "LINES": "2", "UNITS": "3", "VALUE EUR": "10.5"}
    assert expected == amounts_of(minute_of(flow, ACCEPTANCE))
    assert {"BEGUN": "1"} == amounts_of(minute_of(flow, PROGRESS, START_MS + 2 * MINUTE_MS))
    assert 7 * 2 == len(flow.windows())


def test_sums_beyond_64_bits_are_kept_exactly() -> None:
    flow = InsightFlow()
    event = accepted("portal:1", START_MS)
    for number in range(30):
        order = replace(event.order, order_id=OrderId(f"portal:{number}"), value=99_999_999_999_999_999)
        flow.say(replace(event, order=order), START_MS)
        flow.run()

    assert "299999999999999.997" == amounts_of(minute_of(flow, ACCEPTANCE))["VALUE EUR"]


def test_a_latency_runs_from_the_raw_record_to_the_promise_in_the_log() -> None:
    flow = InsightFlow()
    flow.topics.now_ms = START_MS + 250
    flow.say(accepted("portal:1", START_MS), START_MS)
    flow.run()

    quantiles = {each.percent: each.latency_ms for each in minute_of(flow, ACCEPTANCE).quantiles}
    assert {50, 95, 99} == set(quantiles)
    assert quantiles[50] == pytest.approx(250, rel=0.01)


def test_an_order_ends_once_however_often_it_is_said_to_be_shipped() -> None:
    flow = InsightFlow()
    flow.say(accepted("portal:1", START_MS), START_MS)
    flow.say(booked("portal:1"), START_MS)
    flow.say(shipped("portal:1", OrderStatus.PARTIALLY_SHIPPED), START_MS)
    flow.say(shipped("portal:1"), START_MS)
    flow.run()
    flow.say(shipped("portal:1"), START_MS)
    flow.run()

    assert {"BOOKED": "1", "BEGUN": "1", "ENDED": "1"} == amounts_of(minute_of(flow, PROGRESS))


def test_breached_budgets_are_counted_by_stage() -> None:
    flow = InsightFlow()
    flow.say(breached("portal:1", BudgetStage.BOOKING), START_MS)
    flow.say(breached("portal:1", BudgetStage.SHIPMENT), START_MS)
    flow.say(breached("portal:2", BudgetStage.SHIPMENT), START_MS)
    flow.run()

    assert {"BREACHED_BOOKING": "1", "BREACHED_SHIPMENT": "2"} == amounts_of(minute_of(flow, PROGRESS))


def test_an_order_that_was_shipped_before_it_was_promised_is_no_backlog() -> None:
    flow = InsightFlow()
    flow.say(accepted("portal:1", START_MS, OrderStatus.SHIPPED), START_MS)
    flow.run()

    assert {"BEGUN": "1", "ENDED": "1"} == amounts_of(minute_of(flow, PROGRESS))


def test_only_units_that_come_or_go_are_counted() -> None:
    flow = InsightFlow()
    for debit, credit, units in (
        (Account.SUPPLIER, Account.AVAILABLE, 10),
        (Account.AVAILABLE, Account.PENDING, 4),
        (Account.PICKED, Account.CUSTOMER, 3),
        (Account.ADJUSTMENT, Account.CUSTOMER, 1),
    ):
        flow.say(journal("SKU", debit, credit, units), START_MS)
    flow.run()

    assert {"SHIPPED": "4", "RECEIVED": "10"} == amounts_of(minute_of(flow, "MOVEMENT:central"))


def test_a_case_is_raised_and_settled_and_its_retries_are_not_counted() -> None:
    flow = InsightFlow()
    for state in (CaseState.OPEN, CaseState.RETRYING, CaseState.RESOLVED):
        flow.say(case("1", START_MS, state), START_MS)
    flow.say(case("2", START_MS, CaseState.DISMISSED), START_MS)
    flow.run()

    assert {"RAISED": "1", "SETTLED": "2"} == amounts_of(minute_of(flow, "EXCEPTION:DRIFT"))


def test_a_late_fact_corrects_its_window_and_is_counted_as_late() -> None:
    flow = InsightFlow()
    flow.say(accepted("portal:1", START_MS), START_MS)
    flow.say(accepted("portal:2", START_MS + 5 * MINUTE_MS), START_MS)
    flow.run()
    before = minute_of(flow, ACCEPTANCE)
    flow.say(accepted("portal:3", START_MS + 1), START_MS)
    flow.run()
    after = minute_of(flow, ACCEPTANCE)

    assert (1, 0, True) == (before.facts, before.late, before.complete)
    assert (2, 1, True) == (after.facts, after.late, after.complete)
    assert before.version + 1 == after.version
    assert 0 == flow.windows()[f"{ACCEPTANCE}:DAY:{START_MS}"].late
    assert "2" == amounts_of(after)["ORDERS"]


def test_a_window_is_complete_when_all_active_partitions_have_passed_it() -> None:
    flow = InsightFlow(partitions=2)
    flow.say(case("1", START_MS), START_MS)
    flow.say(case("1", START_MS + 2 * MINUTE_MS), START_MS)
    other = _key_of_another_partition(flow, "1")
    flow.say(case(other, START_MS + 1), START_MS)
    flow.say(case(other, START_MS + MINUTE_MS + 5_000), START_MS)
    flow.run()
    assert not minute_of(flow, "EXCEPTION:DRIFT").complete

    flow.say(case(other, START_MS + 2 * MINUTE_MS), START_MS)
    flow.run()
    assert minute_of(flow, "EXCEPTION:DRIFT").complete
    assert not minute_of(flow, "EXCEPTION:DRIFT", START_MS + 2 * MINUTE_MS).complete


def test_an_idle_partition_does_not_hold_a_window_back() -> None:
    flow = InsightFlow(partitions=2)
    other = _key_of_another_partition(flow, "1")
    flow.say(case(other, START_MS), START_MS)
    flow.run(for_ms=MINUTE_MS)
    flow.say(case("1", START_MS), START_MS)
    flow.say(case("1", START_MS + 2 * MINUTE_MS), START_MS)
    flow.run()
    assert not minute_of(flow, "EXCEPTION:DRIFT").complete

    flow.run(for_ms=IDLE_AFTER_MS)
    assert minute_of(flow, "EXCEPTION:DRIFT").complete


def test_what_a_partition_says_after_an_outage_is_not_late_however_far_the_others_are() -> None:
    flow = InsightFlow(partitions=2)
    flow.say(case("1", START_MS), START_MS)
    flow.say(case("1", START_MS + 60 * MINUTE_MS), START_MS)
    flow.run(for_ms=IDLE_AFTER_MS)
    complete = minute_of(flow, "EXCEPTION:DRIFT")
    flow.say(case(_key_of_another_partition(flow, "1"), START_MS), START_MS)
    flow.run()
    corrected = minute_of(flow, "EXCEPTION:DRIFT")

    assert (1, True) == (complete.facts, complete.complete)
    assert (2, True, 0) == (corrected.facts, corrected.complete, corrected.late)


def test_a_window_is_reported_once_a_second_however_many_facts_there_are() -> None:
    flow = InsightFlow()
    for number in range(200):
        flow.say(accepted(f"portal:{number}", START_MS), START_MS)
    flow.run()

    assert 200 == minute_of(flow, ACCEPTANCE).facts
    assert 1 == minute_of(flow, ACCEPTANCE).version


def test_a_minute_that_did_not_change_for_two_days_is_deleted_and_the_day_stays() -> None:
    flow = InsightFlow()
    flow.say(case("1", START_MS), START_MS)
    flow.run()
    flow.topics.now_ms += SHAPES[WindowSize.MINUTE].kept_ms + 60 * MINUTE_MS
    flow.say(case("1", START_MS + 2 * DAY_MS), START_MS + 2 * DAY_MS)
    flow.run()

    assert f"EXCEPTION:DRIFT:MINUTE:{START_MS}" not in flow.windows()
    assert f"EXCEPTION:DRIFT:DAY:{START_MS}" in flow.windows()
    assert [] == insights_findings(flow.reader)


def test_minutes_are_deleted_though_nothing_more_is_said_and_a_page_at_a_time() -> None:
    flow = InsightFlow()
    minutes = PAGE // 3 + 5
    for number in range(minutes):
        flow.say(case("1", START_MS + number * MINUTE_MS), START_MS)
    flow.run()
    assert 3 * minutes == sum(":MINUTE:" in key for key in flow.windows())
    flow.topics.now_ms += SHAPES[WindowSize.MINUTE].kept_ms + 60 * MINUTE_MS
    flow.run()

    assert {"DAY"} == {key.split(":")[-2] for key in flow.windows()}
    deleted = Counter(
        header(record.headers, "causationid") for record in flow.topics.all_of(INSIGHTS_WINDOWS) if record.value is None
    )
    assert [PAGE, 3 * minutes - PAGE] == list(deleted.values())


def test_a_fact_that_is_too_late_for_a_deleted_minute_is_counted_and_still_corrects_its_day() -> None:
    flow = InsightFlow()
    flow.say(case("1", START_MS), START_MS)
    flow.run()
    flow.topics.now_ms += SHAPES[WindowSize.MINUTE].kept_ms + 60 * MINUTE_MS
    flow.say(case("1", START_MS + 2 * DAY_MS), START_MS + 2 * DAY_MS)
    flow.run()
    flow.say(case("1", START_MS), START_MS)
    flow.run()

    assert f"EXCEPTION:DRIFT:MINUTE:{START_MS}" not in flow.windows()
    assert 2 == flow.windows()[f"EXCEPTION:DRIFT:DAY:{START_MS}"].facts
    rows = flow.reader.state_rows("insights", COUNTS.prefix)
    assert {"too late for its minute": 3} == {COUNTS.key_of(key): COUNTS.decode(value) for _, key, value in rows}


def test_a_record_without_the_time_of_its_decision_is_a_dead_letter() -> None:
    flow = InsightFlow()
    flow.topics.append(Outgoing(INVENTORY_EVENTS, "SKU", b"\0", (("ce_time", b"yesterday"),)))
    flow.run()

    assert 1 == len(flow.topics.all_of("deadletters.v1"))


def _home(flow: InsightFlow, key: str) -> int:
    return flow.home_of("exceptions.v1", key)


def _key_of_another_partition(flow: InsightFlow, key: str) -> str:
    return next(each for each in map(str, range(100)) if _home(flow, each) != _home(flow, key))
