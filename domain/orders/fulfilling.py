"""Facts from the warehouse: picked and shipped always apply; the counters say what happened, a case what is wrong."""

from dataclasses import replace

from domain.identifiers import NO_RESERVATION, LineId
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.dispatch import Document, PostedEvent
from domain.messages.inventory import ReservationLine, UnitsPicked, UnitsShipped
from domain.messages.orders import FulfilmentLine, OrderPicked, OrderShipped
from domain.messages.status import ShipmentConfirmed
from domain.orders import lines as counters
from domain.orders.cancelling import settle_shipped
from domain.orders.decision import OrderDecision, document_of, shipment_key
from domain.orders.lines import OrderLine
from domain.orders.state import Order, UnpostedShipment
from domain.quantities import format_quantity


def _named(order: Order, fact_lines: tuple[FulfilmentLine, ...]) -> dict[LineId, int]:
    """Units by order line; a line that the order does not have is not in it."""
    known = {line.line_id for line in order.lines}
    units: dict[LineId, int] = {}
    for line in fact_lines:
        if line.line_id in known:
            units[line.line_id] = units.get(line.line_id, 0) + line.quantity
    return units


def _strangers(order: Order, fact_lines: tuple[FulfilmentLine, ...]) -> tuple[ReservationLine, ...]:
    known = {line.line_id for line in order.lines}
    return tuple(
        ReservationLine(NO_RESERVATION, line.line_id, line.item_id, line.quantity)
        for line in fact_lines
        if line.line_id not in known
    )


def picked(decision: OrderDecision, event: OrderPicked, *, forward: bool = True) -> None:
    """Units were picked; `forward` is False when their movement is in the ledger already (an orphan's)."""
    units = _named(decision.order, event.lines)
    moved: list[ReservationLine] = []

    def apply(line: OrderLine) -> OrderLine:
        if line.line_id not in units:
            return line
        changed, quantity = counters.pick(line, units[line.line_id])
        if quantity:
            moved.append(ReservationLine(line.reservation_id, line.line_id, line.item_id, quantity))
        return changed

    decision.change_lines(apply)
    unknown_lines = _strangers(decision.order, event.lines)
    _report_unknown_lines(decision, unknown_lines, "picked")
    if forward and (moved or unknown_lines):
        decision.send(UnitsPicked(event.order_id, event.node_id, (*moved, *unknown_lines)))


def shipped(decision: OrderDecision, event: OrderShipped, *, forward: bool = True) -> None:
    """Units were shipped: notify the ledger, the subscribers and the ERP."""
    units = _named(decision.order, event.lines)
    before = {line.line_id: line.excess for line in decision.order.lines}
    known = tuple(
        ReservationLine(claim.reservation_id, line.line_id, line.item_id, claim.quantity)
        for line in decision.order.lines
        for claim in counters.claims_of_shipment(line, units.get(line.line_id, 0))
    )
    decision.change_lines(lambda line: counters.ship(line, units[line.line_id]) if line.line_id in units else line)
    unknown_lines = _strangers(decision.order, event.lines)
    if forward:
        decision.send(UnitsShipped(event.order_id, event.node_id, event.shipment_id, (*known, *unknown_lines)))
    _report_unknown_lines(decision, unknown_lines, "shipped")
    for line in decision.order.lines:
        if line.excess > before[line.line_id]:
            _over_shipped(decision, event, line)
    decision.publish(
        ShipmentConfirmed,
        shipment_id=event.shipment_id,
        node_id=event.node_id,
        carrier=event.carrier,
        tracking_number=event.tracking_number,
    )
    if units:
        _post_shipment(decision, _shipment_document(decision.order, event, units))
    settle_shipped(decision)


def _shipment_document(order: Order, event: OrderShipped, units: dict[LineId, int]) -> Document:
    return replace(
        document_of(order, units),
        shipment_id=event.shipment_id,
        carrier=event.carrier,
        tracking_number=event.tracking_number,
    )


def _post_shipment(decision: OrderDecision, document: Document) -> None:
    if decision.order.accepted:
        decision.post(PostedEvent.SHIPMENT_CONFIRMED, shipment_key(document, decision.cause.event_id), document)
    else:
        waiting = UnpostedShipment(decision.cause.event_id, document)
        decision.order = replace(decision.order, unposted=(*decision.order.unposted, waiting))


def _report_unknown_lines(decision: OrderDecision, unknown_lines: tuple[ReservationLine, ...], verb: str) -> None:
    for line in unknown_lines:
        decision.open_case(
            Case(
                CaseClass.OVER_SHIPMENT,
                CaseOrigin.WAREHOUSE,
                subject=decision.order.order_id,
                reason=f"{format_quantity(line.quantity)} of {line.item_id} were {verb} on line {line.line_id!r}, "
                "which the order does not have",
                suggested_action="ask the warehouse which order they belong to",
                key=f"{decision.cause.event_id}/{line.line_id}",
            )
        )


def _over_shipped(decision: OrderDecision, event: OrderShipped, line: OrderLine) -> None:
    decision.open_case(
        Case(
            CaseClass.OVER_SHIPMENT,
            CaseOrigin.WAREHOUSE,
            subject=decision.order.order_id,
            reason=f"line {line.line_id}: {format_quantity(line.shipped)} shipped, "
            f"{format_quantity(line.ordered)} ordered, {format_quantity(line.cancelled)} cancelled; the last with "
            f"shipment {event.shipment_id}",
            suggested_action="invoice or take back the surplus",
            key=f"{decision.cause.event_id}/{line.line_id}",
        )
    )
