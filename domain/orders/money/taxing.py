"""The taxes of an order as a tax service has calculated them for what is due of it, in place of its channel's."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from domain.money.adjustments import WHOLE_ORDER, Adjustments, Tax, due_of
from domain.money.charges import Charge, is_allowance, scaled_worth
from domain.money.prices import WORTH
from domain.orders.state import Order
from domain.values import replace


def with_money(order: Order, charges: tuple[Charge, ...], adjustments: Adjustments | None) -> Order:
    """With other charges and adjustments, as its channel states them; taxes that a service has decided stay."""
    if order.has_decided_taxes:
        before, now = order.adjustments or Adjustments(), adjustments or Adjustments()
        adjustments = replace(now, taxes=before.taxes, rounding=0, goods=now.goods or before.goods)
    return replace(order, charges=charges, adjustments=adjustments)


def with_taxes(order: Order, taxes: Iterable[Tax]) -> Order:
    """All taxes are replaced, and so is the rounding of totals that the channel has stated with the others."""
    adjustments = order.adjustments or Adjustments()
    due = {line.line_id: line.due_quantity for line in order.lines}
    goods = sum(due[line.line_id] * line.scaled_price for line in order.lines)
    goods -= WORTH * sum(due_of(each, due) for each in adjustments.discounts if each.quantity)
    others = scaled_worth(each for each in order.charges if not is_allowance(each))
    base = _TaxBase(adjustments.goods + others, max(0, goods) + others)
    now = tuple(_as_kept(order, base, taxes))
    is_of_order = any(tax.line_id == WHOLE_ORDER for tax in now)
    kept = replace(adjustments, taxes=now, rounding=0, goods=adjustments.goods or (max(0, goods) if is_of_order else 0))
    return replace(order, adjustments=None if kept == Adjustments() else kept, has_decided_taxes=True)


class _TaxBase(NamedTuple):
    """Goods and charges for which the parts of the whole order are kept, and those that are due now; in `WORTH`."""

    kept_for: int
    due: int


def _as_kept(order: Order, base: _TaxBase, taxes: Iterable[Tax]) -> Iterator[Tax]:
    """Of a line for its units; of the whole order as much as comes to this for what is due."""
    lines = {line.line_id: line for line in order.lines}
    for tax in taxes:
        if line := lines.get(tax.line_id):
            if line.due_quantity:
                yield replace(tax, quantity=line.due_quantity)
        elif tax.line_id == WHOLE_ORDER and 0 < base.due < base.kept_for and order.adjustments:
            yield replace(tax, value=_for_all(tax.value, base))
        else:
            yield tax


def _for_all(value: int, base: _TaxBase) -> int:
    """The least of which the part for what is due is exactly so much; it is rounded towards zero."""
    whole = -(-abs(value) * base.kept_for // base.due)
    return whole if value > 0 else -whole
