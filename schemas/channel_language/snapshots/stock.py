"""The rules of a channel file for snapshots of stock, which travel in parts."""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from domain.inventory.reconciliation.comparing import LONGEST_IN_FLIGHT_S
from domain.messages.snapshots.stock import Reporter
from schemas.channel_language.rule import Rule
from schemas.channel_language.sources import ValueSource
from schemas.channel_language.stock_rules import StockLinesRule


class StockSnapshotRule(Rule):
    """A record with a part of a snapshot. Its parts may come in any order, and are recognised when they come again."""

    node_id: ValueSource
    snapshot_id: ValueSource
    """Unique for the source and the node; the same in all its parts."""


class StockSnapshotBegunRule(StockSnapshotRule):
    """A record that begins a snapshot: of which node it is, and of when."""

    event: Literal["StockSnapshotBegun"]
    reporter: Reporter
    """Whose stock it is: WMS, ERP or CHANNEL. It decides what a difference may mean."""
    taken_at: ValueSource
    """With its time of day: the ledger's position of this time is compared."""
    in_flight_s: Annotated[StrictInt, Field(ge=0, le=LONGEST_IN_FLIGHT_S)] = 900
    """For so many seconds after a movement the source and the ledger need not both know of it."""


class StockSnapshotContinuedRule(StockSnapshotRule):
    """A record with lines of a snapshot: how many units there are, in any status. Lines of the same item add up."""

    event: Literal["StockSnapshotContinued"]
    part: ValueSource
    """The number of the part, by which it is recognised."""
    lines: StockLinesRule


class StockSnapshotEndedRule(StockSnapshotRule):
    """A record that ends a snapshot: as many lines must be there before it is compared."""

    event: Literal["StockSnapshotEnded"]
    line_count: ValueSource
