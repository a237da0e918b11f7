"""What an ERP is told of a cancellation, after the shipments of the order that it is still to be told of."""

from collections.abc import Mapping

from domain.identifiers import LineId
from domain.messages.dispatch import ErpRequested, PostedEvent
from domain.messages.status import ErpStatus
from domain.orders.amending.amendments import AmendmentStep
from domain.orders.decision import OrderDecision, booking_key, document_of, has_ended_unshipped
from domain.orders.erp import unposted
from domain.orders.state import Order
from domain.values import replace

_NOT_IN_ERP = (ErpStatus.NOT_SENT, ErpStatus.REJECTED)


def post_cancellation(decision: OrderDecision, quantities: Mapping[LineId, int], reason: str) -> None:
    """The whole order: a document without lines. A part: a separate document with the cancelled quantities.

    An ERP that does not have the order gets it without what is cancelled.
    """
    order = decision.order
    if order.erp_status in _NOT_IN_ERP:
        return
    key, document = _part_key(decision), document_of(order, _known_there(order, quantities), reason)
    if has_ended_unshipped(order):
        key, document = booking_key(order), document_of(order, {}, reason)
        decision.order = replace(order, overbooked=())
    elif not document.lines:
        return
    if order.unposted:
        unposted.wait(decision, PostedEvent.ORDER_CANCELLED, key, document)
    else:
        decision.post(PostedEvent.ORDER_CANCELLED, key, document)


def _known_there(order: Order, quantities: Mapping[LineId, int]) -> Mapping[LineId, int]:
    """Without what an amendment has raised, and the ERP is not told of yet: that is cancelled first."""
    untold = order.amendments[0].more if order.amendments and order.amendments[0].step is AmendmentStep.UNITS else ()
    more = {part.line_id: part.quantity for part in untold}
    return {line_id: max(0, units - more.get(line_id, 0)) for line_id, units in quantities.items()}


def _part_key(decision: OrderDecision) -> str:
    """By the event that cancels it; one event may cancel several, as a shipment that was reversed before it came."""
    key = f"{booking_key(decision.order)}/{decision.cause.event_id}"
    asked = [each.business_key for each in decision.messages if isinstance(each, ErpRequested)]
    waiting = [each.business_key for each in decision.order.unposted]
    before = sum(each.startswith(key) for each in (*asked, *waiting))
    return f"{key}/{before}" if before else key
