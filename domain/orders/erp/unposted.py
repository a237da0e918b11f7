"""What left of an order, came back or was cancelled after that, and waits in this order until its ERP may be told."""

from typing import Final

from domain.identifiers import LineId
from domain.messages.dispatch import Document, PostedEvent
from domain.orders.decision import OrderDecision
from domain.orders.facts import crediting
from domain.orders.state import UnpostedShipment
from domain.values import replace

MOST_UNPOSTED: Final = 1_000
"""Documents of one order that wait."""
MOST_UNPOSTED_LINES: Final = 10_000
"""Lines that they have together."""


def wait(decision: OrderDecision, event: PostedEvent, business_key: str, document: Document) -> bool:
    """Let one more wait; returns whether there is room for it: a person has to post what finds none."""
    waiting = (*decision.order.unposted, UnpostedShipment(decision.cause.event_id, document, event, business_key))
    if len(waiting) > MOST_UNPOSTED or sum(len(each.document.lines) for each in waiting) > MOST_UNPOSTED_LINES:
        reason = f"{event} under {business_key} does not wait until the ERP may be told of it"
        crediting.give_up(decision, business_key, reason)
        return False
    decision.order = replace(decision.order, unposted=waiting)
    return True


def forget_line(decision: OrderDecision, line_id: LineId) -> int:
    """Nothing of a line is posted after all; the units of it that the shipments had that wait, less those reversed."""
    shipped = 0
    kept = []
    for each in decision.order.unposted:
        lines = tuple(line for line in each.document.lines if line.line_id != line_id)
        if each.posted_as is PostedEvent.ORDER_CANCELLED or len(lines) == len(each.document.lines):
            kept.append(each)
            continue
        sign = 1 if each.posted_as is PostedEvent.SHIPMENT_CONFIRMED else -1
        shipped += sign * sum(line.quantity for line in each.document.lines if line.line_id == line_id)
        if lines:
            kept.append(replace(each, document=replace(each.document, lines=lines)))
    decision.order = replace(decision.order, unposted=tuple(kept))
    return shipped


def drop_cancellations(decision: OrderDecision) -> None:
    """The ERP gets the order as it is to be: without what is cancelled."""
    kept = tuple(each for each in decision.order.unposted if each.posted_as is not PostedEvent.ORDER_CANCELLED)
    if len(kept) < len(decision.order.unposted):
        decision.order = replace(decision.order, unposted=kept)
