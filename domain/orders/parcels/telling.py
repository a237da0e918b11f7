"""An order names its parcels when they are shipped, and hears what carriers report of them."""

from collections import Counter
from collections.abc import Sequence

from domain.identifiers import DeliveryId, ParcelId
from domain.messages.orders import Carton, FulfilmentLine, OrderDelivered, OrderShipped, ParcelSent, ParcelTold
from domain.messages.parcels import ParcelStatus, parcel_of
from domain.messages.status import ShipmentTracked
from domain.orders.decision import OrderDecision
from domain.orders.documents.counted import name_of
from domain.orders.facts import after_shipping
from domain.orders.parcels import undelivered
from domain.packing.cartons import Left, lines_of, take, units_of


def sent(
    decision: OrderDecision, event: OrderShipped, own: Sequence[FulfilmentLine], cartons: Sequence[Carton]
) -> None:
    """Ask for what carriers report of the parcels of a shipment: of each carton with a number of its own, and the rest.

    `own`: what of the shipment is the order's.
    """
    left = units_of(own)
    parcels: dict[ParcelId, Left] = {}
    for carton in cartons:
        if parcel_id := parcel_of(carton.tracking_number):
            inside = parcels.setdefault(parcel_id, Counter())
            for line in carton.lines:
                inside.update(take(left, line))
    if parcel_id := parcel_of(event.tracking_number):
        parcels.setdefault(parcel_id, Counter()).update(left)
    for parcel_id, units in parcels.items():
        if lines := lines_of(units):
            decision.send(ParcelSent(parcel_id, event.order_id, event.shipment_id, lines))


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
