"""The lines of one item in a document that says how much of it there is, not what more: they add up."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.identifiers import ItemId
from domain.messages.stock import StockLine


class ItemLines(NamedTuple):
    """All lines of one item in a count, or in announced supply."""

    item_id: ItemId
    lines: tuple[StockLine, ...]


def lines_by_item(lines: Sequence[StockLine]) -> Sequence[ItemLines]:
    """The items of a document, in the order of their first lines."""
    items: dict[ItemId, list[StockLine]] = {}
    for line in lines:
        items.setdefault(line.item_id, []).append(line)
    return [ItemLines(item_id, tuple(found)) for item_id, found in items.items()]
