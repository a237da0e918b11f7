"""The observer that keeps a flow's health, and its metrics for Prometheus."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import product

from prometheus_client import Counter

from connectors.log.port import TopicPartition
from connectors.observation.health import Health
from connectors.observation.instruments import Instruments
from connectors.observation.observer import Epoch, ErpGateStatus, FlowStatus
from domain.dispatch.breaker import GateState
from domain.identifiers import ErpId
from domain.invariants import Law
from domain.quantities import UNIT


@dataclass(slots=True)
class _Restore:
    """The restore under way."""

    began_at_s: float
    applied: int = 0


class FlowMetrics:
    """Implements `Observer` for one flow; `clock` gives seconds that never go back."""

    reports_every_s = 1.0

    def __init__(self, flow: str, health: Health, instruments: Instruments, clock: Callable[[], float]) -> None:
        self._flow = flow
        self._health = health
        self._instruments = instruments
        self._clock = clock
        self._opened_at_s: float | None = None
        self._restores: dict[TopicPartition, _Restore] = {}
        self._members_fenced = 0
        self._lagging: frozenset[TopicPartition] = frozenset()
        self._gated: frozenset[ErpId] = frozenset()
        self._epochs_committed = instruments.epochs_committed.labels(flow)
        self._commit_duration = instruments.commit_duration.labels(flow)
        self._epoch_records = instruments.epoch_records.labels(flow)
        self._last_record_timestamp = instruments.last_record_timestamp.labels(flow)
        instruments.open_epoch_age.labels(flow).set_function(self._open_epoch_age_s)
        for law in Law:
            instruments.invariants_violated.labels(flow, law)
        instruments.ready.labels(flow).set_function(lambda: health.is_ready)

    def passed_gate(self) -> None:
        """Record a pass of the loop."""
        self._health.passed_gate()

    def opened_epoch(self) -> None:
        """Start the age of the epoch."""
        self._opened_at_s = self._clock()

    def committed(self, epoch: Epoch) -> None:
        """Add the counts of the epoch."""
        self._opened_at_s = None
        self._epochs_committed.inc()
        self._commit_duration.observe(epoch.commit_s)
        self._epoch_records.observe(sum(epoch.read.values()))
        self._count(self._instruments.records_read, epoch.read)
        self._count(self._instruments.records_written, epoch.written)
        self._count(self._instruments.records_dead_lettered, epoch.dead_lettered)
        self._count(self._instruments.exceptions_raised, epoch.raised)
        self._count(self._instruments.headers_dropped, epoch.dropped_headers)
        for (source_id, reason), number in epoch.passed_over.items():
            self._instruments.documents_passed_over.labels(self._flow, source_id, reason).inc(number)
        if epoch.last_record_ms:
            self._last_record_timestamp.set(epoch.last_record_ms / 1_000)

    def lost_epoch(self) -> None:
        """Count the abort; drop the counts of the epoch."""
        self._opened_at_s = None
        self._instruments.epochs_lost.labels(self._flow).inc()

    def restoring(self, changelog: TopicPartition, applied: int, to_apply: int) -> None:
        """Show the progress of the restore."""
        self._health.restoring(changelog, applied, to_apply)
        if applied == 0:
            self._restores[changelog] = _Restore(self._clock())
        restore = self._restores[changelog]
        self._instruments.restore_applied.labels(self._flow).inc(applied - restore.applied)
        self._instruments.restore_left.labels(self._flow).set(to_apply - applied)
        restore.applied = applied
        if applied == to_apply:
            self._instruments.restore_duration.labels(self._flow).observe(self._clock() - restore.began_at_s)
            del self._restores[changelog]

    def moved(self, revoked: int, assigned: int, pause_s: float | None) -> None:
        """Count revoked and assigned partitions."""
        self._instruments.partitions_held.labels(self._flow).inc(assigned - revoked)
        self._instruments.partitions_revoked.labels(self._flow).inc(revoked)
        self._instruments.partitions_assigned.labels(self._flow).inc(assigned)
        if assigned and pause_s is not None:
            self._instruments.rebalance_pause.labels(self._flow).observe(pause_s)

    def report_status(self, status: FlowStatus) -> None:
        """Set the gauges."""
        if not status.member.is_restoring:
            self._health.set_membership(is_member=status.member.is_member)
            self._forget_restores()
        its = self._instruments
        its.timers_due.labels(self._flow).set(status.due_timers)
        its.timer_overdue.labels(self._flow).set(status.overdue_ms / 1_000)
        its.state_rows_cached.labels(self._flow).set(status.rows_cached)
        its.members_fenced.labels(self._flow).inc(status.member.members_fenced - self._members_fenced)
        self._members_fenced = status.member.members_fenced
        if status.member.stored_bytes is not None:
            its.state_store.labels(self._flow).set(status.member.stored_bytes)
        self._show_lag(status.member.lag)
        self._show_gates(status.gates)
        if status.below_zero is not None:
            its.items_below_zero.labels(self._flow).set(status.below_zero.items)
            its.units_below_zero.labels(self._flow).set(status.below_zero.units / UNIT)

    def stopped(self, topic: str) -> None:
        """Set the gauge until the process ends."""
        self._instruments.source_stopped.labels(self._flow, topic).set(1)

    def paused(self, topics: Collection[str], seconds: float) -> None:
        """Count the seconds."""
        for topic in topics:
            self._instruments.source_paused.labels(self._flow, topic).inc(seconds)

    def violated(self, laws: Collection[Law]) -> None:
        """Count each."""
        for law in laws:
            self._instruments.invariants_violated.labels(self._flow, law).inc()

    def stopping(self) -> None:
        """Set the health to STOPPING."""
        self._health.stopping()

    def _forget_restores(self) -> None:
        """Drop unfinished restores: their partitions were assigned to another member."""
        self._restores.clear()
        self._instruments.restore_left.labels(self._flow).set(0)

    def _open_epoch_age_s(self) -> float:
        opened_at_s = self._opened_at_s
        return 0.0 if opened_at_s is None else self._clock() - opened_at_s

    def _count(self, counter: Counter, numbers: Mapping[str, int]) -> None:
        for label, number in numbers.items():
            counter.labels(self._flow, label).inc(number)

    def _show_lag(self, lag: Mapping[TopicPartition, int]) -> None:
        """Remove the series of revoked partitions: their new member reports them."""
        gauge = self._instruments.lag
        for topic, partition in sorted(self._lagging - lag.keys()):
            gauge.remove(self._flow, topic, str(partition))
        for (topic, partition), records in lag.items():
            gauge.labels(self._flow, topic, partition).set(records)
        self._lagging = frozenset(lag)

    def _show_gates(self, gates: tuple[ErpGateStatus, ...]) -> None:
        its = self._instruments
        for gate in gates:
            of_erp = (self._flow, gate.erp_id)
            its.rate_tokens.labels(*of_erp).set(gate.token_thousandths / 1_000)
            its.commands_queued.labels(*of_erp).set(gate.queued)
            its.commands_in_flight.labels(*of_erp).set(gate.in_flight)
            its.first_command_wait.labels(*of_erp).set(gate.first_waits_ms / 1_000)
            for state in GateState:
                its.breaker.labels(*of_erp, state).set(state == gate.breaker)
        self._forget_gates(self._gated - {gate.erp_id for gate in gates})
        self._gated = frozenset(gate.erp_id for gate in gates)

    def _forget_gates(self, erp_ids: frozenset[ErpId]) -> None:
        its = self._instruments
        for erp_id in sorted(erp_ids):
            for gauge in (its.rate_tokens, its.commands_queued, its.commands_in_flight, its.first_command_wait):
                gauge.remove(self._flow, erp_id)
        for erp_id, state in product(sorted(erp_ids), GateState):
            its.breaker.remove(self._flow, erp_id, state)
