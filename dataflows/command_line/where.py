"""Naming a log on the command line: a data folder (embedded) or a broker (Kafka), and opening it."""

import argparse
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from connectors.embedded.client import EmbeddedClient
from connectors.embedded.data_folder import has_log, make_data_folder
from connectors.kafka.member.log import KafkaLog
from connectors.kafka.options import NO_OPTIONS, read_options
from connectors.log.clock import wall_clock_ms
from connectors.log.port import Log
from dataflows.command_line.options.modes import ON_KAFKA, options_for
from dataflows.settings import EmbeddedLogSettings, KafkaLogSettings, LogSettings

_LOGGER = logging.getLogger(__name__)
_APPLICATION: Final = "orderline"


def add_where(parser: argparse.ArgumentParser) -> None:
    """Declare the options that say where a command's log is."""
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--data", type=Path, metavar="DIR", help="use the embedded log in this folder")
    place.add_argument("--bootstrap", metavar="HOST:PORT", help="use Kafka: a bootstrap broker")
    add_kafka_options(parser)
    parser.set_defaults(application=_APPLICATION)


def add_application(parser: argparse.ArgumentParser) -> None:
    """Declare the name of the application, for commands that join a group or write: readers have no use for it."""
    parser.add_argument(
        "--application",
        default=_APPLICATION,
        metavar="NAME",
        help="prefix of consumer group and transaction names (default %(default)s)",
    )


def add_kafka_options(parser: argparse.ArgumentParser) -> None:
    """Declare the file of options for the Kafka client."""
    options_for(parser, ON_KAFKA).add_argument(
        "--kafka-options",
        type=Path,
        metavar="FILE",
        help="options for the Kafka client, one name=value per line, with librdkafka's names (security.protocol, "
        "sasl.*, ssl.*, session.timeout.ms, ...)",
    )


def log_of(arguments: argparse.Namespace) -> LogSettings:
    """The log that the options of `add_where` name."""
    options = kafka_options_of(arguments)
    if arguments.data is not None:
        return EmbeddedLogSettings(arguments.data, arguments.application)
    return KafkaLogSettings(arguments.bootstrap, arguments.application, options, arguments.kafka_options)


def kafka_options_of(arguments: argparse.Namespace) -> Mapping[str, str]:
    """The options from the file, none without one."""
    return NO_OPTIONS if arguments.kafka_options is None else read_options(arguments.kafka_options)


def open_external(
    log: LogSettings, name: str, inputs: Sequence[str], outputs: Sequence[str] = (), *, is_child: bool = False
) -> Log:
    """A log for a program that is not a flow: no state, its own consumer group. A child's parent starts the flows too.

    `outputs`: see `KafkaLog`.
    """
    if isinstance(log, KafkaLogSettings):
        where = (log.bootstrap, log.application)
        return KafkaLog(*where, name, 0, inputs, None, None, options=log.options, outputs=outputs)
    make_data_folder(log.data)
    if not (has_log(log.data) or is_child):
        _LOGGER.warning("no log yet: waiting for `orderline run all %s`", log.name())
    return EmbeddedClient(log.data, log.application, name, inputs, wall_clock_ms)
