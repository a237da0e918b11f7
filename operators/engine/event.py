"""A message, with the record that carried it."""

from typing import NamedTuple

from connectors.log.port import Record
from domain.identifiers import CorrelationId, EventId
from schemas.headers import Headers


class Event(NamedTuple):
    """`event_id` is the `ce_id` of the message, `correlation_id` that of the whole story it belongs to.

    `passed_on` are the headers that its effects inherit (`schemas/inherited_headers.py`).
    """

    event_id: EventId
    correlation_id: CorrelationId
    passed_on: Headers
    message: object
    record: Record
    partitions: int
    """How many partitions the inbox has."""
