"""`python -m benchmarks.promise_job FLOW BOOTSTRAP PARTITIONS APP_ID STATE_DIR`: one flow of the job, until SIGTERM."""

import sys
from contextlib import closing
from pathlib import Path

from bytewax.dataflow import Dataflow

from benchmarks.promise_job import inventory, orders
from benchmarks.promise_job.topics import Hops, create_topics
from connectors.kafka.member.log import KafkaLog
from dataflows.processes.ending import Ending
from operators.engine.open_epoch import EpochLimits
from operators.engine.running import run_graph
from operators.engine.source import Stopping
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
    stopping = Stopping(Ending().wanted)
    with closing(KafkaLog(bootstrap, application, name, 0, inputs, Path(state_directory), changelog)) as log:
        flow.build(graph, Task(name, log, Codec(load_contracts()), inputs[0], _LIMITS), hops, stopping)
        run_graph(graph, stopping)


if __name__ == "__main__":
    main(*sys.argv[1:])
