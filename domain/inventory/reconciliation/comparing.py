"""A snapshot's quantity of an item is compared with the ledger's position as of its time."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from domain.inventory.accounts import Item, LastCount, on_hand
from domain.inventory.reconciliation.rows import StockDifference
from domain.inventory.stock_facts.rows import NodeHistory
from domain.inventory.units.keeping import converted, is_unit_of
from domain.messages.snapshots.stock import StockReported
from domain.messages.stock import StockLine
from domain.quantities import UNIT

MOST_COMPARED: Final = 1_000_000_000 * UNIT
"""A quantity from here on is not compared: no adjustment may be larger than a line of a stock document."""

LONGEST_IN_FLIGHT_S: Final = 86_400


class NotCompared(StrEnum):
    """Why a line of a snapshot is passed over; counted, since an earlier decision already covers its time."""

    OLDER_SNAPSHOT = "reported by an older snapshot"
    COUNTED_SINCE = "reported before the count that is in force"
    TOO_OLD = "reported before the movements that are kept"


def in_unit_of(item: Item, lines: Iterable[StockLine]) -> int | None:
    """What the lines of an item come to in the unit in which it is kept; None where nothing says that."""
    total = 0
    for line in lines:
        quantity = (
            line.quantity
            if is_unit_of(item.unit, line.unit)
            else converted(item.factors, line.unit, item.unit, line.quantity)
        )
        if quantity is None:
            return None
        total += quantity
    return total if abs(total) < MOST_COMPARED else None


def reason_to_pass_over(
    report: StockReported, known: StockDifference | None, last_count: LastCount, history: NodeHistory
) -> NotCompared | None:
    """Whether something later than the snapshot decides, or nothing is known of its time."""
    if known is not None and (report.taken_at_us, report.snapshot_id) <= known.position:
        return NotCompared.OLDER_SNAPSHOT
    if report.taken_at_us <= last_count.counted_at_us:
        return NotCompared.COUNTED_SINCE
    return NotCompared.TOO_OLD if report.taken_at_us < history.kept_from_us else None


def difference_of(
    report: StockReported, item: Item, reported: int, history: NodeHistory, now_ms: int
) -> StockDifference:
    """What the snapshot says more than the ledger had at that time; judged when what was in flight has arrived."""
    in_flight_s = min(max(report.in_flight_s, 0), LONGEST_IN_FLIGHT_S)
    return StockDifference(
        item_id=item.item_id,
        node_id=report.node_id,
        source_id=report.provenance.source_id,
        reporter=report.reporter,
        snapshot_id=report.snapshot_id,
        taken_at_us=report.taken_at_us,
        in_flight_s=in_flight_s,
        reported=reported,
        units=reported - _as_of(report, item, history),
        judge_at_ms=max(report.taken_at_us // 1_000 + in_flight_s * 1_000, now_ms + 1),
    )


def last_count_of(item: Item, report: StockReported) -> LastCount:
    """The count in force at the node of a snapshot."""
    counts: Sequence[LastCount] = item.counts
    return next((count for count in counts if count.node_id == report.node_id), LastCount(report.node_id))


def _as_of(report: StockReported, item: Item, history: NodeHistory) -> int:
    now = next((on_hand(node) for node in item.nodes if node.node_id == report.node_id), 0)
    return now - sum(history.after(report.taken_at_us))
