"""`orderline run`: the flows, all in one process on an embedded log, or a process each on Kafka."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from bytewax.dataflow import Dataflow

from connectors.embedded.store import EmbeddedStore
from connectors.kafka.inbox_count import KafkaInboxCount
from connectors.kafka.member.log import KafkaLog
from connectors.log.clock import wall_clock_ms
from connectors.log.failpoints import CrashAt, Failpoints
from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.port import LogFailed
from connectors.observation.observer import Observer
from dataflows import insights, intake
from dataflows.admission import COUNTED_INBOXES, intake_backpressure
from dataflows.assembly import (
    ERP_FILES,
    FLOWS,
    EmbeddedFlows,
    Rules,
    add_flow,
    inbox_of,
    inputs_of,
    load_rules,
    topics_for,
)
from dataflows.command_line.observing import add_http, addresses_of, observed, told
from dataflows.command_line.usage import whole
from dataflows.command_line.where import add_where, make_data_folder, options_of, reader_of, where_of
from dataflows.processes.shutdown import ShutdownSignal, add_ending, end_with_parent
from dataflows.processes.supervisor import Child, Supervisor
from operators.engine.backpressure import NO_BACKPRESSURE, Backpressure
from operators.engine.open_epoch import EpochLimits
from operators.engine.running import run_graph
from operators.engine.source import StopSignal
from operators.engine.suspicion import Suspicion

_KAFKA_LIMITS = EpochLimits(idle_wait_s=0.25)
_UNHURRIED_LIMITS = replace(_KAFKA_LIMITS, age_s=0.5, least_s=0.5)
"""For insights: no order waits for it, and a transaction less is less work for the broker that all share."""
POINTS = (
    "after_produce",
    "after_changelog",
    "after_offsets",
    "after_commit",
    "after_state_write",
    "mid_import",
    "mid_rebalance",
    "mid_restore",
)
"""Where a test can have a flow die, on one log or the other."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "run",
        help="run the flows",
        description="All flows in one process on an embedded log, or a process each on Kafka, until Ctrl-C or SIGTERM.",
    )
    parser.add_argument(
        "flows", nargs="+", choices=("all", *FLOWS), metavar="all|FLOW", help=f"all, or {', '.join(FLOWS)}"
    )
    add_where(parser)
    parser.add_argument("--until-idle", action="store_true", help="work everything off, then stop (embedded log)")
    parser.add_argument(
        "--partitions", type=whole(1, 1_000), default=4, metavar="N", help="of a new embedded log's topics (default 4)"
    )
    parser.add_argument(
        "--replica", type=whole(0), default=0, metavar="N", help="number of this replica (Kafka; default 0)"
    )
    parser.add_argument(
        "--state", type=Path, default=Path("state"), metavar="DIR", help="state folders (Kafka; default state)"
    )
    parser.add_argument(
        "--standby",
        action="store_true",
        help="keep copies of the state of partitions that other replicas hold (Kafka): taking over takes a second",
    )
    parser.add_argument(
        "--accept-loss",
        action="store_true",
        help="go on behind records that were deleted, or broke, before they were read (Kafka); else the flow refuses",
    )
    parser.add_argument("--channels", type=Path, metavar="DIR", help="channel files instead of the release's own")
    parser.add_argument(
        "--erps", type=Path, default=ERP_FILES, metavar="DIR", help="ERP files instead of the release's own"
    )
    parser.add_argument(
        "--orphan-after",
        type=whole(1, 86_400),
        default=900,
        metavar="SECONDS",
        help="how long a shipment or a return waits for an order that is not known (default 900)",
    )
    add_http(parser)
    parser.add_argument("--crash-at", type=_crash_at, default=Failpoints(), help=argparse.SUPPRESS)
    add_ending(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run what was asked for, until told to stop."""
    end_with_parent(arguments)
    if arguments.data is not None:
        return _run_embedded(arguments)
    if arguments.until_idle:
        raise LogFailed("--until-idle works on an embedded log only: use --data DIR")
    names = FLOWS if "all" in arguments.flows else tuple(dict.fromkeys(arguments.flows))
    if len(names) > 1:
        return _run_children(arguments, names)
    return _run_on_kafka(arguments, names[0])


def _crash_at(text: str) -> Failpoints:
    name, _, count = text.partition(":")
    if name not in POINTS:
        raise argparse.ArgumentTypeError(f"{name!r} is no point to crash at: choose from {', '.join(POINTS)}")
    return CrashAt(name, whole(1)(count or "1"))


def _run_embedded(arguments: argparse.Namespace) -> int:
    if arguments.flows != ["all"]:
        raise LogFailed("on an embedded log all flows run in one process: use `orderline run all --data DIR`")
    options_of(arguments)
    rules = _rules_of(arguments)
    topics = topics_for(arguments.partitions)
    make_data_folder(arguments.data)
    ending = ShutdownSignal()
    with (
        observed(arguments, "all flows") as observer_of,
        closing(EmbeddedStore(arguments.data, arguments.application, topics, wall_clock_ms)) as store,
        Suspicion(InFlightJournal(arguments.data / "in-hand")) as suspicion,
    ):
        flows = EmbeddedFlows(
            store,
            arguments.application,
            rules,
            ending.wanted,
            arguments.crash_at,
            suspicion=suspicion,
            observer_of=observer_of,
        )
        _say_that_it_runs(arguments)
        flows.run(until_idle=arguments.until_idle, until_told=True)
    return 0


def _rules_of(arguments: argparse.Namespace) -> Rules:
    rules = load_rules(arguments.channels, arguments.erps)
    return replace(rules, orders=replace(rules.orders, orphan_after_ms=arguments.orphan_after * 1_000))


def _say_that_it_runs(arguments: argparse.Namespace) -> None:
    until = "until all is worked off" if arguments.until_idle else "until Ctrl-C"
    sys.stdout.write(f"all flows run on {arguments.data}, {until}\n")
    sys.stdout.flush()


def _run_on_kafka(arguments: argparse.Namespace, name: str) -> int:
    rules = _rules_of(arguments)
    with observed(arguments, name) as observer_of:
        observer = observer_of(name)
        in_flight_journal = InFlightJournal(arguments.state / name / str(arguments.replica) / "in-hand")
        with (
            closing(_member(arguments, name, rules, observer)) as log,
            Suspicion(in_flight_journal) as suspicion,
            _backpressure(arguments, name, rules, log, observer) as backpressure,
        ):
            graph = Dataflow(name)
            stop_signal = StopSignal(ShutdownSignal().wanted)
            limits = _UNHURRIED_LIMITS if name == insights.FLOW else _KAFKA_LIMITS
            add_flow(graph, name, log, rules, stop_signal, limits, suspicion, observer, backpressure)
            run_graph(graph, stop_signal)
    return 0


@contextmanager
def _backpressure(
    arguments: argparse.Namespace, name: str, rules: Rules, log: KafkaLog, observer: Observer
) -> Iterator[Backpressure]:
    if name != intake.FLOW:
        yield NO_BACKPRESSURE
        return
    where = (arguments.bootstrap, arguments.application)
    with closing(KafkaInboxCount(*where, COUNTED_INBOXES, log.partitions_of, options_of(arguments))) as count:
        yield intake_backpressure(rules.channels, log, count, observer)


def _member(arguments: argparse.Namespace, name: str, rules: Rules, observer: Observer) -> KafkaLog:
    inbox = inbox_of(name, rules)
    return KafkaLog(
        arguments.bootstrap,
        arguments.application,
        name,
        arguments.replica,
        inputs_of(name, rules),
        None if inbox is None else arguments.state,
        None if inbox is None else f"{name}.changelog.v1",
        standby=arguments.standby,
        accepts_loss=arguments.accept_loss,
        passes_over=rules.channels.keys(),
        failpoints=arguments.crash_at,
        options=options_of(arguments),
        observer=observer,
    )


def _run_children(arguments: argparse.Namespace, names: tuple[str, ...]) -> int:
    addresses = addresses_of(arguments, names)
    _require_topics(arguments, names, _rules_of(arguments))
    options = [*where_of(arguments), "--replica", str(arguments.replica), "--state", str(arguments.state)]
    options += ["--orphan-after", str(arguments.orphan_after), "--erps", str(arguments.erps)]
    options += ["--standby"] if arguments.standby else []
    options += ["--accept-loss"] if arguments.accept_loss else []
    if arguments.channels:
        options += ["--channels", str(arguments.channels)]
    options += ["--live-within", str(arguments.live_within)]
    seen = {name: ["--http", str(address)] for name, address in addresses}
    children = [Child(name, ["run", name, *options, *seen.get(name, [])]) for name in names]
    sys.stdout.write(f"{', '.join(names)} run as processes of their own; Ctrl-C stops them\n")
    sys.stdout.writelines(told(name, address) for name, address in addresses)
    sys.stdout.flush()
    return Supervisor(children, ShutdownSignal()).run()


def _require_topics(arguments: argparse.Namespace, names: Sequence[str], rules: Rules) -> None:
    """One word to whoever started them all, before each of them says the same."""
    reader = reader_of(arguments)
    try:
        there = reader.topics()
    finally:
        reader.close()
    missing = [topic for name in names for topic in inputs_of(name, rules) if topic not in there]
    if missing:
        raise LogFailed(
            f"topic {missing[0]} is missing, as are {len(missing) - 1} more: "
            f"run `orderline topics create --bootstrap {arguments.bootstrap}`"
        )
