"""Running a graph of flows: a commit gate at every poll, a tuned garbage collector, and one exit for a failed log."""

import gc
from datetime import timedelta
from typing import Final

from bytewax.dataflow import Dataflow
from bytewax.errors import BytewaxRuntimeError
from bytewax.run import cli_main

from connectors.log.port import LogFailed
from operators.engine.source import StopSignal

_COLLECT_AFTER: Final = 200_000
"""Allocations between two collections: more than an epoch keeps alive, else each walks the open epoch (a third of the
throughput at 50,000)."""


def run_graph(graph: Dataflow, stop_signal: StopSignal) -> None:
    """Run until stopped, or until `LogFailed`. Every poll is a Bytewax epoch of its own, so each has a commit gate."""
    tune_garbage_collector()
    try:
        cli_main(graph, epoch_interval=timedelta(0))
    except BytewaxRuntimeError as error:
        if (failure := _of_the_log(error)) is not None:
            raise failure from error
        raise
    stop_signal.raise_failure()


def _of_the_log(error: BaseException) -> LogFailed | None:
    """The `LogFailed` that an operator raised, when that is what ended the graph; anything else is a bug."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, LogFailed):
        cause = cause.__cause__
    return cause


def tune_garbage_collector() -> None:
    """Exempt what stays from garbage collection: each collection would walk the whole cache of rows."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 20, 50)
