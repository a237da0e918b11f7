"""The insights flow in its real graph on a log in memory whose clock is the test's, and the public records it reads."""

from collections.abc import Mapping
from itertools import count
from random import Random

from bytewax.dataflow import Dataflow

from connectors.log.partitioner import partition_of
from connectors.log.port import Outgoing, TopicPartition
from dataflows import insights
from domain.identifiers import (
    CaseId,
    ChannelId,
    CorrelationId,
    ErpId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    ReservationId,
    ShipmentId,
    SourceId,
    event_id_of_record,
)
from domain.messages.cases import CaseClass, CaseOrigin, CaseState, ExceptionRaised
from domain.messages.insights import WindowUpdated
from domain.messages.inventory import Account, ItemTransfers, StockTransferred, Transfer
from domain.messages.orders import BudgetStage
from domain.messages.status import (
    ErpStatus,
    LineSummary,
    LineTotals,
    OrderAccepted,
    OrderBooked,
    OrderStatus,
    OrderSummary,
    ShipmentConfirmed,
    SlaBreached,
)
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.running import run_graph
from operators.engine.source import StopSignal
from operators.engine.task import Task
from operators.machines.insights.insight_inputs import INPUTS
from operators.machines.insights.windows import is_waiting
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import (
    EXCEPTIONS,
    INSIGHTS_INBOX,
    INSIGHTS_WINDOWS,
    INVENTORY_EVENTS,
    ORDERS_EVENTS,
    ORDERS_INBOX,
)
from schemas.headers import dataschema_of, event_headers
from tests.memory_log import MemoryLog, MemoryTopics
from tests.memory_reader import MemoryReader
from tests.oracle.insights import written_windows

START_MS = 1_795_219_200_000
"""A whole day: 2026-11-21 in UTC."""
_APPLICATION = "orderline"
_STEP_MS = 300
_NOTHING_MORE = (0,) * 11
"""The counters of a line after what is ordered of it."""
_MOST_GATES = 20_000

Said = OrderAccepted | OrderBooked | ShipmentConfirmed | SlaBreached | StockTransferred | ExceptionRaised


class InsightFlow:
    """What a test says on the public topics, and what the flow makes of it.

    `chance` cuts epochs and loses every eighth or so of them; None: nothing is lost.
    """

    def __init__(self, partitions: int = 1, chance: Random | None = None) -> None:
        topics = dict.fromkeys((*INPUTS, INSIGHTS_WINDOWS, ORDERS_INBOX, "deadletters.v1"), partitions)
        self.topics = MemoryTopics(topics, now_ms=START_MS)
        self.reader = MemoryReader(self.topics, _APPLICATION)
        self.lost = 0
        self._chance = chance
        self._codec = Codec(load_contracts())
        self._numbers = count()

    def say(self, message: Said, at_ms: int) -> None:
        """A record of a public topic, decided at a time by the flow that says it."""
        topic, key = _home_of(message)
        number = next(self._numbers)
        headers = event_headers(
            event_id=event_id_of_record("test", 0, number),
            event_type=load_contracts().by_message[type(message)].record,
            source="orderline/test",
            subject=key,
            time_ms=at_ms,
            correlation_id=CorrelationId(""),
            causation_id="",
            dataschema=dataschema_of(self._codec.schema_id_of(topic, type(message))),
            origin="",
        )
        self.topics.append(Outgoing(topic, key, self._codec.encode(topic, message), headers))

    def run(self, for_ms: int = 0) -> None:
        """Until all is read and published, and so much of the log's time has passed; then the flow ends."""
        log = MemoryLog(self.topics, f"{_APPLICATION}.insights", INPUTS)
        gates = count()
        until_ms = self.topics.now_ms + for_ms

        def ended() -> bool:
            assert next(gates) < _MOST_GATES, "the flow does not come to rest"
            self.topics.now_ms += _STEP_MS
            self._lose_sometimes(log)
            is_published = task.partitions and not any(map(is_waiting, task.partitions.values()))
            if not is_published or not self._is_read() or not task.is_idle():
                return False
            passed = self.topics.now_ms >= until_ms
            self.topics.now_ms = max(self.topics.now_ms, until_ms)
            return passed and task.is_idle()

        stop_signal = StopSignal(ended)
        graph = Dataflow("insights")
        task = Task("insights", log, self._codec, INSIGHTS_INBOX, self._limits())
        insights.build(graph, task, stop_signal)
        run_graph(graph, stop_signal)

    def windows(self) -> Mapping[str, WindowUpdated]:
        """What the compacted topic says now."""
        return written_windows(self.reader)

    def home_of(self, topic: str, key: str) -> int:
        """The partition of a key."""
        return partition_of(key, self.topics.partitions[topic])

    def _limits(self) -> EpochLimits:
        records = 2_000 if self._chance is None else self._chance.randint(1, 30)
        return EpochLimits(age_s=1e9, least_s=0.0, records=records, poll_records=records)

    def _lose_sometimes(self, log: MemoryLog) -> None:
        if self._chance is not None and self._chance.randrange(8) == 0 and not log.lose_next_commit:
            log.lose_next_commit = True
            self.lost += 1

    def _is_read(self) -> bool:
        group = f"{_APPLICATION}.insights"
        sources = (TopicPartition(topic, number) for topic in INPUTS for number in range(self.topics.partitions[topic]))
        return all(self.topics.offsets.get((group, each), 0) == len(self.topics.records[each]) for each in sources)


def _home_of(message: Said) -> tuple[str, str]:
    match message:
        case StockTransferred():
            return INVENTORY_EVENTS, message.lines[0].item_id
        case ExceptionRaised():
            return EXCEPTIONS, message.case_id
        case _:
            return ORDERS_EVENTS, message.order.order_id


def summary(
    order_id: str, placed_at_ms: int, status: OrderStatus = OrderStatus.ALLOCATED, *, ingested_at_ms: int = START_MS
) -> OrderSummary:
    """An order of two lines, three units and 10.50 EUR, through the portal."""
    lines = tuple(
        LineSummary(LineId(str(line)), ItemId(f"SKU-{line}"), quantity * 1_000_000, *_NOTHING_MORE)
        for line, quantity in ((1, 1), (2, 2))
    )
    return OrderSummary(
        order_id=OrderId(order_id),
        channel_id=ChannelId("portal"),
        region="EU",
        version=1,
        revision=0,
        status=status,
        erp_status=ErpStatus.NOT_SENT,
        erp_id=ErpId("main"),
        erp_document_number="",
        currency="EUR",
        value=105_000,
        placed_at_us=placed_at_ms * 1_000,
        ingested_at_us=ingested_at_ms * 1_000,
        lines=lines,
        line_count=len(lines),
        totals=LineTotals(ordered=3_000_000, due=3_000_000),
    )


def accepted(order_id: str, placed_at_ms: int, status: OrderStatus = OrderStatus.ALLOCATED) -> OrderAccepted:
    """A promise."""
    return OrderAccepted(summary(order_id, placed_at_ms, status), EventId("cause"))


def booked(order_id: str, status: OrderStatus = OrderStatus.BOOKED) -> OrderBooked:
    """The ERP's yes."""
    return OrderBooked(summary(order_id, START_MS, status), EventId("cause"), "SO-1")


def breached(order_id: str, stage: BudgetStage) -> SlaBreached:
    """A budget that has passed."""
    return SlaBreached(summary(order_id, START_MS), EventId("cause"), stage, 60_000, START_MS, START_MS + 60_000_000)


def shipped(order_id: str, status: OrderStatus = OrderStatus.SHIPPED) -> ShipmentConfirmed:
    """A shipment."""
    return ShipmentConfirmed(
        summary(order_id, START_MS, status), EventId("cause"), ShipmentId("S-1"), NodeId("central"), "carrier", "T-1"
    )


def journal(item_id: str, debit: Account, credit: Account, units: int) -> StockTransferred:
    """One transfer at the node `central`."""
    transfer = Transfer(NodeId("central"), debit, credit, units * 1_000_000, OrderId(""), ReservationId(""))
    return StockTransferred(EventId("cause"), (ItemTransfers(ItemId(item_id), 1, (transfer,)),))


def case(case_id: str, raised_at_ms: int, state: CaseState = CaseState.OPEN) -> ExceptionRaised:
    """A case of drift."""
    return ExceptionRaised(
        CaseId(case_id),
        CaseClass.DRIFT,
        CaseOrigin.INVENTORY,
        state,
        "SKU",
        SourceId(""),
        "reason",
        "",
        "topic",
        0,
        0,
        raised_at_ms,
    )
