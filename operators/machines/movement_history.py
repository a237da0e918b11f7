"""The rows of movements: when units of an item came to a node and left it, for counts of the past to be compared with.

Bounded twice: by `MOST_TIMES` of an item and node, and by `KEPT_DAYS` after it happened. Movements of one microsecond
are one row, their sum: a count is before all of them, or after.
"""

from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Final, NamedTuple

from domain.identifiers import ItemId, NodeId
from domain.inventory.stock_facts.rows import KEPT_DAYS, MOST_TIMES, NodeHistory, OnHandChange
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.steps.expiry_queue import ExpiryQueue


class KeptMovements(NamedTuple):
    """How many rows there are of an item and node; all movements after `kept_from_us` are among them."""

    rows: int = 0
    kept_from_us: int = 0


MOVEMENTS: Table[int] = Table("movement", int, ordered=True)
KEPT: Table[KeptMovements] = Table("kept movements", KeptMovements)
MOVEMENT_HORIZON: Table[bool] = Table("movement horizon", bool, ordered=True)

MOVEMENT_PASSED: Final = "movement horizon passed"
"""The timer that forgets movements."""

_EXPIRY = ExpiryQueue(MOVEMENT_HORIZON, MOVEMENT_PASSED)
_DAY_MS: Final = 24 * 3_600_000
_DROPPED: Final = MOST_TIMES // 4
"""So many at once, so that not every movement has to look for the oldest."""


def history_at(partition: Partition, item_id: ItemId, node_id: NodeId) -> NodeHistory:
    """What is kept of an item and node."""
    key = _key(item_id, node_id)
    kept = partition.state.get(KEPT, key) or KeptMovements()
    scan = partition.state.scan
    return NodeHistory(
        kept.kept_from_us,
        lambda at_us: [units for _, units in scan(MOVEMENTS, f"{key}\0", after=_place(key, at_us))],
    )


def keep(partition: Partition, item_id: ItemId, movement: OnHandChange) -> None:
    """Note one movement, unless it is older than what is kept."""
    key = _key(item_id, movement.node_id)
    kept = partition.state.get(KEPT, key) or KeptMovements()
    if movement.occurred_at_us <= kept.kept_from_us:
        return
    place = _place(key, movement.occurred_at_us)
    before = partition.state.get(MOVEMENTS, place)
    partition.state.put(MOVEMENTS, place, (before or 0) + movement.units)
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
    return KeptMovements(kept.rows - len(places), _time_of(places[-1]) if places else kept.kept_from_us)


def _expire_tomorrow(partition: Partition, key: str) -> None:
    _EXPIRY.add(partition, (partition.now_ms // _DAY_MS + 1) * _DAY_MS, key)


def _key(item_id: ItemId, node_id: NodeId) -> str:
    return f"{item_id}\0{node_id}"


def _place(key: str, at_us: int) -> str:
    return f"{key}\0{at_us:018d}"


def _time_of(place: str) -> int:
    return int(place[-18:])
