"""How much of a fact is covered by what is shipped, line by line; the rest waits for its shipment."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from domain.identifiers import ItemId, LineId
from domain.messages.orders import UnpickedLine
from domain.returns import ReturnedLine

Line = TypeVar("Line", ReturnedLine, UnpickedLine)


def split(
    lines: Sequence[Line], covered: Mapping[tuple[LineId, ItemId], int]
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """What is covered, and what is not, in the order of the lines; lines without a quantity are left out."""
    left = dict(covered)
    now, later = [], []
    for line in lines:
        name = (line.line_id, line.item_id)
        quantity = max(0, min(line.quantity, left.get(name, 0)))
        left[name] = left.get(name, 0) - quantity
        now.append(replace(line, quantity=quantity))
        later.append(replace(line, quantity=line.quantity - quantity))
    return tuple(line for line in now if line.quantity), tuple(line for line in later if line.quantity)
