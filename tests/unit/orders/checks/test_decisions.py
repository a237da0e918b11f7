"""Decisions of services about an order: what each outcome does to it, in whichever order it comes."""

from itertools import permutations

import pytest

from domain.identifiers import LineId
from domain.messages.cases import Case, CaseClass, CaseState
from domain.messages.decisions.events import OUTCOMES, Check, CheckOutcome
from domain.messages.dispatch import ErpRequested
from domain.messages.orders import HoldKind
from domain.messages.status import DecisionRecorded, OrderAmended, OrderAmendmentRequested, OrderSnapshot
from tests.unit.orders.story import Story, effects_of, flow_status_of, story_of

READY = "place available 5 accepted {hold}; answer 1:5"
RELEASES = "releases 1:5; PickReleased"
AGAINST = {
    Check.CREDIT: (CheckOutcome.REFUSED, CaseClass.CREDIT_HOLD),
    Check.ADDRESS: (CheckOutcome.REFUSED, CaseClass.ADDRESS_INVALID),
    Check.TAX: (CheckOutcome.FAILED, CaseClass.TAX_UNAVAILABLE),
    Check.PAYMENT: (CheckOutcome.FAILED, CaseClass.PAYMENT_FAILED),
}
FOR = {
    Check.CREDIT: CheckOutcome.APPROVED,
    Check.ADDRESS: CheckOutcome.APPROVED,
    Check.TAX: CheckOutcome.CALCULATED,
    Check.PAYMENT: CheckOutcome.CAPTURED,
    Check.FRAUD: CheckOutcome.APPROVED,
    Check.COMPLIANCE: CheckOutcome.APPROVED,
}


def test_each_check_has_a_hold_of_its_name_and_outcomes() -> None:
    assert set(Check) == set(OUTCOMES)
    assert {each.value for each in Check} <= {each.value for each in HoldKind}
    assert set(CheckOutcome) == set().union(*OUTCOMES.values())


@pytest.mark.parametrize("check", Check)
def test_a_decision_for_an_order_releases_it_from_the_hold_of_its_check(check: Check) -> None:
    story = story_of(READY.format(hold=check))
    decided = story.do(f"decide {check} {FOR[check]}")
    assert effects_of(decided).endswith(f"OrderHoldReleased; {RELEASES}") or check is Check.TAX
    assert () == story.order.holds
    assert story.order.lines[0].released


@pytest.mark.parametrize("check", AGAINST)
def test_a_decision_against_an_order_holds_it_and_asks_a_person(check: Check) -> None:
    outcome, case_class = AGAINST[check]
    story = story_of("place available 5; answer 1:5")
    assert f"DecisionRecorded; case {case_class}; OrderHeld" == effects_of(story.do(f"decide {check} {outcome}"))
    assert "OrderBooked" == effects_of(story.do("booked"))
    ends = effects_of(story.do(f"decide {check} {FOR[check]}"))
    assert f"case {case_class} RESOLVED; OrderHoldReleased; {RELEASES}" in ends


@pytest.mark.parametrize("check", Check)
def test_a_decision_may_come_before_its_order(check: Check) -> None:
    story = story_of(f"decide {check} {FOR[check]}; place available 5 accepted {check}; answer 1:5")
    assert () == story.order.holds
    assert story.order.lines[0].released


@pytest.mark.parametrize("check", AGAINST)
def test_of_two_decisions_the_later_counts_whichever_comes_first(check: Check) -> None:
    said = (f"decide {check} {AGAINST[check][0]} at 5", f"decide {check} {FOR[check]} at 6")
    ends = {
        tuple(held.kind for held in story_of("; ".join((*before, "place available 5", *after))).order.holds)
        for first in (said, said[::-1])
        for before, after in ((first, ()), (first[:1], first[1:]), ((), first))
    }
    assert {()} == ends


def test_a_decision_that_a_person_has_overtaken_changes_nothing() -> None:
    story = story_of("place available 5; hold CREDIT decided at 5")
    assert "dropped: decision that a later one has overtaken" == effects_of(story.do("decide CREDIT APPROVED at 4"))
    assert [HoldKind.CREDIT] == [held.kind for held in story.order.holds]


def test_a_corrected_address_is_an_amendment_and_no_revision_of_the_channel() -> None:
    story = story_of("place available 5 ADDRESS; answer 1:5; booked")
    corrected = effects_of(story.do("decide ADDRESS CORRECTED"))
    assert (
        "DecisionRecorded; OrderAmendmentRequested; case ADDRESS_INVALID RESOLVED; OrderHoldReleased; "
        "AMEND_SALES_ORDER 1:5; OrderAmended; releases 1:5; PickReleased"
    ) == corrected
    assert ("other", 0, 0) == (story.order.ship_to.street, story.order.revision, story.order.amended_to)
    assert "OrderAmendmentRequested" in effects_of(story.do("amend 1 1:4"))
    assert 1 == story.order.amended_to


def test_what_is_published_of_an_amendment_says_that_a_service_has_decided_it() -> None:
    story = story_of("place available 5; answer 1:5; booked")
    said = story.do("decide TAX CALCULATED 1:4").messages
    asked = (each for each in said if isinstance(each, OrderAmendmentRequested | OrderAmended))
    assert [True, True] == [each.by_decision for each in asked]
    asked = (each for each in story.do("amend 1 address").messages if isinstance(each, OrderAmendmentRequested))
    assert [False] == [each.by_decision for each in asked]


def test_a_decision_carries_out_no_revision_that_was_refused() -> None:
    story = story_of("place available 5; answer 1:5; amend 1 9:3; decide TAX CALCULATED 1:4")
    assert (0, 1) == (story.order.revision, story.order.amended_to)
    assert story.order.has_decided_taxes


def test_goods_do_not_leave_for_the_address_that_is_corrected() -> None:
    """What waits behind an amendment of the channel has not had its turn when the hold ends."""
    story = story_of("place available 5 accepted ADDRESS; answer 1:5; amend 1 1:8")
    assert "releases" not in effects_of(story.do("decide ADDRESS CORRECTED"))
    story.do("answer 1:3")
    assert "releases 1:8" in effects_of(story.do("amendment applied"))
    assert "other" == story.order.ship_to.street


@pytest.mark.parametrize(
    "given",
    (
        "place available 5 ADDRESS; decide ADDRESS CORRECTED as s",
        "place available 5 accepted; answer 1:5; booked; ship 1:5",
    ),
)
def test_nothing_is_amended_where_the_address_is_so_already_or_all_has_left(given: str) -> None:
    story = story_of(given)
    assert "OrderAmendmentRequested" not in effects_of(story.do("decide ADDRESS CORRECTED as s"))
    assert () == story.order.amendments


def test_a_corrected_address_comes_too_late_for_what_is_picked() -> None:
    story = story_of("place available 5 accepted; answer 1:5; pick 1:5")
    said = story.do("decide ADDRESS CORRECTED")
    case = next(each for each in said.messages if isinstance(each, Case))
    assert (CaseClass.ALLOCATION_CONFLICT, CaseState.OPEN) == (case.case_class, case.state)
    assert case.reason.startswith("a decision of ")
    assert "s" == story.order.ship_to.street


def totals(story: Story) -> tuple[int, int]:
    view = [each for each in story.do("hold MANUAL").messages if isinstance(each, OrderSnapshot)][-1].order
    return view.tax_total, view.grand_total


def test_calculated_taxes_are_in_the_totals_and_reach_the_erp() -> None:
    story = story_of("place available 5 charged CLF; answer 1:5; booked")
    sent = story.do("decide TAX CALCULATED 1:4 C:2 all:3")
    (told,) = (each for each in sent.messages if isinstance(each, ErpRequested))
    assert [(LineId("1"), 4), (LineId("C"), 2), (LineId(""), 3)] == [
        (tax.line_id, tax.value) for tax in told.document.taxes
    ]
    assert (9, 27) == totals(story)


def test_taxes_that_are_calculated_again_replace_all_before() -> None:
    story = story_of("place available 5 charged CLF taxed=5; answer 1:5; booked; decide TAX CALCULATED 1:4")
    assert (4, 22) == totals(story)
    story.do("decide TAX CALCULATED")
    assert (0, 18) == totals(story)


def test_a_tax_of_a_line_goes_with_its_units() -> None:
    story = story_of("place available 4 2 CLF; answer 1:4 2:2; decide TAX CALCULATED 1:8; cancel 1:3")
    assert 2 == totals(story)[0]


def test_a_tax_of_the_whole_order_is_what_was_calculated_although_less_is_due() -> None:
    """Of an order with a coupon for goods of which some are cancelled: its parts are for all that was ordered."""
    story = story_of("place available 600000 300000 coupon=1 CLF; answer 1:600000 2:300000; cancel 2")
    story.do("decide TAX CALCULATED all:7")
    assert 7 == totals(story)[0]


@pytest.mark.parametrize(("said", "reason"), (("9:1", "does not have: 9"), ("1:1 USD", "taxes in USD")))
def test_taxes_of_what_the_order_does_not_have_hold_it(said: str, reason: str) -> None:
    words = said.split()
    story = story_of("place available 5 TAX; answer 1:5")
    effects = effects_of(story.do(f"decide TAX CALCULATED {' '.join(reversed(words))}"))
    assert "DecisionRecorded; case TAX_UNAVAILABLE; OrderHeld" == effects
    assert reason in story.order.holds[0].reason
    assert story.order.adjustments is None


def test_a_picture_of_the_channel_does_not_take_calculated_taxes_back() -> None:
    story = story_of("place available 5 charged CLF; answer 1:5; booked; decide TAX CALCULATED 1:4")
    story.do("picture 7 1:5 address charged CLF")
    assert 4 == totals(story)[0]


@pytest.mark.parametrize(
    "events",
    (
        ("place available 5", "decide CREDIT REFUSED at 5", "decide CREDIT APPROVED at 6", "hold CREDIT decided at 4"),
        ("place available 5 TAX", "decide TAX CALCULATED 1:4 at 5", "decide TAX CALCULATED 1:6 at 6", "answer 1:5"),
    ),
)
def test_decisions_converge_in_any_order(events: tuple[str, ...]) -> None:
    ends = set()
    for order in permutations(events):
        if "answer 1:5" in order and order.index("answer 1:5") < order.index(events[0]):
            continue
        story = story_of("; ".join(order))
        taxes = story.order.adjustments.taxes if story.order.adjustments else ()
        ends.add((tuple(held.kind for held in story.order.holds), taxes))
    assert 1 == len(ends)


def test_a_decision_is_recorded_with_who_made_it() -> None:
    story = story_of("place available 5")
    (recorded,) = (
        each for each in story.do("decide CREDIT REFUSED as cr-1").messages if isinstance(each, DecisionRecorded)
    )
    assert ("ann", "cr-1", "checked") == (recorded.decided_by, recorded.reference, recorded.reason)
    assert "RESERVING" in flow_status_of(story)
