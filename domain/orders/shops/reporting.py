"""What a shop is told of its orders: what has left.

The shop is that of the source which has placed the order (`reports_to` in its channel file). It hears of the lines that
it knows: a line that another source has added, and an item that is not the line's, are none of its business. What it
has shipped itself it knows. No order waits for a report: one that the shop refuses is a case of dispatch.

No report takes another back, because most shops know no such call: when what was reported did not leave, or comes back
before it is delivered, a person does it.
"""

from collections.abc import Mapping

from domain.identifiers import ErpId, LineId, SourceId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.dispatch import Document, PostedEvent
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision
from domain.orders.state import Order
from domain.quantities import format_quantity
from domain.values import replace


def report(
    decision: OrderDecision, event: PostedEvent, business_key: str, document: Document, *, by_channel: bool
) -> None:
    """Tell the shop of what a document says of its own lines, if its file posts the event."""
    shop = decision.rules.reports_to.get(decision.order.placed_by)
    if shop is None or by_channel:
        return
    others = _lines_of_others(decision.order, decision.rules.reports_to)
    lines = tuple(line for line in document.lines if line.line_id not in others)
    if lines:
        decision.report(shop, event, business_key, replace(document, lines=lines))


def taken_back(decision: OrderDecision, business_key: str, document: Document, *, by_channel: bool) -> None:
    """A shipment is reversed that its shop was told of: a case asks a person to take it back there."""
    shop = decision.rules.reports_to.get(decision.order.placed_by)
    if shop is None or by_channel or PostedEvent.SHIPMENT_CONFIRMED not in decision.rules.postings.get(shop, {}):
        return
    others = _lines_of_others(decision.order, decision.rules.reports_to)
    units = [
        f"{format_quantity(line.quantity)} of line {line.line_id}"
        for line in document.lines
        if line.line_id not in others
    ]
    if units:
        reason = f"{shop} has shipment {document.shipment_id}, of which {shortened(units)} did not leave, or came back"
        action = f"take it back in {shop}, then resolve the case; what leaves instead is reported by itself"
        key = f"taken back/{business_key}"
        state_case(
            decision, CaseClass.TRANSFORMATION_FAILED, CaseOrigin.CHANNEL_MAPPING, key, CaseState.OPEN, reason, action
        )


def _lines_of_others(order: Order, reports_to: Mapping[SourceId, ErpId]) -> frozenset[LineId]:
    """Lines that a source has added which is not of the shop."""
    shop = reports_to.get(order.placed_by)
    return frozenset(line.line_id for line in order.added_lines if reports_to.get(line.source_id) != shop)
