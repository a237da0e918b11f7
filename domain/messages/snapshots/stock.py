"""Snapshots of stock that other systems take, and what the ledger says of the differences.

A snapshot travels in parts: it is begun, continued with lines, and ended with their number, in any order. Its parts
meet in its home partition, and when it is whole its lines reach the items (docs/guides/reconciliation.md).
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import ItemId, NodeId, PartId, SnapshotId, SourceId
from domain.messages.stock import StockLine
from domain.provenance import Provenance


class Reporter(StrEnum):
    """Which kind of system took a snapshot."""

    WMS = "WMS"
    ERP = "ERP"
    CHANNEL = "CHANNEL"


@dataclass(frozen=True, slots=True)
class StockSnapshotBegun:
    """The head of a snapshot: how many units of each item were at the node at `taken_at_us`, in any status."""

    provenance: Provenance
    node_id: NodeId
    snapshot_id: SnapshotId
    reporter: Reporter
    taken_at_us: int
    in_flight_s: int
    """For so long after a movement one of the two systems may not know of it yet."""

    @property
    def part_key(self) -> str:
        """Which part of its snapshot it is."""
        return "begun"

    @property
    def home_key(self) -> str:
        """The snapshot: its source, node and number."""
        return _home_key(self)


@dataclass(frozen=True, slots=True)
class StockSnapshotContinued:
    """Some lines of a snapshot. Quantities are zero or more; the lines of an item add up, over all parts."""

    provenance: Provenance
    node_id: NodeId
    snapshot_id: SnapshotId
    part: PartId
    lines: tuple[StockLine, ...]

    @property
    def part_key(self) -> str:
        """Likewise."""
        return f"part/{self.part}"

    @property
    def home_key(self) -> str:
        """Likewise."""
        return _home_key(self)


@dataclass(frozen=True, slots=True)
class StockSnapshotEnded:
    """The end of a snapshot, with the number of its lines over all parts."""

    provenance: Provenance
    node_id: NodeId
    snapshot_id: SnapshotId
    line_count: int

    @property
    def part_key(self) -> str:
        """Likewise."""
        return "ended"

    @property
    def home_key(self) -> str:
        """Likewise."""
        return _home_key(self)


StockSnapshotPart = StockSnapshotBegun | StockSnapshotContinued | StockSnapshotEnded
"""From sources, so perhaps more than once, and in any order."""


@dataclass(frozen=True, slots=True)
class StockReported:
    """Lines of a whole snapshot on their way to the items, exactly once; all lines of an item are in one record."""

    provenance: Provenance
    """Of its head."""
    node_id: NodeId
    snapshot_id: SnapshotId
    reporter: Reporter
    taken_at_us: int
    in_flight_s: int
    lines: tuple[StockLine, ...]


class DifferenceCause(StrEnum):
    """Why a snapshot and the ledger differ, as far as the evidence says."""

    MISSED_EVENT = "MISSED_EVENT"
    """The other system knows of a movement of which the ledger never heard."""
    NOT_BOOKED_THERE = "NOT_BOOKED_THERE"
    """The ledger knows of a movement that the other system does not have."""
    DUPLICATE = "DUPLICATE"
    """The ledger counted one movement twice."""
    LATE = "LATE"
    """The movement arrived after the time for it had passed."""
    UNIT_ERROR = "UNIT_ERROR"
    """A quantity is in another unit than it says."""
    CHANGED_THERE = "CHANGED_THERE"
    """Somebody changed the stock in the other system only."""
    SHRINKAGE = "SHRINKAGE"
    """Units are gone, and nothing says where."""


class DifferenceState(StrEnum):
    """What is done about a difference."""

    FOUND = "FOUND"
    ADJUSTED = "ADJUSTED"
    """The ledger took over what the snapshot says."""
    REVERSED = "REVERSED"
    """A person took the adjustment back."""
    EXPLAINED = "EXPLAINED"
    """There is no difference any more: what was missing has arrived, or a later snapshot or a count agrees."""


@dataclass(frozen=True, slots=True)
class DifferenceStated:
    """A difference of an item at a node between a source's snapshot and the ledger, or what became of it."""

    item_id: ItemId
    node_id: NodeId
    source_id: SourceId
    reporter: Reporter
    snapshot_id: SnapshotId
    taken_at_us: int
    state: DifferenceState
    cause: DifferenceCause
    reported: int
    """What the snapshot says, in the item's unit."""
    difference: int
    """What it says more (below zero: less) than the ledger as of its time, adjustments included."""
    adjusted: int
    """What of it the ledger has been adjusted by, and can take back."""
    evidence: str
    stated_at_ms: int


def _home_key(part: StockSnapshotPart) -> str:
    return f"snapshot/{part.provenance.source_id}/{part.node_id}/{part.snapshot_id}"
