"""What a shop is told of its orders: what has left, and what came back of that before it was delivered.

The shop is that of the source which has placed the order (`reports_to` in its channel file). It hears of the lines that
it knows: a line that another source has added, and an item that is not the line's, are none of its business. What it
has shipped itself it knows. No order waits for a report: one that the shop refuses is a case of dispatch.
"""

from collections.abc import Mapping

from domain.identifiers import ErpId, LineId, SourceId
from domain.messages.dispatch import Document, PostedEvent
from domain.orders.decision import OrderDecision
from domain.orders.state import Order
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


def _lines_of_others(order: Order, reports_to: Mapping[SourceId, ErpId]) -> frozenset[LineId]:
    """Lines that a source has added which is not of the shop."""
    shop = reports_to.get(order.placed_by)
    return frozenset(line.line_id for line in order.added_lines if reports_to.get(line.source_id) != shop)
