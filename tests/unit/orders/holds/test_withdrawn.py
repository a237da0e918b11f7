"""Orders of which all that has left is back, and nothing is left to send: nobody has to decide about them any more."""

import pytest

from domain.messages.cases import Case, CaseState
from domain.messages.orders import PurchaseOrderGivenUp
from domain.messages.status import OrderArchived, OrderClosed, OrderHoldRefused, OrderPurged
from tests.unit.orders.story import Story, effects_of, flow_status_of, story_of

SECOND = "place available 5 numbered; duplicate"
DISPUTED = "place available 5 disputed; answer 1:5"
UNKNOWN = "place available 5 known; customer unknown"
FOREIGN = "place available 5 accepted; answer 1:5; foreign"
BOOKED = "place available 5; answer 1:5; booked; ship 1:5; posted"
BACK = "took back 1:5; ReturnReceived"
UNIT_ASKED = "asks 1:0"


def ended(case_class: str) -> str:
    return f"case {case_class} RESOLVED; OrderHoldReleased"


def reopened(story: Story) -> int:
    return sum(line.open_quantity for line in story.order.lines)


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (f"{SECOND}; ship 1:5", "return 1:5",
            f"{BACK}; {UNIT_ASKED}; PurchaseOrderGivenUp; {ended('DUPLICATE_ORDER')}"),
        (f"{DISPUTED}; ship 1:5", "return 1:5", f"{BACK}; {ended('PRICING_DISPUTE')}"),
        (f"{UNKNOWN}; ship 1:5", "return 1:5", f"{BACK}; {ended('INVALID_CUSTOMER')}; CustomerNoLongerAwaited"),
        (f"{FOREIGN}; ship 1:5", "return 1:5", f"{BACK}; {ended('DUPLICATE_ORDER')}"),
        (f"{DISPUTED}; ship 1:2; cancel", "return 1:2", f"{BACK.replace('5', '2')}; {ended('PRICING_DISPUTE')}"),
        (f"{DISPUTED}; ship 1:2; return 1:2", "cancel", f"gives up 1:3; OrderCancelled; {ended('PRICING_DISPUTE')}"),
        (f"{DISPUTED}; return 1:5", "ship 1:5",
            f"shipped 1:5; ShipmentConfirmed; ReturnCredited; {ended('PRICING_DISPUTE')}"),
        (f"{DISPUTED}; ship 1:5; return 1:4", "return 1:1:missing", f"ReturnReceived; {ended('PRICING_DISPUTE')}"),
        (f"{DISPUTED}; hold FRAUD; ship 1:5", "return 1:5", f"{BACK}; {ended('PRICING_DISPUTE')}; OrderHoldReleased"),
    ),
)  # fmt: skip
def test_a_dispute_ends_when_all_that_left_is_back_and_nothing_of_it_is_posted(
    given: str, when: str, effects: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert "CANCELLED" == story.order.stage
    assert () == story.order.holds


@pytest.mark.parametrize(
    "history",
    (
        f"{DISPUTED}; ship 1:5; return 1:4",
        f"{DISPUTED}; ship 1:4; return 1:4",
        f"{DISPUTED}; ship 1:5; bring R 1:5:inspect",
        f"{DISPUTED}; ship 1:5; bring R 1:5:inspect; inspect R 1:5:damaged!",
        f"{DISPUTED}; ship 1:5; invoice 1:5; return 1:5",
        f"{DISPUTED}; amend 1 1:8; ship 1:5; return 1:5",
        f"{DISPUTED}; ship 1:5; ship 1=lamp:1 as T; return 1:5",
        f"{DISPUTED}; ship 1:5; pick@W 1:1; return 1:5",
        f"{DISPUTED}; return 1:5; cancel",
    ),
)
def test_it_stays_while_something_is_out_or_to_be_sent_or_paid(history: str) -> None:
    story = story_of(history)
    assert "cancel" in history or [held.kind for held in story.order.holds] == ["PRICING"]


@pytest.mark.parametrize(
    "history", (f"{SECOND}; ship 1:5; return 1:5; answer 1:0", f"{DISPUTED}; ship 1:5; return 1:5")
)
def test_it_is_closed_and_purged_like_any_order(history: str) -> None:
    story = story_of(history)
    assert [OrderClosed] == [type(each) for each in story.do("wait 721h").messages if isinstance(each, OrderClosed)]
    purged = [type(each) for each in story.do("wait 1441h").messages if not isinstance(each, Case)]
    assert [OrderArchived, OrderPurged] == purged
    assert "unknown" == flow_status_of(story)


def test_a_charge_that_a_source_gives_back_is_a_case_until_a_person_closes_it_and_then_the_order_goes() -> None:
    story = story_of("place available 5 disputed charged; answer 1:5; ship 1:5")
    (case,) = (
        each
        for each in story.do("return 1:5 refund").messages
        if isinstance(each, Case) and each.state is CaseState.OPEN
    )
    assert case.reason.endswith("credits charges of an order that was never accepted")
    story.do("wait 2200h")
    assert story.order.closed
    story.cases[None] = case
    story.do("dismiss it")
    story.do("wait 1441h")
    assert "unknown" == flow_status_of(story)


def test_what_ends_so_carries_its_purchase_order_number_no_more() -> None:
    messages = story_of(f"{SECOND}; ship 1:5").do("return 1:5").messages
    assert any(isinstance(each, PurchaseOrderGivenUp) for each in messages)


def test_if_something_leaves_once_more_all_that_has_happened_is_posted() -> None:
    story = story_of(f"{DISPUTED}; ship 1:5; return 1:5")
    assert (
        "shipped 1:1; ShipmentConfirmed; CREATE_SALES_ORDER 1:5; OrderAccepted; POST_SHIPMENT 1:5; "
        "POST_SHIPMENT 1:1; POST_CREDIT_MEMO 1:5"
    ) == effects_of(story.do("ship 1:1 as T"))


def test_it_is_booked_under_a_key_of_its_own_if_its_erp_had_another_one() -> None:
    story = story_of(f"{FOREIGN}; ship 1:5; return 1:5")
    effects = effects_of(story.do("ship 1:1 as T"))
    assert effects.endswith("CREATE_SALES_ORDER 1:5; POST_SHIPMENT 1:5; POST_SHIPMENT 1:1; POST_CREDIT_MEMO 1:5")


@pytest.mark.parametrize("units", (1, 5))
def test_what_is_reversed_besides_opens_nothing(units: int) -> None:
    story = story_of(f"{DISPUTED}; ship 1:5; return 1:5; unship 1:{units}")
    assert "CANCELLED" == story.order.stage
    assert 0 == reopened(story)
    assert () == story.order.holds


def test_a_hold_that_comes_later_is_refused() -> None:
    story = story_of(f"{DISPUTED}; ship 1:5; return 1:5")
    (refused,) = (each for each in story.do("hold FRAUD").messages if isinstance(each, OrderHoldRefused))
    assert "all that has left of the order is back, and nothing of it is left to send" == refused.reason


def test_an_order_that_was_never_in_dispute_is_accepted_and_booked_as_ever() -> None:
    story = story_of("place complete 5; answer 1:3; ship 1:2; return 1:2")
    assert "CREATE_SALES_ORDER 1:2" in effects_of(story.do("cancel"))


@pytest.mark.parametrize("arrivals", ("cancel; ship 1:5; return 1:5", "cancel; return 1:5; ship 1:5"))
def test_an_order_that_was_cancelled_whole_is_booked_with_what_has_left_in_spite_of_that(arrivals: str) -> None:
    story = story_of(f"place available 5 disputed; answer 1:5; {arrivals}")
    assert story.order.accepted


NOTHING_OWED = "case PAYMENT_FAILED RESOLVED"


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (f"{BOOKED}; hold PAYMENT", "return 1:5", f"{BACK}; POST_CREDIT_MEMO 1:5; {NOTHING_OWED}"),
        (f"{BOOKED}; hold PAYMENT; return 1:3", "return 1:2",
            f"{BACK.replace('5', '2')}; POST_CREDIT_MEMO 1:2; {NOTHING_OWED}"),
        (f"{BOOKED}; hold PAYMENT", "return 1:4", f"{BACK.replace('5', '4')}; POST_CREDIT_MEMO 1:4"),
        (f"{BOOKED}; hold PAYMENT; return 1:5", "ship 1:1 as T",
            "shipped 1:1; ShipmentConfirmed; POST_SHIPMENT 1:1; case PAYMENT_FAILED"),
        (f"{BOOKED}; return 1:5", "hold PAYMENT", "OrderHeld"),
        (f"{BOOKED}; return 1:5", "decide PAYMENT FAILED as a", "DecisionRecorded; OrderHeld"),
        (f"{BOOKED}; decide PAYMENT FAILED as a", "return 1:5", f"{BACK}; POST_CREDIT_MEMO 1:5; {NOTHING_OWED}"),
        (f"{BOOKED}; decide PAYMENT CHARGED_BACK 3 as a", "return 1:5", f"{BACK}; POST_CREDIT_MEMO 1:5"),
        (f"{BOOKED}; return 1:5", "decide PAYMENT CHARGED_BACK 3 as a",
            "DecisionRecorded; case PAYMENT_FAILED; OrderHeld"),
    ),
)  # fmt: skip
def test_nothing_is_owed_for_what_is_back_unless_it_is_charged_back_besides(
    given: str, when: str, effects: str
) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_an_order_whose_unpaid_goods_are_back_is_purged() -> None:
    story = story_of(f"{BOOKED}; hold PAYMENT; return 1:5; credited")
    story.do("wait 2200h")
    assert "unknown" == flow_status_of(story)
