"""The two flows of the job, each read from top to bottom."""

from bytewax.dataflow import Dataflow

from benchmarks.promise_job.messages import Hops, readers, writers
from benchmarks.promise_job.order_machine import OrderMachine
from benchmarks.promise_job.steps import decode, emit
from benchmarks.promise_job.stock_machine import StockMachine
from operators.keyed_state import keyed_state
from operators.source import Stopping, from_log, to_log
from operators.task import Task


def orders(flow: Dataflow, task: Task, hops: Hops, stopping: Stopping) -> None:
    """Answers and new orders in, requests and statuses out."""
    records = from_log("orders: in", flow, task, stopping)
    events = decode("orders: decode", records, task, readers(hops))
    effects = keyed_state("orders: order machine", events, task, OrderMachine())
    outgoing = emit("orders: emit", effects, task, writers(hops))
    to_log("orders: out", outgoing, task, stopping)


def inventory(flow: Dataflow, task: Task, hops: Hops, stopping: Stopping) -> None:
    """Receipts and requests in, answers out."""
    records = from_log("inventory: in", flow, task, stopping)
    events = decode("inventory: decode", records, task, readers(hops))
    effects = keyed_state("inventory: stock machine", events, task, StockMachine())
    outgoing = emit("inventory: emit", effects, task, writers(hops))
    to_log("inventory: out", outgoing, task, stopping)
