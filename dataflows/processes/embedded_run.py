"""All flows in this process, on an embedded log."""

import sys
from contextlib import closing

from connectors.embedded.data_folder import make_data_folder
from connectors.embedded.store import EmbeddedStore
from connectors.log.clock import wall_clock_ms
from connectors.log.in_flight_journal import InFlightJournal
from dataflows.assembly import FLOWS, EmbeddedFlows, Rules, rules_of, topics_for, topics_of
from dataflows.command_line.observing import observed
from dataflows.logs import log_as
from dataflows.processes.earlier_violations import report_earlier_violations
from dataflows.processes.put_aside_places import require_places, topics_of_flows
from dataflows.processes.shutdown import ShutdownSignal
from dataflows.processes.unread_sources import unread_sources
from dataflows.settings import EmbeddedRunSettings
from operators.engine.poison.poison_guard import PoisonGuard


def _store(settings: EmbeddedRunSettings, rules: Rules) -> EmbeddedStore:
    topics = topics_for(settings.partitions, topics_of(rules))
    return EmbeddedStore(settings.log.data, settings.log.application, topics, wall_clock_ms)


def run_embedded(settings: EmbeddedRunSettings) -> int:
    """Run until a signal, or until nothing is left to process; the exit code."""
    log = settings.log
    log_as("all")
    rules = rules_of(settings.rules)
    require_places(log, settings.rules.put_aside, topics_of_flows(rules))
    make_data_folder(log.data)
    ending = ShutdownSignal()
    with (
        observed(settings.observation, "all flows") as observer_of,
        closing(_store(settings, rules)) as store,
        PoisonGuard(InFlightJournal(log.data / "in-flight"), settings.rules.put_aside) as poison_guard,
    ):
        observers = {flow: observer_of(flow) for flow in FLOWS}
        if settings.observation.http is not None:
            report_earlier_violations(log.open_reader, observers, store.now_ms())
        flows = EmbeddedFlows(
            store,
            log.application,
            rules,
            ending.wanted,
            settings.failpoints,
            poison_guard=poison_guard,
            observer_of=observers.__getitem__,
        )
        until = "until everything is processed" if settings.until_idle else "until Ctrl-C"
        sys.stdout.write(f"all flows run on {log.data}, {until}\n")
        if not settings.until_idle:
            sys.stdout.writelines(unread_sources(store, log.application, rules.channels))
        sys.stdout.flush()
        flows.run(until_idle=settings.until_idle, until_published=True)
        sys.stdout.writelines(unread_sources(store, log.application, rules.channels, flows.stopped_inputs))
        sys.stdout.flush()
    return 0
