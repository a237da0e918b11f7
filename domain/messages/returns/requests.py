"""Wishes about returns, and what is decided about them: records of `orders.inbox.v1`, keyed by order_id.

The goods that come back are a fact of their own, `OrderReturned`, joined to what was asked for by the return's id.
"""

from dataclasses import dataclass

from domain.identifiers import LineId, OrderId, ReturnId
from domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class UnitsToReturn:
    """So many units of one line are to come back, in millionths."""

    line_id: LineId
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderReturnRequested:
    """A customer, or somebody for him, asks to send goods back."""

    order_id: OrderId
    provenance: Provenance
    return_id: ReturnId
    """As the goods will name it when they come."""
    reason: str
    lines: tuple[UnitsToReturn, ...]
    document_id: str = ""
    """As in `OrderPicked`."""
    unsent_first: bool = False
    """Whether units that have not left are cancelled first, and only the rest is to come back.

    For sources that say what they pay back, and not whether its goods have left.
    """
    states_credit: bool = False
    """Whether the source says what it pays back for these units, taxes and discounts included."""
    credit: int = 0
    """What that is, in ten-thousandths of the order's currency."""


@dataclass(frozen=True, slots=True)
class OrderReturnAuthorised:
    """Somebody decides that a return may come."""

    order_id: OrderId
    provenance: Provenance
    return_id: ReturnId
    decided_by: str
    """The person or program; empty: the source."""
    reason: str


@dataclass(frozen=True, slots=True)
class OrderReturnDeclined:
    """Somebody decides that a return may not come, or withdraws it while nothing of it has come."""

    order_id: OrderId
    provenance: Provenance
    return_id: ReturnId
    decided_by: str
    """As in `OrderReturnAuthorised`."""
    reason: str


ReturnDecision = OrderReturnAuthorised | OrderReturnDeclined
"""What is decided about a return that was asked for."""
