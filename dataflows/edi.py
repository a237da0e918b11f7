"""EDI: what partners are told of their orders, stock and shipments, in their words, and what they acknowledge.

```
orders.events ──────────┐
inventory.availability ─┼─▶ read ─▶ relay ──────────────┐          ┌─▶ edi.inbox      (by partner)
warehouse.commands ─────┤     │                          ├─▶ emit ──┼─▶ edi.outbound   (855, 856, 810, 997, ...)
edi.inbox ──────────────┘     ├────▶ partners' documents ┘          └─▶ exceptions, exceptions.state
      ▲                       └─▶ dead letters
      └── ticks
```
"""

import bytewax.operators as op
from bytewax.dataflow import Dataflow

from domain.messages.cases import CaseHome
from operators.engine.keyed_state import keyed_state
from operators.engine.source import StopSignal, from_log, to_log
from operators.engine.task import Task
from operators.machines.cases.kept_cases import CaseKeeper
from operators.machines.edi.edi_inputs import edi_inputs
from operators.machines.edi.machine import EdiMachine
from operators.machines.edi.partners import Partners
from operators.steps.dead_letters import dead_letters
from operators.steps.emit import emit

FLOW = "edi"


def build(flow: Dataflow, task: Task, partners: Partners, stop_signal: StopSignal) -> None:
    """Add the flow."""
    records = from_log("edi: inputs", flow, task, stop_signal)
    inputs = edi_inputs("edi: read", records, task, partners)
    documents = EdiMachine(partners)
    machine = CaseKeeper(CaseHome.EDI, documents, task.case_policy, documents.react)
    effects = keyed_state("edi: partners' documents", inputs.events, task, machine)
    outgoing = emit("edi: emit", op.merge("edi: said", inputs.relayed, effects), task)
    letters = dead_letters("edi: dead letters", inputs.dead, task)
    to_log("edi: log", op.merge("edi: out", outgoing, letters), task, stop_signal)
