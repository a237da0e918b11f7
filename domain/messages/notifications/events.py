"""Facts of an order that its customer is to hear of: the records of `customers.notifications.v1`, keyed by order_id.

They say what happened, not in which words: whoever writes to the customer has templates and languages of his own.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import ChannelId, CustomerId, EventId, ItemId, LineId, OrderId, ReturnId, ShipmentId


class NotificationKind(StrEnum):
    """What happened to the order."""

    ACCEPTED = "ACCEPTED"
    """Its lines are what is accepted."""
    REJECTED = "REJECTED"
    BACKORDERED = "BACKORDERED"
    """Its lines are units that are not there yet, each with its day, if there is one."""
    REPROMISED = "REPROMISED"
    """Its lines are units that wait, each with its new day; the epoch: it has none any more."""
    AMENDED = "AMENDED"
    """Its lines are those that changed, with what the customer gets of them in all."""
    CANCELLED = "CANCELLED"
    """Its lines are the units that are cancelled now."""
    SHIPPED = "SHIPPED"
    SHIPMENT_REVERSED = "SHIPMENT_REVERSED"
    """It has not left after all, or came back before it was delivered."""
    DELIVERED = "DELIVERED"
    DELIVERY_REVERSED = "DELIVERY_REVERSED"
    """The carrier takes back that it has delivered these units."""
    REFUNDED = "REFUNDED"
    """`value` is what is credited for goods that came back; the ERP is asked for it."""


@dataclass(frozen=True, slots=True)
class NotifiedLine:
    """Units of one line, in millionths of `unit`."""

    line_id: LineId
    item_id: ItemId
    quantity: int
    unit: str
    """That of the order line; empty: an item that the order does not have, in the item's own unit."""
    promised_us: int = 0
    """The day on which the units are expected, by its midnight in UTC; 0: none, or they are there."""


@dataclass(frozen=True, slots=True)
class CustomerNotification:
    """One fact.

    `version` is that of the event of `orders.events.v1` that says the same; it only goes up in an order.
    """

    order_id: OrderId
    channel_id: ChannelId
    region: str
    customer_id: CustomerId
    channel_order_id: str
    """The customer's own number of the order, as in `OrderPlaced`."""
    kind: NotificationKind
    version: int
    cause_event_id: EventId
    currency: str
    value: int
    """Of a refund what is credited, else what the customer has to pay in all, in ten-thousandths."""
    reason: str
    shipment_id: ShipmentId
    return_id: ReturnId
    carrier: str
    tracking_number: str
    lines: tuple[NotifiedLine, ...]
