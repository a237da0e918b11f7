"""`orderline topics` and `orderline schemas`: create or register what the contracts say, or check it."""

import argparse
import sys
from collections.abc import Sequence

from connectors import schema_registry
from connectors.kafka import topics as kafka_topics
from dataflows.command_line.usage import whole
from dataflows.command_line.where import add_kafka_options, kafka_options_of

_ANSWER_S = 10.0


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare both commands."""
    topics = commands.add_parser(
        "topics",
        help="create the topics on a broker, or check them",
        description="create: make every topic that is missing. check: report what differs from its descriptor; the "
        "exit code is 1 when something does.",
    )
    topics.add_argument("action", choices=("create", "check"), metavar="create|check")
    topics.add_argument("--bootstrap", required=True, metavar="HOST:PORT", help="a Kafka broker")
    add_kafka_options(topics)
    topics.add_argument(
        "--partitions", type=whole(1, 1_000), metavar="N", help="for all topics (default: as their descriptors say)"
    )
    topics.set_defaults(run=run_topics)

    schemas = commands.add_parser(
        "schemas",
        help="register the schemas, or check them against a registry",
        description="register: put every schema version of the release into a registry. check: report what is missing "
        "there or not compatible; the exit code is 1 when something is.",
    )
    schemas.add_argument("action", choices=("register", "check"), metavar="register|check")
    schemas.add_argument("--registry", required=True, metavar="URL", help="e.g. http://HOST:8081")
    schemas.set_defaults(run=run_schemas)


def run_topics(arguments: argparse.Namespace) -> int:
    """Create or check."""
    where, options = arguments.bootstrap, kafka_options_of(arguments)
    if arguments.action == "create":
        _say(kafka_topics.create_topics(where, arguments.partitions, _ANSWER_S, options))
        return 0
    return _verdict(kafka_topics.check_topics(where, _ANSWER_S, options), "all topics are as described")


def run_schemas(arguments: argparse.Namespace) -> int:
    """Register or check."""
    if arguments.action == "register":
        _say(schema_registry.register(arguments.registry))
        return 0
    return _verdict(schema_registry.check(arguments.registry), "all schemas are registered and compatible")


def _say(lines: Sequence[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _verdict(problems: Sequence[str], otherwise: str) -> int:
    _say(problems or [otherwise])
    return 1 if problems else 0
