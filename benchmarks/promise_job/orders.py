"""Orders: recognises copies, requests each line from the partition of its item, and gathers the answers.

```
answers, promise.orders ─▶ decode ─▶ order machine ─▶ emit ─▶ requests, promise.status, promise.exceptions
```
"""

from collections.abc import Sequence

from bytewax.dataflow import Dataflow

from benchmarks.promise_job.messages import readers, writers
from benchmarks.promise_job.order_machine import OrderMachine
from benchmarks.promise_job.steps import decode, emit
from benchmarks.promise_job.topics import ORDERS, Hops
from operators.engine.keyed_state import keyed_state
from operators.engine.source import StopSignal, from_log, to_log
from operators.engine.task import Task


def inputs(hops: Hops) -> Sequence[str]:
    """What is begun is finished before more is begun."""
    return (hops.answers, ORDERS)


def build(flow: Dataflow, task: Task, hops: Hops, stop_signal: StopSignal) -> None:
    """Add the flow."""
    records = from_log("orders: in", flow, task, stop_signal)
    events = decode("orders: decode", records, task, readers(hops))
    effects = keyed_state("orders: order machine", events, task, OrderMachine())
    outgoing = emit("orders: emit", effects, task, writers(hops), hops.requests)
    to_log("orders: out", outgoing, task, stop_signal)
