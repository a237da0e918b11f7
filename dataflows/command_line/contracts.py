"""`orderline topics` and `orderline schemas`: create or register what the contracts describe, or check it."""

import argparse
import sys
from collections.abc import Sequence

from connectors import schema_registry
from connectors.erp.conversations.known_erps import load_erp_files
from connectors.kafka import topics as kafka_topics
from connectors.log.port import LogFailed
from dataflows.command_line.options.channel_folder import add_channels
from dataflows.command_line.options.erp_folder import add_erps
from dataflows.command_line.usage import whole
from dataflows.command_line.where import add_kafka_options, kafka_options_of
from schemas.channel_language.loader import CHANNELS, load_channel_files
from schemas.contracts.source_topics import topics_with

_ANSWER_S = 10.0


def add_topics(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline topics`."""
    topics = commands.add_parser(
        "topics",
        help="create the topics on a Kafka cluster, or check them",
        description="create: create every missing topic. check: report topics that differ from their descriptors; the "
        "exit code is 1 when something does.",
    )
    topics.add_argument("action", choices=("create", "check"), metavar="create|check")
    topics.add_argument("--bootstrap", required=True, metavar="HOST:PORT", help="a bootstrap broker of the cluster")
    add_kafka_options(topics)
    add_channels(topics)
    add_erps(topics)
    topics.add_argument(
        "--partitions",
        type=whole(1, 1_000),
        metavar="N",
        help="partitions of every topic (default: from its descriptor)",
    )
    topics.set_defaults(run=run_topics)


def add_schemas(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline schemas`."""
    schemas = commands.add_parser(
        "schemas",
        help="register the schemas, or check them against a registry",
        description="register: register every schema version of this release, for every topic: those of the commands "
        "to ERPs too. check: report schemas that are missing or incompatible; the exit code is 1 when there are any.",
    )
    schemas.add_argument("action", choices=("register", "check"), metavar="register|check")
    schemas.add_argument("--registry", required=True, metavar="URL", help="the schema registry, e.g. http://HOST:8081")
    add_erps(schemas)
    schemas.set_defaults(run=run_schemas)


def run_topics(arguments: argparse.Namespace) -> int:
    """Create or check the topics; 1 when one differs from its descriptor."""
    where, options = arguments.bootstrap, kafka_options_of(arguments)
    if arguments.action == "check" and arguments.partitions is not None:
        raise LogFailed("--partitions has an effect on `topics create` only: leave it out")
    channels = load_channel_files(arguments.channels or CHANNELS).values()
    wanted = topics_with(channels, load_erp_files(arguments.erps))
    if arguments.action == "create":
        _say(kafka_topics.create_topics(where, arguments.partitions, _ANSWER_S, options, wanted))
        return 0
    return _verdict(kafka_topics.check_topics(where, _ANSWER_S, options, wanted), "all topics are as described")


def run_schemas(arguments: argparse.Namespace) -> int:
    """Register or check the schemas; 1 when one is missing or incompatible."""
    topics = topics_with((), load_erp_files(arguments.erps)).values()
    if arguments.action == "register":
        _say(schema_registry.register(arguments.registry, topics))
        return 0
    return _verdict(schema_registry.check(arguments.registry, topics), "all schemas are registered and compatible")


def _say(lines: Sequence[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _verdict(problems: Sequence[str], otherwise: str) -> int:
    _say(problems or [otherwise])
    return 1 if problems else 0
