"""Counts the facts of the public topics as partial sums of one input partition, which are published once a second.

Rows: sums not published yet; the partition's watermark of each metric, and the one last published; the orders that are
backlog, so that each ends once. A metric has one public topic, so its watermark is that of one input partition.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from domain.insights import facts
from domain.insights.facts import Fact
from domain.insights.order_steps import OrderStep
from domain.insights.sums import SumsDraft
from domain.insights.watermarks import is_late, published, risen
from domain.insights.windows import slice_of
from domain.messages.case_actions import CaseActionRefused
from domain.messages.cases import ExceptionRaised
from domain.messages.insights import MeasureName, Metric, PartialSums, Series, SliceSums, WatermarkReached, WindowSize
from domain.messages.inventory import StockTransferred
from domain.messages.status import OrderAccepted
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from operators.machines.insights.insight_inputs import Input
from operators.machines.insights.latency_sketch import bin_of

PENDING: Table[PartialSums] = Table("untold", PartialSums, ordered=True)
WATERMARKS: Table[int] = Table("watermark", int)
PUBLISHED: Table[int] = Table("told", int)
BACKLOG: Table[bool] = Table("backlog", bool)


@dataclass(slots=True)
class _SliceDraft:
    """One slice of one series while it grows."""

    facts: int = 0
    late_for_minute: int = 0
    late_for_day: int = 0
    sums: SumsDraft = field(default_factory=SumsDraft)

    def add(self, other: SliceSums) -> None:
        self.facts += other.facts
        self.late_for_minute += other.late_for_minute
        self.late_for_day += other.late_for_day
        self.sums.add(other.sums)

    def sums_of(self, start_ms: int) -> SliceSums:
        return SliceSums(start_ms, self.facts, self.late_for_minute, self.late_for_day, self.sums.sums())


class FactCounter:
    """The facts of one batch in one partition, counted in memory; `store` adds them to the rows.

    `pending` is True while something is stored that `take_pending` has not returned.
    """

    def __init__(self, state: PartitionState, partition: int) -> None:
        self.pending = False
        self._state = state
        self._partition = partition
        self._watermarks: dict[Metric, int] = {}
        self._drafts: dict[Series, dict[int, _SliceDraft]] = {}

    def take(self, event: Input) -> bool:
        """Count a record of a public topic; False for a message of the inbox."""
        match event.message:
            case StockTransferred() as journal:
                self._moved(journal, event.decided_at_ms)
            case OrderStep() as step:
                self._progressed(step, event)
            case OrderAccepted() as acceptance:
                self._accepted(acceptance, event)
            case ExceptionRaised() as case:
                self._raised(case)
            case CaseActionRefused():
                pass  # nothing has changed
            case _:
                return False
        return True

    def store(self) -> None:
        """Add the counts of this batch to the rows that are not published yet."""
        for metric, watermark_ms in self._watermarks.items():
            self._state.put(WATERMARKS, metric, watermark_ms)
            self.pending = self.pending or published(watermark_ms) > self._published_watermark(metric)
        for series, drafts in self._drafts.items():
            known = self._state.get(PENDING, series.key)
            for each in () if known is None else known.slices:
                drafts.setdefault(each.start_ms, _SliceDraft()).add(each)
            slices = tuple(draft.sums_of(start_ms) for start_ms, draft in sorted(drafts.items()))
            self._state.put(PENDING, series.key, PartialSums(series, self._partition, slices))
            self.pending = True
        self._watermarks = {}
        self._drafts = {}

    def take_pending(self) -> Sequence[PartialSums | WatermarkReached]:
        """Take everything that is not published yet; each watermark follows the sums that it covers."""
        self.pending = False
        partials = list(self._state.scan(PENDING))
        for key, _ in partials:
            self._state.delete(PENDING, key)
        return (*(partial for _, partial in partials), *self._risen_watermarks())

    def _risen_watermarks(self) -> Iterator[WatermarkReached]:
        for metric in Metric:
            watermark_ms = published(self._state.get(WATERMARKS, metric) or 0)
            if watermark_ms > self._published_watermark(metric):
                self._state.put(PUBLISHED, metric, watermark_ms)
                yield WatermarkReached(metric, self._partition, watermark_ms)

    def _published_watermark(self, metric: Metric) -> int:
        return self._state.get(PUBLISHED, metric) or 0

    def _accepted(self, acceptance: OrderAccepted, event: Input) -> None:
        order = acceptance.order
        fact = facts.accepted(acceptance, event.record.timestamp_ms)
        self._count(fact)
        self._rise(Metric.ACCEPTANCE, fact.at_ms)
        self._state.put(BACKLOG, order.order_id, row=True)
        begun = OrderStep(order.channel_id, order.region, order.status, MeasureName.BEGUN)
        self._progressed(begun, event)

    def _progressed(self, step: OrderStep, event: Input) -> None:
        order_id = event.record.key or ""
        if step.said is not None:
            self._count(facts.progressed(step.channel_id, step.region, event.decided_at_ms, step.said))
        if step.ended and self._state.get(BACKLOG, order_id):
            self._state.delete(BACKLOG, order_id)
            self._count(facts.progressed(step.channel_id, step.region, event.decided_at_ms, MeasureName.ENDED))
        self._rise(Metric.PROGRESS, event.decided_at_ms)

    def _moved(self, journal: StockTransferred, at_ms: int) -> None:
        for line in journal.lines:
            for transfer in line.transfers:
                for fact in facts.moved(transfer, at_ms):
                    self._count(fact)
        self._rise(Metric.MOVEMENT, at_ms)

    def _raised(self, case: ExceptionRaised) -> None:
        for fact in facts.raised(case):
            self._count(fact)
        self._rise(Metric.EXCEPTION, case.raised_at_ms)

    def _count(self, fact: Fact) -> None:
        drafts = self._drafts.setdefault(fact.series, {})
        start_ms = slice_of(fact.at_ms)
        draft = drafts.get(start_ms)
        if draft is None:
            draft = drafts[start_ms] = _SliceDraft()
        watermark_ms = self._watermark(fact.series.metric)
        draft.facts += 1
        draft.late_for_minute += is_late(watermark_ms, fact.at_ms, WindowSize.MINUTE)
        draft.late_for_day += is_late(watermark_ms, fact.at_ms, WindowSize.DAY)
        draft.sums.add_measures(fact.measures)
        if fact.latency_ms is not None:
            draft.sums.add_latency(bin_of(fact.latency_ms))

    def _rise(self, metric: Metric, at_ms: int) -> None:
        """Called after the count, because a fact is late or not by the watermark before it."""
        self._watermarks[metric] = risen(self._watermark(metric), metric, at_ms)

    def _watermark(self, metric: Metric) -> int:
        known = self._watermarks.get(metric)
        return (self._state.get(WATERMARKS, metric) or 0) if known is None else known
