"""The rows of snapshots at their home: which parts are there, and what they say.

When a snapshot is whole, what it says leaves a page at a time: however large it is, no record waits for all of it.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final, Generic, Protocol, TypeVar

from domain.deduplication import Horizons
from domain.messages.cases import Case, CaseOrigin
from domain.snapshots import WHOLE_WITHIN_MS, Head, KnownSnapshot, SnapshotDecision, SnapshotPart, overdue
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer
from operators.steps.expiry_queue import ExpiryQueue

PARTS: Table[str] = Table("snapshot part", str, ordered=True)
"""The hash of each part that came, by snapshot and part."""
SNAPSHOT_HORIZON: Table[bool] = Table("snapshot horizon", bool, ordered=True)

SNAPSHOT_PASSED: Final = "snapshot horizon passed"
SNAPSHOT_OVERDUE: Final = "snapshot overdue"
SNAPSHOT_PAGE: Final = "snapshot page"
TIMERS: Final = frozenset({SNAPSHOT_PASSED, SNAPSHOT_OVERDUE, SNAPSHOT_PAGE})

PAGE: Final = 200
"""How many entries leave at a time."""
_EXPIRY = ExpiryQueue(SNAPSHOT_HORIZON, SNAPSHOT_PASSED)
_DELETED: Final = 1_000

Part = TypeVar("Part", bound=SnapshotPart)
Effect = TypeVar("Effect")
Part_contra = TypeVar("Part_contra", bound=SnapshotPart, contravariant=True)
Effect_co = TypeVar("Effect_co", covariant=True)


class SnapshotKind(Protocol[Part_contra, Head, Effect_co]):
    """What is particular to one kind of snapshot."""

    snapshots: Table[KnownSnapshot[Head]]
    entries: Table[Any]
    """What its parts say: SNAPSHOT, NUL, and what it is about."""
    origin: CaseOrigin
    """Of a snapshot whose head is missing."""

    def take(
        self, known: KnownSnapshot[Head], part: Part_contra, known_hash: str | None, now_ms: int
    ) -> SnapshotDecision[Head]:
        """Add a part to what is known."""

    def keep(self, partition: Partition, part: Part_contra) -> None:
        """Add what a part says to the entries."""

    def page(
        self, partition: Partition, begun: Head, rows: Sequence[tuple[str, Any]], *, is_last: bool
    ) -> Sequence[Effect_co]:
        """Where these entries go, names and rows."""


class SnapshotHome(Generic[Part, Head, Effect]):
    """The snapshots of one kind whose home is in a flow."""

    def __init__(self, horizons: Horizons, kind: SnapshotKind[Part, Head, Effect]) -> None:
        self._horizons = horizons
        self._kind = kind

    def apply(self, partition: Partition, part: Part, now_ms: int) -> Sequence[Case]:
        """Take one part; when the snapshot is whole, its entries leave with the next records or ticks."""
        key, state = part.home_key, partition.state
        part_key = f"{key}\0{part.part_key}"
        known = state.get(self._kind.snapshots, key) or self._first(partition, part, now_ms)
        decision = self._kind.take(known, part, state.get(PARTS, part_key), now_ms)
        state.put(self._kind.snapshots, key, decision.known)
        if not decision.is_taken:
            partition.count(decision.verdict)
            return decision.cases
        state.put(PARTS, part_key, part.provenance.content_hash)
        self._kind.keep(partition, part)
        if decision.known.is_sent:
            partition.timers.set(Timer(now_ms, SNAPSHOT_PAGE, f"{key}\0"))
        return decision.cases

    def fire(self, partition: Partition, timer: Timer) -> Sequence[Effect | Case]:
        """A page of a whole snapshot, one that is not whole in time, or those that are forgotten."""
        match timer.kind:
            case _ if timer.kind == SNAPSHOT_PAGE:
                return self._page(partition, timer)
            case _ if timer.kind == SNAPSHOT_OVERDUE:
                return self._overdue(partition, timer.subject)
            case _:
                for key in _EXPIRY.take_due(partition):
                    self._forget(partition, key)
                return ()

    def _first(self, partition: Partition, part: Part, now_ms: int) -> KnownSnapshot[Head]:
        until_ms = self._horizons.until_ms(part.provenance.source_id, now_ms)
        _EXPIRY.add(partition, until_ms, part.home_key)
        partition.timers.set(Timer(now_ms + WHOLE_WITHIN_MS, SNAPSHOT_OVERDUE, part.home_key))
        return KnownSnapshot(now_ms, until_ms)

    def _page(self, partition: Partition, timer: Timer) -> Sequence[Effect]:
        """The entries behind the subject."""
        key = timer.subject.partition("\0")[0]
        known, entries = partition.state.get(self._kind.snapshots, key), self._kind.entries
        rows = list(islice(partition.state.scan(entries, f"{key}\0", after=timer.subject), PAGE))
        for place, _ in rows:
            partition.state.delete(entries, place)
        if len(rows) == PAGE:
            partition.timers.set(Timer(partition.now_ms + 1, SNAPSHOT_PAGE, rows[-1][0]))
        if known is None or known.begun is None:
            return ()
        named = [(place.partition("\0")[2], row) for place, row in rows]
        return self._kind.page(partition, known.begun, named, is_last=len(rows) < PAGE)

    def _overdue(self, partition: Partition, key: str) -> Sequence[Case]:
        known = partition.state.get(self._kind.snapshots, key)
        if known is None or known.is_sent:
            return ()
        partition.state.put(self._kind.snapshots, key, known._replace(is_overdue=True))
        return (overdue(key, known, self._kind.origin),)

    def _forget(self, partition: Partition, key: str) -> None:
        """A page of its rows; a large one that was never whole takes several."""
        state = partition.state
        parts = [place for place, _ in islice(state.scan(PARTS, f"{key}\0"), _DELETED)]
        entries = [place for place, _ in islice(state.scan(self._kind.entries, f"{key}\0"), _DELETED)]
        for place in parts:
            state.delete(PARTS, place)
        for place in entries:
            state.delete(self._kind.entries, place)
        if max(len(parts), len(entries)) == _DELETED:
            _EXPIRY.add(partition, partition.now_ms + 1, key)
        else:
            state.delete(self._kind.snapshots, key)
