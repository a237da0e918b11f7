"""`orderline erp-connector` and `orderline erp-simulator`: the way to an ERP, and one to try it with."""

import argparse
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

from connectors.erp import connector
from connectors.erp.simulated import SimulatedErp
from connectors.erp.wire import HttpWire
from connectors.log import LogFailed
from connectors.simulators.erp import serve
from connectors.simulators.erp_behaviour import ErpBehaviour
from dataflows.command_line.ending import Ending, add_ending, end_with_parent
from dataflows.command_line.observing import add_http, observed
from dataflows.command_line.usage import whole
from dataflows.command_line.where import add_where, make_folder, open_beside
from operators.routes import erp_command_topic
from schemas.codec import Codec
from schemas.contracts import load_contracts


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare both commands."""
    link = commands.add_parser(
        "erp-connector",
        help="execute the commands of one ERP",
        description="Reads the commands for one ERP, makes the calls, writes what came of them to erp.responses.v1.",
    )
    add_where(link)
    link.add_argument("--erp", default="main", metavar="ERP_ID", help="which ERP's commands (default main)")
    link.add_argument("--url", default="http://127.0.0.1:8085", help="where the ERP listens (default %(default)s)")
    link.add_argument("--workers", type=whole(1, 256), default=16, metavar="N", help="calls at a time (default 16)")
    add_http(link)
    add_ending(link)
    link.set_defaults(run=run_connector)

    simulator = commands.add_parser(
        "erp-simulator",
        help="an ERP behind HTTP with a durable store of its own",
        description="An ERP to try the flows with. It books sales orders, shipments and cancellations into its own "
        "SQLite file, slowly, and fails in the ways of a real one.",
    )
    simulator.add_argument("--database", type=Path, required=True, metavar="FILE", help="its SQLite file")
    simulator.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="where to listen (default %(default)s: this machine only)",
    )
    simulator.add_argument("--port", type=whole(0, 65_535), default=8085, help="default 8085; 0: any free one")
    simulator.add_argument("--seed", type=whole(0), default=1, help="of its faults (default 1)")
    simulator.add_argument(
        "--latency-ms", type=whole(0), nargs=2, default=(5, 25), metavar=("LEAST", "MOST"), help="of a call"
    )
    simulator.add_argument(
        "--lose-answer",
        type=whole(0, 1_000),
        default=10,
        metavar="PER_MILLE",
        help="lost after the booking (default 10)",
    )
    simulator.add_argument(
        "--book-late",
        type=whole(0, 1_000),
        default=5,
        metavar="PER_MILLE",
        help="504 at once, booked later (default 5)",
    )
    simulator.add_argument(
        "--locked",
        type=whole(0, 1_000),
        default=10,
        metavar="PER_MILLE",
        help="refused for a while by a lock (default 10)",
    )
    simulator.add_argument(
        "--outage-after-orders", type=whole(0), default=0, metavar="N", help="be down once, then (default 0: never)"
    )
    simulator.add_argument("--outage-seconds", type=whole(0), default=8, metavar="N", help="for how long (default 8)")
    add_ending(simulator)
    simulator.set_defaults(run=run_simulator)


def run_connector(arguments: argparse.Namespace) -> int:
    """Work until told to end."""
    end_with_parent(arguments)
    topic = erp_command_topic(arguments.erp)
    if topic not in load_contracts().topics:
        raise LogFailed(f"no topic {topic}: is {arguments.erp!r} the erp_id of an ERP file?")
    name = f"erp-connector-{arguments.erp}"
    with observed(arguments, name) as observer_of:
        observer = observer_of(name)
        with closing(open_beside(arguments, name, (topic,))) as log:
            stop = Ending().wanted
            adapter = SimulatedErp(HttpWire(arguments.url, arguments.workers))
            codec = Codec(load_contracts())
            connector.run(log, adapter, codec, arguments.erp, workers=arguments.workers, stop=stop, observer=observer)
    return 0


def run_simulator(arguments: argparse.Namespace) -> int:
    """Serve until told to end."""
    end_with_parent(arguments)
    ending = Ending()
    behaviour = _behaviour(arguments)
    make_folder(arguments.database.parent, "--database")
    try:
        serve(
            arguments.host,
            arguments.port,
            arguments.database,
            behaviour,
            stop=ending.wanted,
            announce=partial(_announce, arguments.host),
        )
    except OSError as error:
        raise LogFailed(
            f"cannot listen on {arguments.host}:{arguments.port} ({error.strerror}): "
            "choose another with --port or --host"
        ) from error
    return 0


def _behaviour(arguments: argparse.Namespace) -> ErpBehaviour:
    try:
        return ErpBehaviour(
            seed=arguments.seed,
            latency_from_ms=arguments.latency_ms[0],
            latency_to_ms=arguments.latency_ms[1],
            lose_answer_per_mille=arguments.lose_answer,
            book_late_per_mille=arguments.book_late,
            lock_per_mille=arguments.locked,
            outage_after_orders=arguments.outage_after_orders,
            outage_ms=arguments.outage_seconds * 1_000,
        )
    except ValueError as error:
        raise LogFailed(str(error)) from error


def _announce(host: str, port: int) -> None:
    sys.stdout.write(f"the ERP simulator listens on http://{host}:{port}; Ctrl-C stops it\n")
    sys.stdout.flush()
