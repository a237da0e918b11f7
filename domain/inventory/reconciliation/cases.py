"""The cases and events of a difference between a snapshot and the ledger."""

from typing import Final

from domain.inventory.reconciliation.rows import StockDifference
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.snapshots.stock import DifferenceCause, DifferenceState, DifferenceStated, StockReported
from domain.quantities import format_quantity, format_units
from domain.snapshots import ORIGINS

_ACTIONS: Final = {
    DifferenceCause.MISSED_EVENT: "find the message that is missing, and have it sent",
    DifferenceCause.NOT_BOOKED_THERE: "have the movement booked in the other system",
    DifferenceCause.DUPLICATE: "find out whether the movement happened once or twice",
    DifferenceCause.LATE: "nothing: it has arrived",
    DifferenceCause.UNIT_ERROR: "correct the unit in the channel file, or in the other system",
    DifferenceCause.CHANGED_THERE: "ask who changed the stock in the other system, and why",
    DifferenceCause.SHRINKAGE: "count the item",
}


def found(difference: StockDifference) -> Case:
    """A difference that nothing in flight explains. One case for an item, a node and a source."""
    ours = difference.reported - difference.units
    proposal = (
        f"; or retry the case to adjust the ledger by {_signed(difference.drift)} units" if difference.proposes else ""
    )
    return Case(
        CaseClass.DRIFT,
        ORIGINS[difference.reporter],
        subject=difference.item_id,
        source_id=difference.source_id,
        reason=f"snapshot {difference.snapshot_id} has {format_units(difference.reported)} at "
        f"{difference.node_id}, the ledger {format_quantity(ours)} at that time; {difference.cause}: "
        f"{difference.evidence}",
        suggested_action=_ACTIONS[difference.cause] + proposal,
        key=difference.case_key,
    )


def ended(difference: StockDifference, why: str) -> Case:
    """There is no difference any more."""
    return Case(
        CaseClass.DRIFT,
        ORIGINS[difference.reporter],
        subject=difference.item_id,
        source_id=difference.source_id,
        reason=why,
        state=CaseState.RESOLVED,
        key=difference.case_key,
    )


def stated(difference: StockDifference, state: DifferenceState, evidence: str, now_ms: int) -> DifferenceStated:
    """What `reconciliation.v1` says of it."""
    return DifferenceStated(
        item_id=difference.item_id,
        node_id=difference.node_id,
        source_id=difference.source_id,
        reporter=difference.reporter,
        snapshot_id=difference.snapshot_id,
        taken_at_us=difference.taken_at_us,
        state=state,
        cause=difference.cause,
        reported=difference.reported,
        difference=difference.units,
        adjusted=difference.adjusted,
        evidence=evidence,
        stated_at_ms=now_ms,
    )


def not_comparable(report: StockReported, lines: str, item: str, unit: str) -> Case:
    """A snapshot counts an item in a unit in which it is not kept. One case for an item, a node and a source."""
    return Case(
        CaseClass.INVALID_ITEM,
        CaseOrigin.MASTER_DATA,
        subject=item,
        source_id=report.provenance.source_id,
        reason=f"snapshot {report.snapshot_id} of {report.node_id} has {lines}, and the item is kept in {unit}; "
        "it is not compared",
        suggested_action="send the item's master data with that unit; the next snapshot is compared then",
        key=f"{report.node_id}/snapshot/{report.provenance.source_id}",
    )


def _signed(units: int) -> str:
    return f"{'+' if units > 0 else ''}{format_quantity(units)}"
