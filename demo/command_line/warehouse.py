"""Run a simulated warehouse that answers `warehouse.commands.v1` with picks, shipments and deliveries."""

import argparse
from contextlib import closing
from typing import Final

from dataflows.command_line.where import add_application, add_where, log_of, open_external
from dataflows.logs import log_as
from dataflows.processes.shutdown import ShutdownSignal, add_ending, end_with_parent
from demo.warehouse import simulator as warehouse
from demo.warehouse.times import Delays
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import WAREHOUSE_COMMANDS

_DELAYS: Final = Delays(
    short_per_mille=20,
    put_back_per_mille=20,
    reverse_per_mille=10,
    deliver_per_mille=100,
    invoice_per_mille=300,
    mistype_per_mille=30,
)


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = commands.add_parser("warehouse-simulator", help="run a simulated warehouse", description=__doc__)
    add_where(parser)
    add_application(parser)
    add_ending(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT."""
    end_with_parent(wanted=arguments.end_with_parent)
    log_as("warehouse-simulator")
    where, topics = log_of(arguments), ((WAREHOUSE_COMMANDS,), warehouse.ANSWERS)
    with closing(open_external(where, "warehouse-simulator", *topics, is_child=arguments.end_with_parent)) as log:
        warehouse.run(log, Codec(load_contracts()), _DELAYS, ShutdownSignal().wanted)
    return 0
