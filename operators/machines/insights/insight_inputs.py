"""From the records that insights reads to what it counts or adds up, or to what cannot be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log.newer_contract import reason_to_put_aside
from connectors.log.port import Record
from operators.engine.operator_context import OperatorContext
from operators.machines.insights.order_steps import OrderStepReader
from operators.steps.decode import Dead, read_each, require_home
from schemas.codec import NewerSchema, Unreadable
from schemas.contracts.registry import EXCEPTIONS, INSIGHTS_INBOX, INVENTORY_EVENTS, ORDERS_EVENTS
from schemas.headers import event_time_ms

INPUTS = (INSIGHTS_INBOX, ORDERS_EVENTS, INVENTORY_EVENTS, EXCEPTIONS)
"""The inbox first: what was counted before is added up before more is counted."""


@dataclass(frozen=True, slots=True)
class Input:
    """A message with its record, and the time at which a flow of ours decided it (`ce_time`)."""

    record: Record
    decided_at_ms: int
    message: object


@dataclass(frozen=True, slots=True)
class Inputs:
    """The two ways on from here."""

    readable: "Stream[Input]"
    dead: "Stream[Dead]"


def insight_inputs(step_id: str, records: "Stream[Record]", task: OperatorContext) -> Inputs:
    """Read each record as far as it is needed; one outside its key's home partition is a bug and stops the flow."""
    order_steps = OrderStepReader(task.codec)
    readers = {
        ORDERS_EVENTS: order_steps.read,
        **{topic: _decoder(task, topic) for topic in INPUTS if topic != ORDERS_EVENTS},
    }

    def read(batch: list[Record]) -> list[Input | Dead]:
        return read_each(batch, task, lambda record: _read(record, task, readers))

    ways = op.branch(f"{step_id} readable", op.flat_map_batch(step_id, records, task.step(read)), _is_input)
    return Inputs(readable=ways.trues, dead=ways.falses)  # type: ignore[arg-type]  # branch cannot narrow


def _is_input(item: Input | Dead) -> bool:
    return isinstance(item, Input)


def _decoder(task: OperatorContext, topic: str) -> Callable[[bytes], object]:
    return lambda value: task.codec.decode(topic, value)


def _read(record: Record, task: OperatorContext, readers: Mapping[str, Callable[[bytes], object]]) -> Input | Dead:
    require_home(record.key, record, task)
    if record.value is None:
        return Dead(record, "a record without value in a topic that keeps all", "read")
    decided_at_ms = event_time_ms(record.headers)
    if decided_at_ms is None:
        return Dead(record, "no ce_time header of ours", "read")
    try:
        return Input(record, decided_at_ms, readers[record.topic](record.value))
    except NewerSchema as newer:
        return Dead(record, reason_to_put_aside(record, task.flow, newer, task.guard.named), "read")
    except Unreadable as error:
        return Dead(record, error.reason, "read")
