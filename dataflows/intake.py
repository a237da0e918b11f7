"""Intake: everything from outside becomes a canonical event in the inbox of the flow concerned.

```
source.<source_id>.v1 ──┐                       ┌─▶ orders.inbox
reference.channels.v1 ──┼─▶ canonical ─▶ emit ──┼─▶ inventory.inbox
erp.responses.v1 ───────┘        │              ├─▶ dispatch.inbox
                                 │              ├─▶ edi.inbox       (what EDI partners are owed)
                                 │              └─▶ exceptions      (readable, but refused)
                                 └─▶ dead letters ─▶ deadletters    (unreadable)
```
"""

import bytewax.operators as op
from bytewax.dataflow import Dataflow

from operators.engine.source import StopSignal, from_log, to_log
from operators.engine.task import Task
from operators.machines.edi.partners import Partners
from operators.steps.canonical import canonical
from operators.steps.channel_versions import ChannelVersions
from operators.steps.dead_letters import dead_letters
from operators.steps.emit import emit

FLOW = "intake"


def build(flow: Dataflow, task: Task, versions: ChannelVersions, partners: Partners, stop_signal: StopSignal) -> None:
    """Add the flow."""
    raw = from_log("intake: sources", flow, task, stop_signal)
    mapped = canonical("intake: canonical", raw, task, versions, partners)
    records = emit("intake: emit", mapped.effects, task)
    letters = dead_letters("intake: dead letters", mapped.dead, task)
    to_log("intake: log", op.merge("intake: out", records, letters), task, stop_signal)
