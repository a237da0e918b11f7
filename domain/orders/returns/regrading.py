"""What an inspection moves in the ledger: goods from what they were said to be until now to what they are.

The order tells it, since it knows what has come and what was inspected before, whichever is reported first.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from domain.identifiers import ItemId, LineId, NodeId
from domain.messages.inventory import ReturnedUnits, UnitsInspected
from domain.messages.orders import OrderReturned
from domain.messages.returns.inspections import OrderReturnInspected
from domain.orders.alike_lines.groups import first_by_line
from domain.orders.decision import OrderDecision
from domain.orders.returns import goods
from domain.orders.returns.goods import InspectedGoods, InspectedUnits
from domain.orders.state import Order
from domain.returns import InspectedLine, ReturnCondition

MOST_GOODS: Final = 1_000
"""Lines, items and nodes of a return, of which goods are inspected.

Each inspection of further ones speaks of goods of its own.
"""


class _Name(NamedTuple):
    line_id: LineId
    item_id: ItemId
    node_id: NodeId


def came(decision: OrderDecision, event: OrderReturned) -> UnitsInspected | None:
    """Goods came to be inspected; returns what their inspections have said of them already."""
    units: Counter[_Name] = Counter()
    first_of = _first_by_goods(decision.order)
    for line in event.lines:
        if line.condition is ReturnCondition.INSPECT:
            first = first_of.get((line.line_id, line.item_id), line.line_id)
            units[_Name(first, line.item_id, event.node_id)] += line.quantity
    return _changed(decision, event, units, lambda name, known: known._replace(came=known.came + units[name]), {})


def inspected(decision: OrderDecision, event: OrderReturnInspected, *, forward: bool) -> UnitsInspected | None:
    """Goods were inspected; `forward` is False when the ledger has moved what `first_said` says."""
    said: defaultdict[_Name, list[InspectedLine]] = defaultdict(list)
    first_of = _first_by_goods(decision.order)
    for line in event.lines:
        first = first_of.get((line.line_id, line.item_id), line.line_id)
        said[_Name(first, line.item_id, event.node_id)].append(line)

    at_us, inspection = event.provenance.occurred_at_us, event.document_id or decision.cause.event_id

    def with_findings(name: _Name, known: InspectedGoods) -> InspectedGoods:
        lines = said[name]
        found = (InspectedUnits(at_us, inspection, line.condition, line.is_credited, line.quantity) for line in lines)
        return known.with_findings(tuple(found))

    in_ledger = {} if forward else {name: _conditions(lines) for name, lines in said.items()}
    return _changed(decision, event, said, with_findings, in_ledger)


def first_said(event: OrderReturnInspected) -> UnitsInspected:
    """What an inspection moves of which no order is known: all of it is said for the first time."""
    units = tuple(ReturnedUnits(line.line_id, line.item_id, line.quantity, line.condition) for line in event.lines)
    return UnitsInspected(event.order_id, event.node_id, event.return_id, units, event.provenance.occurred_at_us)


def _first_by_goods(order: Order) -> Mapping[tuple[LineId, ItemId], LineId]:
    """Goods of lines that are alike are the same goods; other items than their line's are not."""
    first_of = first_by_line(order.lines)
    return {(line.line_id, line.item_id): first_of[line.line_id] for line in order.lines if line.line_id in first_of}


def _conditions(lines: Iterable[InspectedLine]) -> Counter[ReturnCondition]:
    units: Counter[ReturnCondition] = Counter()
    for line in lines:
        units[line.condition] += line.quantity
    return units


def _changed(
    decision: OrderDecision,
    event: OrderReturned | OrderReturnInspected,
    named: Iterable[_Name],
    change: Callable[[_Name, InspectedGoods], InspectedGoods],
    in_ledger: Mapping[_Name, Counter[ReturnCondition]],
) -> UnitsInspected | None:
    """Keep the goods that change, and say what moves so that the ledger agrees with them."""
    known = decision.return_named(event.return_id)
    kept = {_Name(each.line_id, each.item_id, each.node_id): each for each in known.goods}
    units: list[ReturnedUnits] = []
    for name in named:
        then = kept.get(name, InspectedGoods(*name))
        now = change(name, then)
        if name in kept or len(kept) < MOST_GOODS:
            kept[name] = now
        there = then.conditions + in_ledger.get(name, Counter())
        units += _moved(name, there, now.conditions)
    decision.keep_return(replace(known, goods=tuple(kept.values())))
    occurred_at_us = event.provenance.occurred_at_us
    return (
        UnitsInspected(event.order_id, event.node_id, event.return_id, tuple(units), occurred_at_us) if units else None
    )


def _moved(name: _Name, then: Counter[ReturnCondition], now: Counter[ReturnCondition]) -> Iterable[ReturnedUnits]:
    for each in goods.moved(then, now):
        yield ReturnedUnits(name.line_id, name.item_id, each.quantity, each.condition, each.was)
