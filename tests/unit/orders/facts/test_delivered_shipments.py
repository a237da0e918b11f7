"""A delivery that names a shipment delivers that shipment and no other; what is never delivered is a case."""

from itertools import permutations

import pytest

from domain.identifiers import CorrelationId, ParcelId, ShipmentId, SourceId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.orders import ParcelTold
from domain.messages.parcels import ParcelReported, ParcelStatus
from domain.messages.status import OrderStatus
from domain.orders.pending.answers import Awaited
from domain.orders.status import status_of
from domain.provenance import Provenance
from tests.unit.orders.story import ORDER_ID, RULES, Story, effects_of, story_of

BOOKED = "place available 6; answer 1:6; booked"
TWO = f"{BOOKED}; ship 1:3 as S; ship 1:3 as T"
DAYS = 24


@pytest.mark.parametrize(
    ("history", "expected", "delivered"),
    (
        (f"{TWO}; deliver 1:3 of S; deliver 1:3 of T", OrderStatus.DELIVERED, 6),
        (f"{TWO}; deliver 1:6 of none", OrderStatus.DELIVERED, 6),
        (f"{TWO}; deliver 1:3 of S; deliver 1:3 of none", OrderStatus.DELIVERED, 6),
        (f"{TWO}; deliver 1:3 of S; deliver 1:3 of S", OrderStatus.SHIPPED, 6),
        (f"{TWO}; deliver 1:6 of S", OrderStatus.SHIPPED, 6),
        (f"{TWO}; deliver 1:6 of U", OrderStatus.SHIPPED, 6),
        (f"{TWO}; deliver 1:3 of S; undeliver 1:3 of S; deliver 1:3 of T", OrderStatus.SHIPPED, 3),
        (f"{TWO}; deliver 1:3 of S; deliver 1:3 of T; unship 1:3 of S", OrderStatus.PARTIALLY_SHIPPED, 3),
        (f"{TWO}; deliver 1:3 of S; deliver 1:3 of T; unship 1:3 of S; ship 1:3 as U", OrderStatus.SHIPPED, 3),
        (
            f"{TWO}; deliver 1:3 of S; deliver 1:3 of T; unship 1:3 of S; ship 1:3 as U; deliver 1:3 of U",
            OrderStatus.DELIVERED,
            6,
        ),
        (f"{TWO}; deliver 1:3 of S; deliver 1:3 of T; unship 1:1 of S; ship 1:1 as U", OrderStatus.SHIPPED, 5),
    ),
)
def test_an_order_is_delivered_when_each_shipment_that_stands_is(
    history: str, expected: OrderStatus, delivered: int
) -> None:
    order = story_of(history).order
    assert (expected, delivered) == (status_of(order), order.lines[0].delivered)


@pytest.mark.parametrize(
    "facts",
    (
        ("ship 1:3 as S", "ship 1:3 as T", "deliver 1:3 of S", "deliver 1:3 of T", "unship 1:3 of S"),
        ("ship 1:3 as S", "ship 1:2 as T", "deliver 1:3 of S", "deliver 1:3 of S", "undeliver 1:1 of T"),
        ("ship 1:4 as S", "unship 1:1 of S", "unship 1:1 of S", "deliver 1:4 of S", "deliver 1:1 of none"),
    ),
)
def test_in_whatever_order_it_is_heard_of_the_same_is_delivered(facts: tuple[str, ...]) -> None:
    counted = {
        (line.shipped, line.delivered, line.delivered_beyond, status_of(story.order))
        for each in permutations(facts)
        for story in (story_of("; ".join((BOOKED, *each))),)
        for line in story.order.lines
    }
    assert 1 == len(counted), counted


def test_a_delivery_before_all_of_its_shipment_came_back_is_none_of_the_next_under_its_number() -> None:
    story = story_of(f"{BOOKED}; ship 1:6")
    for sentence in ("deliver 1:6", "unship 1:6", "ship 1:6"):
        story.now_ms += 1_000
        story.do(sentence)
    assert (OrderStatus.SHIPPED, 0) == (status_of(story.order), story.order.lines[0].delivered)
    story.now_ms += 1_000
    story.do("deliver 1:6")
    assert (OrderStatus.DELIVERED, 6) == (status_of(story.order), story.order.lines[0].delivered)


def cases_after(story: Story, hours: int) -> list[Case]:
    return [each for each in story.do(f"wait {hours}h").messages if isinstance(each, Case)]


def test_one_parcel_that_is_delivered_twice_and_one_that_is_not_are_a_case_each() -> None:
    story = story_of(f"{TWO}; posted; posted; deliver 1:3 of S; deliver 1:3 of S")
    (twice,) = cases_after(story, 2 * DAYS)
    assert (CaseClass.OVER_SHIPMENT, CaseState.OPEN) == (twice.case_class, twice.state)
    assert "0.000003 of line 1 are delivered beyond what the shipments have that are named" == twice.reason
    (lost,) = cases_after(story, 13 * DAYS)
    assert (CaseClass.DEPENDENCY_TIMEOUT, CaseOrigin.CARRIER) == (lost.case_class, lost.origin)
    assert "not delivered within 14 d: 0.000003 of line 1" == lost.reason
    assert "ShipmentDelivered; case DEPENDENCY_TIMEOUT RESOLVED" == effects_of(story.do("deliver 1:3 of T"))
    assert story.pending(Awaited.DELIVERY) is None


@pytest.mark.parametrize(
    ("end", "why"),
    (
        ("deliver 1:3 of T", "all that was shipped is delivered"),
        ("unship 1:3 of T", "what was not delivered is reversed"),
        ("return 1:3", "what was not delivered came back, or is credited as missing"),
        ("return 1:3:missing", "what was not delivered came back, or is credited as missing"),
    ),
)
def test_the_case_of_a_lost_parcel_says_why_it_ends(end: str, why: str) -> None:
    story = story_of(f"{TWO}; posted; posted; deliver 1:3 of S; wait {15 * DAYS}h")
    ended = [each for each in story.do(end).messages if isinstance(each, Case) and each.origin is CaseOrigin.CARRIER]
    assert [(CaseState.RESOLVED, why)] == [(each.state, each.reason) for each in ended]


def test_where_no_carrier_reports_anything_nobody_waits_for_a_delivery() -> None:
    assert [] == cases_after(story_of(f"{TWO}; posted; posted"), 20 * DAYS)


def test_each_further_shipment_gives_new_time() -> None:
    story = story_of(f"{BOOKED}; ship 1:3 as S; posted; deliver 1:1 of S; wait {10 * DAYS}h; ship 1:3 as T; posted")
    pending = story.pending(Awaited.DELIVERY)
    assert pending is not None
    assert story.now_ms + RULES.undelivered_within_ms == pending.due_at_ms


def test_a_channel_with_a_budget_for_deliveries_has_one_case_of_them() -> None:
    history = "place available 6 DELIVERY<60!; answer 1:6; booked; ship 1:3 as S; ship 1:3 as T; posted; posted"
    story = story_of(f"{history}; deliver 1:3 of S")
    assert ["not delivered within 1 min of its last shipment"] == [
        each.reason for each in cases_after(story, 20 * DAYS)
    ]


def test_an_order_is_not_purged_while_a_parcel_of_it_is_lost_unless_a_person_closes_the_case() -> None:
    story = story_of(f"{TWO}; posted; posted; deliver 1:3 of S; wait {400 * DAYS}h")
    assert story.order.closed


def parcel(status: ParcelStatus, shipment: str = "T") -> ParcelTold:
    provenance = Provenance(SourceId("c"), CorrelationId(f"m{status}"), 0, "h", 1, 1)
    report = ParcelReported(ParcelId("JD1"), provenance, "DHL", status, 0, "", "", "fell into the sea")
    return ParcelTold(ORDER_ID, report, ShipmentId(shipment), ())


def test_what_a_carrier_says_is_lost_is_a_case_at_once_and_one() -> None:
    story = story_of(f"{TWO}; posted; posted; deliver 1:3 of S")
    (case,) = (each for each in story.take(parcel(ParcelStatus.LOST)).messages if isinstance(each, Case))
    said = "DHL says that parcel JD1 is lost (fell into the sea), sent with T; not delivered: 0.000003 of line 1"
    assert (CaseState.OPEN, said) == (case.state, case.reason)
    assert [] == cases_after(story, 20 * DAYS)
    assert "ShipmentDelivered; case DEPENDENCY_TIMEOUT RESOLVED" == effects_of(story.do("deliver 1:3 of T"))


def test_a_parcel_that_is_late_and_then_lost_has_one_case_that_says_so() -> None:
    story = story_of(f"{TWO}; posted; posted; deliver 1:3 of S")
    (late,) = cases_after(story, 15 * DAYS)
    (lost,) = (each for each in story.take(parcel(ParcelStatus.LOST)).messages if isinstance(each, Case))
    assert late.key == lost.key
    assert "is lost" in lost.reason


def test_a_word_of_a_carrier_is_enough_to_wait_for_the_delivery() -> None:
    story = story_of(f"{TWO}; posted; posted")
    story.take(parcel(ParcelStatus.IN_TRANSIT))
    assert ["not delivered within 14 d: 0.000006 of line 1"] == [each.reason for each in cases_after(story, 15 * DAYS)]


def test_a_parcel_of_goods_that_are_delivered_is_not_lost() -> None:
    story = story_of(f"{TWO}; deliver 1:3 of S; deliver 1:3 of T")
    assert "ShipmentTracked" == effects_of(story.take(parcel(ParcelStatus.LOST)))
