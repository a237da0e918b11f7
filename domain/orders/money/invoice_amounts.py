"""The amounts that invoices state for lines, compared with what their units cost without tax.

Only units are compared for which an amount was stated, and only in an order that has prices: some channels send none.
Each amount may be rounded to the smallest coin. What is taken off the order as a whole, invoices may spread over the
lines: together they may be lower by that, and by a coin for each amount. An amount in another currency is worth nothing
here.
"""

from collections.abc import Sequence
from typing import NamedTuple

from domain.identifiers import LineId
from domain.money.amounts import smallest_coin
from domain.money.prices import amount_of
from domain.orders.lines import OrderLine
from domain.orders.money.apportioning import taken_off_order
from domain.orders.money.worth import net_worth_of
from domain.orders.state import Order


class AmountDifference(NamedTuple):
    """A line whose invoices state another amount than is due for their units; in ten-thousandths."""

    line_id: LineId
    stated: int
    due: int
    rounding: int
    """What rounding explains of the difference: a coin for each amount that was stated."""


def disagree(order: Order, lines: Sequence[OrderLine]) -> bool:
    """Whether one of these lines is invoiced at another amount than the order explains."""
    return any(_difference_of(order, line) for line in lines) and bool(differences(order))


def differences(order: Order) -> tuple[AmountDifference, ...]:
    """The lines that are invoiced too high; and those too low, if that is more than the order's discounts."""
    if not any(line.unit_price for line in order.lines):
        return ()
    found = tuple(filter(None, (_difference_of(order, line) for line in order.lines)))
    low = [each for each in found if each.stated < each.due]
    explained = taken_off_order(order) + sum(each.rounding for each in low)
    is_too_low = sum(each.due - each.stated for each in low) > explained
    return tuple(each for each in found if each.stated > each.due or is_too_low)


def _difference_of(order: Order, line: OrderLine) -> AmountDifference | None:
    """None where they agree but for rounding."""
    if not line.amounts_stated:
        return None
    due = amount_of(net_worth_of(order, line, line.units_with_amount))
    rounding = smallest_coin(order.currency) * line.amounts_stated
    agrees = abs(line.invoiced_amount - due) <= rounding
    return None if agrees else AmountDifference(line.line_id, line.invoiced_amount, due, rounding)
