"""A message, with the record that carried it."""

from typing import NamedTuple

from connectors.log.port import Record
from domain.identifiers import CorrelationId, EventId


class Event(NamedTuple):
    """`event_id` is the `ce_id` of the message, `correlation_id` that of the whole story it belongs to."""

    event_id: EventId
    correlation_id: CorrelationId
    traceparent: str
    message: object
    record: Record
    partitions: int
    """How many partitions the inbox has."""
