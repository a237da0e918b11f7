"""What a picture shows as shipped of the lines that the channel ships itself (docs/domain.md#pictures).

A picture counts from the beginning, so only what is more than was counted before is a shipment: one that comes again
ships nothing twice. Less than was counted changes nothing: what has left is reversed by a fact.
"""

from domain.fulfilment import Fulfilment
from domain.identifiers import ShipmentId
from domain.messages.orders import FulfilmentLine, OrderPictured, OrderShipped
from domain.orders.decision import OrderDecision
from domain.orders.facts import fulfilling


def ship(decision: OrderDecision, picture: OrderPictured) -> None:
    """Count what has left since, as a shipment of the channel that is named by its picture."""
    shown = {part.line_id: part.quantity for part in picture.shipped}
    left = tuple(
        FulfilmentLine(line.line_id, line.item_id, shown[line.line_id] - line.shipped)
        for line in decision.order.lines
        if line.fulfilment is Fulfilment.CHANNEL and line.shipped < shown.get(line.line_id, 0)
    )
    if left:
        shipment_id = ShipmentId(f"{picture.provenance.source_id}/{picture.number}")
        fulfilling.shipped(
            decision,
            OrderShipped(
                picture.order_id,
                picture.provenance,
                picture.shipped_from,
                shipment_id,
                carrier="",
                tracking_number="",
                lines=left,
                by_channel=True,
            ),
        )
