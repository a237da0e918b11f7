"""Broken invariants, as a flow publishes them before it stops."""

from dataclasses import dataclass

from domain.identifiers import EventId, NodeId, ViolationId
from domain.invariants import Law


@dataclass(frozen=True, slots=True)
class ViolationFound:
    """One law did not hold: a record of `invariants.violated.v1`, keyed by its subject.

    `violation_id` follows from the event that led to it, so the same event processed again gives the same id. `found`
    and `expected` in millionths. `cause_event_id` is the event, or the timer, that broke the law; the record that
    brought it, or the time, is at `input_topic`/`input_partition`/`input_offset`.
    """

    violation_id: ViolationId
    law: Law
    subject: str
    node_id: NodeId
    found: int
    expected: int
    reason: str
    flow: str
    cause_event_id: EventId
    input_topic: str
    input_partition: int
    input_offset: int
    found_at_ms: int
