"""What changes what a customer pays, beside prices and charges: discounts, taxes, and what is paid already.

A part of one line is for so many of its units: of fewer units it is as much less. A part of the whole order is for
`Adjustments.goods`: of fewer goods, by worth, it is as much less (`domain.orders.money.apportioning`). A part of a
charge stays as it is until nothing of the order is left (docs/domain.md#money).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from domain.identifiers import LineId
from domain.money.prices import WORTH

WHOLE_ORDER: Final = LineId("")
"""The line of a part that is of no line."""


@dataclass(frozen=True, slots=True)
class Discount:
    """What is taken off a line, a charge, or the whole order; the value is above zero, in ten-thousandths."""

    line_id: LineId
    code: str
    """What the channel calls this kind of discount, such as a coupon's code."""
    description: str
    value: int
    quantity: int = 0
    """The units of the line that it is for, in millionths; 0: of a charge, or of the whole order."""


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax of a line, a charge, or the whole order; the value is in ten-thousandths."""

    line_id: LineId
    code: str
    """What the channel calls it, such as VAT."""
    rate: int
    """In millionths: 0.21 is 210000. 0 where the channel does not say it."""
    value: int
    is_included: bool
    """Whether prices and charges have it in them."""
    quantity: int = 0
    """As in `Discount`."""


@dataclass(frozen=True, slots=True)
class Tender:
    """What was paid, or promised, when the order was placed; it does not change what the order is worth."""

    code: str
    """How, such as GIFT_CARD."""
    reference: str
    """By what it is found at who keeps it; empty where the channel does not say it."""
    value: int


@dataclass(frozen=True, slots=True)
class Adjustments:
    """All that changes what the customer pays for one order; `rounding` is in ten-thousandths."""

    discounts: tuple[Discount, ...] = ()
    taxes: tuple[Tax, ...] = ()
    tenders: tuple[Tender, ...] = ()
    rounding: int = 0
    """What the channel states more than the parts add up to, or less: no more than rounding explains."""
    goods: int = 0
    """What the goods were worth for which the parts of the whole order were stated, after what is taken off lines.

    In `domain.money.prices.WORTH`. 0: these parts are for no goods, or an earlier release did not keep it.
    """


class Totals(NamedTuple):
    """What an order comes to, in ten-thousandths of its currency; in `WORTH` as long as it is not rounded."""

    goods: int = 0
    discount: int = 0
    """What is taken off."""
    charge: int = 0
    tax: int = 0
    """Also where prices have it in them."""
    grand: int = 0
    """What the customer has to pay."""


Shares = Mapping[LineId, int]
"""The units that are due by line, in millionths."""


def share_of(amount: int, units: int, quantity: int) -> int:
    """The part of an amount for `quantity` that so many units of it have, half of the last place rounded up."""
    return (2 * amount * units + quantity) // (2 * quantity)


def due_of(part: Discount | Tax, due: Shares) -> int:
    """What of it is due where these units are; all of a part that is of no line."""
    return share_of(part.value, due.get(part.line_id, 0), part.quantity) if part.quantity else part.value


def totals(goods: int, charge: int, adjustments: Adjustments, due: Shares) -> Totals:
    """What goods and charges of this worth come to, when so much is due of each line; all in `WORTH`, not rounded.

    Documents state the other parts in ten-thousandths, and those add up. Rounding never makes less than nothing of it.
    """
    discount = WORTH * sum(due_of(each, due) for each in adjustments.discounts)
    included = WORTH * sum(due_of(each, due) for each in adjustments.taxes if each.is_included)
    added = WORTH * sum(due_of(each, due) for each in adjustments.taxes if not each.is_included)
    exact = goods + charge - discount + added
    grand = max(min(0, exact), exact + WORTH * adjustments.rounding)
    return Totals(goods, discount, charge, included + added, grand)
