"""The amounts that invoices state for lines, compared with quantity times price.

Only units are compared for which an amount was stated, and only in an order that has prices: some channels send none.
Each amount may be rounded to the smallest coin. A discount of the order is a charge of its own: an invoice may spread
it over the lines, so the lines together may be lower by the amount of that discount. An amount in another currency is
worth nothing here.
"""

from collections.abc import Sequence
from typing import NamedTuple

from domain.identifiers import LineId
from domain.money import smallest_coin
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.quantities import UNIT


class AmountDifference(NamedTuple):
    """A line whose invoices state another amount than is due for their units; in ten-thousandths."""

    line_id: LineId
    stated: int
    due: int


def disagree(order: Order, lines: Sequence[OrderLine]) -> bool:
    """Whether one of these lines is invoiced at another amount than the order explains."""
    coin = smallest_coin(order.currency)
    return any(_difference_of(line, coin) for line in lines) and bool(differences(order))


def differences(order: Order) -> tuple[AmountDifference, ...]:
    """The lines that are invoiced too high; and those too low, if that is more than the order's discounts."""
    if not any(line.unit_price for line in order.lines):
        return ()
    coin = smallest_coin(order.currency)
    found = tuple(filter(None, (_difference_of(line, coin) for line in order.lines)))
    too_low = sum(each.due - each.stated for each in found if each.stated < each.due)
    return tuple(each for each in found if each.stated > each.due or too_low > _discounts(order) + coin)


def _difference_of(line: OrderLine, coin: int) -> AmountDifference | None:
    """None where they agree but for rounding."""
    if not line.amounts_stated:
        return None
    due = (2 * line.units_with_amount * line.unit_price + UNIT) // (2 * UNIT)
    agrees = abs(line.invoiced_amount - due) <= coin * line.amounts_stated
    return None if agrees else AmountDifference(line.line_id, line.invoiced_amount, due)


def _discounts(order: Order) -> int:
    """What the order's charges take off."""
    worth = (charge.quantity * charge.unit_price for charge in order.charges)
    return -sum(min(0, each) for each in worth) // UNIT
