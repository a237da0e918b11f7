"""What an order, or some units of it, is worth: prices, charges, and what adjusts them (docs/domain.md#money)."""

from collections.abc import Mapping

from domain.identifiers import LineId
from domain.money.adjustments import Totals, due_of, totals
from domain.money.charges import scaled_worth
from domain.money.prices import WORTH, Price, coins_of, price_of
from domain.orders.erp.booking import has_ended_unshipped
from domain.orders.lines import OrderLine
from domain.orders.money.apportioning import PartsOfUnits, parts_of_units
from domain.orders.state import Order
from domain.values import replace


def value_of(order: Order) -> int:
    """What the customer has to pay for what is due, in ten-thousandths of the order's currency."""
    return totals_of(order, sum(line.due_quantity * line.scaled_price for line in order.lines)).grand


def totals_of(order: Order, goods: int) -> Totals:
    """What is due comes to, its goods being worth so much in `WORTH`."""
    has_ended = has_ended_unshipped(order)
    if order.adjustments is None:
        charge = 0 if has_ended else scaled_worth(order.charges)
        return _in_coins(Totals(goods, 0, charge, 0, goods + charge), order.currency)
    due = {line.line_id: line.due_quantity for line in order.lines}
    parts = parts_of_units(order, due)
    return totals_with(_of_lines(parts) if has_ended else parts, goods, due, order.currency)


def worth_of_units(order: Order, units: Mapping[LineId, int], surplus: Mapping[LineId, int]) -> Totals:
    """What the order comes to with so many units of each line; `surplus`: those of them that nobody ordered."""
    goods = sum(units.get(line.line_id, 0) * line.scaled_price for line in order.lines)
    return totals_with(parts_of_units(order, units, surplus), goods, units, order.currency)


def totals_with(parts: PartsOfUnits, goods: int, units: Mapping[LineId, int], currency: str) -> Totals:
    """What goods of this worth, in `WORTH`, come to with what changes it for these units."""
    return _in_coins(totals(goods, scaled_worth(parts.charges), parts.adjustments, units), currency)


def _in_coins(exact: Totals, currency: str) -> Totals:
    """Each total rounded by itself, once: nobody can pay less than the smallest coin."""
    return Totals(*(coins_of(each, currency) for each in exact))


def _of_lines(parts: PartsOfUnits) -> PartsOfUnits:
    """Nothing that is of no line is due of an order that has ended with nothing shipped."""
    adjustments = parts.adjustments
    of_lines = replace(
        adjustments,
        discounts=tuple(each for each in adjustments.discounts if each.quantity),
        taxes=tuple(each for each in adjustments.taxes if each.quantity),
        rounding=0,
    )
    return PartsOfUnits((), of_lines)


def net_worth_of(order: Order, line: OrderLine, units: int) -> int:
    """What so many units of a line cost without their tax, after what is taken off for the line; in `WORTH`."""
    worth = units * line.scaled_price
    adjustments = order.adjustments
    if adjustments is None:
        return worth
    of_line = {line.line_id: units}
    taken_off = sum(due_of(each, of_line) for each in adjustments.discounts if each.line_id == line.line_id)
    included = (each for each in adjustments.taxes if each.line_id == line.line_id and each.is_included)
    return worth - (taken_off + sum(due_of(each, of_line) for each in included)) * WORTH


def credit_price(order: Order, line: OrderLine) -> Price:
    """What the customer gets back for a unit of a line: its price, less what was taken off the line.

    Like the price, it has the tax in it or not. What was taken off the whole order is on the credit memo as well.
    """
    discounts = () if order.adjustments is None else order.adjustments.discounts
    own = [each for each in discounts if each.line_id == line.line_id and each.quantity]
    if not own:
        return Price(line.unit_price, line.price_basis)
    quantity = own[0].quantity
    taken_off = sum(due_of(each, {line.line_id: quantity}) for each in own)
    return price_of(quantity * line.scaled_price - taken_off * WORTH, quantity)
