"""A line at another price, with what depends on it: its taxes, and its part of what is of the whole order.

What is taken off stays as it was agreed. A tax of a line is as much more or less as the line is worth after that; a tax
of the whole order as all of its goods and charges are.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from domain.identifiers import LineId
from domain.messages.orders import DescribedLine
from domain.money.adjustments import WHOLE_ORDER, Adjustments, Tax, due_of, share_of
from domain.money.charges import is_allowance, scaled_worth
from domain.money.prices import WORTH
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.values import replace

_NONE: Final = Adjustments()


def with_prices(order: Order, prices: Iterable[DescribedLine]) -> Order:
    """The order with these prices of its lines."""
    changed = {stated.line_id: stated for stated in prices}
    if not changed:
        return order
    lines = tuple(
        line._replace(unit_price=changed[line.line_id].unit_price, price_basis=changed[line.line_id].price_basis)
        if line.line_id in changed
        else line
        for line in order.lines
    )
    before = {line.line_id: line for line in order.lines if line.line_id in changed}
    now = {line.line_id: line for line in lines if line.line_id in changed}
    adjustments = order.adjustments and _adjusted(order, order.adjustments, before, now)
    return replace(order, lines=lines, adjustments=adjustments)


def _adjusted(
    order: Order, adjustments: Adjustments, before: Mapping[LineId, OrderLine], now: Mapping[LineId, OrderLine]
) -> Adjustments:
    more = sum(
        now[line_id].scaled_price * line.ordered - line.scaled_price * line.ordered for line_id, line in before.items()
    )
    goods = max(0, adjustments.goods + more) if adjustments.goods else 0
    others = scaled_worth(charge for charge in order.charges if not is_allowance(charge))

    def taxed(tax: Tax) -> Tax:
        if tax.line_id == WHOLE_ORDER and adjustments.goods:
            return replace(tax, value=share_of(tax.value, goods + others, adjustments.goods + others))
        if tax.quantity and tax.line_id in now:
            then = _net(before[tax.line_id], adjustments, tax.quantity)
            return (
                replace(tax, value=share_of(tax.value, _net(now[tax.line_id], adjustments, tax.quantity), then))
                if then
                else tax
            )
        return tax

    return replace(adjustments, taxes=tuple(map(taxed, adjustments.taxes)), goods=goods)


def _net(line: OrderLine, adjustments: Adjustments, quantity: int) -> int:
    """What so many units are worth after what is taken off the line, in `WORTH`; never less than nothing."""
    off = sum(due_of(each, {line.line_id: quantity}) for each in adjustments.discounts if each.line_id == line.line_id)
    return max(0, line.scaled_price * quantity - off * WORTH)
