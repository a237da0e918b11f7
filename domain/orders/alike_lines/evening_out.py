"""What exceeds one line is of those that are like it, whichever was heard of first.

A fact is counted on the line that it names, or on one that is like it and has room for it (`lines_by_item`). Where it
came before what it is about, there was no room yet. So what was delivered, or came back, beyond what was shipped of a
line moves to one of which more was shipped; what was delivered, to one of which more is taken back than it had; and
what is in picking for a line, to one of which a node has shipped more than it has picked. Of all of them together the
same is counted, and credited, in the end. What came back moves only between lines of one price: what is credited is
never another line's price.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence

from domain.identifiers import LineId, NodeId
from domain.messages.inventory import UnitsUnpicked, UnpickedUnits
from domain.orders.alike_lines.groups import groups
from domain.orders.counters import Moves, pick, put_back
from domain.orders.decision import OrderDecision
from domain.orders.facts import reopening
from domain.orders.lines import OrderLine
from domain.orders.state import HeldCredit, Order
from domain.orders.warehouses import stopping
from domain.orders.warehouses.picks import balance_at
from domain.returns import ReturnCondition, ReturnedLine
from domain.values import replace


def even_out(decision: OrderDecision, *, forward: bool) -> bool:
    """After a fact: move what has found room by it; whether anything has.

    `forward` is False for events of an order that came too late: what is in picking moves when all are applied.
    """
    before = decision.order
    waiting = _waiting(before)
    for alike in groups(before.lines):
        own = [line for line in alike if not line.kept_unit]
        _move_picks(decision, own, forward=forward)
        _move_delivered(decision, own)
        for price in {line.scaled_price: None for line in own}:
            of_price = [line for line in own if line.scaled_price == price]
            beyond = [(line.line_id, _uncovered(line, waiting[line.line_id])) for line in of_price]
            for giver, taker, units in _moves(beyond):
                _move_back(decision, giver, taker, units)
    return decision.order is not before


def _move_picks(decision: OrderDecision, alike: Sequence[OrderLine], *, forward: bool) -> None:
    """What one line has in picking at a node, and another one has shipped from there, was picked for that one."""
    for node_id in sorted({at.node_id for line in alike for at in line.picks}):
        for giver, taker, units in _moves((line.line_id, balance_at(line.picks, node_id)) for line in alike):
            before = decision.order
            moved = _move_picked(decision, node_id, giver, taker, units)
            now_us, confirmed = decision.cause.now_ms * 1_000, reopening.is_confirmed(before)
            if forward:
                decision.send(UnitsUnpicked(before.order_id, node_id, moved, now_us, confirmed=confirmed))
            reopening.go_on(decision, before, node_id, f"what was picked for it was shipped for line {taker}")
            stopping.put_back(decision, node_id, {giver})


def _move_picked(
    decision: OrderDecision, node_id: NodeId, giver: LineId, taker: LineId, units: int
) -> tuple[UnpickedUnits, ...]:
    """What the ledger has to be told: they are not in picking any more, since they have left."""
    held_as = reopening.held_as(decision.order)

    def change(line: OrderLine) -> tuple[OrderLine, Moves]:
        if line.line_id == giver:
            return put_back(line, units, node_id, held_as)
        return pick(line, units, node_id) if line.line_id == taker else (line, ())

    return tuple(reopening.units_of(line, ReturnCondition.RESTOCKED) for line in decision.change_claims(change))


def _delivered_too_much(line: OrderLine) -> int:
    """What a shipment does not have that its delivery names is of no other shipment."""
    return line.delivered - line.delivered_beyond - line.shipped


def _delivered(line: OrderLine) -> int:
    """Below zero what was taken back of a delivery that another line has."""
    return line.delivered - line.delivered_beyond


def _move_delivered(decision: OrderDecision, alike: Sequence[OrderLine]) -> None:
    more: Counter[LineId] = Counter()
    for beyond in (_delivered_too_much, _delivered):
        for giver, taker, units in _moves((line.line_id, beyond(line) + more[line.line_id]) for line in alike):
            more[giver] -= units
            more[taker] += units
    if more:
        decision.change_named_lines(more, lambda line: line._replace(delivered=line.delivered + more[line.line_id]))


def _waiting(order: Order) -> Counter[LineId]:
    """Units by line whose credit waits for their shipment."""
    units: Counter[LineId] = Counter()
    for held in order.held_credits:
        for line in held.lines:
            units[line.line_id] += line.quantity
    return units


def _uncovered(line: OrderLine, waiting: int) -> int:
    """Units that came back beyond what was shipped; those that are credited stay where they are."""
    return min(line.credited - line.shipped, waiting)


def _move_back(decision: OrderDecision, giver: LineId, taker: LineId, units: int) -> None:
    """Units that came back, then those that are missing; the credits that wait for their shipment go with them."""
    (line,) = (line for line in decision.order.lines if line.line_id == giver)
    returned = min(units, line.returned - line.uncredited)
    missing = units - returned
    back = {giver: (-returned, -missing), taker: (returned, missing)}
    decision.change_named_lines(back, lambda line: _with_back(line, *back[line.line_id]))
    decision.order = replace(decision.order, held_credits=tuple(_renamed(decision.order, giver, taker, units)))


def _with_back(line: OrderLine, returned: int, missing: int) -> OrderLine:
    return line._replace(returned=line.returned + returned, missing=line.missing + missing)


def _renamed(order: Order, giver: LineId, taker: LineId, units: int) -> Iterator[HeldCredit]:
    """The oldest first."""
    for held in order.held_credits:
        lines: Counter[ReturnedLine] = Counter()
        for line in held.lines:
            moved = min(units, line.quantity) if line.line_id == giver else 0
            units -= moved
            lines[replace(line, quantity=0)] += line.quantity - moved
            lines[replace(line, line_id=taker, quantity=0)] += moved
        yield replace(held, lines=tuple(replace(line, quantity=each) for line, each in lines.items() if each))


def _moves(beyond: Iterable[tuple[LineId, int]]) -> Iterator[tuple[LineId, LineId, int]]:
    """From which line to which, and how many units; of what is below zero there is room."""
    uneven = [(line_id, units) for line_id, units in beyond if units]
    takers = deque((line_id, -units) for line_id, units in uneven if units < 0)
    for giver, units in uneven:
        left = units
        while left > 0 and takers:
            taker, room = takers.popleft()
            moved = min(left, room)
            left -= moved
            if moved < room:
                takers.appendleft((taker, room - moved))
            yield giver, taker, moved
