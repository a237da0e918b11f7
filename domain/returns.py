"""Returns: goods that come back from a customer, and the money that goes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import ItemId, LineId
from domain.money.charges import Charge, scaled_worth
from domain.money.prices import Priced, amount_of, scaled_sum


class ReturnCondition(StrEnum):
    """The condition of returned units."""

    RESTOCKED = "RESTOCKED"
    DAMAGED = "DAMAGED"
    MISSING = "MISSING"
    """Credited, but never came back; of units that were there: lost, or scrapped."""
    INSPECT = "INSPECT"
    """On quality hold, and not credited, until somebody has inspected them."""


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """Units of one order line; quantity in millionths, unit_price the credit per unit in ten-thousandths."""

    line_id: LineId
    item_id: ItemId
    quantity: int
    unit_price: int
    condition: ReturnCondition
    at_order_price: bool = False
    """The source does not say what a unit is worth: it is what the customer has paid for it.

    Its price is then that of the order line, less what is taken off the line; what is taken off the whole order, and
    the taxes on top, are in the credit, and not in the price.
    """
    price_basis: int = 1
    """For so many units is the price: one of `domain.money.prices.BASES`."""

    @property
    def worth_name(self) -> tuple[LineId, int, int, bool]:
        """Equal for units of one line that are credited alike."""
        return self.line_id, self.unit_price, self.price_basis, self.at_order_price


@dataclass(frozen=True, slots=True)
class InspectedLine:
    """What became of inspected units of one order line; quantity in millionths."""

    line_id: LineId
    item_id: ItemId
    quantity: int
    condition: ReturnCondition
    """RESTOCKED, DAMAGED or MISSING."""
    is_credited: bool
    """False: the customer has to pay for them."""


def credit_of(lines: Iterable[Priced], charges: Iterable[Charge]) -> int:
    """What the customer gets, in ten-thousandths of the order's currency.

    Credited charges are negative, so they increase it; charges for the return reduce it.
    """
    return amount_of(scaled_sum(lines) - scaled_worth(charges))
