"""What of the parts of a whole order belongs to some of its units: as much as these are of its goods, by worth.

A discount of the whole order, or a charge that takes off, is for the goods that were ordered with it. Of the goods that
are cancelled, or come back, their part goes with them, so what is left never costs less than nothing, and what the
customer gets back for all of it is what he has paid for it. As far as it exceeds the goods it is for the charges, and
stays with them. A tax of the whole order is for goods and charges; that of a charge that takes off goes as the charge
does.

The part of so many goods follows from their worth alone, and is rounded once, towards zero. The part of
goods that come back later is what their worth adds. So all that come back have the part of all, to the last place, in
whichever order. Goods that an amendment has added have no part of what was stated before, nor has what was
shipped beyond what was ordered.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

from domain.identifiers import LineId
from domain.money.adjustments import WHOLE_ORDER, Adjustments, Discount, Tax, due_of
from domain.money.charges import Charge, is_allowance, scaled_worth
from domain.money.prices import WORTH, amount_of
from domain.orders.state import Order
from domain.quantities import UNIT
from domain.values import replace

Part = TypeVar("Part", Discount, Tax)

_NONE = Adjustments()
_NO_UNITS: Final[Mapping[LineId, int]] = {}


class PartsOfUnits(NamedTuple):
    """What changes what the customer pays for some units of an order."""

    charges: tuple[Charge, ...]
    adjustments: Adjustments


class _Base(NamedTuple):
    """For what a part of the whole order is; in `WORTH`."""

    goods: int
    others: int
    """Beside goods: of a tax the charges, of a discount as far as it exceeds the goods."""

    def part_of(self, value: int, goods: int) -> int:
        """Of an amount that is for all of it what is for these goods, and for all that is none, towards zero."""
        whole = self.goods + self.others
        if not whole:
            return value
        part = abs(value) * (min(max(0, goods), self.goods) + self.others) // whole
        return part if value > 0 else -part


def parts_of_units(
    order: Order, units: Mapping[LineId, int], surplus: Mapping[LineId, int] = _NO_UNITS
) -> PartsOfUnits:
    """Those of so many units of each line; what is nothing is left out. `surplus`: those of them not ordered."""
    adjustments = order.adjustments
    if adjustments is None:
        return PartsOfUnits(order.charges, _NONE)
    ordered = {line_id: quantity - surplus.get(line_id, 0) for line_id, quantity in units.items()}
    goods = _worth_after_line_discounts(order, adjustments, ordered)
    of_order = sum(each.value for each in adjustments.discounts if each.line_id == WHOLE_ORDER)
    beyond = (of_order + _allowances(order)) * WORTH - adjustments.goods
    taken_off = _Base(adjustments.goods, max(0, beyond))
    taxed = _Base(adjustments.goods, scaled_worth(each for each in order.charges if not is_allowance(each)))
    of_allowances = {each.line_id: taken_off for each in order.charges if is_allowance(each)}
    return PartsOfUnits(
        tuple(_charge_of(each, taken_off, goods) if is_allowance(each) else each for each in order.charges),
        replace(
            adjustments,
            discounts=tuple(_parts_of(adjustments.discounts, units, {**of_allowances, WHOLE_ORDER: taken_off}, goods)),
            taxes=tuple(_parts_of(adjustments.taxes, units, {**of_allowances, WHOLE_ORDER: taxed}, goods)),
        ),
    )


def _parts_of(
    parts: Iterable[Part], units: Mapping[LineId, int], bases: Mapping[LineId, _Base], goods: int
) -> Iterator[Part]:
    """`bases`: of what is for the whole order, or for a charge that goes with its goods."""
    for part in parts:
        base = bases.get(part.line_id)
        if part.quantity:
            if value := due_of(part, units):
                yield replace(part, value=value, quantity=units[part.line_id])
        elif base is None:
            yield part
        elif value := base.part_of(part.value, goods):
            yield replace(part, value=value)


def _charge_of(charge: Charge, base: _Base, goods: int) -> Charge:
    """One that takes off, as much as is for these goods."""
    value = _taken_off_by(charge)
    due = base.part_of(value, goods)
    return charge if due == value else replace(charge, quantity=UNIT, unit_price=-due)


def _worth_after_line_discounts(order: Order, adjustments: Adjustments, units: Mapping[LineId, int]) -> int:
    worth = sum(units.get(line.line_id, 0) * line.scaled_price for line in order.lines)
    return worth - WORTH * sum(due_of(each, units) for each in adjustments.discounts if each.quantity)


def taken_off_order(order: Order) -> int:
    """What charges and discounts of no line take off; an invoice may spread it over the lines."""
    discounts = () if order.adjustments is None else order.adjustments.discounts
    return _allowances(order) + sum(each.value for each in discounts if not each.quantity)


def _allowances(order: Order) -> int:
    return sum(_taken_off_by(each) for each in order.charges if is_allowance(each))


def _taken_off_by(charge: Charge) -> int:
    return -amount_of(scaled_worth((charge,)))
