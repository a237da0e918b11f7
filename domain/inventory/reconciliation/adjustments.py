"""The adjustment that brings the ledger to what a snapshot says: a stock fact of the snapshot's time."""

from domain.identifiers import AdjustmentId, CorrelationId, EventId, LineId, NodeId
from domain.inventory.accounts import Item, on_hand
from domain.inventory.decisions import LedgerVerdict
from domain.inventory.reconciliation.rows import StockDifference
from domain.messages.stock import StockLine
from domain.messages.stock_movements import UnitsAdjusted
from domain.provenance import Provenance

TAKEN_OVER = frozenset({LedgerVerdict.COUNTED, LedgerVerdict.COUNTED_TOO_FEW})
"""The verdicts of a count that is in force now."""


def adjustment_of(difference: StockDifference, units: int, cause: EventId, now_ms: int) -> UnitsAdjusted:
    """Units that the snapshot knows of, or does not (below zero); in the unit in which the item is kept."""
    number = f"snapshot {difference.snapshot_id} of {difference.source_id}"
    provenance = Provenance(difference.source_id, CorrelationId(number), 0, "", difference.taken_at_us, now_ms * 1_000)
    lines = (StockLine(LineId("1"), difference.item_id, units),)
    reason = f"reconciled: {difference.cause}"
    return UnitsAdjusted(provenance, difference.node_id, AdjustmentId(number), reason, cause, lines)


def on_hand_at(item: Item, node_id: NodeId) -> int:
    """The units of an item that are physically at a node."""
    return next((on_hand(node) for node in item.nodes if node.node_id == node_id), 0)
