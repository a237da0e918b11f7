"""What is credited of an order beyond what the customer has paid for it.

A source that states what a unit, or a charge, is worth is taken at its word, so it may state more than was paid. Only
orders with prices are compared: some channels send none.
"""

from typing import NamedTuple

from domain.identifiers import LineId
from domain.money.amounts import in_coins
from domain.money.charges import is_allowance, scaled_worth
from domain.money.prices import amount_of
from domain.orders.money.worth import worth_of_units
from domain.orders.state import Order


class CreditedBeyond(NamedTuple):
    """What is credited, and was paid, in ten-thousandths; of a charge, or of all (`line_id` is empty)."""

    line_id: LineId
    credited: int
    paid: int


_ALL = LineId("")


def credited_beyond(order: Order) -> tuple[CreditedBeyond, ...]:
    """The charges of which more is credited than was paid, then all of the order if that is more than was paid."""
    if not order.credited_as_stated or not any(line.unit_price for line in order.lines):
        return ()
    compared = [CreditedBeyond(*each, _paid_of_charge(order, each.line_id)) for each in order.credited_charges]
    compared.append(CreditedBeyond(_ALL, _credited(order), _paid(order)))
    return tuple(each for each in compared if each.credited > each.paid)


def _credited(order: Order) -> int:
    as_paid = {line.line_id: line.credited_as_paid for line in order.lines}
    surplus = {line.line_id: line.surplus_credited for line in order.lines}
    nothing = worth_of_units(order, {}, {}).grand
    return worth_of_units(order, as_paid, surplus).grand - nothing + in_coins(order.credited_as_stated, order.currency)


def _paid(order: Order) -> int:
    """For all that is due, and what was shipped beyond it."""
    units = {line.line_id: max(line.due_quantity, line.shipped) for line in order.lines}
    surplus = {line.line_id: max(0, line.shipped - line.ordered) for line in order.lines}
    return worth_of_units(order, units, surplus).grand


def _paid_of_charge(order: Order, line_id: LineId) -> int:
    charges = [each for each in order.charges if each.line_id == line_id and not is_allowance(each)]
    adjustments = order.adjustments
    taxes = () if adjustments is None else adjustments.taxes
    on_top = sum(tax.value for tax in taxes if tax.line_id == line_id and not tax.is_included)
    return amount_of(scaled_worth(charges)) + on_top
