"""Runs a demo: starts its processes, shows their progress, and reports when nothing is left to do."""

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import msgspec
from rich.console import Console

from connectors.embedded.data_folder import has_log
from connectors.kafka.groups import Groups
from connectors.log.port import LogFailed
from connectors.topic_reader import TopicReader, open_reader
from dataflows.assembly import FLOWS, inputs_of, load_rules
from dataflows.processes.exit_codes import EXIT_INTERRUPTED
from dataflows.processes.say import say
from dataflows.processes.shutdown import ShutdownSignal
from dataflows.processes.supervisor import Child, Supervisor
from demo.command_line.report import peak_memory_mb, report_of
from demo.erp.client import erp_answers, erp_statistics
from demo.performance.patient_reader import PatientReader
from demo.performance.performance import Performance, PerformanceView
from demo.performance.plan import Plan, write_atomically

_DRAIN_AT_MOST_S = 120.0
_LOOK_EVERY_S = 0.05
_VIEW_EVERY_S = 0.5
_ANSWER_S = 10.0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Demonstration:
    """Runs one demo. Killed and started again with the same plan and folder, it resumes."""

    def __init__(self, application: str, plan: Plan, data: Path, console: Console, performance: Performance) -> None:
        self._application = application
        self._plan = plan
        self._data = data
        self._console = console
        self._port = _free_port()
        self._where = [*plan.where(data), "--application", application]
        self._performance = performance
        self._feed = Child(
            "demo feed", ["produce", *performance.feed[:1], *self._where, *performance.feed[1:]], ends=True
        )
        self._flows = Child("flows", ["run", "all", *self._where, *self._flow_options()])
        self._warehouse = Child("warehouse simulator", ["warehouse-simulator", *self._where])
        self._connector = Child("ERP connector", ["erp-connector", *self._where, "--url", self.erp_url])
        self._memory_mb = 0
        embedded = None if plan.bootstrap else data
        self._open_log = partial(open_reader, embedded, plan.bootstrap, _ANSWER_S, dict(plan.options()))

    def run(self) -> int:
        """Start everything, wait until everything is processed, report, stop everything; the exit code."""
        ending = ShutdownSignal()
        supervisor = Supervisor([self._flows, self._warehouse, self._erp()], ending)
        with supervisor:
            supervisor.start()
            self._wait_for_erp(supervisor, ending)
            if self._wait_for_log(supervisor, ending):
                with closing(self._patient(supervisor, ending)) as reader:
                    self._watch_or_stop(supervisor, ending, reader)
        if ending.wanted():
            words = f"orderline demo --data {self._data} {self._plan.words()}{self._broker_options()}"
            say(self._console, f"stopped; to resume: {words}")
            return EXIT_INTERRUPTED
        return 0

    def _patient(self, supervisor: Supervisor, ending: ShutdownSignal) -> TopicReader:
        """A restart of the brokers is survived by the flows, so by what watches them as well."""
        say_here = partial(say, self._console)
        return PatientReader(self._open_log(), ending.wanted, say_here, supervisor.look)

    def _watch_or_stop(self, supervisor: Supervisor, ending: ShutdownSignal, reader: TopicReader) -> None:
        """A signal also ends the wait for a Kafka that does not answer."""
        try:
            self._watch(supervisor, ending, reader)
        except LogFailed:
            if not ending.wanted():
                raise

    def _broker_options(self) -> str:
        return "" if self._plan.bootstrap is None else f" {self._plan.place(self._data)}"

    def _wait_for_erp(self, supervisor: Supervisor, ending: ShutdownSignal) -> None:
        """Start the connector after the ERP: it would report an outage otherwise, and only one is planned."""
        while not (ending.wanted() or erp_answers(self.erp_url)):
            supervisor.look()
            time.sleep(_LOOK_EVERY_S)
        if not ending.wanted():
            supervisor.begin(self._connector)

    def _wait_for_log(self, supervisor: Supervisor, ending: ShutdownSignal) -> bool:
        while self._plan.bootstrap is None and not has_log(self._data):
            if ending.wanted():
                return False
            supervisor.look()
            time.sleep(_LOOK_EVERY_S)
        return True

    def _watch(self, supervisor: Supervisor, ending: ShutdownSignal, reader: TopicReader) -> None:
        """Report once the feed has ended, nothing has changed for `quiet_s`, and no command waits for the ERP."""
        with self._performance.begun(reader, self._console) as view:
            self._wait_for_flows(supervisor, ending, view)
            drained = self._process(supervisor, ending, view)
            if ending.wanted():
                return
            view.show("writing the report")
            self._become_quiescent(view)
        if not drained:
            say(
                self._console,
                f"not everything was processed within {_DRAIN_AT_MOST_S:.0f} s: the report may be incomplete",
            )
        self._report(reader)

    def _wait_for_flows(self, supervisor: Supervisor, ending: ShutdownSignal, view: PerformanceView) -> None:
        """Start the feed once the flows serve; the start-up time would count as latency otherwise."""
        with self._readiness() as serve:
            while not (ending.wanted() or serve()):
                supervisor.look()
                view.show("starting the flows")
                time.sleep(_LOOK_EVERY_S)
        if not ending.wanted():
            supervisor.begin(self._feed)

    @contextmanager
    def _readiness(self) -> Iterator[Callable[[], bool]]:
        if self._plan.bootstrap is None:
            yield lambda: True
            return
        rules = load_rules()
        with closing(Groups(self._plan.bootstrap, self._application, self._plan.options())) as groups:
            yield lambda: groups.serve({flow: inputs_of(flow, rules) for flow in FLOWS})

    def _process(self, supervisor: Supervisor, ending: ShutdownSignal, view: PerformanceView) -> bool:
        """Wait until everything is processed; False when the rest takes longer than `_DRAIN_AT_MOST_S`."""
        quiet_since = drained_from = time.monotonic()
        while not ending.wanted():
            supervisor.look()
            now = time.monotonic()
            if view.look() or not self._feed.ended:
                quiet_since = now
            if not self._feed.ended:
                drained_from = now
            self._memory_mb = max(self._memory_mb, peak_memory_mb(self._flows))
            view.show("receiving orders" if not self._feed.ended else "processing the rest")
            if now - quiet_since > self._performance.quiet_s and view.all_answered():
                return True
            if now - drained_from > _DRAIN_AT_MOST_S:
                return False
            time.sleep(_VIEW_EVERY_S)
        return True

    def _become_quiescent(self, view: PerformanceView) -> None:
        """Stop all writers: orders that wait for stock have timers, and a report needs one consistent state."""
        for child in (self._feed, self._flows, self._warehouse, self._connector):
            child.end()
        while view.look():
            time.sleep(_VIEW_EVERY_S)

    def _report(self, reader: TopicReader) -> None:
        report = report_of(reader, erp_statistics(self.erp_url), seed=self._plan.seed, memory_mb=self._memory_mb)
        content, picture = self._performance.report(reader, report, self._plan.place(self._data))
        file = self._data / "report.json"
        write_atomically(file, msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")
        self._console.print(picture)
        say(self._console, f"This report as JSON: {file}")

    def _flow_options(self) -> Sequence[str]:
        place = [] if self._plan.bootstrap is None else ["--state", str(self._data / "state")]
        return [*place, *self._performance.flow_options]

    @property
    def erp_url(self) -> str:
        """URL of the ERP simulator, on a port that was free when the demo started."""
        return f"http://127.0.0.1:{self._port}"

    def _erp(self) -> Child:
        database = str(self._data / "erp" / "erp.sqlite")
        simulator = ["--database", database, "--port", str(self._port), "--seed", str(self._plan.seed)]
        return Child("ERP simulator", ["erp-simulator", *simulator, *self._performance.erp_options])
