"""What an order is worth with discounts and taxes, what its ERP is told of it, and what a customer gets back."""

import pytest

from domain.identifiers import LineId
from domain.messages.cases import Case
from domain.messages.dispatch import Document, ErpRequested
from domain.messages.orders import HoldKind
from domain.messages.status import OrderReceived, OrderStatus
from domain.money.adjustments import Adjustments, Tender, Totals
from domain.money.amounts import parse_amount
from domain.money.charges import Charge
from domain.money.prices import parse_price
from domain.orders.decision import sales_document
from domain.orders.money.worth import totals_of, worth_of_units
from domain.orders.status import status_of
from domain.quantities import UNIT
from domain.values import replace
from tests.unit.orders.story import Story, story_of

TWO = f"place available CLF {2 * UNIT} adjusted"
RAISED = f"{TWO}; answer 1:{2 * UNIT}; booked; amend 1 1:{4 * UNIT}"


def worth(story: Story) -> Totals:
    return totals_of(story.order, sum(line.due_quantity * line.scaled_price for line in story.order.lines))


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (f"{TWO}; answer 1:{2 * UNIT}", (20, 7, 0, 13, 21)),
        (f"{TWO} charged; answer 1:{2 * UNIT}", (20, 7, 18, 13, 39)),
        (f"{TWO}; answer 1:{2 * UNIT}; cancel 1:{UNIT}", (10, 3, 0, 7, 11)),
        (f"{TWO}; answer 1:{2 * UNIT}; cancel", (0, 0, 0, 0, 0)),
        (f"{TWO}; answer 1:{UNIT}; ship 1:{UNIT}; cancel", (10, 3, 0, 7, 11)),
        (
            f"{TWO}; answer 1:{2 * UNIT}; booked; amend 1 1:{4 * UNIT}; answer 1:{2 * UNIT}; amendment applied",
            (40, 11, 0, 24, 43),
        ),
    ),
)
def test_parts_of_a_line_follow_its_units_and_those_of_the_order_its_goods(
    history: str, expected: tuple[int, int, int, int, int]
) -> None:
    assert expected == worth(story_of(history))


@pytest.mark.parametrize(
    ("currency", "prices", "charge", "expected"),
    (
        ("KWD", ("0.02349", "8.388", "0.572"), "0", "8.983"),
        ("KWD", ("0.02349", "8.388"), "0.572", "8.983"),
        ("KWD", ("0.02349", "8.388", "0.57201"), "0", "8.984"),
        ("EUR", ("0.00495",), "0", "0"),
        ("EUR", ("0.004951", "0.000049"), "0", "0.01"),
        ("EUR", ("0.00495",), "0.0001", "0.01"),
        ("JPY", ("0.49995",), "0", "0"),
        ("CLF", ("0.00005",), "0", "0.0001"),
        ("CLF", ("0.000049",), "0", "0"),
    ),
)
@pytest.mark.parametrize("adjusted", (None, Adjustments(tenders=(Tender("CARD", "", 1),))))
def test_prices_of_many_places_are_added_up_and_rounded_once(
    currency: str, prices: tuple[str, ...], charge: str, expected: str, adjusted: Adjustments | None
) -> None:
    order = story_of(f"place available {' '.join([str(UNIT)] * len(prices))}").order
    lines = tuple(
        line._replace(unit_price=price.unit_price, price_basis=price.price_basis)
        for line, price in zip(order.lines, (parse_price(each, 1) for each in prices), strict=True)
    )
    charges = (Charge(LineId("C"), "POST", "", UNIT, parse_amount(charge)),)
    order = replace(order, currency=currency, lines=lines, charges=charges, adjustments=adjusted)
    goods = sum(line.due_quantity * line.scaled_price for line in lines)
    assert parse_amount(expected) == totals_of(order, goods).grand
    units = {line.line_id: line.due_quantity for line in lines}
    assert parse_amount(expected) == worth_of_units(order, units, {}).grand
    assert parse_amount(expected) == sales_document(order, units).grand_total


def documents(story: Story, event: str) -> list[Document]:
    return [message.document for message in story.do(event).messages if isinstance(message, ErpRequested)]


def test_the_erp_is_told_all_of_the_money() -> None:
    (booked,) = documents(story_of(TWO), f"answer 1:{2 * UNIT}")
    assert (21, [4, 3], [6, 5, 2]) == (
        booked.grand_total,
        [each.value for each in booked.discounts],
        [each.value for each in booked.taxes],
    )


def test_what_is_cancelled_before_the_booking_is_in_no_part_of_the_document() -> None:
    story = story_of(f"{TWO}; cancel 1:{UNIT}")
    (booked,) = documents(story, f"answer 1:{2 * UNIT}")
    assert (11, [2, 1], [3, 3, 1]) == (
        booked.grand_total,
        [each.value for each in booked.discounts],
        [each.value for each in booked.taxes],
    )


def test_a_unit_that_comes_back_is_credited_as_it_was_paid() -> None:
    story = story_of(f"{TWO}; answer 1:{2 * UNIT}; booked; ship 1:{2 * UNIT}; posted")
    (memo,) = documents(story, f"return 1:{UNIT}:restocked:unpriced")
    assert [(8, 1)] == [(line.unit_price, line.price_basis) for line in memo.lines]


def test_an_order_with_a_disputed_total_is_held_and_not_accepted_until_a_person_decides() -> None:
    story = story_of(f"place available CLF {2 * UNIT} disputed; answer 1:{2 * UNIT}")
    assert (OrderStatus.RECEIVED, [HoldKind.PRICING]) == (
        status_of(story.order),
        [hold.kind for hold in story.order.holds],
    )
    assert "states a grand total of 21 CLF, and its parts add up to 20" in story.order.holds[0].reason
    (booked,) = documents(story, "unhold PRICING")
    assert 20 == booked.grand_total


def test_an_invoice_states_a_line_without_its_discount_and_its_tax() -> None:
    net = 20 - 4 - 5
    story = story_of(f"{TWO}; answer 1:{2 * UNIT}; booked; ship 1:{2 * UNIT}")
    assert not any(isinstance(message, Case) for message in story.do(f"invoice 1:{2 * UNIT}@{net} CLF").messages)


def test_the_received_event_says_the_totals() -> None:
    (received,) = [each for each in story_of("").do(TWO).messages if isinstance(each, OrderReceived)]
    assert 21 == received.order.grand_total == received.order.value
