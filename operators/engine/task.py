"""One running flow between its log and its graph: it polls, keeps the open epoch, and commits at the gate.

Bytewax asks a source for its next batch only when every record of the batch before has left the last operator: that
moment is the gate. There, and only there, an epoch is committed, a rebalance is met, a tick is sent
(design: architecture, sections 3, 6 and 7). Each gate proves what it relies on by counting.
"""

import logging
import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from connectors.log.dead_letters import gap_letter
from connectors.log.port import Batch, Log, LogFailed, Outgoing, Record, Rewound, TopicPartition
from connectors.observation.observer import UNOBSERVED, Observer
from domain.messages.cases import Case
from operators.engine.backpressure import NO_BACKPRESSURE, Backpressure
from operators.engine.flow_status import Gates, flow_status_of, no_gates
from operators.engine.open_epoch import EpochLimits, OpenEpoch
from operators.engine.partition import Partition
from operators.engine.small_steps import SmallSteps
from operators.engine.suspicion import Watch
from operators.engine.ticks import tick
from schemas.codec import Codec

_LOGGER = logging.getLogger(__name__)

_FUTURE_MS = 3_600_000
_SHORTEST_WAIT_S = 0.05
"""Of a poll that may wait: so closely timers are met, and sources that are held back are opened again."""


class CommitGateViolated(Exception):
    """A record was still inside the graph, or was lost in it, when its epoch was to be committed: a bug."""


class Task:
    """See the module. `inbox` is the flow's own inbox where it has keyed state, None for a stateless flow.

    `gates` is what dispatch shows its observer beside what every flow shows.
    """

    def __init__(  # noqa: PLR0913, PLR0917  a flow in one place
        self,
        flow: str,
        log: Log,
        codec: Codec,
        inbox: str | None,
        limits: EpochLimits,
        watch: Watch | None = None,
        inputs: Sequence[str] = (),
        observer: Observer = UNOBSERVED,
        backpressure: Backpressure = NO_BACKPRESSURE,
    ) -> None:
        self.flow = flow
        self.log = log
        self.codec = codec
        self.inbox = inbox
        self.watch = watch or Watch()
        self._inputs = inputs
        self._steps = SmallSteps(log, self.watch)
        self.partitions: dict[int, Partition] = {}
        self.gates: Gates = no_gates
        self._observer = observer
        self._backpressure = backpressure
        self._look_at = 0.0
        self._epoch = OpenEpoch()
        self._limits = limits
        self._partition_counts: dict[str, int] = {}
        self._in_graph = 0
        self._to_sink = 0
        self._may_commit_at = 0.0
        self._lost: Rewound | None = None
        self._refusal: LogFailed | None = None

    def partitions_of(self, topic: str) -> int:
        """How many partitions a topic has; asked once, since a topic that grows under a running flow is refused."""
        count = self._partition_counts.get(topic)
        if count is None:
            count = self._partition_counts[topic] = self.log.partitions_of(topic)
        return count

    def took(self, records: int) -> None:
        """The first operator has so many of the polled records in hand."""
        self._in_graph -= records

    def emitted(self, records: int) -> None:
        """The last operator made so many outgoing records."""
        self._to_sink += records

    def send(self, records: Sequence[Outgoing]) -> None:
        """The sink: append to the open epoch; one that is lost already is dropped to its end."""
        self._to_sink -= len(records)
        if self._lost is not None or self._refusal is not None:
            return
        try:
            self._append(records)
        except Rewound as reason:
            self._lost = reason

    def raised(self, case: Case) -> None:
        """An exception case is among what was emitted."""
        self._epoch.tally.raised(case)

    def dead_lettered(self, topics: Iterable[str]) -> None:
        """Records of these topics could not be read."""
        self._epoch.tally.dead_lettered(topics)

    def dropped_headers(self, names: Iterable[str]) -> None:
        """Headers of these names failed their check and were not passed on."""
        self._epoch.tally.dropped_headers(names)

    def publish_at_commit(self, topic: str, key: str, record: Callable[[], Outgoing]) -> None:
        """Append the record when the epoch commits, unless another under its key takes its place until then."""
        self._epoch.publish_at_end(topic, key, record)

    def refuse(self, refusal: LogFailed) -> None:
        """An operator met what this program must not pass over: the flow ends at the next gate, uncommitted."""
        self._refusal = self._refusal or refusal

    def _append(self, records: Sequence[Outgoing]) -> None:
        self.log.send(records)
        self._epoch.sent(records)

    def next_records(self) -> list[Record]:
        """The gate, then the next poll; empty when nothing came."""
        self._pass_gate()
        self._observer.passed_gate()
        try:
            self._require_epoch()
            self._handle_rebalance()
            self._report_status()
            if self._is_due():
                self.commit()
            self._backpressure.apply(settled=not self._epoch.has_work)
            records = self._poll(self._wait_s())
            if not records:
                self._send_ticks()
                if self._epoch.has_work and self._is_pause_over():
                    self.commit()
        except Rewound as reason:
            _LOGGER.warning("%s: the open epoch is lost and done again: %s", self.flow, reason)
            self._drop_epoch()
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

    def _pass_gate(self) -> None:
        """Nothing is in the graph any more; what was refused in it ends the flow."""
        self._prove_gate()
        self.watch.passed()
        if self._refusal is not None:
            raise self._refusal

    def _prove_gate(self) -> None:
        if self._in_graph or self._to_sink:
            raise CommitGateViolated(
                f"{self.flow}: at the gate {self._in_graph} records were not taken and {self._to_sink} not sent"
            )

    def _handle_rebalance(self) -> None:
        if not self.log.rebalancing():
            return
        if self._epoch.has_work:
            self.commit()
        self._steps.forget()
        self._look_at = 0.0
        assignment = self.log.take_assignment()
        if assignment is None:
            return
        for partition in assignment.revoked:
            self.partitions.pop(partition, None)
        if self.inbox is not None:
            for partition in sorted(assignment.assigned):
                self.partitions[partition] = Partition(self.log, partition)
        self.watch.revoked(self._sources_of(assignment.revoked))
        self.watch.assigned(self._sources_of(assignment.assigned), self.log.committed)
        marked_at_s = assignment.marked_at_s
        pause_s = None if marked_at_s is None else time.monotonic() - marked_at_s
        self._observer.moved(len(assignment.revoked), len(assignment.assigned), pause_s)

    def _sources_of(self, numbers: frozenset[int]) -> Sequence[TopicPartition]:
        named = (TopicPartition(topic, number) for topic in self._inputs for number in sorted(numbers))
        return [source for source in named if source.partition < self.partitions_of(source.topic)]

    def _report_status(self) -> None:
        """Show the observer how the flow stands, when it wants to know."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + self._observer.reports_every_s
        held = self.partitions.values()
        self._observer.report_status(flow_status_of(self.log.member_status(), held, self.gates, self.log.now_ms()))

    def _is_due(self) -> bool:
        return self._epoch.has_work and (self._steps.is_taking or self._epoch.is_over(self._limits))

    def _poll(self, timeout_s: float) -> list[Record]:
        batches = self._steps.poll(self._backpressure.most(self._limits.poll_records), timeout_s)
        if not batches:
            return []
        self._backpressure.took(batches)
        self._open()
        records = self._noted(batches)
        self.watch.take(batches)
        self._in_graph += len(records)
        return records

    def _noted(self, batches: Sequence[Batch]) -> list[Record]:
        """The records of a poll, whose offsets the epoch will commit."""
        latest_ms = self.log.now_ms() + _FUTURE_MS
        records: list[Record] = []
        for batch in batches:
            self._epoch.read(batch)
            records.extend(batch.records)
            if batch.gap is not None:
                self._append([gap_letter(batch.source, batch.gap, f"{self.flow}/poll")])
                self._epoch.tally.dead_lettered((batch.source.topic,))
            if batch.records and batch.records[-1].timestamp_ms > latest_ms:
                raise _from_the_future(batch)
        return records

    def _open(self) -> None:
        """Whatever comes now belongs to an epoch."""
        if not self._epoch.has_work:
            self._epoch.open()
            self._observer.opened_epoch()

    def _send_ticks(self) -> None:
        """Bring the time to partitions that are caught up and have a timer due."""
        if self.inbox is None or not self.partitions:
            return
        now_ms = self.log.now_ms()
        for number, partition in self.partitions.items():
            due_ms = partition.needs_tick(now_ms)
            if due_ms is None:
                continue
            self._open()
            partition.tick_sent()
            self._append([tick(self.flow, self.inbox, number, due_ms, self.codec)])

    def commit(self) -> None:
        """Outputs, state and offsets move together; then what was open is what is known (step 6)."""
        began_at = time.monotonic()
        self._append(self._epoch.final_records())
        changes = {number: rows for number, partition in self.partitions.items() if (rows := partition.state.changes())}
        self.log.commit(self._epoch.offsets, changes)
        self.watch.committed(self._epoch.offsets)
        for partition in self.partitions.values():
            partition.state.absorb()
        ended_at = time.monotonic()
        took_s = ended_at - began_at
        self._observer.committed(self._epoch.tally.committed(took_s))
        self._epoch = OpenEpoch()
        pause_s = took_s if self._limits.idle_wait_s else 0.0
        self._may_commit_at = ended_at + max(self._limits.least_s, pause_s)

    def _drop_epoch(self) -> None:
        for partition in self.partitions.values():
            partition.forget()
        self._steps.forget()
        self._lost = None
        self._observer.lost_epoch()
        self._epoch = OpenEpoch()

    def finish(self) -> None:
        """Commit what is open, at a last gate; an epoch that is lost is done again by the next start."""
        self._observer.stopping()
        self._pass_gate()
        if self._epoch.has_work and self._lost is None:
            with suppress(Rewound):
                self.commit()

    @property
    def waits(self) -> bool:
        """Whether the next poll waits for records by itself, or for its turn, which comes at once."""
        return self._steps.waits_for_turn or (self._limits.idle_wait_s > 0 and not self._epoch.has_work)

    def is_idle(self) -> bool:
        """Whether no epoch is open and no timer is due; whether the input is drained is the log's to say."""
        now_ms = self.log.now_ms()
        dues = (partition.timers.earliest_due_ms() for partition in self.partitions.values())
        is_open = self._epoch.has_work or self._steps.waiting
        return not is_open and all(due_ms is None or due_ms > now_ms for due_ms in dues)


def _from_the_future(batch: Batch) -> LogFailed:
    last = batch.records[-1]
    when = datetime.fromtimestamp(last.timestamp_ms / 1_000, UTC).isoformat(" ", "seconds")
    return LogFailed(
        f"{last.topic}/{last.partition}/{last.offset} was appended at {when}, more than an hour ahead of this "
        "machine's clock: set both clocks right (the broker writes this time). If the broker's was wrong, its records "
        "stay so: start again when that time has come"
    )
