"""An order names its parcels when they are shipped, and hears what carriers report of them."""

from collections.abc import Sequence

from domain.identifiers import DeliveryId
from domain.messages.orders import FulfilmentLine, OrderDelivered, OrderShipped, ParcelSent, ParcelTold
from domain.messages.parcels import ParcelStatus, parcel_of
from domain.messages.status import ShipmentTracked
from domain.orders.decision import OrderDecision
from domain.orders.documents.counted import name_of
from domain.orders.facts import after_shipping
from domain.orders.parcels import undelivered


def sent(decision: OrderDecision, event: OrderShipped, own: Sequence[FulfilmentLine]) -> None:
    """Ask for what carriers report of the parcel of a shipment, where it has one."""
    if (parcel_id := parcel_of(event.tracking_number)) and own:
        decision.send(ParcelSent(parcel_id, event.order_id, event.shipment_id, tuple(own)))


def heard(decision: OrderDecision, told: ParcelTold) -> None:
    """Publish it; a delivery counts what is in the parcel, once, and a parcel that is lost is a case."""
    report = told.report
    undelivered.heard(decision)
    decision.publish(
        ShipmentTracked,
        shipment_id=told.shipment_id,
        tracking_number=report.parcel_id,
        carrier=report.carrier,
        status=report.status,
        occurred_at_us=report.provenance.occurred_at_us,
        estimated_us=report.estimated_us,
        place=report.place,
        signed_by=report.signed_by,
        reason=report.reason,
    )
    if report.status is ParcelStatus.DELIVERED:
        _deliver(decision, told)
    if report.status is ParcelStatus.LOST:
        undelivered.lost(decision, told)


def _deliver(decision: OrderDecision, told: ParcelTold) -> None:
    """The number of the delivery is that of the shipment and its parcel: a carrier may report it more than once."""
    delivery = OrderDelivered(
        told.order_id,
        told.report.provenance,
        DeliveryId(f"{told.shipment_id}/{told.report.parcel_id}"),
        told.shipment_id,
        told.report.carrier,
        is_reversal=False,
        lines=told.lines,
    )
    if not decision.documents_named(name_of(delivery)).counted_us:
        after_shipping.delivered(decision, delivery)
