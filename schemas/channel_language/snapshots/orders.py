"""The rules of a channel file for complete lists of orders, which travel in parts."""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from domain.inventory.reconciliation.comparing import LONGEST_IN_FLIGHT_S
from domain.messages.snapshots.stock import Reporter
from schemas.channel_language.expressions.lists import EachRule
from schemas.channel_language.order_rule import OrderName
from schemas.channel_language.rule import Rule
from schemas.channel_language.sources import ValueSource


class OrderListRule(Rule):
    """A record with a part of a list. Its parts may come in any order, and are recognised when they come again."""

    snapshot_id: ValueSource
    """Unique for the source; the same in all parts of a list."""


class OrderListBegunRule(OrderListRule):
    """A record that begins a list: whose it is, and of when."""

    event: Literal["OrderListBegun"]
    reporter: Literal[Reporter.ERP, Reporter.CHANNEL]
    """Whose list it is."""
    system_id: ValueSource | None = None
    """The erp_id or the channel_id; by default the file's."""
    taken_at: ValueSource
    """With its time of day: the orders of this time are compared."""
    in_flight_s: Annotated[StrictInt, Field(ge=0, le=LONGEST_IN_FLIGHT_S)] = 900
    """For so many seconds after a change of an order the two systems need not both know of it."""


class ListedOrdersRule(OrderName, EachRule):
    """The orders of a part. An id that is none of ours counts as an order that nobody here expects."""


class OrderListContinuedRule(OrderListRule):
    """A record with orders of a list."""

    event: Literal["OrderListContinued"]
    part: ValueSource
    """The number of the part, by which it is recognised."""
    orders: ListedOrdersRule


class OrderListEndedRule(OrderListRule):
    """A record that ends a list: as many orders must be there before it is compared."""

    event: Literal["OrderListEnded"]
    order_count: ValueSource
