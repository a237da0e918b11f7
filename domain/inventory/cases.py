"""The exception cases of the ledger (docs/domain.md#exception-cases)."""

from domain.identifiers import ItemId, NodeId, OrderId
from domain.inventory.reservations import Reservation
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.stock import StockLine, UnitsAdjusted, UnitsReceived
from domain.quantities import format_quantity


def drift(item_id: ItemId, node_id: NodeId, deed: str, order_id: OrderId, unknown: int) -> Case:
    """Goods left a node that had fewer by its records. One case a node, until units cover what is missing."""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.INVENTORY,
        subject=item_id,
        reason=f"{node_id} {deed} {format_quantity(unknown)} units for order {order_id} that the ledger did not have",
        suggested_action=f"count the item at {node_id}, or find the receipt that is missing",
        key=node_id,
    )


def drift_resolved(item_id: ItemId, node_id: NodeId) -> Case:
    """The units that were missing are there now."""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.INVENTORY,
        subject=item_id,
        reason=f"{node_id} has all the units again that have left it or are promised",
        state=CaseState.RESOLVED,
        key=node_id,
    )


def shrinkage(adjustment: UnitsAdjusted, line: StockLine, missing: int) -> Case:
    """Units were written off that are promised; whoever is last in the queue waits again."""
    return Case(
        CaseClass.SHRINKAGE,
        CaseOrigin.WAREHOUSE,
        subject=line.item_id,
        source_id=adjustment.provenance.source_id,
        reason=f"{adjustment.node_id} wrote off {format_quantity(-line.quantity)} units with adjustment "
        f"{adjustment.adjustment_id}, {format_quantity(missing)} more than are free to promise",
        suggested_action=f"count the item at {adjustment.node_id}; customers may have to hear that their orders wait",
        key=f"{adjustment.document_event_id}/{line.line_id}",
    )


def held_in_a_unit(reservation: Reservation, unit: str) -> Case:
    """A line is ordered in a unit in which its item is not kept. One case for each line."""
    return Case(
        CaseClass.INVALID_ITEM,
        CaseOrigin.MASTER_DATA,
        subject=reservation.order_id,
        reason=f"line {reservation.line_id} asks for {format_quantity(reservation.backordered)} {reservation.unit} of "
        f"{reservation.item_id}, which is kept in {unit}; nothing of the line is released",
        suggested_action=f"cancel the line, and have it ordered in {unit}; or correct the unit in the channel file",
        key=reservation.line_id,
    )


def no_longer_held(reservation: Reservation) -> Case:
    """The line is cancelled, shipped all the same, or asked for again."""
    return Case(
        CaseClass.INVALID_ITEM,
        CaseOrigin.MASTER_DATA,
        subject=reservation.order_id,
        reason=f"line {reservation.line_id} is not held any more",
        state=CaseState.RESOLVED,
        key=reservation.line_id,
    )


def not_counted(fact: UnitsReceived | UnitsAdjusted, line: StockLine, unit: str) -> Case:
    """A stock fact is in a unit in which its item is not kept: no quantity of it is known."""
    return Case(
        CaseClass.INVALID_ITEM,
        CaseOrigin.MASTER_DATA,
        subject=line.item_id,
        source_id=fact.provenance.source_id,
        reason=f"{fact.node_id} reports {format_quantity(line.quantity)} {line.unit} of {line.item_id}, which is kept "
        f"in {unit}; nothing is counted",
        suggested_action=f"send the item's master data with that unit; or have it counted in {unit} and adjusted",
        key=f"{fact.document_event_id}/{line.line_id}",
    )


def counted_after_all(fact: UnitsReceived | UnitsAdjusted, line: StockLine) -> Case:
    """The item's master data says by now what the line comes to."""
    return Case(
        CaseClass.INVALID_ITEM,
        CaseOrigin.MASTER_DATA,
        subject=line.item_id,
        source_id=fact.provenance.source_id,
        reason=f"{format_quantity(line.quantity)} {line.unit} that {fact.node_id} reported are counted",
        state=CaseState.RESOLVED,
        key=f"{fact.document_event_id}/{line.line_id}",
    )


def asked_differently(item_id: ItemId, order_id: OrderId, reservation_id: str) -> Case:
    """A reservation was requested twice, with other content."""
    return Case(
        CaseClass.CONFLICTING_DUPLICATE,
        CaseOrigin.ORDER,
        subject=item_id,
        reason=f"reservation {reservation_id} of order {order_id} was requested twice, differently",
        suggested_action="find out which request is meant; the first one stays in force",
    )
