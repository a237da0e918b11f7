"""One running flow between its log and its graph: it polls, keeps the open epoch, and commits at the commit gate.

At the commit gate (`operators/engine/commit_gate.py`), and only there, an epoch is committed or aborted, a rebalance is
handled, a tick is sent (docs/architecture.md).

An epoch ends badly in three ways. It is lost: the log aborted it, and its records are processed again. It failed: an
operator raised, or it led to more than an epoch may write; it is aborted, and its records are processed again in small
steps, until what fails is alone in flight and the poison guard puts it aside. Or it must not be passed over: a broken
invariant, a violated commit gate and a `LogFailed` end the flow, uncommitted.
"""

import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from connectors.log.dead_letters import gap_letter
from connectors.log.in_flight_journal import timer_note
from connectors.log.port import Batch, Log, LogFailed, Outgoing, Record, Rewound, TopicPartition
from connectors.observation.observer import UNOBSERVED, Observer
from domain.invariants import InvariantViolated
from domain.messages.cases import Case
from operators.engine.append_times import require_append_times
from operators.engine.backpressure import NO_BACKPRESSURE, Backpressure
from operators.engine.commit_gate import CommitGate, CommitGateViolated
from operators.engine.flow_status import ErpGates, flow_status_of, no_erp_gates
from operators.engine.open_epoch import EpochLimits, EpochTooLarge, OpenEpoch
from operators.engine.partition import Partition
from operators.engine.poison.flow_guard import FlowGuard
from operators.engine.poison.put_aside import PutAside, timer_put_aside
from operators.engine.poison.small_steps import SmallSteps
from operators.engine.ticks import Ticks
from operators.engine.timers import Timer
from schemas.codec import Codec

Given = TypeVar("Given")
Made = TypeVar("Made")

_LOGGER = logging.getLogger(__name__)

_SHORTEST_WAIT_S = 0.05
"""Of a poll that may wait: timers fire, and paused sources resume, with this precision."""


class EpochFailed(Exception):
    """The open epoch cannot be committed because of what its records lead to; `failure` is what was raised."""

    def __init__(self, failure: Exception) -> None:
        super().__init__(failure)
        self.failure = failure


class Task:
    """See the module. `inbox` is the flow's own inbox where it has keyed state, None for a stateless flow.

    `erp_gates` is what dispatch adds to the status that every flow reports.
    """

    def __init__(  # noqa: PLR0913, PLR0917  a flow in one place
        self,
        flow: str,
        log: Log,
        codec: Codec,
        inbox: str | None,
        limits: EpochLimits,
        guard: FlowGuard | None = None,
        inputs: Sequence[str] = (),
        observer: Observer = UNOBSERVED,
        backpressure: Backpressure = NO_BACKPRESSURE,
    ) -> None:
        self.flow = flow
        self.log = log
        self.codec = codec
        self.inbox = inbox
        self.guard = guard or FlowGuard()
        self._inputs = inputs
        self._steps = SmallSteps(log, self.guard)
        self.partitions: dict[int, Partition] = {}
        self.erp_gates: ErpGates = no_erp_gates
        self._observer = observer
        self._backpressure = backpressure
        self._report_at = 0.0
        self._ticks = None if inbox is None else Ticks(flow, inbox, codec, log)
        self._epoch = OpenEpoch(limits)
        self._limits = limits
        self._partition_counts: dict[str, int] = {}
        self._gate = CommitGate(flow)
        self._may_commit_at = 0.0
        self._isolated: Batch | None = None
        self._is_deferred = False
        self._lost: Rewound | None = None
        self._failure: Exception | None = None
        self.stopped_inputs: frozenset[str] = frozenset()
        """Inputs of which this process reads no more."""
        self._refusal: LogFailed | None = None

    def partitions_of(self, topic: str) -> int:
        """How many partitions a topic has; asked once, since a topic that grows under a running flow is refused."""
        count = self._partition_counts.get(topic)
        if count is None:
            count = self._partition_counts[topic] = self.log.partitions_of(topic)
        return count

    def step(self, function: Callable[[list[Given]], list[Made]]) -> Callable[[list[Given]], list[Made]]:
        """An operator of this flow; what it raises fails the epoch, and the rest of the epoch is dropped."""

        def run(batch: list[Given]) -> list[Made]:
            if self._is_dropping:
                return []
            try:
                return function(batch)
            except LogFailed as refusal:
                self.refuse(refusal)
            except (InvariantViolated, CommitGateViolated):
                raise
            except Exception as failure:  # noqa: BLE001 - whatever it is, the poison guard finds the record at fault
                self._fail(failure)
            return []

        return run

    @property
    def _is_dropping(self) -> bool:
        return self._failure is not None or self._refusal is not None

    def _fail(self, failure: Exception) -> None:
        if not self.guard.quarantines and not isinstance(failure, EpochTooLarge):
            raise failure
        self._failure = failure

    def took(self, records: int) -> None:
        """The first operator has so many of the polled records."""
        self._gate.took(records)

    def collect(self, records: Iterable[Outgoing]) -> list[Outgoing]:
        """The last operator makes these; raises `EpochTooLarge` before they take more memory than is allowed."""
        found = self._epoch.collect(records)
        self._gate.emitted(len(found))
        return found

    def require_time(self) -> None:
        """Called for each record: raises `EpochTooLarge` when the open transaction would time out."""
        self._epoch.require_time()

    @property
    def isolates(self) -> bool:
        """Whether the record in the graph is alone there, to find out what fails."""
        return self._isolated is not None

    def put_aside(self, record: Record) -> Iterator[PutAside]:
        """What must not be processed of an isolated record: timers that are due at it, and itself."""
        verdicts = dict(self.guard.verdicts_on(record))
        own = verdicts.pop("", None)
        partition = self.partitions.get(record.partition)
        if verdicts and partition is not None:
            due = list(partition.timers.due(max(partition.now_ms, record.timestamp_ms)))
            for timer in due:
                if (reason := verdicts.get(timer_note(timer.key))) is not None:
                    partition.timers.remove(timer)
                    yield timer_put_aside(timer, record, reason)
        if own is not None:
            yield PutAside(record, own)

    def defers(self, record: Record) -> bool:
        """Whether timers are due before an isolated record: it is processed in a later epoch than they are."""
        if self._isolated is None:
            return False
        partition = self.partitions[record.partition]
        if not partition.timers.is_due(partition.advance(record.timestamp_ms)):
            return False
        self._is_deferred = True
        self._epoch.hand_back(self._isolated.source, record.offset)
        self._steps.hand_back(self._isolated)
        return True

    def due_timers(self, record: Record) -> Iterator[Timer]:
        """Take the timers to fire before a record, in order; where it is deferred, as many as the epoch may hold."""
        partition = self.partitions[record.partition]
        due = partition.timers.take_due(partition.advance(record.timestamp_ms))
        most = self._steps.most_timers if self._is_deferred else None
        for timer in islice(due, most):
            if most == 1:
                self.guard.firing(record, timer.key)
            self._epoch.timers_fired += 1
            self._epoch.require_time()
            yield timer

    def send(self, records: Sequence[Outgoing]) -> None:
        """The sink: append to the open epoch; one that is lost or failed already is dropped to its end."""
        self._gate.sent(len(records))
        if self._lost is not None or self._is_dropping:
            return
        try:
            self._append(records)
        except Rewound as reason:
            self._lost = reason
        except LogFailed:
            raise
        except Exception as failure:  # noqa: BLE001 - see `step`
            self._fail(failure)

    def raised(self, case: Case) -> None:
        """An exception case is among what was emitted."""
        self._epoch.tally.raised(case)

    def dead_lettered(self, topics: Iterable[str]) -> None:
        """Records of these topics could not be read."""
        self._epoch.tally.dead_lettered(topics)

    def dropped_headers(self, names: Iterable[str]) -> None:
        """Headers of these names failed their check and were not passed on."""
        self._epoch.tally.dropped_headers(names)

    def stop_input(self, topic: str, reason: str) -> bool:
        """Read no more of an input once this epoch is committed; False when the epoch is to do so already.

        What is lost with the epoch is read again, and asked for again.
        """
        is_new = topic not in self._epoch.stops
        self._epoch.stops.setdefault(topic, reason)
        return is_new

    def publish_at_commit(self, topic: str, key: str, record: Callable[[], Outgoing]) -> None:
        """Append the record when the epoch commits, unless another under its key takes its place until then."""
        self._epoch.publish_at_end(topic, key, record)

    def refuse(self, refusal: LogFailed) -> None:
        """What was found must not be passed over: the flow ends at the next commit gate, uncommitted."""
        self._refusal = self._refusal or refusal

    def _append(self, records: Sequence[Outgoing]) -> None:
        self.log.send(records)
        self._epoch.sent(records)

    def next_records(self) -> list[Record]:
        """The commit gate, then the next poll; empty when nothing came."""
        self._pass_commit_gate()
        self._observer.passed_gate()
        try:
            self._require_epoch()
            self._handle_rebalance()
            self._report_status()
            if self._is_due():
                self.commit()
            self._backpressure.apply(settled=not self._epoch.has_work)
            records = self._poll(self._wait_s())
            self._send_ticks(records)
            if not records and self._epoch.has_work and self._is_pause_over():
                self.commit()
        except Rewound as reason:
            _LOGGER.warning("%s: epoch aborted, reprocessing: %s", self.flow, reason)
            self._drop_epoch()
            return []
        except EpochFailed as failed:
            self._abort_failed(failed.failure)
            return []
        return records

    def _wait_s(self) -> float:
        """How long the next poll may wait for a record."""
        if self._epoch.has_work or not self._limits.idle_wait_s:
            return 0.0
        if self._backpressure.is_at_work:
            return min(self._limits.idle_wait_s, _SHORTEST_WAIT_S)
        return min(self._limits.idle_wait_s, max(self._next_timer_s(), _SHORTEST_WAIT_S))

    def _next_timer_s(self) -> float:
        """Until the next timer of all partitions; without one, for ever."""
        dues = (partition.timers.earliest_due_ms() for partition in self.partitions.values())
        due_ms = min((due_ms for due_ms in dues if due_ms is not None), default=math.inf)
        return (due_ms - self.log.now_ms()) / 1_000

    def _is_pause_over(self) -> bool:
        return time.monotonic() >= self._may_commit_at

    def _require_epoch(self) -> None:
        if self._lost is not None:
            raise self._lost
        if self._failure is not None:
            raise EpochFailed(self._failure)

    def _pass_commit_gate(self) -> None:
        """Nothing is in the graph any more; what was refused in it ends the flow."""
        if self._is_dropping:
            self._gate.dropped()
        self._gate.prove()
        if self._refusal is not None:
            raise self._refusal
        if self._failure is None:
            self.guard.passed()

    def _abort_failed(self, failure: Exception) -> None:
        """Its records are processed again in small steps; what fails alone gets a strike from the poison guard."""
        records = self._epoch.records_read
        if not records or (not self.guard.quarantines and not isinstance(failure, EpochTooLarge)):
            raise failure
        if self._is_deferred and self._steps.most_timers != 1:
            self._steps.timers_failed(self._epoch.timers_fired)
        elif self._isolated is not None:
            self.guard.strike(failure)
        self.guard.passed()
        _LOGGER.warning(
            "%s: epoch of %d records aborted, reprocessing in smaller steps: %r",
            self.flow,
            records,
            failure,
            exc_info=None if isinstance(failure, EpochTooLarge) else failure,
        )
        self._steps.failed(self._epoch.offsets, records, self._limits.poll_records)
        self.log.abort()
        self._drop_epoch()

    def _handle_rebalance(self) -> None:
        if not self.log.rebalancing():
            return
        if self._epoch.has_work:
            self.commit()
        self._steps.rebalanced()
        self._report_at = 0.0
        assignment = self.log.take_assignment()
        if assignment is None:
            return
        for partition in assignment.revoked:
            self.partitions.pop(partition, None)
        if self.inbox is not None:
            for partition in sorted(assignment.assigned):
                self.partitions[partition] = Partition(self.log, partition)
        self.guard.revoked(self._sources_of(assignment.revoked))
        self.guard.assigned(self._sources_of(assignment.assigned), self.log.committed)
        marked_at_s = assignment.marked_at_s
        pause_s = None if marked_at_s is None else time.monotonic() - marked_at_s
        self._observer.moved(len(assignment.revoked), len(assignment.assigned), pause_s)

    def _sources_of(self, numbers: frozenset[int]) -> Sequence[TopicPartition]:
        named = (TopicPartition(topic, number) for topic in self._inputs for number in sorted(numbers))
        return [source for source in named if source.partition < self.partitions_of(source.topic)]

    def _report_status(self) -> None:
        """Show the observer how the flow stands, when it wants to know."""
        now = time.monotonic()
        if now < self._report_at:
            return
        self._report_at = now + self._observer.reports_every_s
        held = self.partitions.values()
        self._observer.report_status(flow_status_of(self.log.member_status(), held, self.erp_gates, self.log.now_ms()))

    def _is_due(self) -> bool:
        return self._epoch.has_work and (self._steps.active or self._epoch.is_over())

    def _poll(self, timeout_s: float) -> list[Record]:
        batches = self._steps.poll(self._backpressure.most(self._limits.poll_records), timeout_s)
        self._isolated, self._is_deferred = None, False
        if not batches:
            return []
        require_append_times(batches, self.log.now_ms())
        self._backpressure.took(batches)
        self._open()
        records = self._noted(batches)
        self.guard.take(batches)
        self._gate.polled(len(records))
        if len(records) == 1 and self._steps.isolates:
            self._isolated = next(batch for batch in batches if batch.records)
        return records

    def _noted(self, batches: Sequence[Batch]) -> list[Record]:
        """The records of a poll, whose offsets the epoch will commit."""
        records: list[Record] = []
        for batch in batches:
            self._epoch.read(batch)
            records.extend(batch.records)
            if batch.gap is not None:
                self._append([gap_letter(batch.source, batch.gap, f"{self.flow}/poll")])
                self._epoch.tally.dead_lettered((batch.source.topic,))
        return records

    def _open(self) -> None:
        """Begin an epoch, unless one is open."""
        if not self._epoch.has_work:
            self._epoch.open()
            self._observer.opened_epoch()

    def _send_ticks(self, polled: Sequence[Record]) -> None:
        """Bring the time to partitions that are caught up and have a timer due."""
        if self._ticks is None:
            return
        ticks = self._ticks.due(self.partitions, polled)
        if ticks:
            self._open()
            self._append(ticks)

    def commit(self) -> None:
        """Outputs, state and offsets move together; then the rows that were open are the stored ones (step 6)."""
        began_at = time.monotonic()
        final_records, changes = self._prepared()
        self._append(final_records)
        self.log.commit(self._epoch.offsets, changes)
        self.guard.committed(self._epoch.offsets)
        self._steps.committed(self._epoch.offsets)
        for partition in self.partitions.values():
            partition.state.absorb()
        ended_at = time.monotonic()
        took_s = ended_at - began_at
        self._observer.committed(self._epoch.tally.committed(took_s))
        self._stop_inputs(self._epoch.stops)
        self._epoch = OpenEpoch(self._limits)
        pause_s = took_s if self._limits.idle_wait_s else 0.0
        self._may_commit_at = ended_at + max(self._limits.least_s, pause_s)

    def _prepared(self) -> tuple[Sequence[Outgoing], dict[int, dict[bytes, bytes | None]]]:
        """What the commit writes; encoding it may raise, or be too much, as any step of the epoch may."""
        try:
            final_records = self._epoch.final_records()
            changes = {
                number: rows for number, partition in self.partitions.items() if (rows := partition.state.changes())
            }
            for rows in changes.values():
                self._epoch.collect_state(rows)
        except LogFailed:
            raise
        except Exception as failure:
            raise EpochFailed(failure) from failure
        return final_records, changes

    def _stop_inputs(self, stops: Mapping[str, str]) -> None:
        for topic, reason in stops.items():
            _LOGGER.error("%s: %s is stopped: %s", self.flow, topic, reason)
            self._backpressure.stop(topic)
            self._observer.stopped(topic)
        self.stopped_inputs |= stops.keys()

    def _drop_epoch(self) -> None:
        for partition in self.partitions.values():
            partition.forget()
        self._steps.rewound()
        self._lost = self._failure = self._isolated = None
        self._is_deferred = False
        self._observer.lost_epoch()
        self._epoch = OpenEpoch(self._limits)

    def finish(self) -> None:
        """Commit what is open, at a last commit gate; the next start processes an epoch again that cannot be."""
        self._observer.stopping()
        self._pass_commit_gate()
        try:
            self._require_epoch()
            if self._epoch.has_work:
                self.commit()
        except Rewound as reason:
            _LOGGER.warning("%s: last epoch aborted, the next start reprocesses it: %s", self.flow, reason)
        except EpochFailed as failed:
            self._abort_failed(failed.failure)

    @property
    def waits(self) -> bool:
        """Whether the next poll waits: for the flow's turn, or for records while the open epoch has no work."""
        return self._steps.waits_for_turn or (self._limits.idle_wait_s > 0 and not self._epoch.has_work)

    def is_idle(self) -> bool:
        """Whether no epoch is open and no timer is due; whether the input is drained is the log's to say."""
        now_ms = self.log.now_ms()
        dues = (partition.timers.earliest_due_ms() for partition in self.partitions.values())
        is_open = self._epoch.has_work or self._steps.waiting
        return not is_open and all(due_ms is None or due_ms > now_ms for due_ms in dues)
