"""The rows of movements: when units of an item came to a node and left it, for counts of the past to be compared with.

Bounded twice: by `MOST_TIMES` of an item and node, and by `KEPT_DAYS` after it happened. Movements of one microsecond
are one row, their sum: a count is before all of them, or after. The row also names some of them, because a movement
may explain why another system has other stock (docs/guides/reconciliation.md).
"""

from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from typing import Final, NamedTuple

from domain.identifiers import ItemId, NodeId
from domain.inventory.reconciliation.rows import NamedMovement
from domain.inventory.stock_facts.rows import KEPT_DAYS, MOST_TIMES, NodeHistory, OnHandChange
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.steps.expiry_queue import ExpiryQueue


class KeptMovements(NamedTuple):
    """How many rows there are of an item and node; all movements after `kept_from_us` are among them."""

    rows: int = 0
    kept_from_us: int = 0
    reported_until_us: int = 0
    """Of the latest snapshot that differs from the ledger: a movement until then that comes later changes that."""


class MovementsAt(NamedTuple):
    """The movements of an item at a node at one time: their sum, and the first of them by name and units."""

    units: int = 0
    named: tuple[tuple[str, int], ...] = ()


MOVEMENTS: Table[MovementsAt] = Table(
    "movement", MovementsAt, ordered=True, version=2, upgrades={1: lambda units: [units, []]}
)
KEPT: Table[KeptMovements] = Table("kept movements", KeptMovements, version=2, upgrades={1: lambda kept: [*kept, 0]})
MOVEMENT_HORIZON: Table[bool] = Table("movement horizon", bool, ordered=True)

MOVEMENT_PASSED: Final = "movement horizon passed"
"""The timer that forgets movements."""

_EXPIRY = ExpiryQueue(MOVEMENT_HORIZON, MOVEMENT_PASSED)
_DAY_MS: Final = 24 * 3_600_000
_MOST_NAMED: Final = 8
"""So many movements of one time are named; the others are only in the sum."""
_DROPPED: Final = MOST_TIMES // 4
"""So many at once, so that not every movement has to look for the oldest."""


def history_at(partition: Partition, item_id: ItemId, node_id: NodeId) -> NodeHistory:
    """What is kept of an item and node."""
    key = _key(item_id, node_id)
    kept = partition.state.get(KEPT, key) or KeptMovements()
    scan = partition.state.scan
    return NodeHistory(
        kept.kept_from_us,
        lambda at_us: [at.units for _, at in scan(MOVEMENTS, f"{key}\0", after=_place(key, at_us))],
    )


def named_movements(partition: Partition, item_id: ItemId, node_id: NodeId) -> Sequence[NamedMovement]:
    """What is kept of an item and node, the oldest first; a sum that its names do not explain has none."""
    rows = partition.state.scan(MOVEMENTS, f"{_key(item_id, node_id)}\0")
    return [movement for place, at in rows for movement in _movements_at(_time_of(place), at)]


def reported_until_us(partition: Partition, item_id: ItemId, node_id: NodeId) -> int:
    """The time of the latest snapshot that differs; 0 while none does."""
    kept = partition.state.get(KEPT, _key(item_id, node_id))
    return 0 if kept is None else kept.reported_until_us


def watch_until(partition: Partition, item_id: ItemId, node_id: NodeId, reported_until_us: int) -> None:
    """Movements until then change a difference; 0: there is none any more."""
    key = _key(item_id, node_id)
    kept = partition.state.get(KEPT, key) or KeptMovements()
    partition.state.put(KEPT, key, kept._replace(reported_until_us=reported_until_us))


def keep(partition: Partition, item_id: ItemId, movement: OnHandChange, name: str = "") -> None:
    """Note one movement and what it is called, unless it is older than what is kept."""
    key = _key(item_id, movement.node_id)
    kept = partition.state.get(KEPT, key) or KeptMovements()
    if movement.occurred_at_us <= kept.kept_from_us:
        return
    place = _place(key, movement.occurred_at_us)
    before = partition.state.get(MOVEMENTS, place)
    partition.state.put(MOVEMENTS, place, _with_movement(before or MovementsAt(), movement.units, name))
    if before is not None:
        return
    if not kept.rows:
        _expire_tomorrow(partition, key)
    kept = kept._replace(rows=kept.rows + 1)
    if kept.rows > MOST_TIMES:
        kept = _dropped(partition, kept, list(islice(_places(partition, key, kept), _DROPPED)))
    partition.state.put(KEPT, key, kept)


def forget(partition: Partition) -> None:
    """The timer: once a day, delete what is too old of a page of items and nodes."""
    until_us = (partition.now_ms - KEPT_DAYS * _DAY_MS) * 1_000
    for key in _EXPIRY.take_due(partition):
        kept = partition.state.get(KEPT, key) or KeptMovements()
        old = list(takewhile(lambda place: _time_of(place) < until_us, _places(partition, key, kept)))
        kept = _dropped(partition, kept, old)
        partition.state.put(KEPT, key, kept)
        if kept.rows:
            _expire_tomorrow(partition, key)


def _places(partition: Partition, key: str, kept: KeptMovements) -> Iterator[str]:
    """The oldest first; what was dropped is not looked at again."""
    rows = partition.state.scan(MOVEMENTS, f"{key}\0", after=_place(key, kept.kept_from_us))
    return (place for place, _ in rows)


def _dropped(partition: Partition, kept: KeptMovements, places: list[str]) -> KeptMovements:
    for place in places:
        partition.state.delete(MOVEMENTS, place)
    kept_from_us = _time_of(places[-1]) if places else kept.kept_from_us
    return kept._replace(rows=kept.rows - len(places), kept_from_us=kept_from_us)


def _with_movement(at: MovementsAt, units: int, name: str) -> MovementsAt:
    named = (*at.named, (name, units)) if name and len(at.named) < _MOST_NAMED else at.named
    return MovementsAt(at.units + units, named)


def _movements_at(occurred_at_us: int, at: MovementsAt) -> Iterator[NamedMovement]:
    for name, units in at.named:
        yield NamedMovement(occurred_at_us, units, name)
    if rest := at.units - sum(units for _, units in at.named):
        yield NamedMovement(occurred_at_us, rest, "a movement")


def _expire_tomorrow(partition: Partition, key: str) -> None:
    _EXPIRY.add(partition, (partition.now_ms // _DAY_MS + 1) * _DAY_MS, key)


def _key(item_id: ItemId, node_id: NodeId) -> str:
    return f"{item_id}\0{node_id}"


def _place(key: str, at_us: int) -> str:
    return f"{key}\0{at_us:018d}"


def _time_of(place: str) -> int:
    return int(place[-18:])
