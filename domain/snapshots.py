"""The parts of a snapshot are gathered at its home until it is whole (docs/guides/reconciliation.md).

A snapshot, of stock or of orders, is whole when its head, its end, and as many lines as the end says are there, in any
order. A part that comes again is recognised by its number; with other content it is a case, and the first one stays in
force.
"""

from enum import StrEnum
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from domain.durations import duration_text
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.snapshots.stock import Reporter
from domain.provenance import Provenance

MOST_LINES: Final = 200_000
"""Of one snapshot; a larger one is refused, and has to be sent as several."""
MOST_PARTS: Final = 2_000
WHOLE_WITHIN_MS: Final = 3_600_000
"""After its first part; then a person is asked to look."""
ORIGINS: Final = {
    Reporter.WMS: CaseOrigin.WAREHOUSE,
    Reporter.ERP: CaseOrigin.ERP,
    Reporter.CHANNEL: CaseOrigin.CHANNEL_MAPPING,
}
"""Which system failed, by whose snapshot it is."""


class SnapshotPart(Protocol):
    """What all parts have."""

    @property
    def provenance(self) -> Provenance:
        """Of the record that brought it."""

    @property
    def part_key(self) -> str:
        """Which part of its snapshot it is."""

    @property
    def home_key(self) -> str:
        """The snapshot."""


class SnapshotHead(SnapshotPart, Protocol):
    """The part that says whose snapshot it is, and of when."""

    @property
    def reporter(self) -> Reporter:
        """The kind of system that took it."""

    @property
    def taken_at_us(self) -> int:
        """When."""


Head = TypeVar("Head", bound=SnapshotHead)


class SnapshotVerdict(StrEnum):
    """What became of a part."""

    TAKEN = "snapshot part taken"
    DUPLICATE = "duplicate"
    CONFLICT = "conflicting duplicate"
    TOO_LARGE = "snapshot too large"


class KnownSnapshot(NamedTuple, Generic[Head]):
    """The row of a snapshot; its parts and lines are rows of their own. It expires at `until_ms`."""

    first_seen_ms: int
    until_ms: int
    begun: Head | None = None
    line_count: int = -1
    """As its end says; negative before it came."""
    lines: int = 0
    parts: int = 0
    is_overdue: bool = False
    """A case is open, because it was not whole in time."""
    is_sent: bool = False
    """It was whole, and is compared."""

    @property
    def is_whole(self) -> bool:
        """Whether all of it is there."""
        return self.begun is not None and self.lines == self.line_count


class SnapshotDecision(NamedTuple, Generic[Head]):
    """The row to store, whether the part's lines are kept, and cases."""

    verdict: SnapshotVerdict
    known: KnownSnapshot[Head]
    cases: tuple[Case, ...] = ()

    @property
    def is_taken(self) -> bool:
        """Whether the part is new."""
        return self.verdict is SnapshotVerdict.TAKEN


def take(
    known: KnownSnapshot[Head],
    part: SnapshotPart,
    with_part: KnownSnapshot[Head],
    known_hash: str | None,
    origin: CaseOrigin,
) -> SnapshotDecision[Head]:
    """Add a part to what is known: `with_part` if it is new.

    `known_hash` is the content of the part that came under its number before; `origin`: of cases while the head is
    missing.
    """
    origin = origin_of(with_part, origin)
    if known_hash is not None:
        if known_hash == part.provenance.content_hash:
            return SnapshotDecision(SnapshotVerdict.DUPLICATE, known)
        return SnapshotDecision(SnapshotVerdict.CONFLICT, known, (_conflict(part, origin, "again with other content"),))
    if known.is_sent:
        return SnapshotDecision(SnapshotVerdict.CONFLICT, known, (_conflict(part, origin, "after it was whole"),))
    now = with_part._replace(parts=known.parts + 1)
    if now.lines > MOST_LINES or now.parts > MOST_PARTS:
        return SnapshotDecision(SnapshotVerdict.TOO_LARGE, known, (_too_large(part, origin),))
    if not now.is_whole:
        return SnapshotDecision(SnapshotVerdict.TAKEN, now)
    cases = (_whole(part, origin),) if known.is_overdue else ()
    return SnapshotDecision(SnapshotVerdict.TAKEN, now._replace(is_sent=True), cases)


def origin_of(known: KnownSnapshot[Head], origin: CaseOrigin) -> CaseOrigin:
    """Which system failed; `origin` while the head is missing."""
    return origin if known.begun is None else ORIGINS[known.begun.reporter]


def overdue(home_key: str, known: KnownSnapshot[Head], origin: CaseOrigin) -> Case:
    """It is not whole in time. One case a snapshot, until it is. `origin`: as in `take`."""
    missing = "its head" if known.begun is None else "its end" if known.line_count < 0 else ""
    there = f"{known.lines} of {known.line_count} lines are there" if known.line_count >= 0 else f"{known.lines} lines"
    reason = f"{missing} is missing after {duration_text(WHOLE_WITHIN_MS)}" if missing else there
    return Case(
        CaseClass.DEPENDENCY_TIMEOUT,
        origin_of(known, origin),
        subject=home_key,
        reason=f"the snapshot is not whole: {reason}; nothing is compared",
        suggested_action="have the source send the missing parts again, or a new snapshot",
        key="whole",
    )


def _whole(part: SnapshotPart, origin: CaseOrigin) -> Case:
    return Case(
        CaseClass.DEPENDENCY_TIMEOUT,
        origin,
        subject=part.home_key,
        reason="the snapshot is whole",
        state=CaseState.RESOLVED,
        key="whole",
    )


def _conflict(part: SnapshotPart, origin: CaseOrigin, how: str) -> Case:
    return Case(
        CaseClass.CONFLICTING_DUPLICATE,
        origin,
        subject=part.home_key,
        source_id=part.provenance.source_id,
        reason=f"the {part.part_key} of the snapshot came {how}; what came first stays in force",
        suggested_action="have the source take a new snapshot, under a number of its own",
        key=f"{part.part_key}/{part.provenance.content_hash}",
    )


def _too_large(part: SnapshotPart, origin: CaseOrigin) -> Case:
    return Case(
        CaseClass.MALFORMED_PAYLOAD,
        origin,
        subject=part.home_key,
        source_id=part.provenance.source_id,
        reason=f"the snapshot has more than {MOST_LINES} lines or {MOST_PARTS} parts; it is not compared",
        suggested_action="have the source send it as several snapshots, each with a number of its own",
        key="size",
    )
