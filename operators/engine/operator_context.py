"""What the operators of a flow share, and where they report what they find; nothing here ends an epoch."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from connectors.log.port import Log, LogFailed, Outgoing, Record
from domain.cases.policy import CasePolicy
from domain.identifiers import SourceId
from domain.messages.cases import Case
from operators.engine.epoch.commit_gate import CommitGate
from operators.engine.epoch.current_epoch import CurrentEpoch, Given, Made
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.flow_partitions import FlowPartitions
from operators.engine.flow_status import ErpGates, StockBelowZero, no_erp_gates, no_stock
from operators.engine.poison.flow_guard import FlowGuard
from operators.engine.poison.isolation import Isolation
from operators.engine.timers import Timer
from schemas.codec import Codec


class OperatorContext:
    """`inbox` is the flow's own inbox where it has keyed state, None for a stateless flow.

    `erp_gates` is what dispatch adds to the status that every flow reports, `below_zero` what inventory adds.
    `case_policy` says who owns the cases that are raised.
    """

    def __init__(  # noqa: PLR0913, PLR0917  a flow in one place
        self, flow: str, log: Log, codec: Codec, inbox: str | None, limits: EpochLimits, guard: FlowGuard
    ) -> None:
        self.flow = flow
        self.log = log
        self.codec = codec
        self.inbox = inbox
        self.guard = guard
        self.erp_gates: ErpGates = no_erp_gates
        self.below_zero: StockBelowZero = no_stock
        self.case_policy = CasePolicy()
        self.partitions = FlowPartitions()
        self._epoch = CurrentEpoch(limits, guard)
        self.isolation = Isolation(flow, log, guard, self.partitions, self._epoch)
        self._gate = CommitGate(flow)
        self._partition_counts: dict[str, int] = {}

    def partitions_of(self, topic: str) -> int:
        """How many partitions a topic has; asked once, since a topic that grows under a running flow is refused."""
        count = self._partition_counts.get(topic)
        if count is None:
            count = self._partition_counts[topic] = self.log.partitions_of(topic)
        return count

    def step(self, function: Callable[[list[Given]], list[Made]]) -> Callable[[list[Given]], list[Made]]:
        """An operator of this flow; what it raises fails the epoch, and the rest of the epoch is dropped."""
        return self._epoch.step(function)

    def took(self, records: int) -> None:
        """The first operator has so many of the polled records."""
        self._gate.took(records)

    def collect(self, records: Iterable[Outgoing]) -> list[Outgoing]:
        """The last operator makes these; raises `EpochTooLarge` before they take more memory than is allowed."""
        found = self._epoch.open.collect(records)
        self._gate.emitted(len(found))
        return found

    def require_time(self) -> None:
        """Called for each record: raises `EpochTooLarge` when the open transaction would time out."""
        self._epoch.open.require_time()

    def due_timers(self, record: Record) -> Iterator[Timer]:
        """Take the timers to fire before a record, in order; where it is deferred, as many as the epoch may hold."""
        partition = self.partitions[record.partition]
        due = partition.timers.take_due(partition.advance(record.timestamp_ms))
        epoch, most = self._epoch.open, self.isolation.most_timers
        for timer in islice(due, most):
            if most == 1:
                self.guard.firing(record, timer.key)
            epoch.timers_fired += 1
            epoch.require_time()
            yield timer

    def raised(self, case: Case) -> None:
        """An exception case is among what was emitted."""
        self._epoch.open.tally.raised(case)

    def dead_lettered(self, topics: Iterable[str]) -> None:
        """Records of these topics could not be read."""
        self._epoch.open.tally.dead_lettered(topics)

    def dropped_headers(self, names: Iterable[str]) -> None:
        """Headers of these names failed their check and were not passed on."""
        self._epoch.open.tally.dropped_headers(names)

    def passed_over(self, source_id: SourceId, reasons: Sequence[str]) -> None:
        """Documents of this source were passed over on purpose, for these reasons."""
        if reasons:
            self._epoch.open.tally.passed_over(source_id, reasons)

    def stop_input(self, topic: str, reason: str) -> bool:
        """Read no more of an input once this epoch is committed; False when the epoch is to do so already.

        What is lost with the epoch is read again, and asked for again.
        """
        return self._epoch.open.stop_input(topic, reason)

    def publish_at_commit(self, topic: str, key: str, record: Callable[[], Outgoing]) -> None:
        """Append the record when the epoch commits, unless another under its key takes its place until then."""
        self._epoch.open.publish_at_end(topic, key, record)

    def refuse(self, refusal: LogFailed) -> None:
        """What was found must not be passed over: the flow ends at the next commit gate, uncommitted."""
        self._epoch.refuse(refusal)
