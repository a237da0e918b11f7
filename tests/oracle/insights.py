"""The batch oracle of insights: every window recomputed from the public topics of a quiescent log, by a naive model.

It shares nothing with the flow but the messages: it decodes every record whole, keeps every fact, and asks of each
window which facts lie in it. Lateness is judged a partition at a time, in its order. Of windows that were forgotten
since (`domain.insights.windows`) it asks nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from math import ceil, log
from typing import Any

from connectors.log.port import Record
from connectors.topic_reader import TopicReader, every_record, last_of_each_key, records_of
from domain.messages.insights import WindowUpdated
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import header

WINDOWS = "insights.windows.v1"
_SIZES_S = {"MINUTE": (60, 20), "DAY": (86_400, 21_600)}
_DELAY_MS = {"ACCEPTANCE": 60_000, "PROGRESS": 10_000, "MOVEMENT": 10_000, "EXCEPTION": 10_000}
_MILLION = 1_000_000
_COUNTERS = (
    "ordered",
    "cancelled",
    "reserved",
    "allocated",
    "backordered",
    "released",
    "picked",
    "shipped",
    "returned",
)
_ENDED = ("SHIPPED", "CANCELLED", "REJECTED", "CLOSED")

Amounts = Mapping[tuple[str, str], Fraction]


@dataclass(frozen=True)
class OneFact:
    """Something counted. `watermark_ms` is that of its partition just before it."""

    key: str
    at_ms: int
    watermark_ms: int
    amounts: Amounts
    latency_ms: int | None = None


@dataclass(slots=True)
class OneWindow:
    """What a window should say."""

    facts: int = 0
    late: int = 0
    amounts: dict[tuple[str, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    bins: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def content(self) -> tuple[Any, ...]:
        """To be compared."""
        return self.facts, self.late, dict(self.amounts), dict(self.bins)


def insights_findings(reader: TopicReader) -> list[str]:
    """What of the windows is not what the public topics say, a sentence each."""
    expected, actual = expected_windows(reader), written_windows(reader)
    forgotten = {record.key for record in every_record(reader, WINDOWS) if record.value is None}
    findings = [f"the window {key} is missing" for key in sorted(expected.keys() - actual.keys() - forgotten)]
    findings += [f"the window {key} counts what never was" for key in sorted(actual.keys() - expected.keys())]
    for key in sorted(expected.keys() & actual.keys()):
        due, published = expected[key].content(), _content_of(actual[key])
        if due != published:
            findings.append(f"the window {key} says {published} instead of {due}")
    return [*findings, *_version_findings(reader)]


def expected_windows(reader: TopicReader) -> Mapping[str, OneWindow]:
    """Every window that has a fact, by its key."""
    windows: dict[str, OneWindow] = defaultdict(OneWindow)
    for fact in facts_of(reader):
        for size, (size_s, hop_s) in _SIZES_S.items():
            whole_end_ms = (fact.at_ms // (size_s * 1_000) + 1) * size_s * 1_000
            last_start_ms = fact.at_ms // (hop_s * 1_000) * hop_s * 1_000
            for step in range(size_s // hop_s):
                window = windows[f"{fact.key}:{size}:{last_start_ms - step * hop_s * 1_000}"]
                window.facts += 1
                window.late += whole_end_ms <= fact.watermark_ms
                for name, amount in fact.amounts.items():
                    window.amounts[name] += amount
                if fact.latency_ms is not None:
                    window.bins[ceil(log(max(1, fact.latency_ms)) / log(101 / 99) - 1e-9)] += 1
    return windows


def written_windows(reader: TopicReader) -> Mapping[str, WindowUpdated]:
    """What the compacted topic says now."""
    codec = Codec(load_contracts())
    found = {}
    for record in last_of_each_key(reader, WINDOWS):
        message = codec.decode(WINDOWS, record.value or b"")
        assert isinstance(message, WindowUpdated)
        found[record.key or ""] = message
    return found


@dataclass
class KnownOrder:
    """An order as its events add up: each carries the lines that changed."""

    lines: dict[str, Any] = field(default_factory=dict)
    is_ended: bool | None = None

    def read(self, event: Any) -> None:
        """The lines add up to the totals that the event states."""
        order = event.order
        if type(event).__name__ == "OrderReceived":
            self.lines = {}
        self.lines.update({line.line_id: line for line in order.lines})
        stated = {name: getattr(order.totals, name) for name in _COUNTERS}
        added_up = {name: sum(getattr(line, name) for line in self.lines.values()) for name in _COUNTERS}
        assert (order.line_count, stated) == (len(self.lines), added_up), f"{order.order_id}, {type(event).__name__}"

    def due(self) -> int:
        """Units to pay: what is not cancelled, and what was shipped all the same."""
        lines = self.lines.values()
        return sum(max(line.ordered - line.cancelled, min(line.shipped, line.ordered)) for line in lines)


def facts_of(reader: TopicReader) -> Iterator[OneFact]:
    """Partition by partition, each in its order."""
    codec = Codec(load_contracts())
    for topic, rule in (
        ("orders.events.v1", _of_order),
        ("inventory.events.v1", _of_journal),
        ("exceptions.v1", _of_case),
    ):
        for partition in range(reader.partitions_of(topic)):
            watermarks: dict[str, int] = defaultdict(int)
            known: dict[str, KnownOrder] = defaultdict(KnownOrder)
            for record in records_of(reader, topic, partition):
                message = codec.decode(topic, record.value or b"")
                yield from rule(message, record, watermarks, known)


def _risen(watermarks: dict[str, int], metric: str, at_ms: int) -> None:
    watermarks[metric] = max(watermarks[metric], at_ms - _DELAY_MS[metric])


def _of_order(
    event: Any, record: Record, watermarks: dict[str, int], known: dict[str, KnownOrder]
) -> Iterator[OneFact]:
    order, kind, at_ms = event.order, type(event).__name__, _decided_at(record)
    so_far = known[order.order_id]
    so_far.read(event)
    place = f"{order.channel_id}:{order.region}"
    steps = []
    if kind == "OrderAccepted":
        placed_ms = order.placed_at_us // 1_000
        amounts = {
            ("ORDERS", ""): Fraction(1),
            ("LINES", ""): Fraction(len(so_far.lines)),
            ("UNITS", ""): Fraction(so_far.due(), _MILLION),
            ("VALUE", order.currency): Fraction(order.value, 10_000),
        }
        latency_ms = max(0, record.timestamp_ms - order.ingested_at_us // 1_000)
        yield OneFact(f"ACCEPTANCE:{place}", placed_ms, watermarks["ACCEPTANCE"], amounts, latency_ms)
        _risen(watermarks, "ACCEPTANCE", placed_ms)
        steps.append("BEGUN")
        so_far.is_ended = False
    if kind == "OrderBooked":
        steps.append("BOOKED")
    if kind == "ErpCommandRefused" and event.command_type == "CREATE_SALES_ORDER":
        steps.append("REFUSED")
    if kind == "SlaBreached":
        steps.append(f"BREACHED_{event.stage}")
    if order.status in _ENDED and so_far.is_ended is False:
        steps.append("ENDED")
        so_far.is_ended = True
    for step in steps:
        yield OneFact(f"PROGRESS:{place}", at_ms, watermarks["PROGRESS"], {(step, ""): Fraction(1)})
    _risen(watermarks, "PROGRESS", at_ms)


def _of_journal(event: Any, record: Record, watermarks: dict[str, int], _: dict[str, KnownOrder]) -> Iterator[OneFact]:
    at_ms = _decided_at(record)
    for transfer in (transfer for line in event.lines for transfer in line.transfers):
        units = Fraction(transfer.quantity, _MILLION)
        if transfer.credit == "CUSTOMER":
            yield OneFact(f"MOVEMENT:{transfer.node_id}", at_ms, watermarks["MOVEMENT"], {("SHIPPED", ""): units})
        if transfer.debit == "SUPPLIER":
            yield OneFact(f"MOVEMENT:{transfer.node_id}", at_ms, watermarks["MOVEMENT"], {("RECEIVED", ""): units})
    _risen(watermarks, "MOVEMENT", at_ms)


def _of_case(event: Any, _: Record, watermarks: dict[str, int], __: dict[str, KnownOrder]) -> Iterator[OneFact]:
    step = {"OPEN": "RAISED", "RESOLVED": "SETTLED", "DISMISSED": "SETTLED"}.get(event.state)
    step = None if event.state == "OPEN" and event.was_open else step
    if step is not None:
        key = f"EXCEPTION:{event.case_class}"
        yield OneFact(key, event.raised_at_ms, watermarks["EXCEPTION"], {(step, ""): Fraction(1)})
    _risen(watermarks, "EXCEPTION", event.raised_at_ms)


def _decided_at(record: Record) -> int:
    moment = datetime.fromisoformat(header(record.headers, "ce_time") or "")
    return round(moment.timestamp() * 1_000)


def _content_of(published: WindowUpdated) -> tuple[Any, ...]:
    amounts = {(str(each.name), each.currency): Fraction(each.amount, _MILLION) for each in published.measures}
    return published.facts, published.late, amounts, {each.index: each.count for each in published.latency}


def _version_findings(reader: TopicReader) -> Sequence[str]:
    """The versions of a window count up from 1: no upsert was lost, doubled, or overtook another."""
    codec = Codec(load_contracts())
    findings = []
    reached: dict[str, int] = defaultdict(int)
    for partition in range(reader.partitions_of(WINDOWS)):
        for record in records_of(reader, WINDOWS, partition):
            if record.value is None:
                continue
            published: Any = codec.decode(WINDOWS, record.value)
            key = record.key or ""
            if published.version != reached[key] + 1:
                findings.append(f"the window {key}: version {published.version} follows version {reached[key]}")
            reached[key] = published.version
    return findings
