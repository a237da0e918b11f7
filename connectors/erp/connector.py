"""The connector of one ERP: reads its command topic, makes the calls, writes their outcomes.

At least once: offsets are committed with the responses, and only up to the lowest unfinished command. What was already
in the topic when a partition was taken over may have been sent before: it is looked up, never sent blindly. And no
command is sent without a permit of the lease (`connectors/erp/lease.py`): its next owner may have taken over meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from connectors.erp.adapter import UNREACHABLE, ErpAdapter
from connectors.erp.availability import Availability
from connectors.erp.calls import Answered, Calling, Calls, Probed, Unsent
from connectors.erp.lanes import Lanes, Work
from connectors.erp.lease import Lease, Permit, since_boot_s
from connectors.erp.responses import availability_record, response_record
from connectors.erp.settling import Settling
from connectors.log.dead_letters import dead_letter
from connectors.log.newer_contract import NewerContract
from connectors.log.port import Assignment, Batch, Log, Outgoing, Record, Rewound, TopicPartition
from connectors.log.progress import Progress
from connectors.observation.epoch_tally import EpochTally
from connectors.observation.observer import UNOBSERVED, FlowStatus, Observer
from domain.messages.dispatch import CommandType, ErpAvailability, ErpCommand, Outcome
from schemas.codec import Codec, NoSchema, Unreadable
from schemas.contracts.registry import erp_command_topic


@dataclass(frozen=True, slots=True)
class ConnectorOptions:
    """How a connector waits; `lease_ms` and `call_timeout_ms` are those of the ERP file (`schemas/erp_file.py`)."""

    lease_ms: int = 1_000
    call_timeout_ms: int = 2_000
    idle_ms: int = 100
    """How long it waits for commands when no call is under way."""
    busy_ms: int = 10
    """How long it waits for a call before it looks for commands again."""
    open_per_worker: int = 8
    """How many commands are read ahead, a worker."""
    failures_until_gone: int = 3
    probe_every_ms: int = 500


_DEFAULTS = ConnectorOptions()
_LONGEST_GATHERING_MS = 1_000
"""A commit that took longer was stuck, or the clock was set; the next need not be."""


def run(  # noqa: PLR0913 - one call is the whole process
    log: Log,
    adapter: ErpAdapter,
    codec: Codec,
    erp_id: str,
    *,
    workers: int,
    stop: Callable[[], bool],
    options: ConnectorOptions = _DEFAULTS,
    observer: Observer = UNOBSERVED,
) -> None:
    """Run until `stop`; then let the calls under way finish. The log's only input is the ERP's command topic."""
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
        erp_id: str,
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
        self._availability = Availability(options.failures_until_gone, options.probe_every_ms)
        self._lease = Lease(options.lease_ms, options.call_timeout_ms, clock)
        self._settling = Settling(self._lease.settled_after_s, clock)
        self._held: dict[int, Progress] = {}
        self._moved: set[int] = set()
        self._outgoing: list[Outgoing] = []
        self._observer = observer
        self._tally = EpochTally()
        self._look_at_s = 0.0
        self._committed_at_ms = 0
        self._gathers_ms = 0

    def step(self) -> None:
        """Take over, read, start calls, wait for some, write their outcomes."""
        self._observer.passed_gate()
        self._handle_rebalance()
        self._report_status()
        self._read()
        self._start_calls()
        self._take_returned(self._options.busy_ms if self._lanes.calling else 0)
        if self._is_due():
            self._commit()

    def finish(self) -> None:
        """Wait for the calls under way and write their outcomes; what was not started is left for the next start."""
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
        ends = self._log.end_offsets(self._topic)
        for partition in sorted(partitions):
            self._held[partition] = Progress(doubtful_until=ends[TopicPartition(self._topic, partition)])
            self._settling.taken_over(partition)

    def _release(self, partition: int) -> None:
        self._lanes.purge_waiting(self._held.pop(partition))
        self._moved.discard(partition)

    def _read(self) -> None:
        room = self._most_open - self._lanes.open
        if room > 0:
            timeout_ms = 0 if self._lanes.calling else self._options.idle_ms
            for batch in self._log.poll(room, timeout_ms / 1000):
                self._accept(batch)

    def _accept(self, batch: Batch) -> None:
        read_at_s = self._lease.now_s()
        self._tally.read(batch)
        progress = self._held[batch.source.partition]
        progress.read((record.offset for record in batch.records), batch.next_offset)
        for record in batch.records:
            command = self._command_in(record)
            if isinstance(command, ErpCommand):
                self._lanes.add(Work(command, record, progress, read_at_s))
            else:
                self._outgoing.append(dead_letter(record, f"erp-connector/{self._erp_id}", command))
                self._tally.dead_lettered((record.topic,))
                self._finish(record, progress)

    def _command_in(self, record: Record) -> ErpCommand | str:
        """The command, or the reason why there is none; `NewerContract` for one that a newer release wrote."""
        if record.value is None:
            return "no value"
        try:
            command = self._codec.decode(record.topic, record.value)
        except NoSchema as newer:
            raise NewerContract(record, f"the connector of {self._erp_id}", newer.reason) from newer
        except Unreadable as unreadable:
            return unreadable.reason
        if not isinstance(command, ErpCommand) or command.erp_id != self._erp_id:
            return f"no command for ERP {self._erp_id}"
        return command

    def _start_calls(self) -> None:
        may_confirm = True
        while work := self._lanes.next_ready():
            if permit := self._lease.permit(work.read_at_s):
                self._start(work, permit)
            elif may_confirm and self._confirm():
                may_confirm = False
            else:
                break  # what was proven is too old again, or disproven: the next step begins with the gate
        if self._availability.take_probe(self._log.now_ms()):
            self._calls.probe()

    def _start(self, work: Work, permit: Permit) -> None:
        self._lanes.start()
        doubtful = work.progress.is_doubtful(work.record.offset)
        if work.command.command_type is CommandType.QUERY_DOCUMENT:
            doubtful = doubtful or self._settling.covers(work.record.partition, work.command.document_key)
        self._calls.start(work, permit, doubtful=doubtful)

    def _confirm(self) -> bool:
        """Prove anew that what was read is ours to send."""
        asked_at_s = self._lease.now_s()
        try:
            self._log.confirm_membership()
        except Rewound:
            self._lose_epoch()
            return False
        self._lease.renew(asked_at_s)
        return True

    def _take_returned(self, wait_ms: int) -> None:
        for returned in self._calls.take(wait_ms / 1000):
            match returned:
                case Answered(work, response):
                    self._lanes.finish(work)
                    if response.outcome is Outcome.UNKNOWN and response.command_type is not CommandType.QUERY_DOCUMENT:
                        self._settling.unanswered(work.command.document_key)
                    self._outgoing.append(response_record(self._codec, response, work.record, self._log.now_ms()))
                    self._finish(work.record, work.progress)
                    self._announce(self._availability.called(reachable=response.reason != UNREACHABLE))
                case Unsent(work):
                    self._wait_again(work)
                case Probed(reachable):
                    self._announce(self._availability.probed(reachable=reachable))

    def _wait_again(self, work: Work) -> None:
        """For another permit; of a partition that was revoked since, it is its next owner's."""
        if self._held.get(work.record.partition) is work.progress:
            self._lanes.put_back(work)
        else:
            self._lanes.finish(work)

    def _announce(self, news: bool | None) -> None:  # noqa: FBT001 - three answers: gone, back, nothing new
        if news is not None:
            word = ErpAvailability(self._erp_id, news, "" if news else UNREACHABLE)
            self._outgoing.append(availability_record(self._codec, word, self._log.now_ms()))

    def _finish(self, record: Record, progress: Progress) -> None:
        """The record needs nothing more; one of a partition that was revoked since is its next owner's."""
        if self._held.get(record.partition) is progress:
            progress.finish(record.offset)
            self._moved.add(record.partition)

    def _is_due(self) -> bool:
        """At once when nothing is open; else not sooner after the last commit than that took, up to a second.

        While it commits no call begins: on a slow log each commit would carry no more answers than there are workers.
        """
        since_ms = self._log.now_ms() - self._committed_at_ms
        return not self._lanes.open or not 0 <= since_ms < self._gathers_ms

    def _commit(self) -> None:
        """Responses and offsets become one; after an aborted epoch all that was read is read again, in doubt."""
        if not self._outgoing and not self._moved:
            return
        offsets = {TopicPartition(self._topic, moved): self._held[moved].committable() for moved in sorted(self._moved)}
        began_at_s, began_at_ms, asked_at_s = monotonic(), self._log.now_ms(), self._lease.now_s()
        try:
            self._log.send(self._outgoing)
            self._log.commit(offsets, {})
        except Rewound:
            self._lose_epoch()
        else:
            if offsets:
                self._lease.renew(asked_at_s)
            self._gathers_ms = min(self._log.now_ms() - began_at_ms, _LONGEST_GATHERING_MS)
            self._tally.written(self._outgoing)
            self._observer.committed(self._tally.committed(monotonic() - began_at_s))
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        self._tally = EpochTally()
        self._outgoing = []
        self._moved = set()
        self._committed_at_ms = self._log.now_ms()

    def _lose_epoch(self) -> None:
        self._observer.lost_epoch()
        self._lease.end()
        self._gathers_ms = 0
        self._start_over()
        self._begin_epoch()

    def _start_over(self) -> None:
        partitions = frozenset(self._held)
        for partition in partitions:
            self._release(partition)
        self._begin(partitions)
        self._availability.forget()
