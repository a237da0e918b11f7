"""From the records that the EDI flow reads: the events of its inbox, and what is relayed there from public topics."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log.port import Record, TopicPartition
from domain.identifiers import ChannelId
from domain.messages.dispatch import ErpRequested
from operators.engine.event import Event
from operators.engine.keyed_state import Effects
from operators.engine.operator_context import OperatorContext
from operators.machines.edi import relay, shown_stock
from operators.machines.edi.partners import Partners
from operators.machines.edi.relay import Relayed
from operators.steps.decode import Dead, read_each, read_event
from schemas.contracts.registry import EDI_INBOX
from schemas.shops import ShownBy

INPUTS = (EDI_INBOX, *relay.TOPICS)
"""The inbox first: what was relayed before is answered before more is relayed."""


@dataclass(frozen=True, slots=True)
class EdiInputs:
    """The three ways on from here."""

    events: "Stream[Event]"
    relayed: "Stream[Effects[Relayed | ErpRequested]]"
    dead: "Stream[Dead]"


def edi_inputs(
    step_id: str,
    records: "Stream[Record]",
    task: OperatorContext,
    partners: Partners,
    shops: Mapping[ChannelId, ShownBy],
) -> EdiInputs:
    """Read each record, unless its key says that it concerns no partner and no shop."""

    def read(batch: list[Record]) -> list[Event | Effects[Relayed | ErpRequested] | Dead]:
        found = read_each(batch, task, lambda record: _read(record, task, partners, shops))
        return [each for each in found if each is not None]

    every = op.flat_map_batch(step_id, records, task.step(read))
    living = op.branch(f"{step_id} readable", every, _is_living)
    own = op.branch(f"{step_id} inbox", living.trues, _is_event)
    return EdiInputs(events=own.trues, relayed=own.falses, dead=living.falses)  # type: ignore[arg-type]  # branch cannot narrow


def _is_living(item: Any) -> bool:  # noqa: ANN401  any of the three
    return not isinstance(item, Dead)


def _is_event(item: Any) -> bool:  # noqa: ANN401  either of the two
    return isinstance(item, Event)


def _read(
    record: Record, task: OperatorContext, partners: Partners, shops: Mapping[ChannelId, ShownBy]
) -> Event | Effects[Relayed | ErpRequested] | Dead | None:
    if record.topic == EDI_INBOX:
        return read_event(record, task)
    if not (relay.concerns_partners(record, partners) or shown_stock.concerns_shops(record, shops)):
        return None
    event = read_event(record, task)
    if isinstance(event, Dead):
        return event
    messages = (
        *relay.relayed(event.message, record.timestamp_ms, partners),
        *shown_stock.shown(event.message, event.event_id, shops),
    )
    return _effects(event, messages) if messages else None


def _effects(event: Event, messages: tuple[Relayed | ErpRequested, ...]) -> Effects[Relayed | ErpRequested]:
    record = event.record
    return Effects(
        cause_event_id=event.event_id,
        correlation_id=event.correlation_id,
        passed_on=event.passed_on,
        source=TopicPartition(record.topic, record.partition),
        input_offset=record.offset,
        time_ms=record.timestamp_ms,
        messages=messages,
    )
