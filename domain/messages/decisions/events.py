"""What a service for payments, credit, addresses or taxes, or a person in its place, decides about an order.

One event for all of them, a record of `orders.inbox.v1`, keyed by order_id: which check it is, and how it ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.addresses import Address
from domain.identifiers import OrderId
from domain.money.adjustments import Tax
from domain.provenance import Provenance


class Check(StrEnum):
    """What is decided about. Each has a hold of the same name (docs/domain.md#holds)."""

    PAYMENT = "PAYMENT"
    CREDIT = "CREDIT"
    ADDRESS = "ADDRESS"
    TAX = "TAX"
    FRAUD = "FRAUD"
    COMPLIANCE = "COMPLIANCE"


class CheckOutcome(StrEnum):
    """How it was decided; `OUTCOMES` says which go with a check."""

    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    FAILED = "FAILED"
    """The payment did not succeed; or the taxes could not be calculated."""
    AUTHORISED = "AUTHORISED"
    """So much may be captured."""
    CAPTURED = "CAPTURED"
    """So much was paid: captures of one payment add up."""
    VOIDED = "VOIDED"
    """What was authorised and not captured is given up, or has expired."""
    CHARGED_BACK = "CHARGED_BACK"
    """So much of what was paid was taken back."""
    REMITTED = "REMITTED"
    """The customer reports that he has paid so much: an advice, not the money itself."""
    CORRECTED = "CORRECTED"
    """The order goes to another address than was placed."""
    CALCULATED = "CALCULATED"


OUTCOMES: Final[Mapping[Check, frozenset[CheckOutcome]]] = {
    Check.PAYMENT: frozenset(
        {
            CheckOutcome.AUTHORISED,
            CheckOutcome.CAPTURED,
            CheckOutcome.FAILED,
            CheckOutcome.VOIDED,
            CheckOutcome.CHARGED_BACK,
            CheckOutcome.REMITTED,
        }
    ),
    Check.CREDIT: frozenset({CheckOutcome.APPROVED, CheckOutcome.REFUSED}),
    Check.ADDRESS: frozenset({CheckOutcome.APPROVED, CheckOutcome.CORRECTED, CheckOutcome.REFUSED}),
    Check.TAX: frozenset({CheckOutcome.CALCULATED, CheckOutcome.FAILED}),
    Check.FRAUD: frozenset({CheckOutcome.APPROVED, CheckOutcome.REFUSED}),
    Check.COMPLIANCE: frozenset({CheckOutcome.APPROVED, CheckOutcome.REFUSED}),
}


@dataclass(frozen=True, slots=True)
class OrderDecided:
    """A decision, or a fact about a payment. Of two about one check the later by `occurred_at` counts."""

    order_id: OrderId
    provenance: Provenance
    check: Check
    outcome: CheckOutcome
    decided_by: str
    """The person or program; empty: the source."""
    reference: str
    """By what the service knows it, such as the number of a payment; empty where it says none."""
    reason: str
    value: int = 0
    """Of a payment, in ten-thousandths; 0: it does not say it."""
    currency: str = ""
    """Of the value, or the taxes; empty: that of the order."""
    address: tuple[Address, ...] = ()
    """The corrected one: exactly one with CORRECTED."""
    taxes: tuple[Tax, ...] = ()
    """All taxes of the order, in place of those that it has; those of lines are for all that is due of them now."""
