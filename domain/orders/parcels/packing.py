"""The cartons of a shipment: published as far as they can be true, and a case of what cannot."""

from typing import Final

from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.orders import Carton, OrderShipped
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision
from domain.packing.cartons import packing_of

_ACTION: Final = (
    "ask the warehouse what is in which carton, and correct what partners were told; the shipment has counted"
)


def packed(decision: OrderDecision, event: OrderShipped) -> tuple[Carton, ...]:
    """The cartons of a shipment whose lines are those of the order. Nothing of the shipment depends on them."""
    packing = packing_of(event.cartons, event.lines)
    if packing.faults:
        key = f"cartons/{event.node_id}/{event.shipment_id}"
        reason = f"cartons of shipment {event.shipment_id}: {shortened(packing.faults, '; ')}"
        state_case(
            decision,
            CaseClass.MALFORMED_PAYLOAD,
            CaseOrigin.WAREHOUSE,
            key,
            CaseState.OPEN,
            reason,
            _ACTION,
            value_at_risk=0,
        )
    return packing.cartons
