"""The rows of snapshots at their home: which parts are there, and how many units of each item they say.

Each item is a row, so the lines of an item add up however the source cuts its parts. When a snapshot is whole, its
items leave a page at a time: however large it is, no record waits for all of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, NamedTuple

from domain.deduplication import Horizons
from domain.durations import DAY_MS
from domain.identifiers import ItemId, LineId
from domain.inventory.effects import LedgerEffect
from domain.inventory.reconciliation.comparing import MOST_COMPARED
from domain.inventory.snapshots import WHOLE_WITHIN_MS, KnownSnapshot, overdue, take
from domain.inventory.stock_facts.rows import KEPT_DAYS
from domain.messages.snapshots import StockReported, StockSnapshotBegun, StockSnapshotContinued, StockSnapshotPart
from domain.messages.stock import StockLine
from domain.units import plain_unit
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer
from operators.steps.expiry_queue import ExpiryQueue


class ItemInSnapshot(NamedTuple):
    """What a snapshot says of an item: units of measure and millionths, a few at most."""

    quantities: tuple[tuple[str, int], ...] = ()


SNAPSHOTS: Table[KnownSnapshot] = Table("snapshot", KnownSnapshot)
PARTS: Table[str] = Table("snapshot part", str, ordered=True)
"""The hash of each part that came, by snapshot and part."""
ITEMS_IN_SNAPSHOT: Table[ItemInSnapshot] = Table("item in snapshot", ItemInSnapshot, ordered=True)
SNAPSHOT_HORIZON: Table[bool] = Table("snapshot horizon", bool, ordered=True)

SNAPSHOT_PASSED: Final = "snapshot horizon passed"
SNAPSHOT_OVERDUE: Final = "snapshot overdue"
SNAPSHOT_PAGE: Final = "snapshot page"
TIMERS: Final = frozenset({SNAPSHOT_PASSED, SNAPSHOT_OVERDUE, SNAPSHOT_PAGE})

_EXPIRY = ExpiryQueue(SNAPSHOT_HORIZON, SNAPSHOT_PASSED)
_PAGE: Final = 200
_DELETED: Final = 1_000


class Snapshots:
    """The snapshots of the inventory flow."""

    def __init__(self, horizons: Horizons) -> None:
        self._horizons = horizons

    def apply(self, partition: Partition, part: StockSnapshotPart, now_ms: int) -> Sequence[LedgerEffect]:
        """Take one part; when the snapshot is whole, its items leave with the next records or ticks."""
        key, state = part.home_key, partition.state
        part_key = f"{key}\0{part.part_key}"
        known = state.get(SNAPSHOTS, key) or self._first(partition, part, now_ms)
        decision = take(known, part, state.get(PARTS, part_key), now_ms)
        state.put(SNAPSHOTS, key, decision.known)
        if not decision.is_taken:
            partition.count(decision.verdict)
            return decision.cases
        state.put(PARTS, part_key, part.provenance.content_hash)
        if isinstance(part, StockSnapshotContinued):
            _add(partition, key, part.lines)
        if decision.known.is_sent:
            partition.timers.set(Timer(now_ms, SNAPSHOT_PAGE, f"{key}\0"))
        return decision.cases

    def fire(self, partition: Partition, timer: Timer) -> Sequence[LedgerEffect]:
        """A page of a whole snapshot, one that is not whole in time, or those that are forgotten."""
        match timer.kind:
            case _ if timer.kind == SNAPSHOT_PAGE:
                return _page(partition, timer)
            case _ if timer.kind == SNAPSHOT_OVERDUE:
                return _overdue(partition, timer.subject)
            case _:
                for key in _EXPIRY.take_due(partition):
                    _forget(partition, key)
                return ()

    def _first(self, partition: Partition, part: StockSnapshotPart, now_ms: int) -> KnownSnapshot:
        until_ms = self._horizons.until_ms(part.provenance.source_id, now_ms)
        _EXPIRY.add(partition, until_ms, part.home_key)
        partition.timers.set(Timer(now_ms + WHOLE_WITHIN_MS, SNAPSHOT_OVERDUE, part.home_key))
        return KnownSnapshot(now_ms, until_ms)


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


def _page(partition: Partition, timer: Timer) -> Sequence[LedgerEffect]:
    """The items behind the subject, unless the snapshot is too old to be compared."""
    key = timer.subject.partition("\0")[0]
    known = partition.state.get(SNAPSHOTS, key)
    rows = list(islice(partition.state.scan(ITEMS_IN_SNAPSHOT, f"{key}\0", after=timer.subject), _PAGE))
    for place, _ in rows:
        partition.state.delete(ITEMS_IN_SNAPSHOT, place)
    if len(rows) == _PAGE:
        partition.timers.set(Timer(partition.now_ms + 1, SNAPSHOT_PAGE, rows[-1][0]))
    if known is None or known.begun is None or not rows or _is_too_old(known.begun, partition.now_ms):
        return ()
    lines = (line for place, item in rows for line in _lines(ItemId(place.partition("\0")[2]), item))
    return (_report(known.begun, lines),)


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


def _is_too_old(begun: StockSnapshotBegun, now_ms: int) -> bool:
    return begun.taken_at_us < (now_ms - KEPT_DAYS * DAY_MS) * 1_000


def _overdue(partition: Partition, key: str) -> Sequence[LedgerEffect]:
    known = partition.state.get(SNAPSHOTS, key)
    if known is None or known.is_sent:
        return ()
    partition.state.put(SNAPSHOTS, key, known._replace(is_overdue=True))
    return (overdue(key, known),)


def _forget(partition: Partition, key: str) -> None:
    """A page of its rows; a large one that was never whole takes several."""
    state = partition.state
    parts = [(PARTS, place) for place, _ in islice(state.scan(PARTS, f"{key}\0"), _DELETED)]
    items = [(ITEMS_IN_SNAPSHOT, place) for place, _ in islice(state.scan(ITEMS_IN_SNAPSHOT, f"{key}\0"), _DELETED)]
    for place in [place for _, place in parts]:
        state.delete(PARTS, place)
    for place in [place for _, place in items]:
        state.delete(ITEMS_IN_SNAPSHOT, place)
    if max(len(parts), len(items)) == _DELETED:
        _EXPIRY.add(partition, partition.now_ms + 1, key)
    else:
        state.delete(SNAPSHOTS, key)
