"""Facts from the warehouse: picked and shipped always apply; the counters say what happened, a case what is wrong."""

from collections.abc import Mapping

from domain.identifiers import LineId
from domain.messages.dispatch import Document, PostedEvent
from domain.messages.inventory import UnitsPicked, UnitsShipped
from domain.messages.orders import OrderPicked, OrderShipped
from domain.messages.status import PickConfirmed, ShipmentConfirmed
from domain.orders import counters
from domain.orders.accepting import accept_what_was_shipped
from domain.orders.alike_lines import evening_out
from domain.orders.decision import OrderDecision, document_of, shipment_key
from domain.orders.erp.posting import post_document
from domain.orders.facts import coming_back_twice, crediting, misdirected, misdirected_cases, overshipping, reversing
from domain.orders.parcels import delivered_shipments, packing, telling
from domain.orders.shops import reporting
from domain.orders.state import Order
from domain.orders.warehouses import stopping
from domain.orders.warehouses.cancelling import settle
from domain.orders.warehouses.releasing import release_what_is_ready
from domain.orders.without_stock.moving import move
from domain.values import replace


def picked(decision: OrderDecision, event: OrderPicked, *, forward: bool = True) -> None:
    """Units were picked; `forward` is False when their movement is in the ledger already (an orphan's).

    They may have been all that an order that ships complete waited for: then the rest of it is released.
    """
    own, others = misdirected.own_and_others(decision.order, event.lines)
    units = misdirected.units_by_line(own)
    moved = decision.change_claims(
        lambda line: counters.pick(line, units[line.line_id], event.node_id) if line.line_id in units else (line, ())
    )
    moved += misdirected.picked(decision, others, event.node_id)
    misdirected_cases.report_out(decision, others, "picked")
    if forward and moved:
        decision.send(UnitsPicked(event.order_id, event.node_id, moved))
    decision.publish(PickConfirmed, node_id=event.node_id, lines=event.lines)
    settle(decision)
    release_what_is_ready(decision)


def shipped(decision: OrderDecision, event: OrderShipped, *, forward: bool = True) -> None:
    """Units were shipped: notify the ledger, the subscribers and the ERP."""
    before = decision.order
    own, others = misdirected.own_and_others(before, event.lines)
    units = misdirected.units_by_line(own)
    claimed = decision.change_claims(
        lambda line: counters.ship(line, units[line.line_id], event.node_id) if line.line_id in units else (line, ())
    )
    moved = (*claimed, *misdirected.shipped(decision, others, event.node_id))
    occurred_at_us = event.provenance.occurred_at_us
    delivered = delivered_shipments.of(decision, event.shipment_id)
    decision.count_document(event)
    delivered_shipments.recount(decision, event.shipment_id, delivered)
    last_us = max(decision.order.last_shipped_us, occurred_at_us)
    decision.order = replace(decision.order, last_shipped_us=last_us)
    if forward:
        movement = UnitsShipped(event.order_id, event.node_id, event.shipment_id, moved, occurred_at_us)
        move(decision, movement, by_channel=event.by_channel)
    misdirected_cases.report_out(decision, others, "shipped", f" with {event.shipment_id}")
    overshipping.shipped(decision, before, event.shipment_id)
    cartons = packing.packed(decision, event)
    decision.publish(
        ShipmentConfirmed,
        shipment_id=event.shipment_id,
        node_id=event.node_id,
        carrier=event.carrier,
        tracking_number=event.tracking_number,
        lines=event.lines,
        cartons=cartons,
    )
    telling.sent(decision, event, own, cartons)
    if units:
        document = _shipment_document(decision.order, event, units)
        business_key = shipment_key(document, decision.cause.event_id)
        post_document(decision, PostedEvent.SHIPMENT_CONFIRMED, business_key, document)
        reporting.report(decision, PostedEvent.SHIPMENT_CONFIRMED, business_key, document, by_channel=event.by_channel)
        accept_what_was_shipped(decision)
        evening_out.even_out(decision, forward=forward)
        crediting.shipped(decision, before)
        coming_back_twice.shipped(decision, event, units)
    settle(decision)
    stopping.shipped(decision, event.node_id, units)
    stopping.stop_others(decision, event.node_id, units)
    reversing.shipped(decision, event.shipment_id, event.node_id)
    release_what_is_ready(decision)


def _shipment_document(order: Order, event: OrderShipped, units: Mapping[LineId, int]) -> Document:
    return replace(
        document_of(order, units),
        shipment_id=event.shipment_id,
        carrier=event.carrier,
        tracking_number=event.tracking_number,
    )
