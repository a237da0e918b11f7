"""The rule of a channel file for records in which a service decides about an order, or reports a payment."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from schemas.channel_language.expressions.lists import EachRule
from schemas.channel_language.order_rule import OrderRule
from schemas.channel_language.orders.address_rule import AddressRule
from schemas.channel_language.orders.money_rules import ListedTax, as_list
from schemas.channel_language.rule import BLANK
from schemas.channel_language.sources import NumberSource, ValueSource


class DecidedTaxesRule(ListedTax):
    """Taxes that a service has calculated; `each` starts at the document."""

    line_id: ValueSource = BLANK
    """The line or charge of the order that it is of; by default, or where it is empty, the whole order."""


class OrderDecidedRule(OrderRule):
    """A record in which a service decides about an order, or reports a payment of it (docs/domain.md#decisions).

    Of two decisions about one check the later by `occurred_at` counts.
    """

    event: Literal["OrderDecided"]
    decisions: EachRule | None = None
    """The list of a document that says several: each element is a decision, where the paths of the other fields start.
    The rule's own `when` is of the document. Without `decisions` the document is one.
    """
    check: ValueSource
    """PAYMENT, CREDIT, ADDRESS, TAX, FRAUD or COMPLIANCE."""
    outcome: ValueSource
    """Of a payment AUTHORISED, CAPTURED, FAILED, VOIDED, CHARGED_BACK or REMITTED (the customer says that he has paid);
    of taxes CALCULATED or FAILED; of the others APPROVED or REFUSED, and of an address CORRECTED as well.
    """
    decided_by: ValueSource = BLANK
    """The person or program; by default the source."""
    reference: ValueSource = BLANK
    """By what the service knows it: payments of an order are told apart by it."""
    reason: ValueSource = BLANK
    amount: NumberSource | None = None
    """Of a payment, above zero; where there is none, it is for all that is due. Required with REMITTED, where a credit
    that the customer has taken off is below zero.
    """
    currency: ValueSource | None = None
    """Of the amount or the taxes; by default, or where a record has none, that of the order."""
    address: AddressRule | None = None
    """The corrected address, whole; it counts with CORRECTED, and is required then."""
    taxes: Annotated[tuple[DecidedTaxesRule, ...], BeforeValidator(as_list)] = ()
    """All taxes of the order with CALCULATED, in place of those that it has; none: it has none."""

    @property
    def levels(self) -> tuple[int, ...]:
        """How many elements are around its fields."""
        return (0,) if self.decisions is None else self.decisions.levels
