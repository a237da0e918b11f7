"""`python -m benchmarks.promise_job FLOW BOOTSTRAP PARTITIONS APP_ID STATE_DIR`: one flow of the job, until SIGTERM."""

import sys
from contextlib import closing
from pathlib import Path

from bytewax.dataflow import Dataflow

from benchmarks.promise_job import inventory, orders
from benchmarks.promise_job.topics import Hops, create_topics
from connectors.kafka.member.log import KafkaLog
from dataflows.processes.shutdown import ShutdownSignal
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.running import run_graph
from operators.engine.source import StopSignal
from operators.engine.task import Task
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts

_FLOWS = {"orders": orders, "inventory": inventory}
_LIMITS = EpochLimits(idle_wait_s=0.05, poll_records=100)
"""So few records at once stay in a core's caches from step to step: an order has 25 lines, a record between the flows
up to 50 orders."""


def main(name: str, bootstrap: str, partitions: str, application: str, state_directory: str) -> None:
    """Make the topics where they are missing, and run."""
    hops, flow, graph = Hops(application), _FLOWS[name], Dataflow(name)
    create_topics(bootstrap, int(partitions), hops)
    inputs, changelog = flow.inputs(hops), hops.changelog(name)
    stop_signal = StopSignal(ShutdownSignal().wanted)
    with closing(KafkaLog(bootstrap, application, name, 0, inputs, Path(state_directory), changelog)) as log:
        flow.build(graph, Task(name, log, Codec(load_contracts()), inputs[0], _LIMITS), hops, stop_signal)
        run_graph(graph, stop_signal)


if __name__ == "__main__":
    main(*sys.argv[1:])
