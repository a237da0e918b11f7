"""A fact that names an item and no line: the order finds the lines that the units are of."""

import pytest

from domain.identifiers import DeliveryId, ItemId, LineId, NodeId, ReturnId, ShipmentId
from domain.messages.orders import (
    FulfilmentLine,
    OrderDelivered,
    OrderPicked,
    OrderReturned,
    OrderShipped,
    OrderShortPicked,
    Parkable,
)
from domain.orders.facts.lines_by_item import with_lines
from domain.orders.state import Order
from domain.provenance import Provenance
from domain.returns import ReturnCondition, ReturnedLine
from domain.values import replace
from tests.unit.orders.story import ORDER_ID, story_of

PROVENANCE = Provenance("w", "m", 0, "h", 0, 0)  # type: ignore[arg-type]  # the ids are plain texts here


def order_of(story: str) -> Order:
    """The order with lines 1 and 2 of one lamp, and line 3 of another item."""
    order = story_of(story).order
    lines = tuple(line._replace(item_id=ItemId("lamp")) if line.line_id in {"1", "2"} else line for line in order.lines)
    return replace(order, lines=lines)


def lines(*units: tuple[str, str, int]) -> tuple[FulfilmentLine, ...]:
    return tuple(FulfilmentLine(LineId(line), ItemId(item), quantity) for line, item, quantity in units)


def shipped(*units: tuple[str, str, int]) -> OrderShipped:
    return OrderShipped(ORDER_ID, PROVENANCE, NodeId("E"), ShipmentId("S"), "", "", lines(*units))


def named(order: Order, event: Parkable) -> list[tuple[str, str, int]]:
    found = with_lines(order, event)
    assert isinstance(found, OrderShipped | OrderPicked | OrderShortPicked | OrderDelivered | OrderReturned)
    return [(line.line_id, line.item_id, line.quantity) for line in found.lines]


PLACED = "place available 2 3 4; answer 1:2 2:3 3:4"


@pytest.mark.parametrize(
    ("story", "units", "expected"),
    (
        (PLACED, [("", "lamp", 1)], [("1", "lamp", 1)]),
        (PLACED, [("", "lamp", 4)], [("1", "lamp", 2), ("2", "lamp", 2)]),
        (PLACED, [("", "lamp", 9)], [("1", "lamp", 2), ("2", "lamp", 7)]),
        (PLACED, [("", "item 3", 9)], [("3", "item 3", 9)]),
        (PLACED, [("", "lamp", 1), ("", "lamp", 2)], [("1", "lamp", 2), ("2", "lamp", 1)]),
        (PLACED, [("2", "lamp", 1), ("", "lamp", 1)], [("2", "lamp", 1), ("1", "lamp", 1)]),
        (PLACED, [("", "chair", 1)], [("", "chair", 1)]),
        (f"{PLACED}; cancel 1", [("", "lamp", 1)], [("2", "lamp", 1)]),
    ),
)
def test_units_are_of_the_lines_that_have_the_item(
    story: str, units: list[tuple[str, str, int]], expected: list[tuple[str, str, int]]
) -> None:
    assert expected == named(order_of(story), shipped(*units))


def test_a_fact_that_names_its_lines_is_left_as_it_is() -> None:
    event = shipped(("2", "lamp", 3), ("1", "lamp", 1), ("3", "item 3", 9), ("1", "item 3", 1), ("4", "lamp", 1))
    assert event is with_lines(order_of(PLACED), event)


def test_each_fact_is_about_the_units_that_it_can_be_about() -> None:
    order = order_of("place available 2 3 4; answer 1:2 2:3 3:4; ship 1:2 2:1")
    lamps = lines(("", "lamp", 2))
    delivered = OrderDelivered(
        ORDER_ID, PROVENANCE, DeliveryId("D"), ShipmentId(""), "", is_reversal=False, lines=lamps
    )
    assert [("1", "lamp", 2)] == named(order, delivered)
    assert [("1", "lamp", 2)] == named(order, OrderPicked(ORDER_ID, PROVENANCE, NodeId("E"), lamps))
    assert [("2", "lamp", 2)] == named(order, OrderShortPicked(ORDER_ID, PROVENANCE, NodeId("E"), "", lamps))
    came = ReturnedLine(LineId(""), ItemId("lamp"), 3, 0, ReturnCondition.DAMAGED)
    returned = OrderReturned(ORDER_ID, PROVENANCE, NodeId("E"), ReturnId("R"), "", (came,), ())
    assert [("1", "lamp", 2), ("2", "lamp", 1)] == named(order, returned)


def test_a_shipment_by_items_is_counted_and_posted_by_lines() -> None:
    story = story_of("place available 2 3; answer 1:2 2:3; booked")
    verdict = story.take(shipped(("", "item 2", 3), ("", "item 1", 1)))
    assert {"1": 1, "2": 3} == {line.line_id: line.shipped for line in story.order.lines}
    assert not verdict.dropped


@pytest.mark.parametrize(
    ("story", "expected"),
    (
        (f"{PLACED}; ship 2:3", [("1", "lamp", 2), ("2", "lamp", 1)]),
        (f"{PLACED}; ship 1:2; ship 2:3", [("1", "lamp", 2), ("2", "lamp", 1)]),
        (f"{PLACED}; cancel 1; ship 2:3", [("2", "lamp", 3)]),
    ),
)
def test_what_comes_back_may_be_of_goods_of_the_named_line_whose_shipment_is_late(
    story: str, expected: list[tuple[str, str, int]]
) -> None:
    back = ReturnedLine(LineId("1"), ItemId("lamp"), 3, 10, ReturnCondition.RESTOCKED)
    assert expected == named(
        order_of(story), OrderReturned(ORDER_ID, PROVENANCE, NodeId("E"), ReturnId("R"), "", (back,), ())
    )
