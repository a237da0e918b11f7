"""What cannot be read is kept: the original bytes and headers, with the reason and the way back."""

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.dead_letters import dead_letter
from connectors.log import Outgoing
from operators.decode import Dead
from operators.task import Task


def dead_letters(step_id: str, dead: "Stream[Dead]", task: Task) -> "Stream[Outgoing]":
    """One dead letter a record, under the record's own key."""

    def write(batch: list[Dead]) -> list[Outgoing]:
        task.emitted(len(batch))
        task.dead_lettered(item.record.topic for item in batch)
        return [dead_letter(item.record, f"{task.flow}/{item.stage}", item.reason) for item in batch]

    return op.flat_map_batch(step_id, dead, write)
