"""Insights: aggregates the public topics in windows of event time, by channel and region, node, and exception class.

```
orders.events ────┐                                              ┌─▶ insights.inbox    (partial sums, watermarks)
inventory.events ─┼─▶ read ─▶ windows (count, add up) ─▶ emit ──┤
exceptions ───────┤     │                                        └─▶ insights.windows  (upserts)
insights.inbox ───┘     └─▶ dead letters
      ▲
      └── ticks
```
"""

import bytewax.operators as op
from bytewax.dataflow import Dataflow

from operators.engine.source import StopSignal, from_log, to_log
from operators.engine.task import Task
from operators.machines.insights.insight_inputs import insight_inputs
from operators.machines.insights.window_records import window_records
from operators.machines.insights.windows import windows
from operators.steps.dead_letters import dead_letters

FLOW = "insights"


def build(flow: Dataflow, task: Task, stop_signal: StopSignal) -> None:
    """Add the flow."""
    records = from_log("insights: inputs", flow, task, stop_signal)
    inputs = insight_inputs("insights: read", records, task)
    updates = windows("insights: windows", inputs.readable, task)
    outgoing = window_records("insights: emit", updates, task)
    letters = dead_letters("insights: dead letters", inputs.dead, task)
    to_log("insights: log", op.merge("insights: out", outgoing, letters), task, stop_signal)
