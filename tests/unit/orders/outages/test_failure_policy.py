"""What the failure policy does with orders: a test for each row of the table, and for the way back."""

import re
from dataclasses import replace

import pytest

from domain.identifiers import ChannelId, CorrelationId, ErpId, EventId, SourceId
from domain.messages.cases import Case, CaseClass
from domain.messages.failure_policy import (
    Dependency,
    DependencyReported,
    FailureAction,
    FailurePolicySet,
    PolicyRow,
    Workflow,
)
from domain.messages.status import FailurePolicyApplied, OrderHeld, OrderRejected
from domain.orders.decision import Cause
from domain.orders.outages.table import Conditions
from domain.orders.transitions import OrderVerdict, restored
from domain.provenance import Provenance
from tests.unit.orders.story import RULES, Story, effects_of, flow_status_of, story_of

PROVENANCE = Provenance(SourceId("dependencies"), CorrelationId("1"), 0, "", 0, 0)
BOOKS = "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated"


def row(text: str) -> PolicyRow:
    """Such as `TAX ORDER_ACCEPTANCE shop DEGRADE 60`: the channel is `*` for all, the age in minutes."""
    dependency, workflow, channel, action, *minutes = text.split()
    return PolicyRow(
        Dependency(dependency),
        Workflow(workflow),
        ChannelId("" if channel == "*" else channel),
        FailureAction(action),
        int(minutes[0]) * 60_000 if minutes else 0,
    )


def report(dependency: Dependency, since_ms: int, *, is_away: bool = True) -> DependencyReported:
    return DependencyReported(dependency, is_away, since_ms * 1_000, "timeouts", PROVENANCE)


def without(dependencies: str, *rows: str, away_ms: int = 0) -> Story:
    """A story that begins while these are away, since some time, under a policy of these rows."""
    story = story_of("")
    since_ms = story.now_ms - away_ms
    outages = tuple(report(Dependency(each), since_ms) for each in dependencies.split())
    policy = FailurePolicySet("7", PROVENANCE, tuple(map(row, rows)))
    story.rules = replace(RULES, conditions=Conditions(outages, policy))
    return story


def is_back(story: Story, dependency: str) -> OrderVerdict:
    away = Dependency(dependency)
    outages = tuple(each for each in story.rules.conditions.outages if each.dependency is not away)
    story.rules = replace(story.rules, conditions=replace(story.rules.conditions, outages=outages))
    story.events += 1
    cause = Cause(EventId(f"event {story.events}"), story.now_ms)
    return story._became(restored(story.known, away, cause, story.rules))


def applied(verdict: OrderVerdict) -> list[FailurePolicyApplied]:
    return [each for each in verdict.messages if isinstance(each, FailurePolicyApplied)]


def test_without_a_row_an_order_goes_on_as_ever() -> None:
    story = without("TAX", "CREDIT ORDER_ACCEPTANCE * HOLD", "TAX ORDER_ACCEPTANCE other REJECT")
    assert "OrderReceived; asks 1:5" == effects_of(story.do("place available 5"))


def test_a_row_of_the_channel_counts_before_one_of_all_channels() -> None:
    story = without("TAX", "TAX ORDER_ACCEPTANCE * REJECT", "TAX ORDER_ACCEPTANCE shop CONTINUE")
    assert "OrderReceived; asks 1:5" == effects_of(story.do("place available 5"))


@pytest.mark.parametrize("dependency", tuple(Dependency))
@pytest.mark.parametrize(
    ("action", "last"),
    (
        ("CONTINUE", "OrderReceived; asks 1:5"),
        ("DEGRADE 60", "OrderReceived; FailurePolicyApplied; asks 1:5"),
        ("HOLD", "OrderHeld; asks 1:5"),
        ("PAUSE", "OrderReceived; FailurePolicyApplied"),
        ("REJECT", "OrderReceived; FailurePolicyApplied; OrderRejected"),
    ),
)
def test_each_row_about_new_orders_does_what_it_says(dependency: Dependency, action: str, last: str) -> None:
    story = without(dependency, f"{dependency} ORDER_ACCEPTANCE * {action}")
    assert effects_of(story.do("place available 5")).endswith(last)


@pytest.mark.parametrize("dependency", tuple(each for each in Dependency if each is not Dependency.ERP))
@pytest.mark.parametrize(
    ("action", "effects"),
    (
        ("CONTINUE", "OrderBooked; releases 1:5; PickReleased"),
        ("DEGRADE 60", "OrderBooked; FailurePolicyApplied; releases 1:5; PickReleased"),
        ("HOLD", "OrderBooked; FailurePolicyApplied; held"),
        ("PAUSE", "OrderBooked; FailurePolicyApplied"),
    ),
)
def test_each_row_about_releases_does_what_it_says(dependency: Dependency, action: str, effects: str) -> None:
    story = without(dependency, f"{dependency} RELEASE * {action}")
    for step in ("place available 5", "answer 1:5"):
        story.do(step)
    assert effects == without_kind(effects_of(story.do("booked")))


def without_kind(effects: str) -> str:
    """The hold, and its case where its kind is one."""
    return re.sub(r"(case \w+; )?OrderHeld", "held", effects)


@pytest.mark.parametrize(
    ("action", "accepted", "booked"),
    (
        ("CONTINUE", BOOKS, "OrderBooked; releases 1:5; PickReleased"),
        ("DEGRADE 60", f"{BOOKS}; FailurePolicyApplied; releases 1:5; PickReleased", "OrderBooked"),
        ("HOLD", f"{BOOKS}; FailurePolicyApplied; OrderHeld", "OrderBooked"),
        ("PAUSE", f"{BOOKS}; FailurePolicyApplied", "OrderBooked"),
    ),
)
def test_each_row_about_releases_without_an_erp_does_what_it_says(action: str, accepted: str, booked: str) -> None:
    story = without("ERP", f"ERP RELEASE * {action}")
    story.do("place available 5")
    assert accepted == effects_of(story.do("answer 1:5"))
    assert booked == effects_of(story.do("booked"))


def test_goods_that_are_not_booked_go_only_as_long_as_the_policy_trusts_the_outage() -> None:
    story = without("ERP", "ERP RELEASE * DEGRADE 60", away_ms=3_600_001)
    story.do("place available 5")
    held = "FailurePolicyApplied; case POLICY_FAILED; OrderHeld"
    assert f"{BOOKS}; {held}" == effects_of(story.do("answer 1:5"))
    assert "case POLICY_FAILED RESOLVED; OrderHoldReleased" == effects_of(is_back(story, "ERP"))
    assert "OrderBooked; releases 1:5; PickReleased" == effects_of(story.do("booked"))


def test_a_hold_of_the_policy_sleeps_while_all_has_left_and_ends_with_the_outage() -> None:
    story = without("WMS", "WMS RELEASE * HOLD")
    for step in ("place available 5", "answer 1:5", "booked"):
        story.do(step)
    assert "shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5; OrderHeld" == effects_of(story.do("ship 1:5"))
    back = "reversed 1:5; ShipmentReversed; REVERSE_SHIPMENT 1:5; case DEPENDENCY_TIMEOUT; OrderHeld"
    assert back == effects_of(story.do("unship 1:5"))
    released = "case DEPENDENCY_TIMEOUT RESOLVED; OrderHoldReleased; releases 1:5; PickReleased"
    assert released == effects_of(is_back(story, "WMS"))


def test_a_hold_before_a_release_ends_with_the_outage_or_by_a_person() -> None:
    for ends in ("back", "person"):
        story = without("WMS", "WMS RELEASE * HOLD")
        for step in ("place available 5", "answer 1:5", "booked"):
            story.do(step)
        verdict = is_back(story, "WMS") if ends == "back" else story.do("unhold MANUAL")
        assert "OrderHoldReleased; releases 1:5; PickReleased" == effects_of(verdict)


@pytest.mark.parametrize("dependency", tuple(Dependency))
@pytest.mark.parametrize(
    ("action", "accepted"),
    (
        ("CONTINUE", BOOKS),
        ("DEGRADE 60", f"FailurePolicyApplied; {BOOKS}"),
        ("HOLD", "FailurePolicyApplied; OrderAccepted; InventoryAllocated; held"),
        ("PAUSE", "FailurePolicyApplied; OrderAccepted; InventoryAllocated"),
    ),
)
def test_each_row_about_bookings_does_what_it_says(dependency: Dependency, action: str, accepted: str) -> None:
    story = without(dependency, f"{dependency} BOOKING * {action}")
    story.do("place available 5")
    assert accepted == without_kind(effects_of(story.do("answer 1:5")))


def test_a_paused_booking_and_all_that_waits_for_it_are_posted_when_the_dependency_is_back() -> None:
    story = without("TAX", "TAX BOOKING * PAUSE")
    for step in ("place available 5", "answer 1:5", "ship 1:2", "return 1:1"):
        story.do(step)
    assert "CREATE_SALES_ORDER 1:5; POST_SHIPMENT 1:2; POST_CREDIT_MEMO 1:1" == effects_of(is_back(story, "TAX"))


def test_a_held_booking_is_asked_for_when_a_person_ends_the_hold_and_not_again() -> None:
    story = without("TAX", "TAX BOOKING * HOLD")
    for step in ("place available 5", "answer 1:5"):
        story.do(step)
    ended = "case TAX_UNAVAILABLE RESOLVED; OrderHoldReleased; CREATE_SALES_ORDER 1:5"
    assert ended == effects_of(story.do("unhold TAX"))
    assert "" == effects_of(is_back(story, "TAX"))


def test_a_booking_waits_for_a_hold_of_its_kind_that_somebody_else_has_set() -> None:
    story = without("TAX", "TAX BOOKING * HOLD")
    for step in ("place available 5 TAX", "answer 1:5"):
        story.do(step)
    ended = "case TAX_UNAVAILABLE RESOLVED; OrderHoldReleased; CREATE_SALES_ORDER 1:5"
    assert ended == effects_of(story.do("unhold TAX"))


def test_an_order_that_is_cancelled_before_its_booking_is_booked_only_if_goods_of_it_leave_all_the_same() -> None:
    story = without("TAX", "TAX BOOKING * PAUSE")
    for step in ("place available 5", "answer 1:5"):
        story.do(step)
    assert "gives up 1:5; OrderCancelled" == effects_of(story.do("cancel"))
    assert "" == effects_of(is_back(story, "TAX"))
    assert effects_of(story.do("ship 1:2")).endswith("CREATE_SALES_ORDER 1:2; POST_SHIPMENT 1:2")


@pytest.mark.parametrize("dependency", tuple(Dependency))
@pytest.mark.parametrize(
    ("workflow", "action", "shipped", "returned"),
    (
        ("SHIPMENT", "CONTINUE", "POST_SHIPMENT 1:2", "POST_CREDIT_MEMO 1:1"),
        ("SHIPMENT", "PAUSE", "FailurePolicyApplied", ""),
        ("RETURNS", "CONTINUE", "POST_SHIPMENT 1:2", "POST_CREDIT_MEMO 1:1"),
        ("RETURNS", "PAUSE", "POST_SHIPMENT 1:2", "FailurePolicyApplied"),
    ),
)
def test_each_row_about_facts_keeps_their_postings_back_and_not_the_facts(
    dependency: Dependency, workflow: str, action: str, shipped: str, returned: str
) -> None:
    story = without(dependency, f"{dependency} {workflow} * {action}")
    for step in ("place available 5", "answer 1:5", "booked"):
        story.do(step)
    assert f"shipped 1:2; ShipmentConfirmed; {shipped}" == effects_of(story.do("ship 1:2"))
    assert f"took back 1:1; ReturnReceived; {returned}".removesuffix("; ") == effects_of(story.do("return 1:1"))


def test_postings_that_were_kept_back_follow_in_their_order() -> None:
    story = without("TAX", "TAX SHIPMENT * PAUSE", "TAX RETURNS * PAUSE")
    for step in ("place available 5", "answer 1:5", "booked", "ship 1:2", "ship 1:3", "return 1:1"):
        story.do(step)
    assert "POST_SHIPMENT 1:2; POST_SHIPMENT 1:3; POST_CREDIT_MEMO 1:1" == effects_of(is_back(story, "TAX"))


@pytest.mark.parametrize(
    ("dependency", "kind", "case_class"),
    (
        ("TAX", "TAX", "TAX_UNAVAILABLE"),
        ("CREDIT", "CREDIT", "CREDIT_HOLD"),
        ("ADDRESS", "ADDRESS", "ADDRESS_INVALID"),
        ("FRAUD", "FRAUD", ""),
        ("PAYMENT", "PAYMENT", "PAYMENT_FAILED"),
        ("ERP", "MANUAL", ""),
        ("WMS", "MANUAL", ""),
        ("CARRIER", "MANUAL", ""),
        ("PIM", "MANUAL", ""),
    ),
)
def test_hold_accepts_the_order_with_a_hold_that_ends_with_the_outage(
    dependency: str, kind: str, case_class: str
) -> None:
    story = without(dependency, f"{dependency} ORDER_ACCEPTANCE * HOLD")
    placed = story.do("place available 5 accepted")
    case = f"case {case_class}; " if case_class else ""
    assert f"OrderReceived; FailurePolicyApplied; {case}OrderHeld; asks 1:5" == effects_of(placed)
    (held,) = (each for each in placed.messages if isinstance(each, OrderHeld))
    expected = (kind, "failure policy", f"{dependency} is away (timeouts): HOLD by failure policy 7")
    assert expected == (held.hold, held.held_by, held.reason)
    assert BOOKS == effects_of(story.do("answer 1:5"))
    case = f"case {case_class} RESOLVED; " if case_class else ""
    assert f"{case}OrderHoldReleased; releases 1:5; PickReleased" == effects_of(is_back(story, dependency))


def test_a_person_may_release_such_an_order_before() -> None:
    story = without("TAX", "TAX ORDER_ACCEPTANCE * HOLD")
    story.do("place available 5 accepted")
    story.do("answer 1:5")
    released = "case TAX_UNAVAILABLE RESOLVED; OrderHoldReleased; releases 1:5; PickReleased"
    assert released == effects_of(story.do("unhold TAX"))
    assert "" == effects_of(is_back(story, "TAX"))


def test_a_hold_that_somebody_else_has_set_stays_when_the_dependency_is_back() -> None:
    story = without("TAX", "TAX ORDER_ACCEPTANCE * HOLD")
    story.do("place available 5 TAX")
    assert "" == effects_of(is_back(story, "TAX"))
    story = without("CREDIT", "CREDIT ORDER_ACCEPTANCE * HOLD")
    story.do("place available 5")
    story.do("hold CREDIT")
    assert "" == effects_of(is_back(story, "CREDIT"))
    assert ["ann"] == [held.held_by for held in story.order.holds]


def test_two_outages_with_one_kind_of_hold_end_it_with_the_last() -> None:
    story = without("PIM WMS", "PIM ORDER_ACCEPTANCE * HOLD", "WMS ORDER_ACCEPTANCE * HOLD")
    story.do("place available 5")
    assert "" == effects_of(is_back(story, "PIM"))
    assert "OrderHoldReleased" == effects_of(is_back(story, "WMS"))


def test_pause_asks_the_ledger_for_nothing_until_the_dependency_is_back() -> None:
    story = without("TAX", "TAX ORDER_ACCEPTANCE * PAUSE")
    assert "OrderReceived; FailurePolicyApplied" == effects_of(story.do("place available 5"))
    assert "CHECKING; 1: backordered 5" == flow_status_of(story)
    assert "asks 1:5" == effects_of(is_back(story, "TAX"))
    assert BOOKS == effects_of(story.do("answer 1:5"))


def test_a_paused_order_waits_for_all_that_pause_it() -> None:
    story = without("TAX CREDIT", "TAX ORDER_ACCEPTANCE * PAUSE", "CREDIT ORDER_ACCEPTANCE * PAUSE")
    story.do("place available 5")
    assert "" == effects_of(is_back(story, "TAX"))
    assert "asks 1:5" == effects_of(is_back(story, "CREDIT"))


def test_a_paused_order_is_asked_about_its_purchase_order_meanwhile() -> None:
    story = without("TAX", "TAX ORDER_ACCEPTANCE * PAUSE")
    placed = story.do("place available 5 numbered")
    assert "OrderReceived; FailurePolicyApplied; PurchaseOrderClaimed" == effects_of(placed)
    assert "" == effects_of(story.do("no duplicate"))
    assert "asks 1:5" == effects_of(is_back(story, "TAX"))


def test_a_paused_order_can_be_cancelled_and_stays_so() -> None:
    story = without("TAX", "TAX ORDER_ACCEPTANCE * PAUSE")
    story.do("place available 5")
    assert "OrderCancelled" == effects_of(story.do("cancel"))
    assert "" == effects_of(is_back(story, "TAX"))


def test_a_pause_that_lasts_as_long_as_a_hold_may_is_a_case_until_the_dependency_is_back() -> None:
    story = without("TAX", "TAX ORDER_ACCEPTANCE * PAUSE")
    story.do("place available 5")
    assert "case DEPENDENCY_TIMEOUT" == effects_of(story.do("timer"))
    assert "case DEPENDENCY_TIMEOUT RESOLVED; asks 1:5" == effects_of(is_back(story, "TAX"))


def test_reject_names_the_policy() -> None:
    story = without("TAX", "TAX ORDER_ACCEPTANCE * REJECT")
    placed = story.do("place available 5")
    assert "OrderReceived; FailurePolicyApplied; OrderRejected" == effects_of(placed)
    (rejected,) = (each for each in placed.messages if isinstance(each, OrderRejected))
    assert "TAX is away (timeouts): REJECT by failure policy 7" == rejected.reason
    assert "REJECTED; 1: cancelled 5" == flow_status_of(story)


def test_an_order_that_was_shipped_before_it_came_is_not_rejected() -> None:
    story = without("TAX", "TAX ORDER_ACCEPTANCE * REJECT")
    story.do("ship 1:2")
    assert "asks 1:3" in effects_of(story.do("place available 5"))


def test_degrade_goes_on_with_what_is_known_and_says_how_old_it_is() -> None:
    story = without("TAX", "TAX ORDER_ACCEPTANCE * DEGRADE 60", away_ms=3_600_000)
    placed = story.do("place available 5 TAX accepted")
    released = "case TAX_UNAVAILABLE; OrderHeld; FailurePolicyApplied; case TAX_UNAVAILABLE RESOLVED; OrderHoldReleased"
    assert f"OrderReceived; {released}; asks 1:5" == effects_of(placed)
    (flagged,) = applied(placed)
    found = (flagged.validated_on_cache, flagged.policy_version, flagged.away_since_us)
    assert (True, "7", (story.now_ms - 3_600_000) * 1_000) == found
    assert f"{BOOKS}; releases 1:5; PickReleased" == effects_of(story.do("answer 1:5"))


def test_what_is_known_and_too_old_is_a_hold_and_a_failure_of_the_policy() -> None:
    story = without("TAX", "TAX ORDER_ACCEPTANCE * DEGRADE 60", away_ms=3_600_001)
    placed = story.do("place available 5 accepted")
    failure = "FailurePolicyApplied; case TAX_UNAVAILABLE; OrderHeld; case POLICY_FAILED"
    assert f"OrderReceived; {failure}; asks 1:5" == effects_of(placed)
    assert [False] == [each.validated_on_cache for each in applied(placed)]
    (case,) = (
        each for each in placed.messages if isinstance(each, Case) and each.case_class is CaseClass.POLICY_FAILED
    )
    assert "TAX is away (timeouts): DEGRADE by failure policy 7, but for more than 1 h" == case.reason
    ended = "case POLICY_FAILED RESOLVED; case TAX_UNAVAILABLE RESOLVED; OrderHoldReleased"
    assert ended == effects_of(is_back(story, "TAX"))


def test_a_paused_release_asks_no_warehouse_until_the_dependency_is_back() -> None:
    story = without("WMS", "WMS RELEASE * PAUSE")
    assert "OrderReceived; asks 1:5" == effects_of(story.do("place available 5"))
    assert BOOKS == effects_of(story.do("answer 1:5"))
    assert "OrderBooked; FailurePolicyApplied" == effects_of(story.do("booked"))
    assert "releases 1:5; PickReleased" == effects_of(is_back(story, "WMS"))


def test_a_release_that_waits_is_said_once() -> None:
    story = without("WMS", "WMS RELEASE * PAUSE")
    for step in ("place available 5", "answer 1:2", "booked"):
        story.do(step)
    assert "InventoryAllocated" == effects_of(story.do("fill 1:3"))
    assert "releases 1:5; PickReleased" == effects_of(is_back(story, "WMS"))


def test_another_erp_that_is_away_is_none_of_the_order_s_business() -> None:
    story = without("ERP", "ERP ORDER_ACCEPTANCE * REJECT")
    (away,) = story.rules.conditions.outages
    others = replace(story.rules.conditions, outages=(replace(away, erp_id=ErpId("legacy")),))
    story.rules = replace(story.rules, conditions=others)
    assert "OrderReceived; asks 1:5" == effects_of(story.do("place available 5"))


def test_facts_apply_whatever_is_away() -> None:
    story = without("TAX WMS", "TAX ORDER_ACCEPTANCE * PAUSE", "WMS RELEASE * PAUSE")
    story.do("place available 5")
    assert "shipped 1:5; ShipmentConfirmed" in effects_of(story.do("ship 1:5"))
