"""What rules about an order share: by what a record names it."""

from typing import Self

from pydantic import model_validator

from schemas.channel_language.rule import Rule
from schemas.channel_language.sources import Part, ValueSource


class OrderName(Part):
    """An order is named by our id, or by its channel's number."""

    order_id: ValueSource | None = None
    channel_order_id: ValueSource | None = None
    channel_id: ValueSource | None = None
    """Only with channel_order_id; by default the file's."""

    @model_validator(mode="after")
    def _names_one_order(self) -> Self:
        if (self.order_id is None) == (self.channel_order_id is None):
            raise ValueError("give exactly one of order_id, channel_order_id")
        if self.channel_id is not None and self.channel_order_id is None:
            raise ValueError("channel_id goes with channel_order_id: an order_id names its channel itself")
        return self


class OrderRule(Rule, OrderName):
    """A record about one order."""
