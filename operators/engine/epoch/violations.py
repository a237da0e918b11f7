"""A broken invariant ends its flow, uncommitted; what is broken is published first, for whoever watches the topic.

It is published at the commit gate, in an epoch of its own: the open one is aborted, and no offset and no state go with
the records. So the process may die at any step: the next one finds the same violation at the same record, and publishes
it again under the same id (docs/adr/0024-a-broken-invariant-is-published-before-the-flow-stops.md).
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Final

from connectors.log.port import Log, Outgoing, Record, Rewound
from domain.identifiers import CorrelationId, EventId, ViolationId, event_id_of_effect
from domain.invariants import InvariantViolated, Law
from domain.messages.invariants import ViolationFound
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import INVARIANTS_VIOLATED
from schemas.headers import dataschema_of, event_headers, origin_of

_MOST: Final = 100
"""Violations published of one event; the message of the exception has all of them."""
_LONGEST_REASON: Final = 1_000
_TRIES: Final = 3

_LOGGER = logging.getLogger(__name__)


class LawBroken(Exception):
    """A machine broke invariants: with which event or timer, at which record, at which time of the log."""

    def __init__(  # noqa: PLR0913, PLR0917  prepared for two calls
        self,
        flow: str,
        violated: InvariantViolated,
        cause_event_id: EventId,
        correlation_id: CorrelationId,
        record: Record,
        time_ms: int,
    ) -> None:
        super().__init__(str(violated))
        self.flow = flow
        self.violated = violated
        self.cause_event_id = cause_event_id
        self.correlation_id = correlation_id
        self.record = record
        self.time_ms = time_ms

    @property
    def laws(self) -> Sequence[Law]:
        """The laws that it broke, one a violation."""
        return [violation.law for violation in self.violated.violations]


def publish(broken: LawBroken, log: Log, codec: Codec) -> None:
    """Publish what is broken, or log why that failed: the flow stops because of the violation in any case."""
    place = origin_of(broken.record.topic, broken.record.partition, broken.record.offset)
    _LOGGER.critical("%s: an invariant is violated at %s, so the flow stops: %s", broken.flow, place, broken)
    try:
        _append(list(_records_of(broken, codec)), log)
    except Exception:
        _LOGGER.exception("%s: the violation could not be published to %s", broken.flow, INVARIANTS_VIOLATED)


def _append(records: list[Outgoing], log: Log) -> None:
    for _ in range(_TRIES - 1):
        try:
            _commit_alone(records, log)
        except Rewound:
            continue
        return
    _commit_alone(records, log)


def _commit_alone(records: list[Outgoing], log: Log) -> None:
    log.abort()
    log.send(records)
    log.commit({}, {})


def _records_of(broken: LawBroken, codec: Codec) -> Iterator[Outgoing]:
    record = load_contracts().by_message[ViolationFound].record
    dataschema = dataschema_of(codec.schema_id_of(INVARIANTS_VIOLATED, ViolationFound))
    for message in _messages_of(broken, record):
        headers = event_headers(
            event_id=EventId(message.violation_id),
            event_type=record,
            source=f"orderline/{broken.flow}",
            subject=message.subject,
            time_ms=broken.time_ms,
            correlation_id=broken.correlation_id,
            causation_id=broken.cause_event_id,
            dataschema=dataschema,
            origin=origin_of(message.input_topic, message.input_partition, message.input_offset),
        )
        yield Outgoing(INVARIANTS_VIOLATED, message.subject, codec.encode(INVARIANTS_VIOLATED, message), headers)


def _messages_of(broken: LawBroken, kind: str) -> Iterator[ViolationFound]:
    record = broken.record
    for index, violation in enumerate(broken.violated.violations[:_MOST]):
        yield ViolationFound(
            violation_id=ViolationId(event_id_of_effect(broken.cause_event_id, kind, index)),
            law=violation.law,
            subject=violation.subject,
            node_id=violation.node_id,
            found=violation.found,
            expected=violation.expected,
            reason=violation.reason[:_LONGEST_REASON],
            flow=broken.flow,
            cause_event_id=broken.cause_event_id,
            input_topic=record.topic,
            input_partition=record.partition,
            input_offset=record.offset,
            found_at_ms=broken.time_ms,
        )
