"""What invoices have beyond one line is of those that are like it: finance may bill an item, and not its lines.

An invoice counts on the line that it names, as does its cancellation. What is invoiced of a line beyond what can be
shipped of it moves to one of which more can be, and what is cancelled beyond what was invoiced to one that has it: so
neither is a case while the lines are right together. What the units cost on the other line goes with them, and the
rest of a wrong amount stays where it was stated.
"""

from collections.abc import Callable, Container

from domain.identifiers import LineId
from domain.money.prices import amount_of
from domain.orders.alike_lines.groups import groups
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.money.worth import net_worth_of
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.state import Order


def even_out(decision: OrderDecision) -> None:
    """After every change, before invoices are compared: move what has found room by it.

    When nothing is waited for yet, only what has changed can be invoiced beyond its line.
    """
    order = decision.order
    if order.lines is decision.first.lines:
        return
    is_waiting = any(
        awaiting.one_of(order, awaited) for awaited in (Awaited.INVOICE_CANCELLATION, Awaited.CANCELLED_INVOICE)
    )
    looked_at = order.lines if is_waiting else decision.changed_after_shipping()
    if not any(_beyond(line) > 0 or line.invoiced < 0 for line in looked_at):
        return
    for alike in groups(order.lines):
        own = {line.line_id for line in alike if not line.kept_unit}
        _move_all(decision, own, lambda line: line.invoiced, lambda line: -line.invoiced, _cancelled)
        _move_all(decision, own, _beyond, lambda line: -_beyond(line), _billed)


def _beyond(line: OrderLine) -> int:
    return line.invoiced - line.expected_in_all


def _move_all(
    decision: OrderDecision,
    alike: Container[LineId],
    too_many: Callable[[OrderLine], int],
    room: Callable[[OrderLine], int],
    moved: Callable[[Order, OrderLine, OrderLine, int], tuple[OrderLine, OrderLine]],
) -> None:
    """From the lines that have too many to those that have room, in their order."""
    lines = {line.line_id: line for line in decision.order.lines if line.line_id in alike}
    takers = [line_id for line_id, line in reversed(lines.items()) if room(line) > 0]
    givers = [line_id for line_id, line in lines.items() if too_many(line) > 0] if takers else []
    now: dict[LineId, OrderLine] = {}
    for giver_id in givers:
        while takers and (left := too_many(lines[giver_id])) > 0:
            taker_id = takers[-1]
            units = min(left, room(lines[taker_id]))
            lines[giver_id], lines[taker_id] = moved(decision.order, lines[giver_id], lines[taker_id], units)
            now |= {line_id: lines[line_id] for line_id in (giver_id, taker_id)}
            if room(lines[taker_id]) <= 0:
                takers.pop()
    if now:
        decision.change_named_lines(now, lambda line: now[line.line_id])


def _billed(order: Order, giver: OrderLine, taker: OrderLine, units: int) -> tuple[OrderLine, OrderLine]:
    """At what they cost on the line that has room."""
    return _moved(giver, taker, units, _cost_of(order, taker, taker.units_with_amount, _with_amount(giver, units)))


def _cancelled(order: Order, giver: OrderLine, taker: OrderLine, units: int) -> tuple[OrderLine, OrderLine]:
    """At what they cost on the line that had them; it is the one whose invoice is cancelled."""
    with_amount = _with_amount(giver, units)
    cost = _cost_of(order, giver, giver.units_with_amount - with_amount, with_amount)
    gave, took = _moved(giver, taker, units, cost)
    cancelled = min(units, taker.uninvoiced)
    return (
        gave._replace(uninvoiced=gave.uninvoiced + cancelled),
        took._replace(uninvoiced=took.uninvoiced - cancelled),
    )


def _with_amount(giver: OrderLine, units: int) -> int:
    return min(units, max(0, giver.units_with_amount))


def _cost_of(order: Order, line: OrderLine, before: int, more: int) -> int:
    return amount_of(net_worth_of(order, line, before + more)) - amount_of(net_worth_of(order, line, before))


def _moved(giver: OrderLine, taker: OrderLine, units: int, amount: int) -> tuple[OrderLine, OrderLine]:
    with_amount = _with_amount(giver, units)
    return (
        giver._replace(
            invoiced=giver.invoiced - units,
            units_with_amount=giver.units_with_amount - with_amount,
            invoiced_amount=giver.invoiced_amount - amount,
        ),
        taker._replace(
            invoiced=taker.invoiced + units,
            units_with_amount=taker.units_with_amount + with_amount,
            invoiced_amount=taker.invoiced_amount + amount,
            amounts_stated=taker.amounts_stated + (1 if with_amount else 0),
        ),
    )
