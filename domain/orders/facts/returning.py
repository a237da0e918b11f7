"""Returns always apply: goods go back to the ledger, subscribers are notified, the ERP gets a credit memo.

What is credited, and when, is in `domain.orders.facts.crediting`. A line that the order does not have is not credited:
a case INVOICE_MISMATCH at once. Nor is another item than the line's: a case WRONG_ITEM.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from domain.identifiers import LineId
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.inventory import ReturnedUnits, UnitsInspected, UnitsReturned
from domain.messages.orders import OrderReturned
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.status import ReturnInspected, ReturnReceived
from domain.orders import counters
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision, inspection_key, return_key
from domain.orders.facts import crediting, misdirected, misdirected_cases
from domain.orders.returns import deciding, receiving
from domain.orders.state import Order
from domain.quantities import format_quantity
from domain.returns import ReturnCondition, ReturnedLine, credit_of


def returned(decision: OrderDecision, event: OrderReturned, *, forward: bool = True) -> None:
    """Apply a return; `forward` is False when the ledger has the units already (posted as an orphan)."""
    before = decision.order
    event = replace(event, lines=_priced(before, event.lines))
    own, others = misdirected.own_and_others(before, event.lines)
    _count(decision, own)
    credited = receiving.count(decision, event.return_id, own)
    movement = movement_of(event)
    if forward and movement is not None:
        decision.send(movement)
    _report_others(decision, event, others)
    coverage = crediting.coverage_of(credited, before, decision.order)
    decision.publish(
        ReturnReceived,
        return_id=event.return_id,
        node_id=event.node_id,
        reason=event.reason,
        lines=event.lines,
        charges=event.charges,
        credit=credit_of(coverage.covered, event.charges),
    )
    key = return_key(event, decision.cause.event_id)
    crediting.credit(decision, key, event.return_id, event.reason, coverage, event.charges)
    deciding.close_what_has_come(decision, event.return_id)


def _priced(order: Order, returned_lines: Sequence[ReturnedLine]) -> tuple[ReturnedLine, ...]:
    """Where the source does not say what a unit is worth, it is the price of the line; of no line, nothing."""
    prices = {line.line_id: line.unit_price for line in order.lines}
    return tuple(
        replace(line, unit_price=prices.get(line.line_id, 0), at_order_price=False) if line.at_order_price else line
        for line in returned_lines
    )


def inspected(decision: OrderDecision, event: OrderReturnInspected, *, forward: bool = True) -> None:
    """Apply an inspection; `forward` as above."""
    before = decision.order
    own, others = misdirected.own_and_others(before, event.lines)
    credited = receiving.count_inspected(decision, event.return_id, own)
    if forward:
        decision.send(inspected_units(event))
    misdirected_cases.report(decision, others, "inspected", f" with {event.return_id}")
    coverage = crediting.coverage_of(credited, before, decision.order)
    decision.publish(
        ReturnInspected,
        return_id=event.return_id,
        node_id=event.node_id,
        reason=event.reason,
        lines=event.lines,
        credit=credit_of(coverage.covered, ()),
    )
    key = inspection_key(event, decision.cause.event_id)
    crediting.credit(decision, key, event.return_id, event.reason, coverage)
    deciding.close_what_has_come(decision, event.return_id)


def inspected_units(event: OrderReturnInspected) -> UnitsInspected:
    """The units that an inspection moves in the ledger."""
    units = tuple(ReturnedUnits(line.line_id, line.item_id, line.quantity, line.condition) for line in event.lines)
    return UnitsInspected(event.order_id, event.node_id, event.return_id, units, event.provenance.occurred_at_us)


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
    known = {line.line_id for line in decision.order.lines}
    misdirected_cases.report(
        decision, [line for line in others if line.line_id in known], "returned", f" with {event.return_id}"
    )
    unknown_credits = [
        f"{format_quantity(line.quantity)} of {line.item_id} on line {line.line_id!r}"
        for line in others
        if line.line_id not in known
    ]
    if unknown_credits:
        _unknown_lines(decision, event, shortened(unknown_credits))


def _unknown_lines(decision: OrderDecision, event: OrderReturned, named: str) -> None:
    decision.open_case(
        Case(
            CaseClass.INVOICE_MISMATCH,
            CaseOrigin.WAREHOUSE,
            subject=decision.order.order_id,
            reason=f"return {event.return_id} credits lines that the order does not have: {named}",
            suggested_action="find the shipment or the order that the goods are from, or take the credit back",
            key=f"{return_key(event, decision.cause.event_id)}/no such line",
        )
    )
