"""EDI: what partners are told of their orders, stock and shipments, in their words, and what they acknowledge.

Shops are told what they may show of each item: that passes dispatch, as all calls do.

```
orders.events ──────────┐
inventory.availability ─┼─▶ read ─▶ relay ──────────────┐          ┌─▶ edi.inbox      (by partner)
warehouse.commands ─────┤     │                          ├─▶ emit ──┼─▶ edi.outbound   (855, 856, 810, 997, ...)
edi.inbox ──────────────┘     ├────▶ partners' documents ┘          ├─▶ dispatch.inbox (what shops may show)
      ▲                       └─▶ dead letters                      └─▶ exceptions, exceptions.state
      └── ticks
```
"""

from collections.abc import Mapping

import bytewax.operators as op
from bytewax.dataflow import Dataflow

from domain.identifiers import ChannelId
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
from schemas.shops import ShownBy

FLOW = "edi"


def build(
    flow: Dataflow, task: Task, partners: Partners, shops: Mapping[ChannelId, ShownBy], stop_signal: StopSignal
) -> None:
    """Add the flow; `shops` by the channel whose stock they show."""
    records = from_log("edi: inputs", flow, task, stop_signal)
    inputs = edi_inputs("edi: read", records, task, partners, shops)
    documents = EdiMachine(partners)
    machine = CaseKeeper(CaseHome.EDI, documents, task.case_policy, documents.react)
    effects = keyed_state("edi: partners' documents", inputs.events, task, machine)
    outgoing = emit("edi: emit", op.merge("edi: said", inputs.relayed, effects), task)
    letters = dead_letters("edi: dead letters", inputs.dead, task)
    to_log("edi: log", op.merge("edi: out", outgoing, letters), task, stop_signal)
