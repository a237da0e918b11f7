"""The part of an order's events that insights needs, its acceptance excluded."""

from dataclasses import dataclass

from domain.identifiers import ChannelId
from domain.insights.facts import FINAL
from domain.messages.insights import MeasureName
from domain.messages.status import OrderStatus


@dataclass(frozen=True, slots=True)
class OrderStep:
    """The order after one of its events.

    `said`: what the event itself counts as, BEGUN, BOOKED, REFUSED, a breached budget, or nothing.
    """

    channel_id: ChannelId
    region: str
    status: OrderStatus
    said: MeasureName | None = None

    @property
    def ended(self) -> bool:
        """Whether the order has left the backlog."""
        return self.status in FINAL
