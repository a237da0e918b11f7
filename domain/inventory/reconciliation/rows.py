"""What the ledger keeps of a difference between a source's snapshots and its own position."""

from typing import Final, NamedTuple

from domain.durations import DAY_MS
from domain.identifiers import ItemId, NodeId, SnapshotId, SourceId
from domain.messages.snapshots.stock import DifferenceCause, Reporter

_KEPT_DAYS: Final = 30
"""So long after its last change a difference is kept: until then an adjustment can be taken back."""


def kept_until_ms(now_ms: int) -> int:
    """When a difference that changes now is forgotten: at the end of a day, so that it needs few timers."""
    return (now_ms // DAY_MS + 1 + _KEPT_DAYS) * DAY_MS


def case_key_of(node_id: NodeId, source_id: SourceId) -> str:
    """The key of the case of an item that a node and a source count otherwise."""
    return f"{node_id}/snapshot/{source_id}"


class StockDifference(NamedTuple):
    """One row for an item, a node and a source, of its latest snapshot that differed; quantities in millionths.

    `units` is what the snapshot says more than the ledger as of `taken_at_us`, adjustments included. Every movement
    until then that arrives later changes it. A row has units to be explained, or an adjustment that can be taken back.
    """

    item_id: ItemId
    node_id: NodeId
    source_id: SourceId
    reporter: Reporter
    snapshot_id: SnapshotId
    taken_at_us: int
    in_flight_s: int
    reported: int
    units: int
    judge_at_ms: int = 0
    """When movements in flight have had the time to arrive; 0 once it is judged."""
    cause: DifferenceCause = DifferenceCause.MISSED_EVENT
    """Of the last judgement."""
    evidence: str = ""
    is_stated: bool = False
    """A case is open."""
    drift: int = 0
    """What of the units is the error; the rest is in flight. By it a difference that stays is recognised."""
    proposes: bool = False
    """The ledger can be adjusted by the drift: the error is here, and not in the other system."""
    adjusted: int = 0
    leaves_at_ms: int = 0

    @property
    def key(self) -> str:
        """The key of its row."""
        return f"{self.item_id}\0{self.node_id}\0{self.source_id}"

    @property
    def case_key(self) -> str:
        """The key of its case: one for a node and a source, whatever snapshot finds it."""
        return case_key_of(self.node_id, self.source_id)

    @property
    def position(self) -> tuple[int, str]:
        """Of two snapshots of a source the one with the higher position counts."""
        return (self.taken_at_us, self.snapshot_id)


class NamedMovement(NamedTuple):
    """A movement of an item at a node, with what it is called."""

    occurred_at_us: int
    units: int
    name: str
