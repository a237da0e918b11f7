"""Intake: everything from outside becomes a canonical event in the inbox of the flow concerned.

```
source.<source_id>.v1 ─┐                       ┌─▶ orders.inbox
                       ├─▶ canonical ─▶ emit ──┼─▶ inventory.inbox
erp.responses.v1 ──────┘        │              ├─▶ dispatch.inbox
                                │              ├─▶ edi.inbox       (what EDI partners are owed)
                                │              └─▶ exceptions      (readable, but refused)
                                └─▶ dead letters ─▶ deadletters    (unreadable)
```
"""

from collections.abc import Mapping

import bytewax.operators as op
from bytewax.dataflow import Dataflow

from operators.engine.source import StopSignal, from_log, to_log
from operators.engine.task import Task
from operators.machines.edi.partners import Partners
from operators.steps.canonical import canonical
from operators.steps.dead_letters import dead_letters
from operators.steps.emit import emit
from schemas.channel_language.channel_file import ChannelFile

FLOW = "intake"


def build(
    flow: Dataflow, task: Task, channels: Mapping[str, ChannelFile], partners: Partners, stop_signal: StopSignal
) -> None:
    """Add the flow; `channels` by source topic."""
    raw = from_log("intake: sources", flow, task, stop_signal)
    mapped = canonical("intake: canonical", raw, task, channels, partners)
    records = emit("intake: emit", mapped.effects, task)
    letters = dead_letters("intake: dead letters", mapped.dead, task)
    to_log("intake: log", op.merge("intake: out", records, letters), task, stop_signal)
