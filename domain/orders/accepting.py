"""The acceptance of an order: its claims are confirmed, its ERP is asked to book it, its warehouses to pick it."""

from dataclasses import replace

from domain.messages.dispatch import Document, PostedEvent
from domain.messages.inventory import ReservationsConfirmed
from domain.messages.orders import PromisePolicy
from domain.messages.status import InventoryAllocated, InventoryBackordered, OrderAccepted
from domain.orders import counters
from domain.orders.decision import OrderDecision, awaits_booking, booking_key, sales_document, shipment_key
from domain.orders.facts import crediting
from domain.orders.state import Order, Stage, UnpostedShipment
from domain.orders.warehouses.releasing import release_what_is_ready


def accept(decision: OrderDecision) -> None:
    """Confirm the claims; publish; post to the ERP; release to the warehouse when the release rule allows."""
    if not takes_what_there_is(decision.order) and (claims := decision.change_claims(counters.confirm)):
        decision.send(ReservationsConfirmed(decision.order.order_id, claims))
    decision.order = replace(decision.order, stage=Stage.ACCEPTED)
    promise(decision)
    release_what_is_ready(decision)


def promise(decision: OrderDecision) -> None:
    """Tell subscribers and the ERP that the order is accepted, if they do not know, and what of it is allocated."""
    first_time = not decision.order.accepted
    decision.order = replace(decision.order, accepted=True)
    if first_time:
        decision.post(PostedEvent.ORDER_ACCEPTED, booking_key(decision.order), sales_document(decision.order))
        decision.publish(OrderAccepted)
        _post_what_waits(decision)
    if any(line.allocated for line in decision.order.lines):
        decision.publish(InventoryAllocated)
    if first_time and any(line.backordered for line in decision.order.lines):
        decision.publish(InventoryBackordered)


def book_again(decision: OrderDecision) -> None:
    """A person has decided that the order is none that the ERP has: it is booked under a key of its own."""
    decision.post(PostedEvent.ORDER_ACCEPTED, booking_key(decision.order), sales_document(decision.order))
    _post_what_waits(decision)


def _post_what_waits(decision: OrderDecision) -> None:
    """Post what overtook the booking."""
    for shipment in decision.order.unposted:
        _post_shipment(decision, shipment)
    decision.order = replace(decision.order, unposted=())
    crediting.post_waiting(decision)


def post_shipment(decision: OrderDecision, document: Document) -> None:
    """Post a shipment; until the order itself is asked for, it waits."""
    shipment = UnpostedShipment(decision.cause.event_id, document)
    if decision.order.accepted and not awaits_booking(decision.order):
        _post_shipment(decision, shipment)
    else:
        decision.order = replace(decision.order, unposted=(*decision.order.unposted, shipment))


def _post_shipment(decision: OrderDecision, shipment: UnpostedShipment) -> None:
    business_key = shipment_key(shipment.document, shipment.cause_event_id)
    decision.post(PostedEvent.SHIPMENT_CONFIRMED, business_key, shipment.document, shipment.cause_event_id)


def accept_what_was_shipped(decision: OrderDecision) -> None:
    """The goods left for an order that had ended without being accepted: the ERP needs the order to invoice them."""
    if decision.order.stage in {Stage.REJECTED, Stage.CANCELLED} and not decision.order.accepted:
        promise(decision)


def takes_what_there_is(order: Order) -> bool:
    """Whether the order is accepted whatever is available; then its claims need no confirmation (ADR 0012)."""
    return order.policy.promise is PromisePolicy.SHIP_AVAILABLE
