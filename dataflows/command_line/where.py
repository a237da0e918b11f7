"""Naming a log on the command line: a data folder (embedded) or a broker (Kafka), and opening it."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from connectors.embedded.client import EmbeddedClient
from connectors.kafka.member.log import KafkaLog
from connectors.kafka.options import NO_OPTIONS, read_options
from connectors.log.clock import wall_clock_ms
from connectors.log.port import Log, LogFailed
from connectors.topic_reader import TopicReader, open_reader

# The owner may be making the log just now, or have died while it did: this file of RocksDB's binding comes before all
# others, so whoever sees any of them and then looks for it finds it.
_MADE_FIRST = "rocksdict-config.json"


def add_where(parser: argparse.ArgumentParser) -> None:
    """The options that every command shares."""
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--data", type=Path, metavar="DIR", help="the data folder of an embedded log")
    place.add_argument("--bootstrap", metavar="HOST:PORT", help="a Kafka broker")
    add_kafka_options(parser)
    add_application(parser)


def add_application(parser: argparse.ArgumentParser) -> None:
    """Whose log it is."""
    parser.add_argument(
        "--application",
        default="orderline",
        metavar="NAME",
        help="begins the names of consumer groups and transactions (default %(default)s)",
    )


def add_kafka_options(parser: argparse.ArgumentParser) -> None:
    """What a cluster asks of its clients."""
    parser.add_argument(
        "--kafka-options",
        type=Path,
        metavar="FILE",
        help="options of the Kafka client, a line each: name=value, by librdkafka's names (security.protocol, sasl.*, "
        "ssl.*, session.timeout.ms, ...)",
    )


def options_of(arguments: argparse.Namespace) -> Mapping[str, str]:
    """What the file says; nothing without one. For a log that is no Kafka it is refused."""
    if arguments.kafka_options is None:
        return NO_OPTIONS
    if arguments.bootstrap is None:
        raise LogFailed("--kafka-options are for a Kafka: name it with --bootstrap, or leave them out")
    return read_options(arguments.kafka_options)


def reader_of(arguments: argparse.Namespace) -> TopicReader:
    """For whoever looks at the log from outside."""
    return open_reader(arguments.data, arguments.bootstrap, options=options_of(arguments))


def where_of(arguments: argparse.Namespace) -> list[str]:
    """The same options again, for a child process."""
    place = ["--data", str(arguments.data)] if arguments.data else ["--bootstrap", arguments.bootstrap]
    options = ["--kafka-options", str(arguments.kafka_options)] if arguments.kafka_options else []
    return [*place, *options, "--application", arguments.application]


def has_log(data: Path) -> bool:
    """Whether an embedded log was begun in a data folder."""
    return (data / "log" / "CURRENT").exists()


def make_data_folder(data: Path) -> None:
    """Make the data folder of an embedded log; one whose `log/` is somebody else's is refused."""
    make_folder(data, "--data")
    log = data / "log"
    if log.is_file() or (log.is_dir() and any(log.iterdir()) and not (log / _MADE_FIRST).exists()):
        raise LogFailed(f"{log} is not a log of orderline: choose another --data folder")


def make_folder(folder: Path, option: str) -> None:
    """Make a folder that an option names, or that is to hold what it names."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogFailed(f"cannot make the folder {folder} ({error.strerror}): choose another {option}") from error


def open_external(arguments: argparse.Namespace, name: str, inputs: Sequence[str]) -> Log:
    """A log for a program beside the flows: no state, a group of its own."""
    options = options_of(arguments)
    if arguments.data is None:
        return KafkaLog(arguments.bootstrap, arguments.application, name, 0, inputs, None, None, options=options)
    make_data_folder(arguments.data)
    if not (has_log(arguments.data) or arguments.end_with_parent):
        sys.stderr.write(f"orderline notes: no log yet; waiting for `orderline run all --data {arguments.data}`\n")
    return EmbeddedClient(arguments.data, arguments.application, name, inputs, wall_clock_ms)
