"""940: what a warehouse is to ship, or not to ship any more.

The order's id comes back in the warehouse's 945: it is the depositor's order number where it has room for it, and else
in N9 beside a short form of it.
"""

from typing import Final
from uuid import NAMESPACE_URL, uuid5

from connectors.formats.x12.segments import Segment
from connectors.formats.x12.sending.composing import OUR_NUMBER, Composer, SetText, quantity
from connectors.formats.x12.sending.documents.parts import node, party
from domain.identifiers import OrderId
from domain.messages.edi.documents import WarehouseOrder, WarehouseOrderLine

_NEW: Final = "N"
_CANCEL: Final = "F"
_LONGEST_NUMBER: Final = 22


def warehouse_order(order: WarehouseOrder, composer: Composer) -> SetText:
    """W05, parties, the order's id, LX and W01 for each line, and the total of all units."""
    number = depositor_number(order.order_id)
    customers = order.customer_number if len(order.customer_number) <= _LONGEST_NUMBER else ""
    segments = [
        composer.segment("W05", _CANCEL if order.is_cancelled else _NEW, number, customers),
        *(segment for address in order.ship_to for segment in party(composer, "ST", address)),
        node(composer, "WH", order.node_id),
        *((composer.segment("N9", "ZZ", order.order_id),) if number != order.order_id else ()),
        composer.segment("W66", composer.syntax.freight_terms),
        *(segment for place, line in enumerate(order.lines, start=1) for segment in _line(place, line, composer)),
        composer.segment("W76", quantity(sum(line.quantity for line in order.lines))),
    ]
    return SetText("940", "OW", segments)


def depositor_number(order_id: OrderId) -> str:
    """At most 22 characters that name the order, the same in every message about it."""
    if len(order_id) <= _LONGEST_NUMBER:
        return order_id
    return uuid5(NAMESPACE_URL, f"https://orderline.example/depositor/{order_id}").hex[:_LONGEST_NUMBER].upper()


def _line(place: int, line: WarehouseOrderLine, composer: Composer) -> tuple[Segment, Segment, Segment]:
    """With the line's number in N9, by which the warehouse reports what it has shipped of it."""
    unit = composer.unit(line.unit)
    w01 = composer.segment("W01", quantity(line.quantity), unit, None, OUR_NUMBER, line.item_id)
    return composer.segment("LX", place), w01, composer.segment("N9", "LI", line.line_id)
