"""Naming a log on the command line: a data folder (embedded) or a broker (Kafka), and opening it."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from connectors.clock import wall_clock_ms
from connectors.embedded_client import EmbeddedClient
from connectors.kafka_log import KafkaLog
from connectors.log import Log, LogFailed


def add_where(parser: argparse.ArgumentParser) -> None:
    """The options that every command shares."""
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--data", type=Path, metavar="DIR", help="the data folder of an embedded log")
    place.add_argument("--bootstrap", metavar="HOST:PORT", help="a Kafka broker")
    add_application(parser)


def add_application(parser: argparse.ArgumentParser) -> None:
    """Whose log it is."""
    parser.add_argument(
        "--application",
        default="orderline",
        metavar="NAME",
        help="begins the names of consumer groups and transactions (default %(default)s)",
    )


def where_of(arguments: argparse.Namespace) -> list[str]:
    """The same options again, for a child process."""
    place = ["--data", str(arguments.data)] if arguments.data else ["--bootstrap", arguments.bootstrap]
    return [*place, "--application", arguments.application]


def has_log(data: Path) -> bool:
    """Whether an embedded log was begun in a data folder."""
    return (data / "log" / "CURRENT").exists()


def make_data_folder(data: Path) -> None:
    """Make the data folder of an embedded log; one whose `log/` is somebody else's is refused."""
    make_folder(data, "--data")
    log = data / "log"
    if log.exists() and not (log / "LOCK").exists() and (log.is_file() or any(log.iterdir())):
        raise LogFailed(f"{log} is not a log of orderline: choose another --data folder")


def make_folder(folder: Path, option: str) -> None:
    """Make a folder that an option names, or that is to hold what it names."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogFailed(f"cannot make the folder {folder} ({error.strerror}): choose another {option}") from error


def open_beside(arguments: argparse.Namespace, name: str, inputs: Sequence[str]) -> Log:
    """A log for a program beside the flows: no state, a group of its own."""
    if arguments.data is None:
        return KafkaLog(arguments.bootstrap, arguments.application, name, 0, inputs, None, None)
    make_data_folder(arguments.data)
    if not (has_log(arguments.data) or arguments.end_with_parent):
        sys.stderr.write(f"orderline notes: no log yet; waiting for `orderline run all --data {arguments.data}`\n")
    return EmbeddedClient(arguments.data, arguments.application, name, inputs, wall_clock_ms)
