"""Credit memos: the lines that are credited, at what the customer has paid for them, with their parts of the order.

What is credited, and when, is in `domain.orders.facts.crediting`.
"""

from collections import Counter
from collections.abc import Sequence

from domain.identifiers import LineId, ReturnId
from domain.messages.dispatch import Document
from domain.money.amounts import in_coins
from domain.money.charges import Charge
from domain.orders.decision import OrderDecision, document_line, document_of
from domain.orders.money.credited import credited_with, less
from domain.orders.money.worth import credit_price
from domain.orders.returns import paid_back
from domain.orders.state import CreditedCharge, Order
from domain.returns import ReturnedLine, credit_of
from domain.values import replace


def memo_of(
    decision: OrderDecision,
    return_id: ReturnId,
    reason: str,
    lines: Sequence[ReturnedLine],
    charges: tuple[Charge, ...] = (),
) -> Document:
    """The memo of lines that are credited now: units whose worth no source states count as credited as they were paid.

    The parts of the order that are theirs are on it, and in its total, which is in the smallest coin of the currency.
    """
    order = decision.order
    lines = [line for line in lines if line.line_id not in order.refused_lines]
    units: Counter[LineId] = Counter()
    for line in lines:
        if line.at_order_price:
            units[line.line_id] += line.quantity
    surplus = {line.line_id: min(units[line.line_id], line.surplus_to_credit) for line in order.lines}
    decision.change_named_lines(
        units,
        lambda line: line._replace(
            credited_as_paid=line.credited_as_paid + units[line.line_id],
            surplus_credited=line.surplus_credited + surplus[line.line_id],
        ),
    )
    credited = credited_with(order, units, surplus)
    at_stated_prices = [line for line in lines if not line.at_order_price]
    if lines:
        charges += paid_back.charge_of(decision, return_id, credited.amount + credit_of(at_stated_prices, charges))
    stated = _count_stated(decision, credit_of(at_stated_prices, charges), charges)
    return replace(
        _memo(order, return_id, reason, lines),
        charges=charges,
        discounts=credited.discounts,
        taxes=credited.taxes,
        grand_total=credited.amount + stated,
    )


def _count_stated(decision: OrderDecision, value: int, charges: Sequence[Charge]) -> int:
    """Count what is stated now, and say how much more of whole coins all that was stated so far is with it."""
    order = decision.order
    if not value and not charges:
        return 0
    values = Counter(dict(order.credited_charges))
    known = {charge.line_id for charge in order.charges}
    for charge in charges:
        if charge.line_id in known:
            values[charge.line_id] += credit_of((), (charge,))
    before, now = order.credited_as_stated, order.credited_as_stated + value
    counted = tuple(CreditedCharge(*each) for each in values.items())
    decision.order = replace(order, credited_as_stated=now, credited_charges=counted)
    return in_coins(now, order.currency) - in_coins(before, order.currency)


def _memo(order: Order, return_id: ReturnId, reason: str, lines: Sequence[ReturnedLine]) -> Document:
    ordered = {line.line_id: line for line in order.lines}
    document_lines = tuple(
        replace(
            document_line(ordered[line.line_id], line.quantity),
            item_id=line.item_id,
            unit_price=line.unit_price,
            price_basis=line.price_basis,
        )
        for line in lines
    )
    return replace(document_of(order, {}, reason), return_id=return_id, lines=document_lines)


def without_line(decision: OrderDecision, document: Document, line_id: LineId) -> Document:
    """A document that is not posted, without a line of which nothing is credited after all, and its part of the order.

    Only a memo has a total; one that an earlier release wrote has none.
    """
    gone = [line for line in document.lines if line.line_id == line_id]
    if not gone:
        return document
    left = tuple(line for line in document.lines if line.line_id != line_id)
    order = decision.order
    if not document.grand_total:
        return replace(document, lines=left)
    (own,) = (line for line in order.lines if line.line_id == line_id)
    price = credit_price(order, own)
    as_paid = sum(line.quantity for line in gone if (line.unit_price, line.price_basis) == price)
    units = {line_id: min(own.credited_as_paid, as_paid)}
    surplus = {line_id: min(own.surplus_credited, units[line_id])}
    decision.change_named_lines(
        units,
        lambda line: line._replace(
            credited_as_paid=line.credited_as_paid - units[line_id],
            surplus_credited=line.surplus_credited - surplus[line_id],
        ),
    )
    taken_back = credited_with(decision.order, units, surplus)
    at_other_prices = (line for line in gone if (line.unit_price, line.price_basis) != price)
    stated = -_count_stated(decision, -credit_of(at_other_prices, ()), ())
    return replace(
        document,
        lines=left,
        discounts=less(document.discounts, taken_back.discounts, order.currency),
        taxes=less(document.taxes, taken_back.taxes, order.currency),
        grand_total=document.grand_total - taken_back.amount - stated,
    )
