"""A message in hand, with where it came from."""

from typing import NamedTuple

from connectors.log.port import Record


class Event(NamedTuple):
    """A message with where it came from. `event_id` is its `ce_id`, `correlation_id` that of its whole story."""

    event_id: str
    correlation_id: str
    traceparent: str
    message: object
    record: Record
    partitions: int
    """How many partitions the inbox has."""
