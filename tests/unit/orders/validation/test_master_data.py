"""Orders and their customers and items: what waits for master data, and how it goes on when this comes."""

import pytest

from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.orders import HoldKind
from domain.messages.status import CheckedReference, OrderHeld, OrderValidated, ReferenceKind
from domain.orders.transitions import OrderVerdict
from tests.unit.orders.story import effects_of, flow_status_of, story_of

PLACED = "place available 5 3 known accepted"
KNOWN = f"{PLACED}; customer known"
BLOCKED = f"{PLACED}; customer blocked"
ACCEPTED = "CREATE_SALES_ORDER 1:5 2:3; OrderAccepted; InventoryAllocated"
HELD = "OrderValidated; case INVALID_CUSTOMER; OrderHeld"
ENDS = "case INVALID_CUSTOMER RESOLVED; OrderHoldReleased"


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        ("", PLACED, "OrderReceived; CustomerAsked"),
        (PLACED, "customer known", "OrderValidated; asks 1:5 2:3"),
        (PLACED, "customer unknown", f"{HELD}; asks 1:5 2:3"),
        (PLACED, "customer blocked", f"{HELD}; asks 1:5 2:3"),
        (BLOCKED, "answer 1:5 2:3", "OrderValidated"),
        (
            f"{BLOCKED}; answer 1:5 2:3",
            "customer known",
            f"OrderValidated; {ENDS}; {ACCEPTED}; releases 1:5 2:3; PickReleased; CustomerNoLongerAwaited",
        ),
        (f"{PLACED}; customer unknown", "customer known", f"OrderValidated; {ENDS}"),
        (f"{PLACED}; customer unknown", "customer blocked", "OrderValidated; OrderHeld"),
        (
            f"{BLOCKED}; answer 1:5 2:3",
            "unhold CUSTOMER",
            f"{ENDS}; {ACCEPTED}; releases 1:5 2:3; PickReleased; CustomerNoLongerAwaited",
        ),
        (
            BLOCKED,
            "cancel",
            f"gives up 1:5 2:3; OrderCancelled; {ENDS}; CustomerNoLongerAwaited",
        ),
        (
            f"{BLOCKED}; hold CUSTOMER",
            "customer known",
            "dropped: change of a customer for whom a person holds the order",
        ),
        (PLACED, "timer", "case DEPENDENCY_TIMEOUT; CustomerAsked"),
        (f"{PLACED}; timer", "timer", "CustomerAsked"),
        (
            f"{PLACED}; timer",
            "customer known",
            "case DEPENDENCY_TIMEOUT RESOLVED; OrderValidated; asks 1:5 2:3",
        ),
        (PLACED, "cancel", "OrderCancelled; CustomerNoLongerAwaited"),
        (f"{PLACED}; cancel", "customer unknown", "OrderValidated"),
    ),
)
def test_an_order_waits_for_the_master_data_of_its_customer(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (f"{KNOWN}; answer 1:5 2:0", "customer blocked", "OrderValidated; case INVALID_CUSTOMER; OrderHeld"),
        (f"{KNOWN}; answer 1:5 2:0; customer blocked", "fill 2:3", "InventoryAllocated"),
        (
            f"{KNOWN}; answer 1:5 2:0; customer blocked; fill 2:3",
            "customer known",
            f"OrderValidated; {ENDS}; releases 2:3; PickReleased; CustomerNoLongerAwaited",
        ),
        (
            f"{KNOWN}; answer 1:5 2:0; customer blocked; fill 2:3",
            "unhold CUSTOMER",
            f"{ENDS}; releases 2:3; PickReleased; CustomerNoLongerAwaited",
        ),
        (f"{KNOWN}; answer 1:5 2:0; customer blocked; unhold CUSTOMER", "customer blocked", HELD),
        (f"{KNOWN}; answer 1:5 2:0", "customer known", "dropped: change of a customer who may order as before"),
        (f"{KNOWN}; answer 1:5 2:0", "fill 2:3",
            "InventoryAllocated; releases 2:3; PickReleased; CustomerNoLongerAwaited"),
        (f"{KNOWN}; answer 1:5 2:0", "cancel 2",
            "gives up 2:3; CANCEL_SALES_ORDER 2:3; OrderCancelled; CustomerNoLongerAwaited"),
        (f"{KNOWN}; answer 1:5 2:3", "customer blocked",
            "dropped: change of a customer after all of the order was released"),
    ),
)  # fmt: skip
def test_a_later_block_reaches_what_is_not_released(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


BLOCKED_AND_SHIPPED = f"{KNOWN}; answer 1:5 2:0; customer blocked; ship 1:5 2:3"


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (f"{KNOWN}; answer 1:5 2:0; customer blocked", "ship 1:5 2:3",
            "shipped 1:5 2:3; ShipmentConfirmed; POST_SHIPMENT 1:5 2:3; case INVALID_CUSTOMER RESOLVED; OrderHeld"),
        (BLOCKED_AND_SHIPPED, "unship 2:3",
            "reversed 2:3; ShipmentReversed; REVERSE_SHIPMENT 2:3; case INVALID_CUSTOMER; OrderHeld"),
        (BLOCKED_AND_SHIPPED, "customer known", "OrderValidated; OrderHoldReleased; CustomerNoLongerAwaited"),
        (BLOCKED_AND_SHIPPED, "customer unknown", "OrderValidated; OrderHeld"),
        (BLOCKED_AND_SHIPPED, "unhold CUSTOMER", "OrderHoldReleased; CustomerNoLongerAwaited"),
        (f"{BLOCKED_AND_SHIPPED}; customer known", "unship 2:3",
            "reversed 2:3; ShipmentReversed; REVERSE_SHIPMENT 2:3; releases 2:3; PickReleased"),
        (f"{BLOCKED_AND_SHIPPED}; unship 2:3", "customer known",
            f"OrderValidated; {ENDS}; releases 2:3; PickReleased; CustomerNoLongerAwaited"),
    ),
)  # fmt: skip
def test_the_block_of_a_customer_keeps_back_what_comes_back_of_a_held_order(
    given: str, when: str, effects: str
) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_the_home_of_a_customer_hears_of_the_purge_of_an_order_whose_hold_sleeps_to_the_end() -> None:
    story = story_of(f"{BLOCKED_AND_SHIPPED}; booked; posted")
    told = ""
    while story.known is not None:
        told = effects_of(story.do("timer"))
    assert "CustomerNoLongerAwaited; OrderArchived; OrderPurged" == told


def test_a_customer_is_asked_for_together_with_the_purchase_order_number() -> None:
    story = story_of("place available 5 known numbered; no duplicate")
    assert "CHECKING; 1: backordered 5" == flow_status_of(story)
    assert "OrderValidated; asks 1:5" == effects_of(story.do("customer known"))


def test_a_second_order_takes_no_unit_whoever_its_customer_is() -> None:
    story = story_of("place available 5 known numbered; duplicate")
    assert "OrderValidated" == effects_of(story.do("customer known"))
    assert "CHECKING; 1: backordered 5" == flow_status_of(story)


def test_the_case_of_a_customer_names_him_and_is_one_of_master_data() -> None:
    verdict = story_of(PLACED).do("customer blocked")
    (case,) = (each for each in verdict.messages if isinstance(each, Case))
    assert (CaseClass.INVALID_CUSTOMER, CaseOrigin.MASTER_DATA) == (case.case_class, case.origin)
    assert case.reason.endswith("the customer c is blocked")
    (held,) = (each for each in verdict.messages if isinstance(each, OrderHeld))
    assert HoldKind.CUSTOMER is held.hold


def references_of(verdict: OrderVerdict) -> tuple[CheckedReference, ...]:
    (validated,) = (each for each in verdict.messages if isinstance(each, OrderValidated))
    return validated.references


@pytest.mark.parametrize(
    ("when", "expected"),
    (
        ("customer known as of 999999500", CheckedReference(ReferenceKind.CUSTOMER, "c", True, 999_999_500, False)),
        ("customer known as of 999998000", CheckedReference(ReferenceKind.CUSTOMER, "c", True, 999_998_000, True)),
        ("customer unknown", CheckedReference(ReferenceKind.CUSTOMER, "c", False, 0, False)),
    ),
)
def test_the_version_of_the_master_data_is_told_and_whether_it_is_too_old(
    when: str, expected: CheckedReference
) -> None:
    story = story_of(PLACED)
    assert (expected,) == references_of(story.do(when))
    assert expected.is_stale == story.order.validated_on_cache


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (KNOWN, "answer 1:5 2:0:held", f"OrderValidated; {ACCEPTED}; InventoryBackordered; releases 1:5; PickReleased"),
        (f"{KNOWN}; answer 1:5 2:0:held", "state 2:3",
            "OrderValidated; InventoryAllocated; releases 2:3; PickReleased; CustomerNoLongerAwaited"),
        (f"{KNOWN}; answer 1:5 2:0:held", "state 2:0", "OrderValidated"),
        (f"{KNOWN}; answer 1:5 2:0:held", "state 2:0:held", ""),
        (f"{KNOWN}; answer 1:5 2:0:held; state 2:0", "state 2:0", ""),
        ("place kill 5 3 known; customer known; answer 1:5 2:0:held; timer", "state 2:0",
            "OrderValidated; gives up 2:3; CANCEL_SALES_ORDER 2:3; OrderCancelled"),
        ("place kill 5 3 known; customer known; answer 1:5 2:0:held; timer", "state 2:3",
            "OrderValidated; InventoryAllocated"),
        ("place kill 5 known; customer known; answer 1:0:held; timer", "state 1:0", "OrderValidated"),
        ("place kill 5 known; customer known; answer 1:0:held; timer; state 1:0", "timer",
            "gives up 1:5; OrderRejected; CustomerNoLongerAwaited"),
    ),
)  # fmt: skip
def test_a_line_waits_for_the_master_data_of_its_item_and_the_others_go_on(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_an_order_of_a_channel_without_master_data_asks_nobody_and_tells_nothing() -> None:
    story = story_of("")
    assert "OrderReceived; asks 1:5" == effects_of(story.do("place available 5"))
    assert "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated" == effects_of(story.do("answer 1:5"))
