"""Events about stock: the records of `inventory.inbox.v1`, `inventory.events.v1`, `inventory.positions.v1`.

Records about several items travel in bundles: every line of one record belongs to the same inventory partition.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import (
    NO_NODE,
    ChannelId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    ReservationId,
    ReturnId,
    ReversalId,
    ShipmentId,
)
from domain.messages.stock_movements import StockMovement
from domain.provenance import Provenance
from domain.returns import ReturnCondition
from domain.values import quickly_built


class Account(StrEnum):
    """The accounts of units. SUPPLIER, CUSTOMER and ADJUSTMENT are outside and may be negative."""

    SUPPLIER = "SUPPLIER"
    IN_TRANSIT = "IN_TRANSIT"
    AVAILABLE = "AVAILABLE"
    PENDING = "PENDING"
    ALLOCATED = "ALLOCATED"
    PICKED = "PICKED"
    DAMAGED = "DAMAGED"
    QUALITY_HOLD = "QUALITY_HOLD"
    CUSTOMER = "CUSTOMER"
    ADJUSTMENT = "ADJUSTMENT"


@quickly_built
@dataclass(frozen=True, slots=True)
class RequestedLine:
    """One requested reservation; quantity in millionths of `unit`, which an earlier release did not name."""

    reservation_id: ReservationId
    line_id: LineId
    item_id: ItemId
    quantity: int
    unit: str = ""
    requested_us: int = 0
    """The day on which the customer wants it, by its midnight in UTC; 0: as soon as possible."""
    beside: tuple[ReservationId, ...] = ()
    """The other open claims of the line, if one node at a time is to serve it."""


@quickly_built
@dataclass(frozen=True, slots=True)
class ReservationsRequested:
    """An order requests units. What is missing waits in the item's queue, with the order's place in the global order.

    `confirmed`: the order accepts any quantity, so units are allocated at once and are not pending until it has
    all its answers.
    """

    order_id: OrderId
    channel_id: ChannelId
    priority_class: int
    nodes: tuple[NodeId, ...]
    confirmed: bool
    lines: tuple[RequestedLine, ...]
    placed_at_us: int = 0
    """From when the lines wait: when the order was placed, or when the amendment was asked for that adds them."""
    split: bool = False
    """Whether several nodes may serve a line when none has all of it."""
    known_items_only: bool = False
    """Lines of items without master data, and of discontinued ones, are held."""


@quickly_built
@dataclass(frozen=True, slots=True)
class NodeUnits:
    """Units at one node, in millionths."""

    node_id: NodeId
    quantity: int


@quickly_built
@dataclass(frozen=True, slots=True)
class ReservationLine:
    """A reservation and a quantity in millionths. `reservation_id` is empty where there is no reservation."""

    reservation_id: ReservationId
    line_id: LineId
    item_id: ItemId
    quantity: int
    sent: int = 0
    """How many messages the order has sent about this claim, with this one; 0 without a claim."""
    heard: int = 0
    """The number of the ledger's last message about the claim that the order had read."""
    holds: tuple[NodeUnits, ...] = ()
    """Of a release: what the order still holds afterwards, as far as it knows. The ledger frees no units of these."""


@dataclass(frozen=True, slots=True)
class ReservationsConfirmed:
    """The order accepts: all that is pending under these reservations becomes allocated."""

    order_id: OrderId
    lines: tuple[ReservationLine, ...]


@dataclass(frozen=True, slots=True)
class ReservationsReleased:
    """The order releases a quantity of each: from the backorder first, then what it does not say that it holds."""

    order_id: OrderId
    lines: tuple[ReservationLine, ...]


@dataclass(frozen=True, slots=True)
class ReservationsMoved:
    """The customer wants these lines on another day, or more of an order that ships complete.

    Their claims move in the items' queues; no quantity changes.
    """

    order_id: OrderId
    requested_us: int
    """As in `RequestedLine`."""
    lines: tuple[ReservationLine, ...]
    placed_at_us: int = 0
    """From when they wait now, as in `ReservationsRequested`; 0: as before."""


@dataclass(frozen=True, slots=True)
class GivenBackLine:
    """The order's answer to a recall; quantities in millionths, together what it was asked for."""

    reservation_id: ReservationId
    line_id: LineId
    item_id: ItemId
    quantity: int
    """Units that the order does not hold any more: pending first, then allocated."""
    kept: int
    """Units that it keeps, because a warehouse knows of them or they are gone."""
    node_id: NodeId = NodeId("")
    """Where they are; empty in a record of an earlier release."""
    sent: int = 0
    """As in `ReservationLine`; 0 where nothing is given back, as nothing of the claim changes."""
    heard: int = 0
    """As in `ReservationLine`."""
    holds: tuple[NodeUnits, ...] = ()
    """What it still holds there and has not picked, as far as it knows; empty in a record of an earlier release."""


@dataclass(frozen=True, slots=True)
class ReservationsGivenBack:
    """The order gives back units that the ledger recalled; they wait in the item's queue again, at their old place."""

    order_id: OrderId
    for_earlier: bool
    """As in the recall that it answers."""
    lines: tuple[GivenBackLine, ...]


@dataclass(frozen=True, slots=True)
class UnitsPicked:
    """Units were picked for an order: allocated → picked; a fact."""

    order_id: OrderId
    node_id: NodeId
    lines: tuple[ReservationLine, ...]


@dataclass(frozen=True, slots=True)
class UnpickedUnits:
    """Units under one claim that do not reach the customer; the other fields are those of `ReservationLine`."""

    reservation_id: ReservationId
    line_id: LineId
    item_id: ItemId
    quantity: int
    condition: ReturnCondition
    sent: int = 0
    heard: int = 0
    requested_us: int = 0
    """Of a claim that is made again, as in `RequestedLine`."""


@dataclass(frozen=True, slots=True)
class UnitsUnpicked:
    """Picked units were put back, damaged or lost: picked → allocated, damaged or adjustment; a fact."""

    order_id: OrderId
    node_id: NodeId
    lines: tuple[UnpickedUnits, ...]
    occurred_at_us: int = 0
    """As in `UnitsShipped`."""
    confirmed: bool = True
    """Whether the order takes its claims for confirmed; the ledger states one that is otherwise."""


@dataclass(frozen=True, slots=True)
class UnitsShortPicked:
    """Units were not found when they were to be picked: allocated → adjustment; a fact."""

    order_id: OrderId
    node_id: NodeId
    lines: tuple[ReservationLine, ...]
    occurred_at_us: int = 0
    """As in `UnitsShipped`."""


@dataclass(frozen=True, slots=True)
class UnitsShipped:
    """Units were shipped for an order: picked, then allocated → customer; a fact."""

    order_id: OrderId
    node_id: NodeId
    shipment_id: ShipmentId
    lines: tuple[ReservationLine, ...]
    occurred_at_us: int = 0
    """By the source's clock; 0 in a record of an earlier release."""


@dataclass(frozen=True, slots=True)
class UnitsReversed:
    """Shipped units did not leave, or came back before they were delivered; a fact.

    customer → allocated or pending where a line names a claim, else available, damaged or adjustment. A claim that the
    ledger does not have is made, with the last five fields; these are as in `ReservationsRequested`.
    """

    order_id: OrderId
    node_id: NodeId
    reversal_id: ReversalId
    lines: tuple[UnpickedUnits, ...]
    occurred_at_us: int = 0
    """As in `UnitsShipped`."""
    priority_class: int = 0
    nodes: tuple[NodeId, ...] = ()
    split: bool = False
    confirmed: bool = False
    placed_at_us: int = 0


@dataclass(frozen=True, slots=True)
class ReturnedUnits:
    """Units of one order line that came back, or were inspected; quantity in millionths."""

    line_id: LineId
    item_id: ItemId
    quantity: int
    condition: ReturnCondition
    was: ReturnCondition = ReturnCondition.INSPECT
    """Of inspected units: what they were until now. INSPECT: nobody had said what they are."""


@dataclass(frozen=True, slots=True)
class UnitsReturned:
    """Units came back from a customer: customer → available, damaged or quality_hold; a fact."""

    order_id: OrderId
    node_id: NodeId
    return_id: ReturnId
    lines: tuple[ReturnedUnits, ...]
    occurred_at_us: int = 0
    """As in `UnitsShipped`."""


@dataclass(frozen=True, slots=True)
class UnitsInspected:
    """Returned units were inspected: from the account that they are in to another; a fact.

    Those of which nobody had said anything are in quality_hold; others are available, in damaged or in adjustment.
    """

    order_id: OrderId
    node_id: NodeId
    return_id: ReturnId
    lines: tuple[ReturnedUnits, ...]
    """By what became of them; INSPECT: what was said of them before is said of others."""
    occurred_at_us: int


@dataclass(frozen=True, slots=True)
class UnitFactor:
    """How much of an item's base unit is in one of another unit, in millionths: 480,000,000 for a pallet of 480."""

    unit: str
    factor: int


@dataclass(frozen=True, slots=True)
class ItemDescribed:
    """Master data of an item, whole: its base unit, and what its other units come to. A later one replaces it."""

    item_id: ItemId
    provenance: Provenance
    unit: str
    units: tuple[UnitFactor, ...]
    is_discontinued: bool = False
    """Nothing more of it is promised to channels that check their items."""
    substitutes: tuple[ItemId, ...] = ()
    """What may be offered in its place, the best first: a person decides, with the customer."""


@quickly_built
@dataclass(frozen=True, slots=True)
class Transfer:
    """Units moved between two accounts of an item; the sum over all accounts stays zero."""

    node_id: NodeId
    debit: Account
    """Where the units were."""
    credit: Account
    """Where the units are now."""
    quantity: int
    order_id: OrderId
    reservation_id: ReservationId
    to_node_id: NodeId = NO_NODE
    """Where the credited account is, if at another node."""


@quickly_built
@dataclass(frozen=True, slots=True)
class ItemTransfers:
    """The transfers of one item in a journal entry. `version` increases by one per entry of the item."""

    item_id: ItemId
    version: int
    transfers: tuple[Transfer, ...]


@quickly_built
@dataclass(frozen=True, slots=True)
class StockTransferred:
    """A journal entry: all transfers that one record caused, each item once, in one inventory partition."""

    cause_event_id: EventId
    lines: tuple[ItemTransfers, ...]


@quickly_built
@dataclass(frozen=True, slots=True)
class NodePosition:
    """The accounts of an item at one node, in millionths."""

    node_id: NodeId
    supplier: int
    in_transit: int
    available: int
    pending: int
    allocated: int
    picked: int
    damaged: int
    quality_hold: int
    customer: int
    adjustment: int


@quickly_built
@dataclass(frozen=True, slots=True)
class InventoryPosition:
    """The current position of an item: all its units by node and account. `backordered` is demand without stock."""

    item_id: ItemId
    version: int
    as_of_ms: int
    backordered: int
    nodes: tuple[NodePosition, ...]


@quickly_built
@dataclass(frozen=True, slots=True)
class UnitsToCome:
    """Units that are expected on a day, named by its midnight in UTC, and promised to nobody."""

    expected_us: int
    quantity: int


@quickly_built
@dataclass(frozen=True, slots=True)
class ChannelAvailability:
    """What a channel may show of an item: the units that an order of it would be granted, in millionths of `unit`.

    `version` is that of the position from which it is made. `nodes` are those that have any, in the channel's order;
    `to_come` is what it may sell before it is there, the earliest day first.
    """

    channel_id: ChannelId
    item_id: ItemId
    version: int
    as_of_ms: int
    unit: str
    quantity: int
    nodes: tuple[NodeUnits, ...]
    to_come: tuple[UnitsToCome, ...] = ()

    @property
    def key(self) -> str:
        """The record key, `channel_id:item_id`; no channel's id has a colon."""
        return f"{self.channel_id}:{self.item_id}"


OrderMessage = (
    ReservationsRequested
    | ReservationsConfirmed
    | ReservationsReleased
    | ReservationsMoved
    | ReservationsGivenBack
    | UnitsPicked
    | UnitsUnpicked
    | UnitsShortPicked
    | UnitsShipped
    | UnitsReversed
    | UnitsReturned
    | UnitsInspected
)
"""From the orders flow, so exactly once: one record for all lines of an order in an inventory partition."""
LedgerEvent = OrderMessage | StockMovement
"""The events of `inventory.inbox.v1` that the ledger applies line by line."""
