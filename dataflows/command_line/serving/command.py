"""`orderline serve`: its actions."""

import argparse

from dataflows.command_line.serving import files, ingest


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline serve` and its actions."""
    parser = commands.add_parser(
        "serve",
        help="take records from outside into the log",
        description="Programs that take records into the topics of their sources, until Ctrl-C or SIGTERM.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    ingest.add_parser(actions)
    files.add_parser(actions)
