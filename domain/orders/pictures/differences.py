"""What a picture shows otherwise than the order is to be: what can be asked for, and what cannot be."""

from collections import Counter
from collections.abc import Container, Iterator
from typing import NamedTuple

from domain.addresses import Address
from domain.identifiers import LineId
from domain.messages.orders import OrderPlaced, PartOfLine, PlacedLine
from domain.money.adjustments import Adjustments
from domain.money.amounts import smallest_coin
from domain.money.prices import WORTH, scaled_price
from domain.orders.amending.amendments import AmendedMoney
from domain.orders.lines import OrderLine
from domain.orders.money.placed import adjustments_of
from domain.orders.pictures.order_to_be import LineToBe, order_to_be
from domain.orders.requested_days import days_placed
from domain.orders.state import Order
from domain.papers import RequestedDay
from domain.quantities import format_quantity
from domain.values import replace


class Differences(NamedTuple):
    """`impossible`: what the picture contradicts, in words; it is not asked for."""

    quantities: tuple[PartOfLine, ...]
    added: tuple[PlacedLine, ...]
    ship_to: tuple[Address, ...]
    requested: tuple[RequestedDay, ...]
    money: tuple[AmendedMoney, ...]
    impossible: tuple[str, ...]
    too_late: tuple[PartOfLine, ...]
    """What is wanted of lines of which more is picked or shipped."""

    @property
    def asks(self) -> bool:
        """Whether anything is to be amended."""
        return bool(self.quantities or self.added or self.ship_to or self.requested or self.money)


def differences(order: Order, shown: OrderPlaced) -> Differences:
    """Line by line, address, days and money. What a picture does not say, as a hidden address, is no difference."""
    to_be = order_to_be(order)
    showing = {line.line_id: line for line in shown.lines}
    quantities: list[PartOfLine] = []
    impossible: list[str] = []
    too_late: list[PartOfLine] = []
    for line_id, line in to_be.lines.items():
        quantity = showing[line_id].quantity if line_id in showing else 0
        target = _target(line, quantity)
        if target is None:
            continue
        if target < line.least:
            words = f"{format_quantity(quantity)} of line {line_id}, of which {format_quantity(line.least)}"
            impossible.append(f"{words} are picked or shipped")
            too_late.append(PartOfLine(line_id, target))
        else:
            quantities.append(PartOfLine(line_id, target))
    ship_to = _ship_to(to_be.ship_to, shown.ship_to)
    if ship_to and not any(line.open_quantity for line in order.lines) and order.lines:
        impossible.append("another address, and nothing is left to ship")
        ship_to = ()
    added = tuple(line for line in shown.lines if line.line_id not in to_be.lines)
    days = days_placed(shown)
    return Differences(
        tuple(quantities),
        added,
        ship_to,
        days if days and set(days) != set(to_be.requested) else (),
        _money(
            to_be.money,
            shown,
            to_be.lines.keys() - showing.keys(),
            shows_other_goods=bool(quantities or added),
            has_decided_taxes=order.has_decided_taxes or any(each.states_taxes for each in order.amendments),
        ),
        (*impossible, *_not_amendable(order, shown, showing)),
        tuple(too_late),
    )


def _target(line: LineToBe, shown: int) -> int | None:
    """What is to be wanted of a line; None: the picture agrees.

    It may show what was ordered or what is left of it, also without what came back: channels count in all these ways.
    """
    if shown > line.ordered:
        return line.wanted + shown - line.ordered
    if shown < line.wanted - line.credited:
        return shown + line.credited
    return None


def _ship_to(to_be: Address, shown: Address) -> tuple[Address, ...]:
    says_nothing = not (shown.name or shown.street or shown.city)
    return () if says_nothing or shown == to_be else (shown,)


def _money(
    to_be: AmendedMoney,
    shown: OrderPlaced,
    hidden: Container[LineId],
    *,
    shows_other_goods: bool,
    has_decided_taxes: bool,
) -> tuple[AmendedMoney, ...]:
    """All of it, where anything changes what the customer pays; of lines that are not shown it is as it was.

    What is of the whole order is for the goods that are shown with it: for others it is another. Taxes that a service
    has decided are not the channel's to change.
    """
    now, then = adjustments_of(shown) or Adjustments(), to_be.adjustments or Adjustments()
    now = replace(
        now,
        discounts=(*now.discounts, *(each for each in then.discounts if each.line_id in hidden)),
        taxes=(*now.taxes, *(each for each in then.taxes if each.line_id in hidden)),
    )
    if has_decided_taxes:
        now = replace(now, taxes=then.taxes, rounding=then.rounding)
    agrees = Counter(now.discounts) == Counter(then.discounts) and Counter(now.taxes) == Counter(then.taxes)
    agrees = agrees and not (shows_other_goods and now.goods != then.goods)
    return () if agrees and shown.charges == to_be.charges else (AmendedMoney(shown.charges, now),)


def _not_amendable(order: Order, shown: OrderPlaced, showing: dict[LineId, PlacedLine]) -> Iterator[str]:
    if shown.currency != order.currency:
        yield f"amounts in {shown.currency} instead of {order.currency}"
    for line in order.lines:
        if line.line_id in showing:
            yield from _of_line(line, showing[line.line_id], order.currency)


def _of_line(line: OrderLine, shown: PlacedLine, currency: str) -> Iterator[str]:
    if shown.item_id != line.item_id:
        yield f"item {shown.item_id} on line {line.line_id} instead of {line.item_id}"
    elif shown.unit != line.unit or not costs_the_same(line, shown, smallest_coin(currency)):
        yield f"another price or unit of line {line.line_id}"
    if shown.fulfilment is not line.fulfilment and line.open_quantity:
        yield f"line {line.line_id} as served by {shown.fulfilment} instead of {line.fulfilment}"


def costs_the_same(line: OrderLine, shown: PlacedLine, coin: int) -> bool:
    """Whether the units of a line come to the same by both prices, but for rounding.

    Where a channel states only what all units cost, the price of one has been rounded for each quantity anew: half a
    coin of all units then, and half a coin of those now.
    """
    now, then = scaled_price(shown.unit_price, shown.price_basis), scaled_price(line.unit_price, line.price_basis)
    if shown.quantity in {0, line.ordered}:
        return 2 * abs(now - then) * line.ordered <= coin * WORTH
    roundings = shown.quantity + line.ordered
    return 2 * abs(now - then) * shown.quantity * line.ordered <= coin * WORTH * roundings
