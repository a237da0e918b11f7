"""Snapshots of stock as their home gathers them (`domain.snapshots`), and which of them are too old."""

from typing import assert_never

from domain import snapshots
from domain.durations import DAY_MS
from domain.inventory.stock_facts.rows import KEPT_DAYS
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.snapshots.stock import (
    StockSnapshotBegun,
    StockSnapshotContinued,
    StockSnapshotEnded,
    StockSnapshotPart,
)
from domain.snapshots import ORIGINS, KnownSnapshot, SnapshotDecision


def take(
    known: KnownSnapshot[StockSnapshotBegun], part: StockSnapshotPart, known_hash: str | None, now_ms: int
) -> SnapshotDecision[StockSnapshotBegun]:
    """Add a part to what is known; a whole snapshot that is too old is a case."""
    decision = snapshots.take(known, part, _with_part(known, part), known_hash, CaseOrigin.WAREHOUSE)
    begun = decision.known.begun
    if begun is None or decision.known.is_sent is known.is_sent or not is_too_old(begun, now_ms):
        return decision
    return decision._replace(cases=(*decision.cases, _too_old(begun)))


def is_too_old(begun: StockSnapshotBegun, now_ms: int) -> bool:
    """Whether the movements since then are not kept any more."""
    return begun.taken_at_us < (now_ms - KEPT_DAYS * DAY_MS) * 1_000


def _with_part(known: KnownSnapshot[StockSnapshotBegun], part: StockSnapshotPart) -> KnownSnapshot[StockSnapshotBegun]:
    match part:
        case StockSnapshotBegun():
            return known._replace(begun=part)
        case StockSnapshotContinued(lines=lines):
            return known._replace(lines=known.lines + len(lines))
        case StockSnapshotEnded(line_count=line_count):
            return known._replace(line_count=line_count)
        case _:
            assert_never(part)


def _too_old(begun: StockSnapshotBegun) -> Case:
    return Case(
        CaseClass.DRIFT,
        ORIGINS[begun.reporter],
        subject=begun.home_key,
        source_id=begun.provenance.source_id,
        reason=f"the snapshot is older than {KEPT_DAYS} days: the movements since are not kept, and it is not compared",
        suggested_action="have the source take a new snapshot, and send it within days",
        key="age",
    )
