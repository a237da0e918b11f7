"""`python -m benchmarks.promise_job BOOTSTRAP PARTITIONS APP_ID STATE_DIR`: both flows in a process, until SIGTERM."""

import sys
from contextlib import ExitStack, closing
from pathlib import Path

from bytewax.dataflow import Dataflow

from benchmarks.promise_job import flows
from benchmarks.promise_job.messages import ORDERS, STOCK, Hops
from benchmarks.promise_job.topics import create_topics
from connectors.kafka_log import KafkaLog
from dataflows.assembly import run_graph
from dataflows.command_line.ending import Ending
from operators.source import Stopping
from operators.task import EpochLimits, Task
from schemas.codec import Codec
from schemas.contracts import load_contracts


def main(bootstrap: str, partitions: str, application: str, state_directory: str) -> None:
    """Answers are read before new orders, and receipts before requests."""
    hops, state = Hops(application), Path(state_directory)
    create_topics(bootstrap, int(partitions), hops)
    stopping, graph, codec = Stopping(Ending().wanted), Dataflow("promise"), Codec(load_contracts())
    with ExitStack() as open_logs:
        for flow, inputs, changelog in (
            (flows.orders, (hops.answers, ORDERS), hops.orders_changelog),
            (flows.inventory, (STOCK, hops.requests), hops.inventory_changelog),
        ):
            name = flow.__name__
            log = KafkaLog(bootstrap, application, name, 0, inputs, state, changelog)
            open_logs.enter_context(closing(log))
            flow(graph, Task(name, log, codec, inputs[0], EpochLimits()), hops, stopping)
        run_graph(graph, stopping)


if __name__ == "__main__":
    main(*sys.argv[1:])
