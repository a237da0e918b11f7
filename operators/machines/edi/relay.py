"""From the public topics to the inbox of the EDI flow: what concerns a partner's order, stock or warehouse.

Most records concern none, and their keys say so: they are passed over before they are decoded. A relayed message has
no state and moves no time, so how far one input is ahead of another changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from connectors.log.port import Record
from domain.identifiers import ChannelId, ItemId, OrderId
from domain.messages import status
from domain.messages.edi.documents import WarehouseOrder, WarehouseOrderLine
from domain.messages.edi.events import (
    PartnerOrderMoved,
    PartnerStep,
    PartnerStockChanged,
    PartnerWarehouseOrdered,
    StepLine,
    StepUnits,
)
from domain.messages.inventory import ChannelAvailability
from domain.messages.orders import FulfilmentLine, UnpickedLine
from domain.messages.status import LineSummary, StatusEvent
from domain.messages.warehouse import WarehouseCommand, WarehouseReleaseCommanded
from domain.units import PIECE
from operators.machines.edi.partners import EdiPartner, Partners
from schemas.contracts.registry import INVENTORY_AVAILABILITY, ORDERS_EVENTS, WAREHOUSE_COMMANDS

Relayed = PartnerOrderMoved | PartnerStockChanged | PartnerWarehouseOrdered
"""What the flow tells itself."""

_STEPS: Final[Mapping[type, PartnerStep]] = {
    status.OrderAccepted: PartnerStep.ACCEPTED,
    status.OrderRejected: PartnerStep.REJECTED,
    status.OrderCancelled: PartnerStep.CANCELLED,
    status.CancelRefused: PartnerStep.CANCEL_REFUSED,
    status.OrderAmended: PartnerStep.AMENDED,
    status.OrderAmendmentRefused: PartnerStep.AMENDMENT_REFUSED,
    status.OrderRepromised: PartnerStep.REPROMISED,
    status.ShipmentConfirmed: PartnerStep.SHIPPED,
    status.ShipmentReversed: PartnerStep.REVERSED,
    status.InvoicePosted: PartnerStep.INVOICED,
    status.OrderClosed: PartnerStep.CLOSED,
}
"""Any other event only moves counters."""


def concerns_partners(record: Record, partners: Partners) -> bool:
    """Whether a record may concern a partner, by its key."""
    key = record.key or ""
    if record.topic == ORDERS_EVENTS:
        return partners.of_order(OrderId(key)) is not None
    if record.topic == INVENTORY_AVAILABILITY:
        return bool(partners.of_channel(ChannelId(key.partition(":")[0])))
    return partners.run_warehouses


def relayed(message: object, at_ms: int, partners: Partners) -> Iterator[Relayed]:
    """What a message of a public topic says to partners; `at_ms` is when its flow said it."""
    if isinstance(message, StatusEvent):
        partner = partners.of_order(message.order.order_id)
        if partner is not None and _says_something(message):
            yield _moved(message, partner, at_ms)
    elif isinstance(message, ChannelAvailability):
        for partner in partners.of_channel(message.channel_id):
            yield PartnerStockChanged(
                partner.policy.partner_id,
                message.item_id,
                message.quantity,
                message.unit,
                message.version,
                message.as_of_ms,
            )
    elif isinstance(message, WarehouseCommand):
        partner = partners.of_node(message.node_id)
        if partner is not None:
            yield PartnerWarehouseOrdered(partner.policy.partner_id, _warehouse_order(message, at_ms))
    else:
        raise TypeError(f"{type(message).__name__} is in a topic that the EDI flow reads, and is not relayed")


TOPICS: Final = (ORDERS_EVENTS, INVENTORY_AVAILABILITY, WAREHOUSE_COMMANDS)


def _says_something(event: StatusEvent) -> bool:
    return type(event) in _STEPS or bool(event.order.lines)


def _step_of(event: StatusEvent) -> PartnerStep:
    """What a service has decided is no answer to a change that the partner has asked for."""
    if getattr(event, "by_decision", False):
        return PartnerStep.COUNTED
    return _STEPS.get(type(event), PartnerStep.COUNTED)


def _moved(event: StatusEvent, partner: EdiPartner, at_ms: int) -> PartnerOrderMoved:
    order = event.order
    revision = event.refused_revision if isinstance(event, status.OrderAmendmentRefused) else order.revision
    moved = PartnerOrderMoved(
        partner_id=partner.policy.partner_id,
        order_id=order.order_id,
        step=_step_of(event),
        version=order.version,
        revision=revision,
        occurred_us=at_ms * 1000,
        lines=tuple(map(_line, order.lines)),
        reason=getattr(event, "reason", ""),
    )
    match event:
        case status.ShipmentConfirmed():
            return replace(
                moved,
                moved=_units(event.lines),
                document_number=event.shipment_id,
                node_id=event.node_id,
                carrier=event.carrier,
                tracking_number=event.tracking_number,
                cartons=event.cartons,
            )
        case status.ShipmentReversed():
            return replace(
                moved,
                moved=_units(event.lines),
                document_number=event.shipment_id,
                node_id=event.node_id,
            )
        case status.InvoicePosted():
            values = {amount.line_id: amount.value for amount in event.amounts}
            return replace(
                moved,
                moved=tuple(
                    StepUnits(line.line_id, line.item_id, line.quantity, values.get(line.line_id, 0))
                    for line in event.lines
                ),
                document_number=event.invoice_id,
                value=event.value,
                is_reversal=event.is_reversal,
            )
        case status.OrderAmended():
            return replace(moved, repriced=event.repriced, disputed_lines=event.disputed_lines)
        case _:
            return moved


def _units(lines: Iterable[FulfilmentLine | UnpickedLine]) -> tuple[StepUnits, ...]:
    return tuple(StepUnits(line.line_id, line.item_id, line.quantity) for line in lines)


def _line(line: LineSummary) -> StepLine:
    return StepLine(
        line.line_id,
        line.item_id,
        line.ordered,
        line.cancelled,
        line.allocated + line.reserved,
        line.backordered,
        line.shipped,
        line.promised_us,
    )


def _warehouse_order(command: WarehouseCommand, at_ms: int) -> WarehouseOrder:
    """A release names no unit: its quantities are in the item's own, which a warehouse counts in."""
    cancelled = WarehouseOrder(
        order_id=command.order_id,
        command_id=command.command_id,
        customer_number="",
        is_cancelled=True,
        commanded_us=at_ms * 1000,
        node_id=command.node_id,
        ship_to=(),
        lines=(),
    )
    if not isinstance(command, WarehouseReleaseCommanded):
        named = (WarehouseOrderLine(line_id, ItemId(""), 0, PIECE) for line_id in command.line_ids)
        return replace(cancelled, lines=tuple(named))
    lines = (WarehouseOrderLine(line.line_id, line.item_id, line.quantity, PIECE) for line in command.lines)
    return replace(
        cancelled,
        customer_number=command.channel_order_id,
        is_cancelled=False,
        ship_to=(command.ship_to,),
        lines=tuple(lines),
    )
