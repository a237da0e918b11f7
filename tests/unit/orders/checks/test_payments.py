"""The payments of an order: what they cover, what is published of them, and what holds the order."""

from itertools import permutations

import pytest

from domain.identifiers import CaseId, CorrelationId, SourceId
from domain.messages.case_actions import CaseDismissed
from domain.messages.cases import Case, CaseClass, CaseHome, CaseState
from domain.messages.orders import HoldKind
from domain.messages.status import OrderSnapshot, PaymentStatus
from domain.orders.checks.rows import MOST_PAYMENTS
from domain.provenance import Provenance
from tests.unit.orders.story import Story, effects_of, story_of

DUE_18 = "place available 5 accepted charged CLF {holds}; answer 1:5"
SHIPPED = "place available 5 charged CLF; answer 1:5; booked; ship 1:5; posted"


def published(story: Story) -> tuple[PaymentStatus, int]:
    view = [each for each in story.do("hold MANUAL").messages if isinstance(each, OrderSnapshot)][-1].order
    return view.payment_status, view.paid_total


def is_held(story: Story) -> bool:
    return any(held.kind is HoldKind.PAYMENT for held in story.order.holds)


@pytest.mark.parametrize(
    ("said", "status", "paid", "held"),
    (
        ("AUTHORISED 18 as a", PaymentStatus.AUTHORISED, 0, False),
        ("AUTHORISED as a", PaymentStatus.AUTHORISED, 0, False),
        ("AUTHORISED 10 as a", PaymentStatus.AUTHORISED, 0, True),
        ("AUTHORISED 10 as a; AUTHORISED 8 as b", PaymentStatus.AUTHORISED, 0, False),
        ("AUTHORISED 18 as a; CAPTURED 10 as a", PaymentStatus.PARTIALLY_PAID, 10, False),
        ("AUTHORISED 18 as a; CAPTURED 10 as a; CAPTURED 8 as a", PaymentStatus.PAID, 18, False),
        ("AUTHORISED 18 as a; CAPTURED 10 as a; VOIDED as a", PaymentStatus.PARTIALLY_PAID, 10, True),
        ("CAPTURED as a", PaymentStatus.PAID, 0, False),
        ("FAILED as a", PaymentStatus.FAILED, 0, True),
        ("FAILED as a; AUTHORISED 18 as b", PaymentStatus.AUTHORISED, 0, False),
        ("FAILED as a; AUTHORISED 18 as a", PaymentStatus.AUTHORISED, 0, False),
        ("AUTHORISED 18 as a; VOIDED as a", PaymentStatus.VOIDED, 0, True),
        ("CAPTURED 18 as a; CHARGED_BACK 18 as a", PaymentStatus.CHARGED_BACK, 0, True),
        ("CAPTURED 18 as a; CHARGED_BACK as a", PaymentStatus.CHARGED_BACK, 18, True),
        ("CAPTURED 18 as a; CHARGED_BACK 3 as a", PaymentStatus.CHARGED_BACK, 15, True),
        ("CAPTURED 18 as a; CHARGED_BACK 3 as a; CAPTURED 3 as b", PaymentStatus.PAID, 18, False),
        ("REMITTED 18 as a", PaymentStatus.PAID, 18, True),
        ("REMITTED 5 as a", PaymentStatus.PARTIALLY_PAID, 5, True),
    ),
)
def test_an_order_that_waits_for_its_payment_goes_on_when_what_is_due_is_covered(
    said: str, status: PaymentStatus, paid: int, *, held: bool
) -> None:
    story = story_of(DUE_18.format(holds="PAYMENT"))
    for each in said.split("; "):
        story.do(f"decide PAYMENT {each}")
    assert held == is_held(story)
    assert (status, paid) == published(story)


@pytest.mark.parametrize(
    ("said", "held"),
    (
        ("AUTHORISED 10 as a", False),
        ("AUTHORISED 10 as a; FAILED as b", True),
        ("AUTHORISED 18 as a; FAILED as b", False),
        ("FAILED as a; AUTHORISED 10 as a", False),
        ("REMITTED 5 as a", False),
    ),
)
def test_another_order_is_held_only_where_a_payment_has_failed_that_nothing_covers(said: str, *, held: bool) -> None:
    story = story_of(DUE_18.format(holds=""))
    for each in said.split("; "):
        story.do(f"decide PAYMENT {each}")
    assert held == is_held(story)


@pytest.mark.parametrize("holds", ("", "PAYMENT"))
def test_payments_converge_in_any_order(holds: str) -> None:
    """With the order itself, a repeated reference, and a person's decision in between."""
    said = (
        DUE_18.format(holds=holds).partition(";")[0],
        "decide PAYMENT FAILED as a at 5",
        "decide PAYMENT AUTHORISED 10 as a at 6",
        "decide PAYMENT CAPTURED 4 as a at 7",
        "decide PAYMENT VOIDED as b at 8",
        "unhold PAYMENT decided at 4",
    )
    ends = set()
    for order in permutations(said):
        story = story_of("; ".join(order))
        rows = frozenset(story.order.payments)
        ends.add((is_held(story), rows, published(story)))
    assert {True} == {held for held, *_ in ends}
    assert 1 == len(ends)


def test_what_a_person_decides_later_stays() -> None:
    story = story_of(f"{DUE_18.format(holds='')}; hold PAYMENT decided at 9")
    assert "DecisionRecorded" == effects_of(story.do("decide PAYMENT CAPTURED 18 as a at 8"))
    assert is_held(story)
    assert PaymentStatus.PAID == published(story)[0]


def test_goods_that_have_left_unpaid_stay_a_case_until_they_are_paid() -> None:
    story = story_of(SHIPPED)
    assert "DecisionRecorded; case PAYMENT_FAILED; OrderHeld" == effects_of(
        story.do("decide PAYMENT CHARGED_BACK 18 as a")
    )
    assert "case PAYMENT_FAILED RESOLVED; OrderHoldReleased" in effects_of(story.do("decide PAYMENT CAPTURED 18 as b"))


def test_a_case_of_goods_that_are_held_stays_open_when_they_leave_all_the_same() -> None:
    story = story_of("place available 5 charged CLF; answer 1:5; booked; decide PAYMENT FAILED as a")
    assert "case" not in effects_of(story.do("ship 1:5"))
    assert story.order.holds[0].case_key
    assert "case" not in effects_of(story.do("unship 1:5"))


def test_an_order_is_not_forgotten_while_it_is_owed_and_is_when_a_person_has_closed_the_case() -> None:
    story = story_of(SHIPPED)
    said = story.do("decide PAYMENT CHARGED_BACK 18 as a").messages
    story.do("timer")
    story.do("timer")
    assert (True, 0) == (story.order.closed, story.order.leaves_at_ms)
    (case,) = (each for each in said if isinstance(each, Case))
    provenance = Provenance(SourceId("operations"), CorrelationId("d"), 0, "d", 0, 0)
    closed = CaseDismissed(CaseId("1"), CaseHome.ORDERS, case.subject, provenance, "Ann", "written off")
    story.take_decision(case, closed)
    assert story.order.leaves_at_ms > 0


def test_a_cancelled_order_is_not_held_for_its_payment() -> None:
    story = story_of("place available 5 accepted; cancel; answer 1:0; decide PAYMENT FAILED as a")
    assert () == story.order.holds
    assert PaymentStatus.FAILED == published(story)[0]


def test_an_amount_in_another_currency_is_a_case_and_does_not_count() -> None:
    story = story_of(DUE_18.format(holds="PAYMENT"))
    verdict = story.do("decide PAYMENT AUTHORISED 18 USD as a")
    (case,) = (each for each in verdict.messages if isinstance(each, Case))
    assert (CaseClass.PAYMENT_FAILED, CaseState.OPEN) == (case.case_class, case.state)
    assert "0.0018 USD" in case.reason
    assert () == story.order.payments
    assert is_held(story)


def test_payments_beyond_the_limit_are_added_up_as_one() -> None:
    story = story_of(DUE_18.format(holds=""))
    for number in range(MOST_PAYMENTS + 3):
        story.do(f"decide PAYMENT CAPTURED 1 as p{number}")
    assert MOST_PAYMENTS + 1 == len(story.order.payments)
    assert (PaymentStatus.PAID, MOST_PAYMENTS + 3) == published(story)


def test_what_was_paid_when_the_order_was_placed_need_not_be_covered() -> None:
    story = story_of(DUE_18.format(holds="PAYMENT tendered=8"))
    story.do("decide PAYMENT AUTHORISED 10 as a")
    assert not is_held(story)
