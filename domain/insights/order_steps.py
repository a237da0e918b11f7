"""As much of an order's events as insights needs, but for its acceptance."""

from dataclasses import dataclass

from domain.insights.facts import FINAL
from domain.messages.insights import MeasureName
from domain.messages.status import OrderStatus


@dataclass(frozen=True, slots=True)
class OrderStep:
    """The order after one of its events. `said` is what the event itself counts as: BEGUN, BOOKED, REFUSED or none."""

    channel_id: str
    region: str
    status: OrderStatus
    said: MeasureName | None = None

    @property
    def ended(self) -> bool:
        """Whether the order is no backlog any more."""
        return self.status in FINAL
