"""Returns in a channel file: the rules of its records about them, and how its orders may come back."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from domain.messages.returns.policy import ReturnApproval, ReturnPolicy
from schemas.channel_language.business_documents import NumberedDocument
from schemas.channel_language.expressions.lists import EachRule
from schemas.channel_language.order_rule import OrderRule
from schemas.channel_language.rule import BLANK
from schemas.channel_language.sources import ItemSource, NumberSource, Part, ValueOrigin, ValueSource

_DAY_MS = 24 * 3_600_000
DaysOfReturns = Annotated[StrictInt, Field(ge=1, le=3650)]


class LinesToReturnRule(EachRule):
    """The lines that are to come back."""

    line_id: ValueSource
    quantity: NumberSource
    credit: NumberSource | None = None
    """What the source has paid back for these units, taxes and discounts included; without it, what was paid."""


class OrderReturnRequestedRule(OrderRule, NumberedDocument):
    """A record that asks to send goods back."""

    event: Literal["OrderReturnRequested"]
    return_id: ValueSource
    """As the record of the goods will name it when they come."""
    reason: ValueSource = BLANK
    lines: LinesToReturnRule
    unsent_first: StrictBool = False
    """Whether units that have not left are cancelled first, and only the rest is to come back."""


class ReturnDecisionRule(OrderRule):
    """The part that decisions about returns share."""

    return_id: ValueSource
    decided_by: ValueSource = BLANK
    """The person or program; by default the source."""
    reason: ValueSource = BLANK


class OrderReturnAuthorisedRule(ReturnDecisionRule):
    """A record by which a return may come."""

    event: Literal["OrderReturnAuthorised"]


class OrderReturnDeclinedRule(ReturnDecisionRule):
    """A record by which a return may not come, or is withdrawn before anything of it has come."""

    event: Literal["OrderReturnDeclined"]


class InspectedLinesRule(EachRule):
    """The lines of an inspection: what became of the units, and whether they are credited."""

    line_id: ValueSource
    item_id: ItemSource
    quantity: NumberSource
    condition: ValueSource = ValueOrigin(constant="RESTOCKED")
    """RESTOCKED, DAMAGED or MISSING (lost or scrapped)."""
    credited: ValueSource = ValueOrigin(constant="YES")
    """YES or NO."""


class OrderReturnInspectedRule(OrderRule, NumberedDocument):
    """A record that says what returned goods are like that came as INSPECT."""

    event: Literal["OrderReturnInspected"]
    node_id: ValueSource
    return_id: ValueSource
    inspection_id: ValueSource | None = None
    """Without it, or where a record has none, an inspection is recognised by its message ids alone."""
    reason: ValueSource = BLANK
    lines: InspectedLinesRule


class ReturnsRule(Part):
    """How the goods of the file's orders may come back (docs/domain.md#returns)."""

    authorise: Literal["automatically", "by_person"] = "by_person"
    """Who authorises a return that asks for no more than was shipped."""
    within_days: DaysOfReturns | None = None
    """With `automatically`: how long after the last shipment; later, a person decides."""
    decided_within_days: DaysOfReturns = 3
    """After that, a case asks for the decision."""
    arrives_within_days: DaysOfReturns = 30
    """After that, a case asks for the goods of an authorised return."""
    given_up_after_days: DaysOfReturns = 30
    """So much later the return is closed without them."""
    inspected_within_days: DaysOfReturns = 7
    """After that, a case asks for the inspection of goods that came as INSPECT."""
    opens_case: StrictBool = False
    """Whether a return that asks for more than was shipped is a case, and not only declined."""

    def policy(self) -> ReturnPolicy:
        """As it is joined to an order."""
        return ReturnPolicy(
            approval=ReturnApproval(self.authorise.upper()),
            approved_within_ms=(self.within_days or 0) * _DAY_MS,
            decided_within_ms=self.decided_within_days * _DAY_MS,
            arrives_within_ms=self.arrives_within_days * _DAY_MS,
            given_up_after_ms=self.given_up_after_days * _DAY_MS,
            inspected_within_ms=self.inspected_within_days * _DAY_MS,
            opens_case=self.opens_case,
        )
