"""A second order for one purchase: what is asked before anything is reserved, and what a person then decides."""

from dataclasses import replace

import pytest

from domain.identifiers import OrderId
from domain.messages.cases import Case, CaseClass
from domain.messages.dispatch import CommandType, ErpRequested
from domain.messages.inventory import ReservationsRequested
from domain.messages.orders import PurchaseOrderClaimed, PurchaseOrderGivenUp
from domain.messages.warehouse import WarehouseReleaseCommanded
from domain.orders.transitions import OrderVerdict
from schemas.case_policy_file import load_case_policy
from tests.unit.orders.story import RULES, Story, effects_of, flow_status_of, story_of

PURGED = "place available 5; answer 1:5; booked; ship 1:5; posted; timer; timer; timer; "
HELD = "case DUPLICATE_ORDER; OrderHeld"
DROPPED = "dropped: answer about a purchase order number that nobody waits for"
FREED = "case DUPLICATE_ORDER RESOLVED; OrderHoldReleased"
BOOKED_AT_ONCE = "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated"


def one(verdict: OrderVerdict, kind: type) -> object:
    (found,) = (message for message in verdict.messages if isinstance(message, kind))
    return found


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        ("", "place available 5", "OrderReceived; asks 1:5"),
        ("", "place available 5 numbered", "OrderReceived; PurchaseOrderClaimed"),
        ("place available 5 numbered", "no duplicate", "asks 1:5"),
        ("place available 5 numbered", "duplicate", HELD),
        ("place available 5 numbered; duplicate", "unhold DUPLICATE", f"{FREED}; asks 1:5"),
        ("place available 5 numbered; duplicate; unhold DUPLICATE", "answer 1:5", BOOKED_AT_ONCE),
        (
            "place available 5 numbered; duplicate",
            "cancel",
            f"OrderCancelled; PurchaseOrderGivenUp; {FREED}",
        ),
        ("place available 5 numbered; cancel", "duplicate", ""),
        ("place available 5 numbered; hold DUPLICATE", "no duplicate", ""),
        ("place available 5 numbered; hold CREDIT", "no duplicate", "asks 1:5"),
        (
            "place available 5 numbered",
            "timer",
            "case DEPENDENCY_TIMEOUT; PurchaseOrderClaimed",
        ),
        ("place available 5 numbered; timer", "timer", "PurchaseOrderClaimed"),
        ("place available 5 numbered; timer", "no duplicate", "case DEPENDENCY_TIMEOUT RESOLVED; asks 1:5"),
        (
            "place available 5 numbered; timer; no duplicate",
            "no duplicate",
            DROPPED,
        ),
        ("place available 5 numbered; duplicate", "no duplicate", f"{FREED}; asks 1:5"),
        ("place available 5 numbered; duplicate", "duplicate", ""),
        ("place available 5 numbered; duplicate", "duplicate cut short", HELD),
        ("place available 5 numbered; duplicate; duplicate cut short", "duplicate", HELD),
        ("place available 5 numbered; duplicate; unhold DUPLICATE", "no duplicate", DROPPED),
        ("place available 5 numbered; duplicate; unhold DUPLICATE", "duplicate cut short", DROPPED),
        ("place available 5 numbered; duplicate; hold DUPLICATE", "no duplicate", DROPPED),
        (f"{PURGED}place available 5 numbered; duplicate; found", "no duplicate", DROPPED),
    ),
)
def test_nothing_is_reserved_before_the_home_of_its_number_has_answered(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        ("place available 5 numbered", "ship 1:5", "shipped 1:5; ShipmentConfirmed"),
        (
            "place available 5 numbered; ship 1:5",
            "no duplicate",
            "asks 1:0",
        ),
        (
            "place available 5 numbered; ship 1:5; no duplicate",
            "answer 1:0",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; POST_SHIPMENT 1:5",
        ),
        ("place available 5 numbered; ship 1:5", "duplicate", HELD),
        (
            "place available 5 numbered; ship 1:5; duplicate",
            "unhold DUPLICATE",
            f"{FREED}; asks 1:0",
        ),
        (
            "place available 5 numbered; ship 1:5; duplicate; unhold DUPLICATE",
            "answer 1:0",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; POST_SHIPMENT 1:5",
        ),
    ),
)
def test_a_shipment_applies_at_once_and_what_it_is_worth_waits_for_the_answer(
    given: str, when: str, effects: str
) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("given", "when", "tells"),
    (
        ("place available 5 numbered; no duplicate; answer 1:5", "cancel", PurchaseOrderGivenUp),
        ("place kill 5 numbered; no duplicate; answer 1:0", "timer", PurchaseOrderGivenUp),
        ("cancel", "place available 5 numbered", PurchaseOrderGivenUp),
        ("place available 5 numbered; no duplicate; cancel", "ship 1:1", PurchaseOrderClaimed),
    ),
)
def test_an_order_carries_its_number_until_it_ends_with_nothing_shipped(given: str, when: str, tells: type) -> None:
    one(story_of(given).do(when), tells)


@pytest.mark.parametrize(
    ("given", "when"),
    (
        ("place available 5; answer 1:5", "cancel"),
        ("place available 5 numbered; no duplicate; answer 1:5; booked; ship 1:2", "cancel"),
        ("place available 5 2 numbered; no duplicate; answer 1:5 2:2", "cancel 2"),
    ),
)
def test_otherwise_nothing_is_said_about_a_number(given: str, when: str) -> None:
    assert "PurchaseOrder" not in effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (PURGED, "place available 5", "OrderReceived; looks up CREATE_SALES_ORDER"),
        (f"{PURGED}place available 5", "not found", "asks 1:5"),
        (f"{PURGED}place available 5", "found", HELD),
        (f"{PURGED}place available 5; found", "unhold DUPLICATE", f"{FREED}; asks 1:5"),
        (f"{PURGED}place available 5; found", "cancel", f"OrderCancelled; {FREED}"),
        (f"{PURGED}place available 5 numbered", "no duplicate", ""),
        (f"{PURGED}place available 5 numbered; no duplicate", "not found", "asks 1:5"),
        (f"{PURGED}place available 5 numbered; not found", "duplicate", HELD),
        (f"{PURGED}place available 5 numbered; found", "unhold DUPLICATE", FREED),
        (f"{PURGED}place available 5; not found", "not found", "dropped: answer to a look-up that nobody waits for"),
        (f"{PURGED}place available 5 accepted", "not found", "asks 1:5"),
    ),
)
def test_an_order_that_was_forgotten_is_looked_up_before_anything_is_reserved(
    given: str, when: str, effects: str
) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_a_look_up_names_the_order_as_its_first_life_was_booked() -> None:
    asked = one(story_of(PURGED).do("place available 5"), ErpRequested)
    assert isinstance(asked, ErpRequested)
    assert ("shop:1", CommandType.CREATE_SALES_ORDER, True) == (
        asked.business_key,
        asked.command_type,
        asked.only_look_up,
    )


def test_what_no_erp_books_cannot_be_looked_up_so_a_person_decides() -> None:
    story = Story()
    story.rules, story.lives = replace(RULES, postings={}), 1
    assert f"OrderReceived; {HELD}" == effects_of(story.do("place available 5"))


@pytest.mark.parametrize(
    ("history", "reason", "owner"),
    (
        ("return 1:2", "1 event for an order that is not here, and did not come within ", "channels"),
        (f"{PURGED}return 1:2", "1 event for an order that was here, has ended and is purged", "finance"),
    ),
)
def test_what_waits_for_an_order_that_is_gone_says_whether_it_was_here_and_whose_it_is(
    history: str, reason: str, owner: str
) -> None:
    (case,) = (message for message in story_of(history).do("timer").messages if isinstance(message, Case))
    assert case.reason.startswith(reason)
    assert ("do not have the order sent again" in case.suggested_action) == history.startswith(PURGED)
    assert owner == load_case_policy().owner_of(case)


def test_no_life_uses_the_ids_of_another() -> None:
    again = PURGED.replace("answer", "not found; answer")
    lives = [Story(), story_of(PURGED), story_of(PURGED + again)]
    ids = []
    for story in lives:
        story.do("place available 5")
        if story.lives:
            story.do("not found")
        reservation = story.order.lines[0].claims[0].reservation_id
        story.do("answer 1:5")
        release = one(story.do("booked"), WarehouseReleaseCommanded)
        assert isinstance(release, WarehouseReleaseCommanded)
        ids += [reservation, release.command_id]
    assert [1, 2, 3] == [story.order.life for story in lives]
    assert len(ids) == len(set(ids))


def test_a_second_order_is_booked_under_a_key_of_its_own() -> None:
    story = story_of(f"{PURGED}place available 5; found; unhold DUPLICATE")
    booking = one(story.do("answer 1:5"), ErpRequested)
    assert isinstance(booking, ErpRequested)
    assert ("shop:1/life-2", OrderId("shop:1")) == (booking.business_key, booking.document.order_id)


def test_an_order_that_the_erp_does_not_have_is_booked_under_the_usual_key() -> None:
    booking = one(story_of(f"{PURGED}place available 5; not found").do("answer 1:5"), ErpRequested)
    assert isinstance(booking, ErpRequested)
    assert "shop:1" == booking.business_key


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        ("place available 5; answer 1:5", "foreign", HELD),
        ("place available 5; answer 1:5; foreign", "cancel", f"gives up 1:5; OrderCancelled; {FREED}"),
        ("place available 5; answer 1:5; foreign", "unhold DUPLICATE", f"{FREED}; CREATE_SALES_ORDER 1:5"),
        (
            "place available 5; answer 1:5; foreign; unhold DUPLICATE",
            "booked",
            "OrderBooked; releases 1:5; PickReleased",
        ),
        ("place available 5; answer 1:5; foreign; unhold DUPLICATE", "foreign", HELD),
        ("place available 5; answer 1:5; cancel", "foreign", ""),
        ("place available 5; answer 1:5; foreign", "ship 1:2", f"shipped 1:2; ShipmentConfirmed; {HELD}"),
        (
            "place available 5; answer 1:5; foreign; ship 1:2; return 1:1",
            "unhold DUPLICATE",
            f"{FREED}; CREATE_SALES_ORDER 1:5; POST_SHIPMENT 1:2; POST_CREDIT_MEMO 1:1",
        ),
        ("place available 5 accepted; answer 1:5; ship 1:5", "foreign", HELD),
        (
            "place available 5 accepted; answer 1:5; ship 1:5; foreign",
            "unhold DUPLICATE",
            f"{FREED}; CREATE_SALES_ORDER 1:5",
        ),
    ),
)
def test_an_erp_that_had_the_order_before_books_nothing_until_a_person_decides(
    given: str, when: str, effects: str
) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_what_the_erp_had_before_is_neither_cancelled_nor_booked_again_under_its_key() -> None:
    story = story_of("place available 5; answer 1:5; foreign; unhold DUPLICATE")
    assert "NOT_SENT" == story_of("place available 5; answer 1:5; foreign").order.erp_status
    assert "QUEUED" == story.order.erp_status
    cancelling = one(story.do("cancel"), ErpRequested)
    assert isinstance(cancelling, ErpRequested)
    assert "shop:1/life-2" == cancelling.business_key


def test_an_order_whose_booking_a_person_has_to_decide_is_not_closed() -> None:
    story = story_of("place available 5 accepted; answer 1:5; ship 1:5; posted; foreign")
    assert 0 == story.order.leaves_at_ms


def test_the_case_names_the_other_order() -> None:
    case = one(story_of("place available 5 numbered").do("duplicate"), Case)
    assert isinstance(case, Case)
    assert "held by orderline: portal:7 has the same purchase order C/4711" == case.reason


def test_nothing_of_a_second_order_is_reserved() -> None:
    story = story_of("place complete 5 numbered")
    assert not [each for each in story.do("duplicate").messages if isinstance(each, ReservationsRequested)]
    assert "CHECKING; 1: backordered 5" == flow_status_of(story)


def test_what_comes_for_a_purged_order_is_named_with_its_goods_since_a_person_has_to_credit_it() -> None:
    (case,) = (each for each in story_of(f"{PURGED}return 1:2").do("timer").messages if isinstance(each, Case))
    _, named = case.reason.rsplit(": ", 1)
    assert named.startswith("return ")
    assert named.endswith("(0.000002 of item 1) from source")


def _held_because(story: Story) -> str:
    (held,) = story.order.holds
    return held.reason


def test_the_case_of_a_second_order_says_what_has_left_of_it_and_is_back() -> None:
    story = story_of("place available 5 numbered; duplicate")
    why = _held_because(story)
    reasons = [
        case.reason
        for step in ("ship 1:3", "ship 1:2", "return 1:4", "unship 1:5")
        for case in story.do(step).messages
        if isinstance(case, Case) and case.case_class is CaseClass.DUPLICATE_ORDER
    ]
    left = f"held by orderline: {why}; it was shipped all the same: "
    assert [
        f"{left}0.000003 of line 1",
        f"{left}0.000005 of line 1",
        f"{left}0.000005 of line 1; returned: 0.000004 of line 1",
        f"held by orderline: {why}; returned: 0.000004 of line 1",
    ] == reasons


def test_a_second_order_of_which_all_shipments_are_reversed_is_held_as_before() -> None:
    story = story_of("place available 5 numbered; duplicate")
    why = _held_because(story)
    story.do("ship 1:5")
    story.do("unship 1:5")
    assert why == _held_because(story)


def test_what_is_said_again_of_the_first_order_does_not_take_away_what_has_left_of_the_second() -> None:
    story = story_of("place available 5 numbered; duplicate; ship 1:5")
    why = _held_because(story)
    assert "" == effects_of(story.do("duplicate"))
    assert why == _held_because(story)
