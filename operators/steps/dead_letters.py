"""What cannot be read is kept: the original bytes and headers, with the reason and the way back.

A record missing from an inbox is a hole in somebody's story: it becomes an exception case as well, for a person. What
came from outside does not: its dead letter is all that is known of it.
"""

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log.dead_letters import dead_letter
from connectors.log.port import Outgoing, TopicPartition
from domain.identifiers import event_id_of_record
from domain.messages.cases import Case, CaseClass, CaseOrigin
from operators.engine.keyed_state import Effects
from operators.engine.task import Task
from operators.steps.decode import Dead
from operators.steps.emit import record_writer
from schemas.headers import header


def dead_letters(step_id: str, dead: "Stream[Dead]", task: Task) -> "Stream[Outgoing]":
    """One dead letter a record, under the record's own key; of a flow with an inbox, a case behind each."""
    records_of = record_writer(task)

    def write(batch: list[Dead]) -> list[Outgoing]:
        records: list[Outgoing] = []
        for item in batch:
            records.append(dead_letter(item.record, f"{task.flow}/{item.stage}", item.reason))
            if task.inbox is not None:
                records += records_of(_hole(item))
        task.emitted(len(records))
        task.dead_lettered(item.record.topic for item in batch)
        return records

    return op.flat_map_batch(step_id, dead, write)


def _hole(dead: Dead) -> Effects[Case]:
    record = dead.record
    place = f"{record.topic}/{record.partition}/{record.offset}"
    case = Case(
        CaseClass.MALFORMED_PAYLOAD,
        CaseOrigin.PLATFORM,
        subject=place if record.key is None else _readable(record.key),
        reason=f"{place} was passed over: {dead.reason}",
        suggested_action="look at its dead letter, and see what is missing since",
        key=place,
    )
    return Effects(
        cause_event_id=event_id_of_record(record.topic, record.partition, record.offset),
        correlation_id=header(record.headers, "correlationid") or "",
        traceparent=header(record.headers, "traceparent") or "",
        source=TopicPartition(record.topic, record.partition),
        input_offset=record.offset,
        time_ms=record.timestamp_ms,
        messages=(case,),
    )


def _readable(key: str) -> str:
    """A key that is not UTF-8 cannot stand in a message."""
    return key.encode("utf-8", "surrogateescape").decode(errors="replace")
