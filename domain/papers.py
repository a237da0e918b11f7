"""What the papers of an order say beyond its lines and amounts: parties, terms, references, notes, item numbers, days.

Nothing here decides anything; it is kept with the order, and reaches its ERP and its subscribers as it was said.
"""

from dataclasses import dataclass
from typing import Final

from domain.addresses import Address
from domain.identifiers import LineId

NO_LINE: Final = LineId("")
"""Of the order as a whole."""


@dataclass(frozen=True, slots=True)
class RequestedDay:
    """The day on which the customer wants a line, or the whole order (docs/domain.md#requested-days)."""

    requested_us: int
    """Its midnight in UTC; 0: as soon as possible."""
    line_id: LineId = NO_LINE
    """Empty: every line that has no day of its own."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A number under which somebody else knows the order, such as a contract or a department."""

    kind: str
    """What it is, as the channel says: DP, contract."""
    number: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a person is to read."""

    text: str
    line_id: LineId = NO_LINE
    """Empty: about the whole order."""


@dataclass(frozen=True, slots=True)
class ItemNumber:
    """A number of a line's item, and whose it is."""

    line_id: LineId
    qualifier: str
    """Whose number it is, as the channel says: BP is the buyer's, UP a GTIN-12."""
    number: str


@dataclass(frozen=True, slots=True)
class Papers:
    """All of this of one order; of `buyer` and `bill_to` there is at most one."""

    buyer: tuple[Address, ...] = ()
    bill_to: tuple[Address, ...] = ()
    terms: str = ""
    """Of payment and delivery, as the channel says them."""
    references: tuple[Reference, ...] = ()
    notes: tuple[Note, ...] = ()
    item_numbers: tuple[ItemNumber, ...] = ()
