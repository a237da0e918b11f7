"""Snapshots of stock at their home: what each says of every item, until it is whole and its items hear of it.

Each item is a row, so the lines of an item add up however the source cuts its parts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from domain.identifiers import ItemId, LineId
from domain.inventory.reconciliation.comparing import MOST_COMPARED
from domain.inventory.snapshots import is_too_old, take
from domain.messages.cases import CaseOrigin
from domain.messages.snapshots.stock import StockReported, StockSnapshotBegun, StockSnapshotContinued, StockSnapshotPart
from domain.messages.stock import StockLine
from domain.snapshots import KnownSnapshot, SnapshotDecision
from domain.units import plain_unit
from operators.engine.partition import Partition
from operators.engine.tables import Table


class ItemInSnapshot(NamedTuple):
    """What a snapshot says of an item: units of measure and millionths, a few at most."""

    quantities: tuple[tuple[str, int], ...] = ()


SNAPSHOTS: Table[KnownSnapshot[StockSnapshotBegun]] = Table("snapshot", KnownSnapshot[StockSnapshotBegun])
ITEMS_IN_SNAPSHOT: Table[ItemInSnapshot] = Table("item in snapshot", ItemInSnapshot, ordered=True)


class StockSnapshots:
    """The kind of snapshots that the inventory flow gathers."""

    snapshots = SNAPSHOTS
    entries = ITEMS_IN_SNAPSHOT
    origin = CaseOrigin.WAREHOUSE

    def take(
        self,
        known: KnownSnapshot[StockSnapshotBegun],
        part: StockSnapshotPart,
        known_hash: str | None,
        now_ms: int,
    ) -> SnapshotDecision[StockSnapshotBegun]:
        """Add a part to what is known."""
        return take(known, part, known_hash, now_ms)

    def keep(self, partition: Partition, part: StockSnapshotPart) -> None:
        """Add the lines of a part to their items."""
        if isinstance(part, StockSnapshotContinued):
            _add(partition, part.home_key, part.lines)

    def page(
        self,
        partition: Partition,
        begun: StockSnapshotBegun,
        rows: Sequence[tuple[str, ItemInSnapshot]],
        *,
        is_last: bool,  # noqa: ARG002 - items are not told of the end
    ) -> Sequence[StockReported]:
        """To the items, unless the snapshot is too old to be compared."""
        if not rows or is_too_old(begun, partition.now_ms):
            return ()
        return (_report(begun, (line for item_id, item in rows for line in _lines(ItemId(item_id), item))),)


def _add(partition: Partition, key: str, lines: Iterable[StockLine]) -> None:
    for line in lines:
        item_key = f"{key}\0{line.item_id}"
        item = partition.state.get(ITEMS_IN_SNAPSHOT, item_key) or ItemInSnapshot()
        quantities = dict(item.quantities)
        unit = plain_unit(line.unit)
        quantities[unit] = _bounded(quantities.get(unit, 0) + line.quantity)
        partition.state.put(ITEMS_IN_SNAPSHOT, item_key, ItemInSnapshot(tuple(quantities.items())))


def _bounded(quantity: int) -> int:
    """So that no sum leaves the range of a row; what is so large is not compared."""
    return max(-MOST_COMPARED, min(MOST_COMPARED, quantity))


def _report(begun: StockSnapshotBegun, lines: Iterable[StockLine]) -> StockReported:
    numbered = tuple(replace(line, line_id=LineId(str(number))) for number, line in enumerate(lines, 1))
    return StockReported(
        begun.provenance,
        begun.node_id,
        begun.snapshot_id,
        begun.reporter,
        begun.taken_at_us,
        begun.in_flight_s,
        numbered,
    )


def _lines(item_id: ItemId, item: ItemInSnapshot) -> Iterable[StockLine]:
    return [StockLine(LineId(""), item_id, quantity, unit) for unit, quantity in item.quantities]
