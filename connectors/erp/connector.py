"""The connector of one ERP: reads its command topic, makes the calls, writes their outcomes.

At least once: offsets are committed with the responses, and only up to the lowest unfinished command. Commands that
were in the topic when its partition was taken over may have been sent before: they are looked up, never sent blindly
(`command_ends.py`). No command is sent without a permit (`lease.py`): another owner may have taken over meanwhile.
"""

from collections.abc import Callable
from time import monotonic

from connectors.erp.adapter import UNREACHABLE, ErpAdapter
from connectors.erp.availability import Availability
from connectors.erp.call_starter import CallStarter
from connectors.erp.calls import Answered, Calling, Calls, Probed, Unsent
from connectors.erp.commands import command_in
from connectors.erp.held_partitions import HeldPartitions
from connectors.erp.lanes import Lanes, Work
from connectors.erp.lease import Lease, since_boot_s
from connectors.erp.options import ConnectorOptions
from connectors.erp.response_epoch import ResponseEpoch
from connectors.erp.responses import availability_record, response_record
from connectors.erp.settling import Settling
from connectors.log.port import Assignment, Batch, Log, Rewound
from connectors.observation.observer import UNOBSERVED, FlowStatus, Observer
from domain.identifiers import ErpId
from domain.messages.dispatch import CommandType, ErpAvailability, ErpCommand, Outcome
from schemas.codec import Codec
from schemas.contracts.registry import erp_command_topic

_DEFAULTS = ConnectorOptions()


def run(  # noqa: PLR0913 - one call is the whole process
    log: Log,
    adapter: ErpAdapter,
    codec: Codec,
    erp_id: ErpId,
    *,
    workers: int,
    stop: Callable[[], bool],
    options: ConnectorOptions = _DEFAULTS,
    observer: Observer = UNOBSERVED,
) -> None:
    """Run until `stop`; then let the calls in progress finish. The log's only input is the ERP's command topic."""
    with Calls(adapter, workers) as calls:
        connector = Connector(log, calls, codec, erp_id, workers=workers, options=options, observer=observer)
        while not stop():
            connector.step()
        connector.finish()


class Connector:
    """One turn of the loop is `step`. Only this thread touches the log and the codec."""

    def __init__(  # noqa: PLR0913 - made in one place
        self,
        log: Log,
        calls: Calling,
        codec: Codec,
        erp_id: ErpId,
        *,
        workers: int,
        options: ConnectorOptions,
        observer: Observer = UNOBSERVED,
        clock: Callable[[], float] = since_boot_s,
    ) -> None:
        """`clock` in seconds: one that runs while this process is stopped, or the simulation's."""
        self._log = log
        self._calls = calls
        self._codec = codec
        self._erp_id = erp_id
        self._topic = erp_command_topic(erp_id)
        self._options = options
        self._most_open = workers * options.open_per_worker
        self._lanes = Lanes(workers)
        self._availability = Availability(options.failures_until_unreachable, options.probe_every_ms)
        self._lease = Lease(options.lease_ms, options.call_timeout_ms, clock)
        self._settling = Settling(self._lease.settled_after_s, clock)
        self._held = HeldPartitions(log, self._topic, clock)
        self._starter = CallStarter(log, calls, self._lanes, self._held, self._lease, self._settling)
        self._epoch = ResponseEpoch(log, self._held, self._lease, observer)
        self._observer = observer
        self._look_at_s = 0.0

    def step(self) -> None:
        """Take over, read, start calls, wait a moment for some, write their outcomes."""
        self._observer.passed_gate()
        self._handle_rebalance()
        self._report_status()
        self._held.ask_for_ends()
        self._read()
        self._start_calls()
        self._take_returned(self._options.busy_ms if self._lanes.calling else 0)
        if not self._lanes.open or self._epoch.is_due():
            self._commit()

    def finish(self) -> None:
        """Wait for the calls in progress and write their outcomes; what was not started is left for the next start."""
        self._observer.stopping()
        while self._lanes.calling:
            self._take_returned(self._options.idle_ms)
        self._commit()

    def _handle_rebalance(self) -> None:
        """Outcomes are written before a partition is revoked; its next owner need not look them up."""
        if self._log.rebalancing():
            self._commit()
        if assignment := self._log.take_assignment():
            self._take_over(assignment)

    def _take_over(self, assignment: Assignment) -> None:
        for partition in assignment.revoked:
            self._release(partition)
        self._begin(assignment.assigned)
        pause_s = None if assignment.marked_at_s is None else monotonic() - assignment.marked_at_s
        self._observer.moved(len(assignment.revoked), len(assignment.assigned), pause_s)
        self._look_at_s = 0.0

    def _report_status(self) -> None:
        """Report the member's status to the observer, as often as it wants."""
        if monotonic() >= self._look_at_s:
            self._look_at_s = monotonic() + self._observer.reports_every_s
            self._observer.report_status(FlowStatus(self._log.member_status()))

    def _begin(self, partitions: frozenset[int]) -> None:
        self._held.begin(partitions)
        for partition in partitions:
            self._settling.taken_over(partition)

    def _release(self, partition: int) -> None:
        self._lanes.purge_waiting(self._held.release(partition))

    def _read(self) -> None:
        room = self._most_open - self._lanes.open
        if room > 0:
            timeout_ms = 0 if self._lanes.calling else self._options.idle_ms
            for batch in self._log.poll(room, timeout_ms / 1000):
                self._accept(batch)

    def _accept(self, batch: Batch) -> None:
        read_at_s = self._lease.now_s()
        self._epoch.read(batch)
        progress = self._held.read(batch)
        for record in batch.records:
            command = command_in(record, self._codec, self._erp_id, self._options.put_aside)
            if isinstance(command, ErpCommand):
                self._lanes.add(Work(command, record, progress, read_at_s))
            else:
                self._epoch.put_aside(record, f"erp-connector/{self._erp_id}", command)
                self._held.finish(record, progress)

    def _start_calls(self) -> None:
        try:
            self._starter.start_all()
        except Rewound as reason:
            self._epoch.lose(reason)
            self._start_over()
        if self._availability.take_probe(self._log.now_ms()):
            self._calls.probe()

    def _take_returned(self, wait_ms: int) -> None:
        for returned in self._calls.take(wait_ms / 1000):
            match returned:
                case Answered(work, response):
                    self._lanes.finish(work)
                    if response.outcome is Outcome.UNKNOWN and response.command_type is not CommandType.QUERY_DOCUMENT:
                        self._settling.unanswered(work.command.document_key)
                    self._epoch.add(response_record(self._codec, response, work.record, self._log.now_ms()))
                    self._held.finish(work.record, work.progress)
                    self._announce(self._availability.called(reachable=response.reason != UNREACHABLE))
                case Unsent(work):
                    self._starter.return_unsent(work)
                case Probed(reachable):
                    self._announce(self._availability.probed(reachable=reachable))

    def _announce(self, news: bool | None) -> None:  # noqa: FBT001 - three answers: gone, back, nothing new
        if news is not None:
            word = ErpAvailability(self._erp_id, news, "" if news else UNREACHABLE)
            self._epoch.add(availability_record(self._codec, word, self._log.now_ms()))

    def _commit(self) -> None:
        if not self._epoch.commit():
            self._start_over()

    def _start_over(self) -> None:
        """All that was read is read again, in doubt."""
        partitions = self._held.numbers()
        for partition in partitions:
            self._release(partition)
        self._begin(partitions)
        self._availability.forget()
