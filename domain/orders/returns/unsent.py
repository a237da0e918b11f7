"""Returns of units that may not have left: those are cancelled first, and only what has left is asked to come back.

Such a request comes from a source that says what it pays back, and not whether the goods are on their way. What is
open of the line is cancelled like any other part of a line: at once, or when its warehouse has stopped. What is picked,
or what a warehouse works on, may still leave or be put back; until that is known nobody asks the customer for anything.
What has left in the end is one return. So each unit is either cancelled or asked back, whichever is reported first; a
unit that was cancelled and left all the same is asked back as well.

Units that were cancelled before, and that no other return accounts for, need nothing more: a shop often cancels an
order and pays it back as well.
"""

from collections.abc import Mapping
from typing import Final

from domain.identifiers import LineId
from domain.messages.orders import OrderCancelRequested, PartOfLine
from domain.messages.returns.requests import OrderReturnRequested, UnitsToReturn
from domain.orders import counters
from domain.orders.amending import later_cancellations
from domain.orders.decision import OrderDecision
from domain.orders.facts.misdirected import units_by_line
from domain.orders.lines import OrderLine
from domain.orders.pictures.order_to_be import being_cancelled
from domain.orders.returns import paid_back, requesting
from domain.orders.returns.requesting import ReturnRequest
from domain.orders.returns.unsent_rows import UnsentLine, UnsentReturn
from domain.orders.state import Order
from domain.orders.warehouses.cancelling_parts import cancel_what_can_be
from domain.values import replace

MOST_KEPT: Final = 100
"""The returns of one order that are kept here; of those that are decided the newest."""


def requested(decision: OrderDecision, event: OrderReturnRequested) -> None:
    """Cancel what has not left; what is to come back is decided by `watch`, at once where nothing is under way."""
    if requesting.is_known(decision, event.return_id):
        decision.dropped = requesting.KNOWN
        return
    paid_back.note(decision, event)
    request = requesting.request_of(event)
    kept = _with_room(decision.order)
    if len(kept) >= MOST_KEPT:
        requesting.ask(decision, request, f"{MOST_KEPT} returns wait for what may still leave")
        return
    named = units_by_line(event.lines)
    lines = {line.line_id: line for line in decision.order.lines}
    row = UnsentReturn(
        event.return_id,
        event.reason,
        request.asked_at_us,
        request.asked_by,
        tuple(_row(decision.order, lines.get(line_id), line_id, units) for line_id, units in named.items()),
    )
    _remember(decision, event, named)
    cancel_what_can_be(decision, request.asked_by, event.reason, {each.line_id: each.quantity for each in row.lines})
    decision.order = replace(decision.order, unsent_returns=(*kept, row))


def _row(order: Order, line: OrderLine | None, line_id: LineId, units: int) -> UnsentLine:
    if line is None:
        return UnsentLine(line_id, 0, units)
    named_before = sum(each.line(line_id).quantity for each in order.unsent_returns)
    there = max(line.ordered, line.shipped) - line.taken_back - named_before
    own = max(0, min(units, there))
    return UnsentLine(line_id, own, units - own)


def _remember(decision: OrderDecision, event: OrderReturnRequested, named: Mapping[LineId, int]) -> None:
    """An amendment that the source has asked for before, and that comes later, does not want what has not left."""
    order = decision.order
    open_units = {line.line_id: max(0, _kept(order, line) - line.shipped) for line in order.lines}
    parts = ((line_id, min(units, open_units.get(line_id, 0))) for line_id, units in named.items())
    unsent = tuple(PartOfLine(line_id, units) for line_id, units in parts if units)
    if unsent:
        cancelled = OrderCancelRequested(event.order_id, event.provenance, event.reason, (), unsent)
        later_cancellations.remember(decision, cancelled)


def watch(decision: OrderDecision) -> None:
    """After every change: what has come back is over, and what is not under way any more is decided."""
    if not decision.order.unsent_returns or decision.order is decision.first:
        return
    _take_off_what_came(decision)
    for row in decision.order.unsent_returns:
        if not row.is_decided or row.is_cancelled:
            _decide(decision, row)


def _decide(decision: OrderDecision, row: UnsentReturn) -> None:
    """Ask for what has left and is not wanted, unless more of it may still leave."""
    order = decision.order
    lines = {line.line_id: line for line in order.lines}
    asks = []
    for each in row.lines:
        line = lines.get(each.line_id)
        left = 0 if line is None else _left_unwanted(order, line, was_cancelled=row.is_cancelled)
        if line is not None and left < each.quantity and _under_way(order, line):
            return
        asks.append(each._replace(asked=min(left, each.quantity), beyond=0))
    pairs = zip(row.lines, asks, strict=True)
    units = tuple(UnitsToReturn(now.line_id, now.asked + then.beyond) for then, now in pairs if now.asked + then.beyond)
    if row.is_cancelled and not units:
        return
    named = tuple(each for each in asks if each.quantity)
    decided = row._replace(is_decided=True, is_asked_back=bool(units), lines=named)
    rows = (decided if each.return_id == row.return_id else each for each in order.unsent_returns)
    decision.order = replace(order, unsent_returns=tuple(each for each in rows if each.lines))
    if not units:
        paid_back.ended(decision, decision.return_named(row.return_id))
    else:
        requesting.ask(decision, ReturnRequest(row.return_id, row.reason, row.asked_at_us, row.asked_by, units))


def _kept(order: Order, line: OrderLine) -> int:
    """Units that the customer is to keep when all that is asked for is carried out."""
    return line.wanted - line.unwanted - min(being_cancelled(order, line), line.wanted - line.unwanted)


def _left_unwanted(order: Order, line: OrderLine, *, was_cancelled: bool) -> int:
    """Units that have left, that nobody wants, and that no return asks for yet.

    `was_cancelled`: of these only such as were cancelled, and have left all the same.
    """
    asked = sum(each.line(line.line_id).asked for each in order.unsent_returns)
    left = line.shipped - _kept(order, line) - asked
    return max(0, min(left, line.shipped - line.wanted) if was_cancelled else left)


def _under_way(order: Order, line: OrderLine) -> bool:
    """Whether units that nobody wants may still leave, or be cancelled: they are picked, or a warehouse is asked."""
    return line.wanted - _kept(order, line) > max(0, line.shipped - _kept(order, line))


def _take_off_what_came(decision: OrderDecision) -> None:
    """Units that came back are neither unwanted any more, nor asked for."""
    then = {line.line_id: line.taken_back for line in decision.first.lines}
    came = {line.line_id: line.taken_back - then.get(line.line_id, 0) for line in decision.changed_lines()}
    left = {line_id: units for line_id, units in came.items() if units > 0}
    if not left:
        return
    rows = tuple(_without(row, left) for row in decision.order.unsent_returns)
    decision.order = replace(decision.order, unsent_returns=tuple(row for row in rows if row.lines))
    taken = {line_id: came[line_id] - units for line_id, units in left.items()}
    decision.change_named_lines(taken, lambda line: counters.cancelled_at_last(line, taken[line.line_id]))


def _without(row: UnsentReturn, left: dict[LineId, int]) -> UnsentReturn:
    lines = []
    for line in row.lines:
        units = min(line.asked, left.get(line.line_id, 0))
        if units:
            left[line.line_id] -= units
        lines.append(line._replace(quantity=line.quantity - units, asked=line.asked - units))
    return row._replace(lines=tuple(line for line in lines if line.quantity))


def _with_room(order: Order) -> tuple[UnsentReturn, ...]:
    """Those that are kept beside one more: the oldest that is decided is forgotten."""
    rows = order.unsent_returns
    if len(rows) < MOST_KEPT:
        return rows
    oldest = next((row for row in rows if row.is_decided), None)
    return tuple(row for row in rows if row is not oldest)
