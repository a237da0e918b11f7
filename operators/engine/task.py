"""One running flow between its log and its graph: it polls, keeps the open epoch, and commits at the commit gate.

At the commit gate (`operators/engine/epoch/commit_gate.py`), and only there, an epoch is committed or aborted, a
rebalance is handled, a tick is sent (docs/architecture.md). How an epoch ends badly:
`operators/engine/epoch/current_epoch.py`. What operators see of a task: `operators/engine/operator_context.py`.
"""

import logging
import math
import time
from collections.abc import Sequence
from typing import NoReturn

from connectors.log.dead_letters import gap_letter
from connectors.log.port import Batch, Log, LogFailed, Outgoing, Record, Rewound
from connectors.observation.observer import UNOBSERVED, Observer
from operators.engine.backpressure import NO_BACKPRESSURE, Backpressure
from operators.engine.epoch.append_times import require_append_times
from operators.engine.epoch.current_epoch import EpochFailed
from operators.engine.epoch.epoch_pace import EpochPace
from operators.engine.epoch.open_epoch import EpochLimits, OpenEpoch
from operators.engine.epoch.violations import LawBroken, publish
from operators.engine.flow_status import StatusReports
from operators.engine.operator_context import OperatorContext
from operators.engine.poison.flow_guard import FlowGuard
from operators.engine.reassignment import Reassignment
from operators.engine.ticks import Ticks
from schemas.codec import Codec

_LOGGER = logging.getLogger(__name__)


class Task(OperatorContext):
    """See the module. The source calls `next_records` and the sink `send`, each from inside the graph."""

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
        super().__init__(flow, log, codec, inbox, limits, guard or FlowGuard())
        self._reassignment = Reassignment(self, inputs, observer)
        self._status = StatusReports(observer)
        self._pace = EpochPace(limits)
        self._limits = limits
        self._observer = observer
        self._backpressure = backpressure
        self._ticks = None if inbox is None else Ticks(flow, inbox, codec, log)
        self.stopped_inputs: frozenset[str] = frozenset()
        """Inputs of which this process reads no more."""

    def next_records(self) -> list[Record]:
        """The commit gate, then the next poll; empty when nothing came."""
        self._pass_commit_gate()
        self._observer.passed_gate()
        try:
            self._epoch.require()
            self._handle_rebalance()
            self._status.report(self.log, self.partitions.values(), self.erp_gates, self.below_zero)
            if self._is_due():
                self.commit()
            self._backpressure.apply(settled=not self._epoch.open.has_work)
            records = self._poll()
            self._send_ticks(records)
            if not records and self._epoch.open.has_work and self._pace.is_pause_over():
                self.commit()
        except Rewound as reason:
            _LOGGER.warning("%s: epoch aborted, reprocessing: %s", self.flow, reason)
            self._drop_epoch()
            return []
        except EpochFailed as failed:
            self._abort_failed(failed.failure)
            return []
        return records

    def _pass_commit_gate(self) -> None:
        """Nothing is in the graph any more; what was refused in it ends the flow."""
        if self._epoch.is_dropping:
            self._gate.dropped()
        self._gate.prove()
        if self._epoch.refusal is not None:
            self._end(self._epoch.refusal)
        if self._epoch.failure is None:
            self.guard.passed()

    def _end(self, refusal: LogFailed | LawBroken) -> NoReturn:
        if isinstance(refusal, LogFailed):
            raise refusal
        publish(refusal, self.log, self.codec)
        self._observer.violated(refusal.laws)
        raise refusal.violated

    def _handle_rebalance(self) -> None:
        if not self.log.rebalancing():
            return
        if self._epoch.open.has_work:
            self.commit()
        self.isolation.steps.rebalanced()
        self._status.report_soon()
        self._reassignment.apply()

    def _is_due(self) -> bool:
        epoch = self._epoch.open
        return epoch.has_work and (self.isolation.steps.active or epoch.is_over())

    def _poll(self) -> list[Record]:
        waits = self._pace.waits(has_work=self._epoch.open.has_work)
        wait_s = self._pace.wait_s(self.partitions, self._backpressure, self.log) if waits else 0.0
        batches = self.isolation.poll(self._backpressure.most(self._limits.poll_records), wait_s)
        if not batches:
            return []
        require_append_times(batches, self.log.now_ms())
        self._backpressure.took(batches)
        self._open()
        records = self._noted(batches)
        self.guard.take(batches)
        self._gate.polled(len(records))
        return records

    def _open(self) -> None:
        """Begin an epoch, unless one is open."""
        if not self._epoch.open.has_work:
            self._epoch.open.open()
            self._observer.opened_epoch()

    def _noted(self, batches: Sequence[Batch]) -> list[Record]:
        """The records of a poll, whose offsets the epoch will commit."""
        records: list[Record] = []
        for batch in batches:
            self._epoch.open.read(batch)
            records.extend(batch.records)
            if batch.gap is not None:
                self._append([gap_letter(batch.source, batch.gap, f"{self.flow}/poll")])
                self.dead_lettered((batch.source.topic,))
        return records

    def _send_ticks(self, polled: Sequence[Record]) -> None:
        """Bring the time to partitions that are caught up and have a timer due."""
        if self._ticks is None:
            return
        ticks = self._ticks.due(self.partitions, polled)
        if ticks:
            self._open()
            self._append(ticks)

    def send(self, records: Sequence[Outgoing]) -> None:
        """The sink: append to the open epoch; one that is lost or failed already is dropped to its end."""
        self._gate.sent(len(records))
        self._epoch.send(self._append, records)

    def _append(self, records: Sequence[Outgoing]) -> None:
        self.log.send(records)
        self._epoch.open.sent(records)

    def commit(self) -> None:
        """Outputs, state and offsets move together; then the rows that were open are the stored ones (step 6)."""
        began_at = time.monotonic()
        epoch = self._epoch.open
        final_records, changes = self._epoch.prepared(self.partitions)
        self._append(final_records)
        self.log.commit(epoch.offsets, changes)
        self.guard.committed(epoch.offsets)
        self.isolation.steps.committed(epoch.offsets)
        self.partitions.absorb()
        ended_at = time.monotonic()
        self._pace.committed(began_at, ended_at)
        self._observer.committed(epoch.tally.committed(ended_at - began_at))
        self._stop_inputs(epoch)
        self._epoch.renew()

    def _stop_inputs(self, epoch: OpenEpoch) -> None:
        for topic, reason in epoch.stops.items():
            _LOGGER.error("%s: %s is stopped: %s", self.flow, topic, reason)
            self._backpressure.stop(topic)
            self._observer.stopped(topic)
        self.stopped_inputs |= epoch.stops.keys()

    def _abort_failed(self, failure: Exception) -> None:
        """Its records are processed again in small steps; what fails alone gets a strike from the poison guard."""
        self._epoch.require_retry(failure)
        self.isolation.failed(failure, self._limits.poll_records)
        self.log.abort()
        self._drop_epoch()

    def _drop_epoch(self) -> None:
        """At a commit gate; what was polled there, and has not entered the graph, is read again."""
        self._gate.dropped()
        self.partitions.forget()
        self.isolation.dropped()
        self._observer.lost_epoch()
        self._epoch.renew()

    def finish(self) -> None:
        """Commit what is open, at a last commit gate; the next start processes an epoch again that cannot be."""
        self._observer.stopping()
        self._pass_commit_gate()
        try:
            self._epoch.require()
            if self._epoch.open.has_work:
                self.commit()
        except Rewound as reason:
            _LOGGER.warning("%s: last epoch aborted, the next start reprocesses it: %s", self.flow, reason)
        except EpochFailed as failed:
            self._abort_failed(failed.failure)

    @property
    def waits(self) -> bool:
        """Whether the next poll waits: for the flow's turn, or for records while the open epoch has no work."""
        return self.isolation.steps.waits_for_turn or self._pace.waits(has_work=self._epoch.open.has_work)

    @property
    def most_rest_s(self) -> float:
        """How long it may rest when nothing was polled: an open epoch is committed as soon as the pause is over."""
        return self._pace.pause_left_s() if self._epoch.open.has_work else math.inf

    def is_idle(self) -> bool:
        """Whether no epoch is open and no timer is due; whether the input is drained is the log's to say."""
        is_open = self._epoch.open.has_work or self.isolation.steps.waiting
        return not is_open and self.partitions.next_due_ms() > self.log.now_ms()
