"""Facts that name a line that the order does not have, or another item or unit than the line's.

A fact names no unit: it is in that of its item. So of a line that is ordered in another unit (`OrderLine.kept_unit`)
every fact is about other units. What the fact names is what moved: the ledger moves that item, without the claim of any
line. The line stays open, nothing of it is posted to the ERP, and a case asks a person whether the item was a
substitute or an error.

An order counts such units by line and item, for `MOST_COUNTED` of them. What is picked of further ones stays where it
is in the ledger until it is shipped: so the order's row is bounded, and no unit moves twice.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from domain.identifiers import NO_RESERVATION, ItemId, LineId, NodeId
from domain.messages.inventory import ReservationLine, UnpickedUnits
from domain.messages.orders import FulfilmentLine, UnpickedLine
from domain.messages.returns.requests import UnitsToReturn
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.state import MisdirectedUnits, Order
from domain.orders.warehouses import picks
from domain.quantities import format_quantity
from domain.returns import InspectedLine, ReturnedLine
from domain.values import replace

MOST_COUNTED: Final = 200
"""Pairs of a line and an item. A whole catalogue reported under one order is a broken sender."""
AnyFactLine = FulfilmentLine | UnpickedLine | ReturnedLine | InspectedLine
FactLine = TypeVar("FactLine", FulfilmentLine, UnpickedLine, ReturnedLine, InspectedLine)
CountedLine = TypeVar("CountedLine", FulfilmentLine, ReturnedLine)


def own_and_others(order: Order, fact_lines: Sequence[FactLine]) -> tuple[tuple[FactLine, ...], tuple[FactLine, ...]]:
    """The lines that name a line of the order and its item, in the line's unit, and those that do not."""
    items = {line.line_id: line.item_id for line in order.lines if not line.kept_unit}
    own = tuple(line for line in fact_lines if items.get(line.line_id) == line.item_id)
    if len(own) == len(fact_lines):
        return own, ()
    return own, tuple(line for line in fact_lines if items.get(line.line_id) != line.item_id)


def units_by_line(fact_lines: Iterable[AnyFactLine | UnitsToReturn]) -> Mapping[LineId, int]:
    """What a fact, or a request for a return, says of each line that it names."""
    units: Counter[LineId] = Counter()
    for line in fact_lines:
        units[line.line_id] += line.quantity
    return units


def picked(
    decision: OrderDecision, misdirected: Iterable[FulfilmentLine], node_id: NodeId
) -> tuple[ReservationLine, ...]:
    """Count picked units of other lines or items; returns what moves in the ledger: not what is shipped already."""
    moved = []
    for line in misdirected:
        units = _units_of(decision.order, line)
        if units is None:
            continue
        quantity = picks.moved_by_pick(units.picks, node_id, line.quantity)
        now = picks.more(units.picks, node_id, line.quantity)
        _keep(decision, replace(units, picked=units.picked + line.quantity, picks=now))
        if quantity:
            moved.append(ReservationLine(NO_RESERVATION, line.line_id, line.item_id, quantity))
    return tuple(moved)


def unpicked(
    decision: OrderDecision, misdirected: Sequence[UnpickedLine], node_id: NodeId
) -> tuple[UnpickedUnits, ...]:
    """Take units of other lines or items out of picking; returns what moves in the ledger."""
    for line in misdirected:
        if (units := _units_of(decision.order, line)) is not None:
            now = picks.more(units.picks, node_id, -line.quantity)
            _keep(decision, replace(units, picked=units.picked - line.quantity, picks=now))
    return back_without_claim(misdirected)


def reversed_units(decision: OrderDecision, misdirected: Sequence[UnpickedLine]) -> tuple[UnpickedUnits, ...]:
    """Take units of other lines or items off what is shipped; returns what moves in the ledger."""
    for line in misdirected:
        if (units := _units_of(decision.order, line)) is not None:
            picked, shipped = units.picked - line.quantity, units.shipped - line.quantity
            _keep(decision, replace(units, picked=picked, shipped=shipped))
    return back_without_claim(misdirected)


def back_without_claim(misdirected: Iterable[UnpickedLine]) -> tuple[UnpickedUnits, ...]:
    """What moves in the ledger of units that come back, and that no line claims."""
    return tuple(
        UnpickedUnits(NO_RESERVATION, line.line_id, line.item_id, line.quantity, line.condition) for line in misdirected
    )


def without_claim(misdirected: Iterable[FulfilmentLine]) -> tuple[ReservationLine, ...]:
    """What moves in the ledger of a fact about units that no line claims."""
    return tuple(ReservationLine(NO_RESERVATION, line.line_id, line.item_id, line.quantity) for line in misdirected)


def shipped(
    decision: OrderDecision, misdirected: Iterable[FulfilmentLine], node_id: NodeId
) -> tuple[ReservationLine, ...]:
    """Count shipped units of other lines or items; returns what moves in the ledger."""
    moved = []
    for line in misdirected:
        if (units := _units_of(decision.order, line)) is not None:
            now = picks.more(units.picks, node_id, -line.quantity)
            _keep(decision, replace(units, shipped=units.shipped + line.quantity, picks=now))
        moved.append(ReservationLine(NO_RESERVATION, line.line_id, line.item_id, line.quantity))
    return tuple(moved)


def returned(decision: OrderDecision, others: Iterable[ReturnedLine]) -> tuple[ReturnedLine, ...]:
    """Count units of other lines or items that came back; returns those for which there is no room."""

    def count(units: MisdirectedUnits, quantity: int) -> MisdirectedUnits:
        return replace(units, returned=units.returned + quantity)

    return _counted(decision, others, count)


def decide(decision: OrderDecision, line_id: LineId, item_id: ItemId, *, is_decided: bool) -> None:
    """A person has closed the case of such units, or it is opened again."""
    for units in decision.order.misdirected:
        if (units.line_id, units.item_id) == (line_id, item_id) and units.is_decided is not is_decided:
            _keep(decision, replace(units, is_decided=is_decided))


def invoiced(decision: OrderDecision, others: Iterable[FulfilmentLine], sign: int) -> tuple[FulfilmentLine, ...]:
    """Count invoiced units of other lines or items, or take them off; returns those for which there is no room."""

    def count(units: MisdirectedUnits, quantity: int) -> MisdirectedUnits:
        return replace(units, invoiced=units.invoiced + sign * quantity)

    return _counted(decision, others, count)


def delivered(decision: OrderDecision, others: Iterable[FulfilmentLine], sign: int) -> tuple[FulfilmentLine, ...]:
    """Count delivered units of other lines or items, likewise."""

    def count(units: MisdirectedUnits, quantity: int) -> MisdirectedUnits:
        return replace(units, delivered=units.delivered + sign * quantity)

    return _counted(decision, others, count)


def _counted(
    decision: OrderDecision,
    others: Iterable[CountedLine],
    count: Callable[[MisdirectedUnits, int], MisdirectedUnits],
) -> tuple[CountedLine, ...]:
    uncounted = []
    for line in others:
        if (units := _units_of(decision.order, line)) is None:
            uncounted.append(line)
        else:
            _keep(decision, count(units, line.quantity))
    return tuple(uncounted)


def described(order: Order, line: MisdirectedUnits | AnyFactLine, quantity: int) -> str:
    """So many units of it, in the reason of a case."""
    units = f"{in_its_unit(order, line, quantity)} of {line.item_id} on line {line.line_id!r}"
    return f"{units} (which {why_not_its_own(order, line)})"


def in_its_unit(order: Order, line: MisdirectedUnits | AnyFactLine, quantity: int) -> str:
    """A quantity; with the unit in which its item is kept, where its line is ordered in another."""
    kept_unit = next((each.kept_unit for each in order.lines if _is_in_other_unit(each, line)), "")
    return f"{format_quantity(quantity)} {kept_unit}" if kept_unit else format_quantity(quantity)


def why_not_its_own(order: Order, line: MisdirectedUnits | AnyFactLine) -> str:
    """Why units do not count on the line that they name."""
    own = next((each for each in order.lines if each.line_id == line.line_id), None)
    if own is None:
        return "the order does not have"
    return f"is ordered in {own.unit}" if _is_in_other_unit(own, line) else f"is for {own.item_id}"


def _is_in_other_unit(own: OrderLine, line: MisdirectedUnits | AnyFactLine) -> bool:
    return bool(own.kept_unit) and (own.line_id, own.item_id) == (line.line_id, line.item_id)


def set_beside(decision: OrderDecision, line: OrderLine) -> None:
    """What was counted on a line is counted beside it from now on: its item is kept in another unit."""
    units = _units_of(decision.order, MisdirectedUnits(line.line_id, line.item_id))
    if units is None or not any((line.picked, line.shipped, line.delivered, line.invoiced, line.returned)):
        return
    now = units.picks
    for at in line.picks:
        now = picks.more(now, at.node_id, at.quantity)
    _keep(
        decision,
        replace(
            units,
            picked=units.picked + line.picked,
            shipped=units.shipped + line.shipped,
            picks=now,
            invoiced=units.invoiced + line.invoiced,
            delivered=units.delivered + line.delivered,
            returned=units.returned + line.returned,
        ),
    )


def _units_of(
    order: Order, line: FulfilmentLine | UnpickedLine | ReturnedLine | MisdirectedUnits
) -> MisdirectedUnits | None:
    """What the order counts of them; None if they are not counted."""
    found = (each for each in order.misdirected if (each.line_id, each.item_id) == (line.line_id, line.item_id))
    fresh = MisdirectedUnits(line.line_id, line.item_id) if len(order.misdirected) < MOST_COUNTED else None
    return next(found, fresh)


def _keep(decision: OrderDecision, units: MisdirectedUnits) -> None:
    order = decision.order
    others = (each for each in order.misdirected if (each.line_id, each.item_id) != (units.line_id, units.item_id))
    decision.order = replace(order, misdirected=(*others, units))
