"""Inventory: the double-entry ledger of stock, the only place where units are granted.

```
inventory.inbox ─▶ decode ─▶ ledger ─▶ emit ─┬─▶ orders.inbox          (answered, filled)
      ▲               │                      ├─▶ inventory.inbox       (the lines of a stock document)
      └── ticks       └─▶ dead letters       ├─▶ inventory.events      (the journal of transfers)
                                             ├─▶ inventory.positions, inventory.availability
                                             ├─▶ reconciliation         (differences to snapshots)
                                             └─▶ exceptions, exceptions.state
```
"""

from collections.abc import Mapping

import bytewax.operators as op
from bytewax.dataflow import Dataflow

from domain.deduplication import Horizons
from domain.identifiers import ChannelId, ErpId
from domain.inventory.reconciliation.policy import ReconciliationPolicy
from domain.inventory.stock_policy.availability import Sourcing
from domain.messages.cases import CaseHome
from operators.engine.keyed_state import keyed_state
from operators.engine.source import StopSignal, from_log, to_log
from operators.engine.task import Task
from operators.machines.below_zero import below_zero_in
from operators.machines.cases.kept_cases import CaseKeeper
from operators.machines.inventory import InventoryMachine
from operators.steps.dead_letters import dead_letters
from operators.steps.decode import decode
from operators.steps.emit import emit

FLOW = "inventory"


def build(  # noqa: PLR0913, PLR0917  called in one place
    flow: Dataflow,
    task: Task,
    horizons: Horizons,
    sourcing: Sourcing,
    policy: ReconciliationPolicy,
    shown_by: Mapping[ChannelId, ErpId],
    stop_signal: StopSignal,
) -> None:
    """Add the flow.

    `horizons`: how long repeats of a stock document are recognised, by source; `sourcing`: the nodes of each channel
    with an availability feed; `policy`: which differences to snapshots the ledger takes over by itself; `shown_by`: the
    shop that is told what a channel may show.
    """
    task.below_zero = lambda: below_zero_in(task.partitions.values())
    inbox = from_log("inventory: inbox", flow, task, stop_signal)
    decoded = decode("inventory: decode", inbox, task)
    ledger = InventoryMachine(horizons, sourcing, policy, shown_by)
    machine = CaseKeeper(CaseHome.INVENTORY, ledger, task.case_policy, ledger.react)
    effects = keyed_state("inventory: ledger", decoded.events, task, machine)
    records = emit("inventory: emit", effects, task)
    letters = dead_letters("inventory: dead letters", decoded.dead, task)
    to_log("inventory: log", op.merge("inventory: out", records, letters), task, stop_signal)
