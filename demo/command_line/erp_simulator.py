"""`orderline erp-simulator`: a simulated ERP with faults."""

import argparse
import sys
from functools import partial
from pathlib import Path

from connectors.log.folders import make_folder
from connectors.log.port import LogFailed
from dataflows.command_line.usage import whole
from dataflows.logs import log_as
from dataflows.processes.shutdown import ShutdownSignal, add_ending, end_with_parent
from demo.erp.behaviour import ErpBehaviour
from demo.erp.simulator import serve


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "erp-simulator",
        help="run a simulated ERP",
        description="Run a simulated ERP. It books sales orders, shipments and cancellations into its own "
        "SQLite file, slowly, and fails in the ways of a real one.",
    )
    parser.add_argument("--database", type=Path, required=True, metavar="FILE", help="its SQLite database")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="address to listen on (default %(default)s: this machine only)",
    )
    parser.add_argument(
        "--port", type=whole(0, 65_535), default=8085, help="port to listen on; 0 picks a free one (default 8085)"
    )
    parser.add_argument("--seed", type=whole(0), default=1, help="seed of its faults (default 1)")
    parser.add_argument(
        "--latency-ms",
        type=whole(0),
        nargs=2,
        default=(5, 25),
        metavar=("MIN", "MAX"),
        help="latency of a call (default 5 25)",
    )
    parser.add_argument(
        "--lose-answer",
        type=whole(0, 1_000),
        default=10,
        metavar="PER_MILLE",
        help="answers lost after the booking (default 10)",
    )
    parser.add_argument(
        "--book-late",
        type=whole(0, 1_000),
        default=5,
        metavar="PER_MILLE",
        help="calls answered 504 and booked later (default 5)",
    )
    parser.add_argument(
        "--locked",
        type=whole(0, 1_000),
        default=10,
        metavar="PER_MILLE",
        help="documents locked for a while (default 10)",
    )
    parser.add_argument(
        "--no-unique-keys",
        action="store_false",
        dest="unique_keys",
        help="book a repeated request again, as ERPs without unique business keys do",
    )
    parser.add_argument(
        "--outage-after-orders",
        type=whole(0),
        default=0,
        metavar="N",
        help="be down once, after N orders (default 0: never)",
    )
    parser.add_argument(
        "--outage-seconds", type=whole(0), default=8, metavar="N", help="length of that outage (default 8)"
    )
    add_ending(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    end_with_parent(wanted=arguments.end_with_parent)
    log_as("erp-simulator")
    ending = ShutdownSignal()
    behaviour = _behaviour_of(arguments)
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


def _behaviour_of(arguments: argparse.Namespace) -> ErpBehaviour:
    try:
        return ErpBehaviour(
            seed=arguments.seed,
            unique_keys=arguments.unique_keys,
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
