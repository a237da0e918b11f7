"""Which sources intake pauses when an inbox lags: decided by the priority class in their channel files."""

from collections.abc import Mapping
from typing import Final

from connectors.log.lag import FlowInputs
from connectors.log.lag_count import LagCount
from connectors.log.port import Log
from connectors.observation.observer import Observer
from dataflows import inventory, orders
from operators.engine.backpressure import Backpressure
from operators.steps.backpressure import IntakeBackpressure
from schemas.channel_language.channel_file import ChannelFile
from schemas.contracts.registry import INVENTORY_INBOX, ORDERS_INBOX

COUNTED_INBOXES: Final[FlowInputs] = {orders.FLOW: (ORDERS_INBOX,), inventory.FLOW: (INVENTORY_INBOX,)}
"""The inboxes that an order passes before it is accepted. The inbox of dispatch is not one of them: commands have a
queue with priority classes of their own, and orders are accepted even while an ERP is down."""


def intake_backpressure(
    channels: Mapping[str, ChannelFile], log: Log, count: LagCount, observer: Observer
) -> Backpressure:
    """The backpressure of the intake that reads this log; `channels` by source topic."""
    classes = {topic: channel.priority_class for topic, channel in channels.items()}
    return IntakeBackpressure(classes, count, log.pause, observer)
