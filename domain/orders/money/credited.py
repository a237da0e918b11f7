"""What a customer gets back for units of an order as he has paid for them (docs/domain.md#money).

It is what the order is worth with all units that are credited so far, less what it is worth without the ones that are
credited now. Both are rounded to the smallest coin of the currency, as an ERP books them. So the credits of all units
together are what the customer has paid, in whichever order they come back, and none is above what is left.

Nobody says which units come back. Those that were shipped beyond what was ordered are credited first, at their price,
as they were posted to the ERP: what is taken off the whole order is for what was ordered, and stays with that.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from domain.identifiers import LineId
from domain.money.adjustments import Discount, Tax
from domain.money.amounts import in_coins
from domain.money.charges import Charge, is_allowance, scaled_worth
from domain.money.prices import amount_of
from domain.orders.money.apportioning import PartsOfUnits, parts_of_units
from domain.orders.money.worth import worth_of_units
from domain.orders.state import Order
from domain.values import replace

Part = TypeVar("Part", Discount, Tax)


class CreditedUnits(NamedTuple):
    """What some units come to, in ten-thousandths of the order's currency: whole coins."""

    amount: int
    discounts: tuple[Discount, ...]
    """Their part of what is taken off the whole order; what is taken off a line is in the price of its units."""
    taxes: tuple[Tax, ...]


def credited_with(order: Order, units: Mapping[LineId, int], surplus: Mapping[LineId, int]) -> CreditedUnits:
    """What so many units of each line come to that are credited beside those that were credited before.

    `surplus`: those of them that were shipped beyond what was ordered.
    """
    then = {line.line_id: line.credited_as_paid for line in order.lines}
    now = {line_id: before + units.get(line_id, 0) for line_id, before in then.items()}
    surplus_then = {line.line_id: line.surplus_credited for line in order.lines}
    surplus_now = {line_id: before + surplus.get(line_id, 0) for line_id, before in surplus_then.items()}
    before, after = parts_of_units(order, then, surplus_then), parts_of_units(order, now, surplus_now)
    taxes = _more(before.adjustments.taxes, after.adjustments.taxes, order.currency)
    worth_then, worth_now = worth_of_units(order, then, surplus_then), worth_of_units(order, now, surplus_now)
    return CreditedUnits(
        worth_now.grand - worth_then.grand,
        _more(_of_the_order(before), _of_the_order(after), order.currency),
        tuple(replace(each, quantity=units.get(each.line_id, 0)) for each in taxes),
    )


def _of_the_order(parts: PartsOfUnits) -> tuple[Discount, ...]:
    """A charge that takes off is a discount of what comes back."""
    allowances = tuple(_as_discount(each) for each in parts.charges if is_allowance(each))
    return (*(each for each in parts.adjustments.discounts if not each.quantity), *allowances)


def _as_discount(charge: Charge) -> Discount:
    return Discount(charge.line_id, charge.code, charge.description, -amount_of(scaled_worth((charge,))))


def less(parts: Sequence[Part], taken_back: Sequence[Part], currency: str) -> tuple[Part, ...]:
    """The parts of a memo without those of what is not credited any more."""
    quantities = {_name_of(each): each.quantity for each in parts}
    gone = {_name_of(each): each.quantity for each in taken_back}
    left = ((_name_of(each), each.value) for each in _more(taken_back, parts, currency))
    return tuple(replace(name, value=value, quantity=quantities[name] - gone.get(name, 0)) for name, value in left)


def _more(then: Sequence[Part], now: Sequence[Part], currency: str) -> tuple[Part, ...]:
    """What is more of each part now, parts of one name together, each sum rounded to the smallest coin."""
    more: Counter[Part] = Counter()
    for name, value in _sums(now).items():
        more[name] += in_coins(value, currency)
    for name, value in _sums(then).items():
        more[name] -= in_coins(value, currency)
    return tuple(replace(name, value=value) for name, value in more.items() if value)


def _sums(parts: Sequence[Part]) -> Counter[Part]:
    sums: Counter[Part] = Counter()
    for each in parts:
        sums[_name_of(each)] += each.value
    return sums


def _name_of(part: Part) -> Part:
    return replace(part, value=0, quantity=0)
