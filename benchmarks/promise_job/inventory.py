"""Inventory: grants available units, and answers.

```
promise.stock, requests ─▶ decode ─▶ stock machine ─▶ emit ─▶ answers
```
"""

from collections.abc import Sequence

from bytewax.dataflow import Dataflow

from benchmarks.promise_job.messages import readers, writers
from benchmarks.promise_job.steps import decode, emit
from benchmarks.promise_job.stock_machine import StockMachine
from benchmarks.promise_job.topics import STOCK, Hops
from operators.engine.keyed_state import keyed_state
from operators.engine.source import StopSignal, from_log, to_log
from operators.engine.task import Task


def inputs(hops: Hops) -> Sequence[str]:
    """An item's receipts come before any request for it."""
    return (STOCK, hops.requests)


def build(flow: Dataflow, task: Task, hops: Hops, stop_signal: StopSignal) -> None:
    """Add the flow."""
    records = from_log("inventory: in", flow, task, stop_signal)
    events = decode("inventory: decode", records, task, readers(hops))
    effects = keyed_state("inventory: stock machine", events, task, StockMachine())
    outgoing = emit("inventory: emit", effects, task, writers(hops), hops.requests)
    to_log("inventory: out", outgoing, task, stop_signal)
