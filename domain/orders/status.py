"""The status of an order, derived from its quantities (docs/domain.md#status)."""

from collections.abc import Sequence
from typing import Protocol

from domain.fulfilment import Fulfilment
from domain.messages.cases import Impact
from domain.messages.status import ErpStatus, InvoiceStatus, OrderStatus, ReturnStatus
from domain.orders.money.worth import value_of
from domain.orders.pending.answers import Awaited
from domain.orders.state import Order, Stage


class PromisedLine(Protocol):
    """What is held for a line, and what it waits for."""

    @property
    def allocated(self) -> int:
        """Units held for the order, picked ones included."""
        ...

    @property
    def backordered(self) -> int:
        """Open units that nobody holds for the order."""
        ...


def status_of(  # noqa: PLR0911  one return a row of the life reads best
    order: Order, promised: Sequence[PromisedLine] = ()
) -> OrderStatus:
    """The first that is true, from the end of an order's life to its beginning.

    `promised`: the order's lines as they are summarised, for whoever has summarised them already.
    REJECTED and CANCELLED are ends: an order that is closed in one of them keeps it, unless something was shipped.
    An order of which the goods are cancelled, and a service beside them is done, is neither shipped nor cancelled.
    """
    shipped = any(line.shipped for line in order.lines)
    is_open = any(line.open_quantity for line in order.lines)
    only_service_done = shipped and _is_left_without_goods(order)
    if shipped and not is_open and not only_service_done:
        return _shipped_status(order)
    if order.stage is Stage.REJECTED:
        return OrderStatus.REJECTED
    if order.stage is Stage.CANCELLED and not only_service_done:
        return OrderStatus.CANCELLED
    if order.closed:
        return OrderStatus.CLOSED
    if any(pending.awaited is Awaited.CANCELLATION for pending in order.pending_answers):
        return OrderStatus.CANCEL_PENDING
    if order.amendments:
        return OrderStatus.AMEND_PENDING
    if any(line.sent for line in order.lines):
        return OrderStatus.PARTIALLY_SHIPPED
    if any(line.released_at and line.known_to_warehouse for line in order.lines):
        return OrderStatus.RELEASED
    if order.erp_status is ErpStatus.BOOKED:
        return OrderStatus.BOOKED
    return _promised_status(promised or order.lines) if order.accepted else OrderStatus.RECEIVED


def _is_left_without_goods(order: Order) -> bool:
    """Whether goods were ordered, and none have left: only a service beside them is done."""
    has_goods = any(line.fulfilment is not Fulfilment.NONE for line in order.lines)
    return has_goods and not any(line.sent for line in order.lines)


def _shipped_status(order: Order) -> OrderStatus:
    """Nothing is left to ship; an amendment may order more."""
    if order.closed:
        return OrderStatus.CLOSED
    if order.amendments:
        return OrderStatus.AMEND_PENDING
    is_delivered = all(line.arrived >= line.sent for line in order.lines)
    return OrderStatus.DELIVERED if is_delivered else OrderStatus.SHIPPED


def invoice_status_of(order: Order) -> InvoiceStatus:
    """How much is invoiced; all is all that was shipped and is not credited, when nothing is left to ship."""
    if not any(line.invoiced > 0 for line in order.lines):
        return InvoiceStatus.NONE
    is_left = any(line.open_quantity or line.invoiced + line.credited < line.shipped for line in order.lines)
    return InvoiceStatus.PARTIAL if is_left else InvoiceStatus.INVOICED


def _promised_status(lines: Sequence[PromisedLine]) -> OrderStatus:
    allocated = any(line.allocated for line in lines)
    backordered = any(line.backordered for line in lines)
    if allocated and backordered:
        return OrderStatus.PARTIALLY_ALLOCATED
    if backordered:
        return OrderStatus.BACKORDERED
    return OrderStatus.ALLOCATED if allocated else OrderStatus.ACCEPTED


def return_status_of(order: Order) -> ReturnStatus:
    """What the returns wait for; else how much of the goods came back, or is credited as missing.

    All is all that was ever shipped or is still open.
    """
    awaited = {pending.awaited for pending in order.pending_answers}
    if Awaited.RETURN_DECISION in awaited:
        return ReturnStatus.REQUESTED
    if Awaited.RETURNED_GOODS in awaited:
        return ReturnStatus.AUTHORISED
    if Awaited.INSPECTION in awaited:
        return ReturnStatus.INSPECTING
    if not any(line.taken_back for line in order.lines):
        return ReturnStatus.NONE
    kept = any(line.open_quantity or line.taken_back < line.shipped for line in order.lines)
    return ReturnStatus.PARTIAL if kept else ReturnStatus.FULL


def impact_of(order: Order) -> Impact:
    """What a case about the order puts at risk: all that is due of it, and the lines that are open."""
    lines = sum(1 for line in order.lines if line.open_quantity)
    return Impact(value_of(order), order.currency, 1 if lines else 0, lines)
