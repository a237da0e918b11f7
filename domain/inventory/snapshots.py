"""The parts of a snapshot are gathered at its home until it is whole (docs/guides/reconciliation.md).

A snapshot is whole when its head, its end, and as many lines as the end says are there, in any order. A part that
comes again is recognised by its number; with other content it is a case, and the first one stays in force.
"""

from enum import StrEnum
from typing import Final, NamedTuple, assert_never

from domain.durations import DAY_MS, duration_text
from domain.inventory.reconciliation.cases import ORIGINS
from domain.inventory.stock_facts.rows import KEPT_DAYS
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.snapshots import (
    StockSnapshotBegun,
    StockSnapshotContinued,
    StockSnapshotEnded,
    StockSnapshotPart,
)

MOST_LINES: Final = 200_000
"""Of one snapshot; a larger one is refused, and has to be sent as several."""
MOST_PARTS: Final = 2_000
WHOLE_WITHIN_MS: Final = 3_600_000
"""After its first part; then a person is asked to look."""


class SnapshotVerdict(StrEnum):
    """What became of a part."""

    TAKEN = "snapshot part taken"
    DUPLICATE = "duplicate"
    CONFLICT = "conflicting duplicate"
    TOO_LARGE = "snapshot too large"


class KnownSnapshot(NamedTuple):
    """The row of a snapshot; its parts and lines are rows of their own. It expires at `until_ms`."""

    first_seen_ms: int
    until_ms: int
    begun: StockSnapshotBegun | None = None
    line_count: int = -1
    """As its end says; negative before it came."""
    lines: int = 0
    parts: int = 0
    is_overdue: bool = False
    """A case is open, because it was not whole in time."""
    is_sent: bool = False
    """It was whole, and its lines go to the items."""

    @property
    def is_whole(self) -> bool:
        """Whether all of it is there."""
        return self.begun is not None and self.lines == self.line_count


class SnapshotDecision(NamedTuple):
    """The row to store, whether the part's lines are kept, and cases."""

    verdict: SnapshotVerdict
    known: KnownSnapshot
    cases: tuple[Case, ...] = ()

    @property
    def is_taken(self) -> bool:
        """Whether the part is new."""
        return self.verdict is SnapshotVerdict.TAKEN


def take(known: KnownSnapshot, part: StockSnapshotPart, known_hash: str | None, now_ms: int) -> SnapshotDecision:
    """Add a part to what is known; `known_hash` is the content of the part that came under its number before."""
    if known_hash is not None:
        if known_hash == part.provenance.content_hash:
            return SnapshotDecision(SnapshotVerdict.DUPLICATE, known)
        return SnapshotDecision(SnapshotVerdict.CONFLICT, known, (_conflict(part, "again with other content"),))
    if known.is_sent:
        return SnapshotDecision(SnapshotVerdict.CONFLICT, known, (_conflict(part, "after it was whole"),))
    now = _with_part(known, part)
    if now.lines > MOST_LINES or now.parts > MOST_PARTS:
        return SnapshotDecision(SnapshotVerdict.TOO_LARGE, known, (_too_large(part),))
    if now.begun is None or not now.is_whole:
        return SnapshotDecision(SnapshotVerdict.TAKEN, now)
    cases = [_whole(part)] if known.is_overdue else []
    if now.begun.taken_at_us < (now_ms - KEPT_DAYS * DAY_MS) * 1_000:
        cases.append(_too_old(now.begun))
    return SnapshotDecision(SnapshotVerdict.TAKEN, now._replace(is_sent=True), tuple(cases))


def overdue(home_key: str, known: KnownSnapshot) -> Case:
    """It is not whole in time. One case a snapshot, until it is."""
    missing = "its head" if known.begun is None else "its end" if known.line_count < 0 else ""
    there = f"{known.lines} of {known.line_count} lines are there" if known.line_count >= 0 else f"{known.lines} lines"
    reason = f"{missing} is missing after {duration_text(WHOLE_WITHIN_MS)}" if missing else there
    return Case(
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.WAREHOUSE if known.begun is None else ORIGINS[known.begun.reporter],
        subject=home_key,
        reason=f"the snapshot is not whole: {reason}; nothing is compared",
        suggested_action="have the source send the missing parts again, or a new snapshot",
        key="whole",
    )


def _with_part(known: KnownSnapshot, part: StockSnapshotPart) -> KnownSnapshot:
    known = known._replace(parts=known.parts + 1)
    match part:
        case StockSnapshotBegun():
            return known._replace(begun=part)
        case StockSnapshotContinued(lines=lines):
            return known._replace(lines=known.lines + len(lines))
        case StockSnapshotEnded(line_count=line_count):
            return known._replace(line_count=line_count)
        case _:
            assert_never(part)


def _whole(part: StockSnapshotPart) -> Case:
    return Case(
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.WAREHOUSE,
        subject=part.home_key,
        reason="the snapshot is whole",
        state=CaseState.RESOLVED,
        key="whole",
    )


def _conflict(part: StockSnapshotPart, how: str) -> Case:
    return Case(
        CaseClass.CONFLICTING_DUPLICATE,
        CaseOrigin.WAREHOUSE,
        subject=part.home_key,
        source_id=part.provenance.source_id,
        reason=f"the {part.part_key} of the snapshot came {how}; what came first stays in force",
        suggested_action="have the source take a new snapshot, under a number of its own",
        key=f"{part.part_key}/{part.provenance.content_hash}",
    )


def _too_large(part: StockSnapshotPart) -> Case:
    return Case(
        CaseClass.MALFORMED_PAYLOAD,
        CaseOrigin.WAREHOUSE,
        subject=part.home_key,
        source_id=part.provenance.source_id,
        reason=f"the snapshot has more than {MOST_LINES} lines or {MOST_PARTS} parts; it is not compared",
        suggested_action="have the source send it as several snapshots, each with a number of its own",
        key="size",
    )


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
