"""Which open lines of which fulfilment orders a shipment is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from connectors.shops.shopify.documents import ShopifyFulfilment, ShopifyFulfilmentOrder, ShopifyLine, number_of
from domain.identifiers import LineId

_OPEN: Final = frozenset({"OPEN", "IN_PROGRESS"})
_UNDONE: Final = frozenset({"CANCELLED", "ERROR", "FAILURE"})

Pieces = Mapping[LineId, int]


@dataclass(frozen=True, slots=True)
class OpenLines:
    """The lines of one fulfilment order that can be shipped from its location."""

    gid: str
    location: str
    lines: Sequence[ShopifyLine]


def has_number(fulfilment: ShopifyFulfilment, tracking_number: str) -> bool:
    """Whether a fulfilment that was not undone has this tracking number, however it is written."""
    numbers = {_plain(each.number or "") for each in fulfilment.tracking_info}
    return fulfilment.status not in _UNDONE and _plain(tracking_number) in numbers


def open_orders(orders: Sequence[ShopifyFulfilmentOrder]) -> Sequence[ShopifyFulfilmentOrder]:
    """Those of which something can be shipped."""
    return [order for order in orders if order.status in _OPEN]


def location_of(order: ShopifyFulfilmentOrder) -> str:
    """The number of its location; empty when that was deleted."""
    location = order.assigned_location.location
    return "" if location is None else number_of(location.id)


def pieces_of(lines: Sequence[ShopifyLine]) -> Pieces:
    """How many pieces of each line of the order."""
    found: dict[LineId, int] = {}
    for line in lines:
        line_id = LineId(number_of(line.line_item.id))
        found[line_id] = found.get(line_id, 0) + line.quantity
    return found


def chosen(pieces: Pieces, orders: Sequence[OpenLines], location_id: str) -> Sequence[Mapping[str, Any]]:
    """`lineItemsByFulfillmentOrder` of a shipment; empty when no location has enough open.

    A fulfilment is of one location: ours if it can be, else the first that has everything.
    """
    locations = dict.fromkeys(order.location for order in orders)
    for location in sorted(locations, key=lambda each: each != location_id):
        here = [order for order in orders if order.location == location]
        left = dict(pieces)
        taken = [
            {"fulfillmentOrderId": order.gid, "fulfillmentOrderLineItems": list(_taken(left, order))} for order in here
        ]
        if not any(left.values()):
            return [each for each in taken if each["fulfillmentOrderLineItems"]]
    return ()


def missing(pieces: Pieces, orders: Sequence[OpenLines]) -> str:
    """Why a shipment cannot be reported, for people."""
    still_open: dict[str, int] = {}
    for order in orders:
        for line in order.lines:
            line_id = number_of(line.line_item.id)
            still_open[line_id] = still_open.get(line_id, 0) + line.remaining_quantity
    short = [
        f"line {line_id}: {still_open.get(line_id, 0)} of {quantity} can be fulfilled"
        for line_id, quantity in pieces.items()
        if still_open.get(line_id, 0) < quantity
    ]
    return "; ".join(short) or "what has left is open at several locations, and a fulfilment is of one"


def _taken(left: dict[LineId, int], order: OpenLines) -> Iterator[Mapping[str, Any]]:
    for line in order.lines:
        line_id = LineId(number_of(line.line_item.id))
        quantity = min(left.get(line_id, 0), line.remaining_quantity)
        if quantity > 0:
            left[line_id] -= quantity
            yield {"id": line.id, "quantity": quantity}


def _plain(tracking_number: str) -> str:
    return "".join(tracking_number.split()).casefold()
