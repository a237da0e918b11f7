"""What cannot be read is kept: the original bytes and headers, with the reason and the way back.

A record of an inbox that cannot be read is missing from the history of an order or item, so it opens an exception case
as well. An unreadable record of a source does not: its subject is unknown, so its dead letter says all there is to say.
"""

from collections.abc import Callable, Iterator
from typing import Final

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log.dead_letters import dead_letter
from connectors.log.port import Outgoing, TopicPartition
from domain.identifiers import event_id_of_record
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseReported
from operators.engine.keyed_state import Effects
from operators.engine.operator_context import OperatorContext
from operators.steps.decode import Dead
from operators.steps.emit import record_writer
from schemas.contracts.contracts import load_contracts
from schemas.headers import header
from schemas.inherited_headers import carried_headers

_LONGEST_SUBJECT: Final = 200
_REPORT: Final = load_contracts().by_message[CaseReported].record


def dead_letters(step_id: str, dead: "Stream[Dead]", task: OperatorContext) -> "Stream[Outgoing]":
    """One dead letter for each record, under the record's own key; in a flow with an inbox, followed by a case."""
    records_of = record_writer(task)

    def write(batch: list[Dead]) -> list[Outgoing]:
        task.dead_lettered(item.record.topic for item in batch)
        return task.collect(record for item in batch for record in _records_of(item, task, records_of))

    return op.flat_map_batch(step_id, dead, task.step(write))


def _records_of(
    dead: Dead, task: OperatorContext, records_of: Callable[[Effects[Case]], Iterator[Outgoing]]
) -> Iterator[Outgoing]:
    yield dead_letter(dead.record, f"{task.flow}/{dead.stage}", dead.reason)
    if task.inbox is not None and not _is_report(dead):
        yield from records_of(_hole(dead, task.flow))


def _is_report(dead: Dead) -> bool:
    """A case that could not be handed to its home: it is in the topic of exceptions, and needs no case about it."""
    return dead.timer is None and header(dead.record.headers, "ce_type") == _REPORT


def _hole(dead: Dead, flow: str) -> Effects[Case]:
    record, timer = dead.record, dead.timer
    carried = carried_headers(record.headers)
    place = f"{record.topic}/{record.partition}/{record.offset}"
    cause = event_id_of_record(record.topic, record.partition, record.offset)
    passed_over = place
    if timer is not None:
        cause = event_id_of_record(f"{flow}/{timer.kind}/{timer.subject}", record.partition, timer.due_at_ms)
        passed_over = f"a timer due at {place}"
    case = Case(
        CaseClass.MALFORMED_PAYLOAD,
        CaseOrigin.PLATFORM,
        subject=place if record.key is None else _readable(record.key),
        reason=f"{passed_over} was passed over: {dead.reason}",
        suggested_action="read its dead letter, and check what is missing since",
        key=place if timer is None else f"{place}/{timer.key}",
    )
    return Effects(
        cause_event_id=cause,
        correlation_id=carried.correlation_id,
        passed_on=carried.passed_on,
        source=TopicPartition(record.topic, record.partition),
        input_offset=record.offset,
        time_ms=record.timestamp_ms,
        messages=(case,),
    )


def _readable(key: str) -> str:
    """A key that is not UTF-8 cannot stand in a message, and a very long one is cut."""
    return key.encode("utf-8", "surrogateescape").decode(errors="replace")[:_LONGEST_SUBJECT]
