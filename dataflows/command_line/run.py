"""`orderline run`: runs the flows, all in one process on an embedded log, or one process each on Kafka."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from connectors.log.failpoints import CrashAt, Failpoints
from connectors.log.port import LogFailed
from dataflows.assembly import FLOWS
from dataflows.command_line.observing import add_http, observation_of
from dataflows.command_line.options.channel_folder import add_channels
from dataflows.command_line.options.erp_folder import add_erps
from dataflows.command_line.options.modes import ON_AN_EMBEDDED_LOG, ON_KAFKA, options_for
from dataflows.command_line.options.put_aside import add_put_aside
from dataflows.command_line.usage import whole
from dataflows.command_line.where import add_application, add_where, log_of
from dataflows.processes.embedded_run import run_embedded
from dataflows.processes.kafka_run import run_children, run_flow
from dataflows.processes.shutdown import add_ending, end_with_parent
from dataflows.settings import (
    EmbeddedLogSettings,
    EmbeddedRunSettings,
    KafkaLogSettings,
    KafkaRunSettings,
    LogSettings,
    ReplicaSettings,
    RuleSettings,
)
from schemas.case_policy_file import CASE_POLICY
from schemas.reconciliation_file import RECONCILIATION_POLICY

EMBEDDED_POINTS: Final = ("after_produce", "after_commit", "mid_import")
KAFKA_POINTS: Final = (
    "after_produce",
    "after_changelog",
    "after_offsets",
    "after_commit",
    "after_state_write",
    "mid_rebalance",
    "mid_restore",
)
"""The failpoints of each log: where a test can crash a flow."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline run`."""
    parser = commands.add_parser(
        "run",
        help="run the flows",
        description="Run all flows in one process on an embedded log, or one process per flow on Kafka, until Ctrl-C "
        "or SIGTERM.",
    )
    parser.add_argument("flows", nargs="+", choices=("all", *FLOWS), metavar="FLOW", help=f"all, or {', '.join(FLOWS)}")
    add_where(parser)
    add_application(parser)
    embedded = options_for(parser, ON_AN_EMBEDDED_LOG)
    embedded.add_argument("--until-idle", action="store_true", help="process everything in the log, then stop")
    embedded.add_argument(
        "--partitions",
        type=whole(1, 1_000),
        default=4,
        metavar="N",
        help="partitions per topic, used when the log is created (default %(default)s)",
    )
    _add_replica(parser)
    _add_rules(parser)
    add_put_aside(parser)
    add_http(parser)
    parser.add_argument("--crash-at", type=_crash_at, default=Failpoints(), help=argparse.SUPPRESS)
    add_ending(parser)
    parser.set_defaults(run=run)


def _add_replica(parser: argparse.ArgumentParser) -> None:
    kafka = options_for(parser, ON_KAFKA)
    kafka.add_argument(
        "--replica",
        type=whole(0),
        default=0,
        metavar="N",
        help="number of this replica, unique within the flow (default %(default)s)",
    )
    kafka.add_argument(
        "--state",
        type=Path,
        default=Path("state"),
        metavar="DIR",
        help="folder for the local copy of the state (default %(default)s)",
    )
    kafka.add_argument(
        "--standby",
        action="store_true",
        help="keep copies of the state that other replicas own, so that a takeover takes about a second",
    )
    kafka.add_argument(
        "--accept-loss",
        action="store_true",
        help="skip records that were deleted or damaged before they were read, instead of refusing to start",
    )


def _add_rules(parser: argparse.ArgumentParser) -> None:
    add_channels(parser)
    add_erps(parser)
    parser.add_argument(
        "--partners",
        type=Path,
        default=None,
        metavar="DIR",
        help="folder of EDI partner files (default: those in the release; none with --channels)",
    )
    parser.add_argument(
        "--case-policy",
        type=Path,
        default=CASE_POLICY,
        metavar="FILE",
        help="who owns exception cases, and how much they press (default: that of the release)",
    )
    parser.add_argument(
        "--reconciliation",
        type=Path,
        default=RECONCILIATION_POLICY,
        metavar="FILE",
        help="which differences to snapshots of stock are adjusted without a person (default: none)",
    )
    parser.add_argument(
        "--orphan-after",
        type=whole(1, 86_400),
        default=900,
        metavar="SECONDS",
        help="how long an event waits for an order that has not arrived (default %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the flows until they are stopped; the exit code."""
    end_with_parent(wanted=arguments.end_with_parent)
    settings = settings_of(arguments)
    if isinstance(settings, EmbeddedRunSettings):
        return run_embedded(settings)
    return run_children(settings) if len(settings.flows) > 1 else run_flow(settings)


def settings_of(arguments: argparse.Namespace) -> EmbeddedRunSettings | KafkaRunSettings:
    """The settings of the run; `LogFailed` when options contradict each other."""
    flows = _flows_of(arguments)
    put_aside = tuple(arguments.put_aside)
    rules = RuleSettings(
        arguments.erps,
        arguments.channels,
        arguments.case_policy,
        arguments.reconciliation,
        arguments.partners,
        arguments.orphan_after,
        put_aside,
    )
    observation = observation_of(arguments)
    match log_of(arguments):
        case EmbeddedLogSettings() as log:
            _require_point(arguments.crash_at, EMBEDDED_POINTS, log)
            return EmbeddedRunSettings(
                log, rules, observation, arguments.partitions, arguments.until_idle, arguments.crash_at
            )
        case KafkaLogSettings() as log:
            _require_point(arguments.crash_at, KAFKA_POINTS, log)
            if isinstance(arguments.crash_at, CrashAt) and len(flows) > 1:
                raise LogFailed("--crash-at ends one process: name one flow")
            replica = ReplicaSettings(arguments.replica, arguments.state, arguments.standby, arguments.accept_loss)
            return KafkaRunSettings(flows, log, rules, replica, observation, arguments.crash_at)


def _flows_of(arguments: argparse.Namespace) -> tuple[str, ...]:
    if arguments.data is not None and arguments.flows != ["all"]:
        raise LogFailed("on an embedded log all flows run in one process: use `orderline run all --data DIR`")
    return FLOWS if "all" in arguments.flows else tuple(dict.fromkeys(arguments.flows))


def _crash_at(text: str) -> Failpoints:
    name, _, count = text.partition(":")
    return CrashAt(name, whole(1)(count or "1"))


def _require_point(failpoints: Failpoints, points: Sequence[str], log: LogSettings) -> None:
    if isinstance(failpoints, CrashAt) and failpoints.name not in points:
        raise LogFailed(
            f"--crash-at {failpoints.name} is no failpoint with {log.name()}: choose from {', '.join(points)}"
        )
