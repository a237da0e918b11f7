"""The exception cases of the ledger (docs/domain.md#exception-cases)."""

from domain.identifiers import ItemId, NodeId, OrderId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.inventory import StockLine, UnitsAdjusted
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


def asked_differently(item_id: ItemId, order_id: OrderId, reservation_id: str) -> Case:
    """A reservation was requested twice, with other content."""
    return Case(
        CaseClass.CONFLICTING_DUPLICATE,
        CaseOrigin.ORDER,
        subject=item_id,
        reason=f"reservation {reservation_id} of order {order_id} was requested twice, differently",
        suggested_action="find out which request is meant; the first one stays in force",
    )
