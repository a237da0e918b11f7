"""What is in which carton of a shipment, told where it can be true.

A warehouse counts what it ships by line, and may say besides what of it is in which carton. The units of the shipment
count as they are reported. Of its cartons together no line has more than the shipment has of it: where it has, none of
them is believed. Units that are in no carton are loose.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from domain.identifiers import ItemId, LineId
from domain.messages.orders import Carton, FulfilmentLine
from domain.packing.sscc import read_sscc
from domain.quantities import format_quantity

LineItem = tuple[LineId, ItemId]
Left = Counter[LineItem]
"""Units that are in no carton yet, in millionths, by line and item."""


class Packing(NamedTuple):
    """What is known of the cartons of a shipment."""

    cartons: tuple[Carton, ...]
    """With their lines as the shipment has them; a label is 18 digits whose last one is right, or empty."""
    faults: tuple[str, ...] = ()
    """What of it cannot be true, for a person to ask about."""


def packing_of(cartons: Sequence[Carton], shipped: Sequence[FulfilmentLine]) -> Packing:
    """The cartons of a shipment of these lines. Where a carton names an item alone, it is of the shipment's lines."""
    if not cartons:
        return Packing(())
    left = units_of(shipped)
    faults = []
    packed: dict[str, tuple[Carton, Left]] = {}
    for number, carton in enumerate(cartons):
        sscc = read_sscc(carton.sscc) or ""
        if carton.sscc and not sscc:
            faults.append(f"{carton.sscc[:40]!r} is no SSCC: it has not 18 digits, or its check digit is wrong")
        one = Carton(sscc, carton.tracking_number, ())
        _, inside = packed.setdefault(sscc or f"without a label {number}", (one, Counter()))
        for line in carton.lines:
            taken = take(left, line)
            inside.update(taken)
            if sum(taken.values()) < line.quantity:
                return Packing((), (_too_much(line, cartons, shipped), *faults))
    return Packing(tuple(replace(one, lines=lines_of(units)) for one, units in packed.values()), tuple(faults))


def units_of(lines: Sequence[FulfilmentLine]) -> Left:
    """The units of lines, by line and item."""
    units: Left = Counter()
    for line in lines:
        units[line.line_id, line.item_id] += line.quantity
    return units


def lines_of(units: Mapping[LineItem, int]) -> tuple[FulfilmentLine, ...]:
    """The lines of units; none of those of which there is nothing."""
    return tuple(FulfilmentLine(*name, quantity) for name, quantity in units.items() if quantity)


def take(left: Left, line: FulfilmentLine) -> Left:
    """Take so many units of an item: first of the line that is named, then of the others that have the item."""
    taken: Left = Counter()
    for name in _candidates(left, line):
        units = min(left[name], line.quantity - sum(taken.values()))
        if units:
            taken[name] = units
            left[name] -= units
    return taken


def _candidates(left: Left, line: FulfilmentLine) -> Iterator[LineItem]:
    named = (line.line_id, line.item_id)
    if named in left:
        yield named
    yield from (name for name in (*left,) if name[1] == line.item_id and name != named)


def _too_much(line: FulfilmentLine, cartons: Sequence[Carton], shipped: Sequence[FulfilmentLine]) -> str:
    packed = sum(each.quantity for carton in cartons for each in carton.lines if each.item_id == line.item_id)
    left = sum(each.quantity for each in shipped if each.item_id == line.item_id)
    return f"{format_quantity(packed)} of {line.item_id} are in cartons, and {format_quantity(left)} were shipped"
