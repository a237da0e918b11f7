"""`orderline preflight`: checks what the flows need before they start, one line per finding with what to do."""

import argparse
import sys
from pathlib import Path

import msgspec

from connectors.erp.conversations.known_erps import load_erp_files
from connectors.kafka.settings import Membership
from connectors.log.clock import wall_clock_ms
from connectors.preflight.finding import Finding, Level
from connectors.preflight.preflight import findings
from dataflows.command_line.options.channel_folder import add_channels
from dataflows.command_line.options.erp_folder import add_erps
from dataflows.command_line.where import add_application, add_kafka_options, kafka_options_of
from schemas.channel_language.loader import CHANNELS, load_channel_files
from schemas.contracts.source_topics import topics_with


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline preflight`."""
    parser = commands.add_parser(
        "preflight",
        help="check a Kafka cluster before the flows start",
        description="Check brokers, topics, retention, replication, rights, transactions and clock; on request also "
        "the registry and the state folder. One line per check: ok, warn or FAIL, with the remedy. The exit code is 1 "
        "when something fails. One record is written to an inbox and aborted, so that nobody sees it.",
    )
    parser.add_argument("--bootstrap", required=True, metavar="HOST:PORT", help="a bootstrap broker of the cluster")
    add_kafka_options(parser)
    add_application(parser)
    add_channels(parser)
    add_erps(parser)
    parser.add_argument("--registry", metavar="URL", help="also check this schema registry")
    parser.add_argument("--state", type=Path, metavar="DIR", help="also check this state folder")
    parser.add_argument("--json", action="store_true", help="one JSON object per line: level, check, message")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check and report; 1 when a check fails."""
    membership = Membership(arguments.bootstrap, arguments.application, "preflight", 0, kafka_options_of(arguments))
    channels = load_channel_files(arguments.channels or CHANNELS).values()
    topics = topics_with(channels, load_erp_files(arguments.erps))
    found = findings(membership, topics, arguments.registry, arguments.state, wall_clock_ms)
    for finding in found:
        sys.stdout.write(f"{_json(finding) if arguments.json else _line(finding)}\n")
    return 1 if any(finding.level is Level.FAIL for finding in found) else 0


def _line(finding: Finding) -> str:
    return f"{finding.level:<5} {finding.check:<13} {finding.message}"


def _json(finding: Finding) -> str:
    return msgspec.json.encode(finding).decode()
