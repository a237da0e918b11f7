"""How many items are below zero, and by how much: goods left, or were lost, that the ledger did not have.

That is a fact and no violation (docs/domain.md#invariants). Items that fell below zero under an earlier release are
counted when they change next.
"""

from collections.abc import Iterable
from typing import NamedTuple

from connectors.observation.observer import BelowZero
from domain.inventory.accounts import Item
from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table


class MissingUnits(NamedTuple):
    """Of how many items units are missing, and how many, in millionths."""

    items: int
    units: int


MISSING: Table[int] = Table("below_zero", int)
"""The units that are missing of an item at all its nodes, in millionths; no row where none are."""
MISSING_IN_ALL: Table[MissingUnits] = Table("below_zero_in_all", MissingUnits)
"""One row: the sum of the other table."""

_ALL = ""
_NONE = MissingUnits(0, 0)


def keep_below_zero(state: PartitionState, before: Item, after: Item) -> None:
    """Keep both rows when an item changes; one that was not below zero and is not now costs no access to the state."""
    missing = _missing_of(after)
    if not missing and not _missing_of(before):
        return
    known = state.get(MISSING, after.item_id) or 0
    if missing == known:
        return
    if missing:
        state.put(MISSING, after.item_id, missing)
    else:
        state.delete(MISSING, after.item_id)
    in_all = state.get(MISSING_IN_ALL, _ALL) or _NONE
    items = in_all.items + (missing > 0) - (known > 0)
    state.put(MISSING_IN_ALL, _ALL, MissingUnits(items, in_all.units + missing - known))


def below_zero_in(partitions: Iterable[Partition]) -> BelowZero:
    """All partitions together."""
    rows = [partition.state.get(MISSING_IN_ALL, _ALL) or _NONE for partition in partitions]
    return BelowZero(sum(row.items for row in rows), sum(row.units for row in rows))


def _missing_of(item: Item) -> int:
    return -sum([node.available for node in item.nodes if node.available < 0])  # a list: for every movement
