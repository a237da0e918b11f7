"""Returns always apply: goods go back to the ledger, subscribers are notified, the ERP gets a credit memo.

What is credited, and when, is in `domain.orders.facts.crediting`. A line that the order does not have is not credited:
a case INVOICE_MISMATCH at once. Nor is another item than the line's, since nothing of it was posted: that is such a
case where the source says what it is worth, or a person has decided about it, and may have invoiced it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from domain.identifiers import LineId
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.inventory import ReturnedUnits, UnitsReturned
from domain.messages.orders import OrderReturned
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.status import ReturnInspected, ReturnReceived
from domain.money.prices import Price
from domain.orders import counters
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision, inspection_key, return_key
from domain.orders.facts import crediting, misdirected, misdirected_cases
from domain.orders.lines import OrderLine
from domain.orders.money.credit_memos import memo_of
from domain.orders.money.worth import credit_price
from domain.orders.returns import by_time, credited_twice, deciding, overcrediting, receiving, regrading
from domain.orders.state import Order
from domain.orders.without_stock.moving import move
from domain.returns import ReturnCondition, ReturnedLine


def returned(decision: OrderDecision, event: OrderReturned, *, forward: bool = True) -> None:
    """Apply a return; `forward` is False when the ledger has the units already (posted as an orphan)."""
    before, stated = decision.order, event.lines
    event = replace(event, lines=_priced(before, event.lines))
    own, _ = misdirected.own_and_others(before, event.lines)
    _count(decision, own)
    came_us = by_time.UNKNOWN if event.by_document else event.provenance.occurred_at_us
    credited = receiving.count(decision, event.return_id, own, came_us)
    movement = movement_of(event)
    if forward and movement is not None:
        move(decision, movement, by_channel=event.by_channel)
    if said := regrading.came(decision, event):
        move(decision, said, by_channel=event.by_channel)
    _report_others(decision, event, misdirected.own_and_others(before, stated)[1])
    coverage = crediting.coverage_of(decision, credited, before, came_us)
    memo = memo_of(decision, event.return_id, event.reason, coverage.covered, event.charges)
    decision.publish(
        ReturnReceived,
        return_id=event.return_id,
        node_id=event.node_id,
        reason=event.reason,
        lines=event.lines,
        charges=event.charges,
        credit=memo.grand_total,
    )
    key = return_key(event, decision.cause.event_id)
    crediting.credit(decision, key, memo, coverage.held, came_us)
    deciding.close_what_has_come(decision, event.return_id)
    credited_twice.report(decision, event.return_id)
    overcrediting.report(decision, before, event.return_id)


def _priced(order: Order, returned_lines: Sequence[ReturnedLine]) -> tuple[ReturnedLine, ...]:
    """Where the source does not say what a unit is worth, it is the price that he has paid; of no line, nothing."""
    lines = {line.line_id: line for line in order.lines}
    return tuple(_at_order_price(order, lines.get(line.line_id), line) for line in returned_lines)


def _at_order_price(order: Order, ordered: OrderLine | None, came: ReturnedLine) -> ReturnedLine:
    if not came.at_order_price:
        return came
    price = Price(0) if ordered is None else credit_price(order, ordered)
    return replace(came, unit_price=price.unit_price, price_basis=price.price_basis)


def inspected(decision: OrderDecision, event: OrderReturnInspected, *, forward: bool = True) -> None:
    """Apply an inspection; `forward` is False when the ledger has moved what it says."""
    before = decision.order
    own, others = misdirected.own_and_others(before, event.lines)
    credited = receiving.count_inspected(decision, event.return_id, own)
    if said := regrading.inspected(decision, event, forward=forward):
        decision.send(said)
    misdirected_cases.report(decision, others, "inspected", f" with {event.return_id}")
    came_us = decision.return_named(event.return_id).came_us
    coverage = crediting.coverage_of(decision, credited, before, came_us)
    memo = memo_of(decision, event.return_id, event.reason, coverage.covered)
    decision.publish(
        ReturnInspected,
        return_id=event.return_id,
        node_id=event.node_id,
        reason=event.reason,
        lines=event.lines,
        credit=memo.grand_total,
    )
    key = inspection_key(event, decision.cause.event_id)
    crediting.credit(decision, key, memo, coverage.held, came_us)
    deciding.close_what_has_come(decision, event.return_id)
    credited_twice.report(decision, event.return_id)
    overcrediting.report(decision, before, event.return_id)


def movement_of(event: OrderReturned) -> UnitsReturned | None:
    """The units that a return moves in the ledger; None when no goods came back."""
    units = tuple(
        ReturnedUnits(line.line_id, line.item_id, line.quantity, line.condition)
        for line in event.lines
        if line.condition is not ReturnCondition.MISSING
    )
    occurred_at_us = event.provenance.occurred_at_us
    return UnitsReturned(event.order_id, event.node_id, event.return_id, units, occurred_at_us) if units else None


def _count(decision: OrderDecision, returned_lines: Sequence[ReturnedLine]) -> None:
    back: Counter[LineId] = Counter()
    missing: Counter[LineId] = Counter()
    for line in returned_lines:
        (missing if line.condition is ReturnCondition.MISSING else back)[line.line_id] += line.quantity
    touched = {line.line_id for line in returned_lines}
    decision.change_lines(
        lambda line: (
            counters.take_back(line, back[line.line_id], missing[line.line_id]) if line.line_id in touched else line
        )
    )


def _report_others(decision: OrderDecision, event: OrderReturned, others: Sequence[ReturnedLine]) -> None:
    """`others` with what the source states that they are worth."""
    known = {line.line_id for line in decision.order.lines}
    uncredited = [line for line in others if line.line_id not in known or _may_be_credited(decision.order, line)]
    missing = [line for line in others if line.condition is ReturnCondition.MISSING]
    uncounted = misdirected.returned(decision, (line for line in others if line not in missing))
    unexplained = [line for line in (*missing, *uncounted) if line.line_id in known]
    misdirected_cases.report(decision, unexplained, "returned", f" with {event.return_id}")
    if uncredited:
        named = [misdirected.described(decision.order, line, line.quantity) for line in uncredited]
        _not_credited(decision, event, shortened(named))


def _may_be_credited(order: Order, line: ReturnedLine) -> bool:
    """Of another item than the line's: whether the customer may be due something for it."""
    is_decided = any(
        (each.line_id, each.item_id) == (line.line_id, line.item_id) for each in order.misdirected if each.is_decided
    )
    return is_decided or (bool(line.unit_price) and not line.at_order_price)


def _not_credited(decision: OrderDecision, event: OrderReturned, named: str) -> None:
    decision.open_case(
        Case(
            CaseClass.INVOICE_MISMATCH,
            CaseOrigin.WAREHOUSE,
            subject=decision.order.order_id,
            reason=f"nothing is credited of what return {event.return_id} has beside the order's lines: {named}",
            suggested_action="credit by hand what the customer has paid for the goods, or take the credit back",
            key=f"{return_key(event, decision.cause.event_id)}/no such line",
        )
    )
