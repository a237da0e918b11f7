"""Orders: the authoritative state of every order, and what follows from it.

```
orders.inbox ─▶ decode ─▶ order machine ─▶ emit ─┬─▶ orders.events, orders.state
      ▲            │      (deduplicates)         ├─▶ inventory.inbox      (reserve, confirm, release, picked, shipped)
      │            └─▶ dead letters              ├─▶ dispatch.inbox       (what the ERP is asked)
      ├── ticks                                  ├─▶ warehouse.commands, exceptions, exceptions.state
      └── is it a second order? ◀────────────────┘
```
"""

import bytewax.operators as op
from bytewax.dataflow import Dataflow

from domain.deduplication import Horizons
from domain.messages.cases import CaseHome
from domain.orders.decision import OrderRules
from operators.engine.keyed_state import keyed_state
from operators.engine.source import StopSignal, from_log, to_log
from operators.engine.task import Task
from operators.machines.cases.kept_cases import CaseKeeper
from operators.machines.orders import OrderMachine
from operators.steps.dead_letters import dead_letters
from operators.steps.decode import decode
from operators.steps.emit import emit

FLOW = "orders"


def build(flow: Dataflow, task: Task, rules: OrderRules, horizons: Horizons, stop_signal: StopSignal) -> None:
    """Add the flow; `horizons`: how long duplicates of a message are recognized, by source."""
    inbox = from_log("orders: inbox", flow, task, stop_signal)
    decoded = decode("orders: decode", inbox, task)
    orders = OrderMachine(rules, horizons)
    machine = CaseKeeper(CaseHome.ORDERS, orders, task.case_policy, orders.react)
    effects = keyed_state("orders: order machine", decoded.events, task, machine)
    records = emit("orders: emit", effects, task)
    letters = dead_letters("orders: dead letters", decoded.dead, task)
    to_log("orders: log", op.merge("orders: out", records, letters), task, stop_signal)
