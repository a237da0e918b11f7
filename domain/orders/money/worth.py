"""What an order, or some units of it, is worth: prices, charges, and what adjusts them (docs/domain.md#money)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from domain.identifiers import LineId
from domain.money.adjustments import Adjustments, Discount, Tax, Totals, due_of, totals
from domain.money.charges import Charge, scaled_worth
from domain.money.prices import WORTH, Price, amount_of, price_of
from domain.orders.erp.booking import has_ended_unshipped
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.values import replace

_NONE = Adjustments()

Part = TypeVar("Part", Discount, Tax)


def value_of(order: Order) -> int:
    """What the customer has to pay for what is due, in ten-thousandths of the order's currency."""
    return totals_of(order, sum(line.due_quantity * line.scaled_price for line in order.lines)).grand


def totals_of(order: Order, goods: int) -> Totals:
    """What is due comes to, its goods being worth so much in `WORTH`."""
    charge = scaled_worth(_charges_due(order))
    adjustments = order.adjustments
    if adjustments is None:
        grand = amount_of(goods + charge)
        return Totals(amount_of(goods), 0, amount_of(charge), 0, grand)
    due = {line.line_id: line.due_quantity for line in order.lines}
    return totals(amount_of(goods), amount_of(charge), _of_what_is_due(order, adjustments), due)


def _charges_due(order: Order) -> tuple[Charge, ...]:
    """All, until the order has ended with nothing shipped."""
    return () if has_ended_unshipped(order) else order.charges


def _of_what_is_due(order: Order, adjustments: Adjustments) -> Adjustments:
    """What is of no line is due like the charges."""
    if not has_ended_unshipped(order):
        return adjustments
    return replace(
        adjustments,
        discounts=tuple(each for each in adjustments.discounts if each.quantity),
        taxes=tuple(each for each in adjustments.taxes if each.quantity),
        rounding=0,
    )


def adjustments_of_units(order: Order, units: Mapping[LineId, int]) -> Adjustments:
    """Those of a document about the whole order with so many units of each line."""
    adjustments = order.adjustments
    if adjustments is None:
        return _NONE
    return replace(
        adjustments,
        discounts=tuple(_parts_of(adjustments.discounts, units)),
        taxes=tuple(_parts_of(adjustments.taxes, units)),
    )


def _parts_of(parts: Iterable[Part], units: Mapping[LineId, int]) -> Iterator[Part]:
    for part in parts:
        if not part.quantity:
            yield part
        elif value := due_of(part, units):
            yield replace(part, value=value, quantity=units[part.line_id])


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
    """What the customer gets back for a unit of a line: what he has paid for it, less what was taken off.

    Like the price, it has the tax in it or not.
    """
    discounts = () if order.adjustments is None else order.adjustments.discounts
    own = [each for each in discounts if each.line_id == line.line_id and each.quantity]
    if not own:
        return Price(line.unit_price, line.price_basis)
    quantity = own[0].quantity
    taken_off = sum(due_of(each, {line.line_id: quantity}) for each in own)
    return price_of(quantity * line.scaled_price - taken_off * WORTH, quantity)


def order_discounts(order: Order) -> int:
    """What charges and discounts of no line take off; an invoice may spread it over the lines."""
    charged = -sum(min(0, amount_of(scaled_worth((charge,)))) for charge in order.charges)
    discounts = () if order.adjustments is None else order.adjustments.discounts
    return charged + sum(each.value for each in discounts if not each.quantity)
