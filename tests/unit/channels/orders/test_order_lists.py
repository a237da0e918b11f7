"""The parts of a complete list of orders are mapped one by one; a part with an invalid order is refused whole."""

from typing import Any

import pytest

from domain.messages.snapshots.orders import OrderListBegun, OrderListContinued, OrderListEnded
from domain.messages.snapshots.stock import Reporter
from tests.unit.channels.given import changed, message, outcomes, verdict

BEGUN: dict[str, Any] = {
    "message_id": "l-1",
    "event": "sales_orders_begun",
    "list": "L1",
    "taken_at": "2026-01-05T07:00:00Z",
}
ORDERS: dict[str, Any] = {
    "message_id": "l-2",
    "event": "sales_orders",
    "list": "L1",
    "part": 1,
    "taken_at": "2026-01-05T07:00:00Z",
    "orders": [{"order_id": "portal:P-1", "sales_order": "SO-1"}, {"sales_order": "SO-2"}],
}
ENDED: dict[str, Any] = {
    "message_id": "l-3",
    "event": "sales_orders_ended",
    "list": "L1",
    "taken_at": "2026-01-05T07:00:00Z",
    "order_count": 2,
}
OF_THE_PORTAL: dict[str, Any] = {
    "message_id": "l-2",
    "event": "open_orders",
    "list": "L1",
    "part": "1",
    "taken_at": "2026-01-05T07:00:00Z",
    "order_numbers": [{"number": "P-1"}, {"number": "P-2"}],
}


def test_the_head_says_whose_it_is_and_of_when() -> None:
    (outcome,) = outcomes("planning", BEGUN)
    found = message(outcome)
    assert isinstance(found, OrderListBegun)
    assert (Reporter.ERP, "main", 1_767_596_400_000_000, 3_600) == (
        found.reporter,
        found.system_id,
        found.taken_at_us,
        found.in_flight_s,
    )
    assert ("order_list/planning/L1", "begun") == (found.home_key, found.part_key)


def test_a_channel_lists_its_own_orders() -> None:
    (head,) = outcomes("portal", {**BEGUN, "event": "open_orders_begun"})
    begun = message(head)
    assert isinstance(begun, OrderListBegun)
    assert (Reporter.CHANNEL, "portal") == (begun.reporter, begun.system_id)
    (outcome,) = outcomes("portal", OF_THE_PORTAL)
    found = message(outcome)
    assert isinstance(found, OrderListContinued)
    assert ("portal:P-1", "portal:P-2") == found.order_ids


def test_orders_of_which_nobody_here_knows_count_as_well() -> None:
    (outcome,) = outcomes("planning", ORDERS)
    found = message(outcome)
    assert isinstance(found, OrderListContinued)
    assert (("SO-2", "portal:P-1"), "part/1") == (found.order_ids, found.part_key)


def test_the_end_says_how_many_orders_there_are() -> None:
    (outcome,) = outcomes("planning", ENDED)
    found = message(outcome)
    assert isinstance(found, OrderListEnded)
    assert (2, "order_list/planning/L1") == (found.order_count, found.home_key)


def test_a_part_with_its_orders_in_another_order_has_the_same_content() -> None:
    (first,) = outcomes("planning", ORDERS)
    (again,) = outcomes("planning", {**ORDERS, "message_id": "l-9", "orders": ORDERS["orders"][::-1]})
    assert message(first).provenance.content_hash == message(again).provenance.content_hash


@pytest.mark.parametrize(
    ("part", "path", "value", "expected"),
    (
        (BEGUN, "taken_at", "2026-01-05", "refused: taken_at: 2026-01-05 is a date without a time of day"),
        (BEGUN, "taken_at", "2026-01-05T08:06:00Z", "refused: taken_at: 2026-01-05T08:06:00Z is in the future"),
        (BEGUN, "list", None, "refused: snapshot_id: is missing (list)"),
        (ORDERS, "orders", [], "refused: orders: there is no order (orders)"),
        (ORDERS, "orders", [{"note": "x"}], "refused: orders.1.order_id: is missing (order_id or sales_order)"),
        (ENDED, "order_count", 0, "refused: order_count: is 0; an empty list is not compared"),
    ),
)
def test_a_part_that_breaks_the_contract_is_refused_whole(
    part: dict[str, Any], path: str, value: object, expected: str
) -> None:
    (outcome,) = outcomes("planning", changed(part, path, value))
    assert expected == verdict(outcome)
