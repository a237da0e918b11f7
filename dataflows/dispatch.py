"""Dispatch: stores the commands that orders have for an ERP, and forwards them as the ERP's gate allows.

```
dispatch.inbox ─▶ decode ─▶ queue and gate ─▶ emit ─┬─▶ erp.commands.<erp_id>
      ▲              │                              ├─▶ orders.inbox     (outcomes)
      └── ticks      └─▶ dead letters               └─▶ exceptions       (outages, ...), exceptions.state
```
"""

from collections.abc import Mapping

import bytewax.operators as op
from bytewax.dataflow import Dataflow

from domain.dispatch.policy import DispatchPolicy
from domain.identifiers import ErpId
from domain.messages.cases import CaseHome
from operators.engine.keyed_state import keyed_state
from operators.engine.source import StopSignal, from_log, to_log
from operators.engine.task import Task
from operators.machines.cases.kept_cases import CaseKeeper
from operators.machines.dispatch import DispatchMachine
from operators.machines.dispatch_gates import gates_of
from operators.steps.dead_letters import dead_letters
from operators.steps.decode import decode
from operators.steps.emit import emit

FLOW = "dispatch"


def build(flow: Dataflow, task: Task, policies: Mapping[ErpId, DispatchPolicy], stop_signal: StopSignal) -> None:
    """Add the flow; `policies` by erp_id."""
    task.erp_gates = lambda now_ms: gates_of(task.partitions.values(), policies, now_ms)
    inbox = from_log("dispatch: inbox", flow, task, stop_signal)
    decoded = decode("dispatch: decode", inbox, task)
    queues = DispatchMachine(policies)
    machine = CaseKeeper(CaseHome.DISPATCH, queues, task.case_policy, queues.react)
    effects = keyed_state("dispatch: queue and gate", decoded.events, task, machine)
    records = emit("dispatch: emit", effects, task)
    letters = dead_letters("dispatch: dead letters", decoded.dead, task)
    to_log("dispatch: log", op.merge("dispatch: out", records, letters), task, stop_signal)
