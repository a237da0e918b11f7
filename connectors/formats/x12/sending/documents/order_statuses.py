"""870: how far an order is, line by line."""

from typing import Final

from connectors.formats.x12.segments import Segment
from connectors.formats.x12.sending.composing import Composer, SetText, calendar_day, price, quantity
from connectors.formats.x12.sending.documents.parts import products
from domain.messages.edi.documents import OrderStatusReport, ReportedOrderLine

_UNSOLICITED: Final = "3"
_SELECTED_ORDERS: Final = "PA"
_SHIPPED_QUANTITY: Final = "39"
_SHIPPED, _PARTIAL, _BACKORDERED, _ALLOCATED, _CANCELLED, _IN_PROCESS = "SH", "PR", "BO", "AP", "CU", "IN"
"""Data element 368."""


def order_status(report: OrderStatusReport, composer: Composer) -> SetText:
    """BSR, the order as a level, and a level for each line: PO1, ISR, what has left."""
    order = report.order
    segments = [
        composer.segment("BSR", _UNSOLICITED, _SELECTED_ORDERS, report.number, composer.day(report.reported_us)),
        composer.segment("HL", 1, None, "O", "1"),
        composer.segment("PRF", order.number, order.release, None, composer.day(order.ordered_us)),
        *(segment for place, line in enumerate(report.lines, start=2) for segment in _line(place, line, composer)),
        composer.segment("CTT", len(report.lines)),
    ]
    return SetText("870", "RS", segments)


def _line(place: int, reported: ReportedOrderLine, composer: Composer) -> list[Segment]:
    line, unit = reported.line, composer.unit(reported.line.unit)
    unit_price = price(line.unit_price, line.price_basis)
    po1 = composer.segment(
        "PO1", line.line_id, quantity(line.ordered), unit, unit_price, None, *products(line.item_id, line.products)
    )
    shipped = [composer.segment("QTY", _SHIPPED_QUANTITY, quantity(reported.shipped), unit)] if reported.shipped else []
    isr = composer.segment("ISR", _status(reported), calendar_day(reported.promised_us))
    return [composer.segment("HL", place, 1, "I", "0"), po1, isr, *shipped]


def _status(reported: ReportedOrderLine) -> str:
    """The one that says most of what the partner has to expect."""
    is_open = reported.allocated or reported.backordered
    if reported.shipped:
        return _PARTIAL if is_open else _SHIPPED
    if reported.backordered:
        return _BACKORDERED
    if reported.allocated:
        return _ALLOCATED
    return _CANCELLED if reported.cancelled >= reported.line.ordered else _IN_PROCESS
