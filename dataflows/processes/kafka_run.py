"""Flows on Kafka: one in this process, or several in child processes."""

import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Final

from bytewax.dataflow import Dataflow

from connectors.kafka.group_positions import KafkaGroupPositions
from connectors.kafka.member.log import KafkaLog
from connectors.kafka.topics import unequal_counts
from connectors.log.clock import wall_clock_ms
from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.lag import LagMeter
from connectors.log.lag_count import BackgroundLagCount
from connectors.log.port import LogFailed
from connectors.observation.observer import Observer
from connectors.observation.server import HttpAddress
from dataflows import insights, intake
from dataflows.admission import COUNTED_INBOXES, intake_backpressure
from dataflows.assembly import Rules, add_flow, inbox_of, inputs_of, outputs_of, rules_of
from dataflows.command_line.observing import addresses_of, observed, served_at
from dataflows.logs import log_as
from dataflows.processes.earlier_violations import report_earlier_violations
from dataflows.processes.published_files import published_on_kafka
from dataflows.processes.put_aside_places import require_places, topics_of_flows
from dataflows.processes.shutdown import ShutdownSignal
from dataflows.processes.supervisor import Child, Supervisor
from dataflows.processes.unread_sources import undescribed_sources
from dataflows.settings import KafkaLogSettings, KafkaRunSettings
from operators.engine.backpressure import NO_BACKPRESSURE, Backpressure
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.poison.poison_guard import PoisonGuard
from operators.engine.running import run_graph
from operators.engine.source import StopSignal
from operators.steps.channel_versions import NOTHING_PUBLISHED, PublishedFiles
from schemas.contracts.registry import INVARIANTS_VIOLATED, INVENTORY_INBOX, ORDERS_INBOX
from schemas.contracts.topics import co_partitioned, load_topics

_LIMITS: Final = EpochLimits(idle_wait_s=0.25, most_writing_s=1.5)
"""Half of the transaction timeout is left for the commit."""
_INSIGHTS_LIMITS: Final = replace(_LIMITS, age_s=0.5, least_s=0.5)
"""For insights: no order waits for it, and fewer transactions are less work for the shared broker."""

_WRITTEN_BY_INTAKE: Final = (ORDERS_INBOX, INVENTORY_INBOX)
"""All records in these are caused by intake, by those of the other flows too."""


def run_flow(settings: KafkaRunSettings) -> int:
    """Run the only flow of the settings in this process until a signal; the exit code."""
    (name,) = settings.flows
    log_as(name, settings.replica.number)
    rules = rules_of(settings.rules)
    outputs = outputs_of(name, rules)
    _require_equal_counts(settings.log, outputs)
    require_places(settings.log, settings.rules.put_aside, topics_of_flows(rules))
    folder = settings.replica.state / name / str(settings.replica.number)
    with observed(settings.observation, name) as observer_of:
        observer = observer_of(name)
        if settings.observation.http is not None and INVARIANTS_VIOLATED in outputs:
            report_earlier_violations(settings.log.open_reader, {name: observer}, wall_clock_ms())
        with (
            closing(_member(settings, name, rules, observer)) as log,
            PoisonGuard(InFlightJournal(folder / "in-flight"), settings.rules.put_aside) as poison_guard,
            _backpressure(settings.log, name, rules, log, observer) as backpressure,
            _published(settings.log, name) as published,
        ):
            graph = Dataflow(name)
            stop_signal = StopSignal(ShutdownSignal().wanted)
            limits = _INSIGHTS_LIMITS if name == insights.FLOW else _LIMITS
            add_flow(graph, name, log, rules, stop_signal, limits, poison_guard, observer, backpressure, published)
            run_graph(graph, stop_signal)
    return 0


@contextmanager
def _backpressure(
    where: KafkaLogSettings, name: str, rules: Rules, log: KafkaLog, observer: Observer
) -> Iterator[Backpressure]:
    if name != intake.FLOW:
        yield NO_BACKPRESSURE
        return
    positions = KafkaGroupPositions(where.bootstrap, where.application, log.partitions_of, where.options)
    with closing(BackgroundLagCount(LagMeter(positions, COUNTED_INBOXES))) as count:
        yield intake_backpressure(rules.channels, log, count, observer)


@contextmanager
def _published(where: KafkaLogSettings, name: str) -> Iterator[PublishedFiles]:
    if name != intake.FLOW:
        yield NOTHING_PUBLISHED
        return
    with closing(where.open_reader()) as reader:
        yield published_on_kafka(reader)


def _member(settings: KafkaRunSettings, name: str, rules: Rules, observer: Observer) -> KafkaLog:
    inbox, replica = inbox_of(name, rules), settings.replica
    return KafkaLog(
        settings.log.bootstrap,
        settings.log.application,
        name,
        replica.number,
        inputs_of(name, rules),
        None if inbox is None else replica.state,
        None if inbox is None else f"{name}.changelog.v1",
        standby=replica.standby,
        accepts_loss=replica.accepts_loss,
        passes_over=rules.channels.keys(),
        outputs=outputs_of(name, rules),
        results=_WRITTEN_BY_INTAKE if name == intake.FLOW else (),
        failpoints=settings.failpoints,
        options=settings.log.options,
        observer=observer,
    )


def _require_equal_counts(log: KafkaLogSettings, outputs: Sequence[str]) -> None:
    """Refuse to write to an inbox that does not have as many partitions as the state behind it."""
    topics = load_topics()
    read_with = {
        name for flow, names in co_partitioned(topics).items() if f"{flow}.inbox.v1" in outputs for name in names
    }
    with closing(log.open_reader()) as reader:
        counts = {name: count for name, count in reader.topics().items() if name in read_with}
    if problems := unequal_counts(topics, counts):
        raise LogFailed(problems[0])


def run_children(settings: KafkaRunSettings) -> int:
    """Run each flow in a child process and restart it when it ends, until a signal; the exit code."""
    names = settings.flows
    log_as("supervisor", settings.replica.number)
    addresses = addresses_of(settings.observation, names)
    rules = rules_of(settings.rules)
    with closing(settings.log.open_reader()) as reader:
        _require_topics(settings.log, reader.topics(), names, rules)
        unread = list(undescribed_sources(reader, rules.channels)) if intake.FLOW in names else []
    require_places(settings.log, settings.rules.put_aside, topics_of_flows(rules))
    children = [Child(name, child_words(settings, name, dict(addresses).get(name))) for name in names]
    sys.stdout.write(f"{', '.join(names)}: running, one process each; Ctrl-C stops them\n")
    sys.stdout.writelines(served_at(name, address) for name, address in addresses)
    sys.stdout.writelines(unread)
    sys.stdout.flush()
    return Supervisor(children, ShutdownSignal()).run()


def child_words(settings: KafkaRunSettings, name: str, http: HttpAddress | None) -> list[str]:
    """The arguments that run one of the flows with the same settings."""
    observation = replace(settings.observation, http=http)
    parts = (settings.log, settings.replica, settings.rules, observation)
    return ["run", name, *(word for part in parts for word in part.words())]


def _require_topics(log: KafkaLogSettings, there: Collection[str], names: Sequence[str], rules: Rules) -> None:
    """Refuse once, before every child would refuse with the same line."""
    missing = [topic for name in names for topic in inputs_of(name, rules) if topic not in there]
    if missing:
        raise LogFailed(
            f"topic {missing[0]} is missing, as are {len(missing) - 1} more: run `orderline topics create {log.name()}`"
        )
