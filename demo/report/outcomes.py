"""The outcomes of a run, counted in the log: status events, exception cases, dead letters and ERP answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connectors.log.port import Record
from connectors.topic_reader import TopicReader, every_record, last_of_each_key
from domain.messages.cases import CaseClass, ExceptionRaised
from domain.messages.dispatch import ErpResponse, Outcome
from domain.messages.status import OrderAccepted, OrderBooked, OrderReceived
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import ERP_RESPONSES, EXCEPTIONS, ORDERS_EVENTS
from schemas.headers import header

OutageWindow = tuple[int, int | None]
"""(start, end) in milliseconds since 1970, the end excluded; None while the outage lasts."""

_UNMATCHED_MOVEMENTS = frozenset(
    {CaseClass.INVOICE_MISMATCH, CaseClass.ORPHAN_EVENT, CaseClass.OVER_SHIPMENT, CaseClass.WRONG_ITEM}
)


@dataclass(frozen=True, slots=True)
class Cases:
    """The exception cases, each counted once even if its state changed."""

    by_class: Mapping[str, int]
    unknown_moved: frozenset[str]
    """Orders for which goods may have been shipped or returned that are on none of their lines."""


def count_cases(reader: TopicReader, codec: Codec) -> Cases:
    """Count the cases in `exceptions.v1` by class."""
    by_class: Counter[str] = Counter()
    unmatched: set[str] = set()
    for record in last_of_each_key(reader, EXCEPTIONS):
        case = codec.decode(record.topic, record.value or b"")
        if isinstance(case, ExceptionRaised):
            by_class[case.case_class] += 1
            if case.case_class in _UNMATCHED_MOVEMENTS:
                unmatched.add(case.subject)
    return Cases(dict(sorted(by_class.items())), frozenset(unmatched))


@dataclass(slots=True)
class StatusEvents:
    """Counts over `orders.events.v1`."""

    received: int = 0
    booked: int = 0
    accepted: int = 0
    accepted_lines: int = 0
    accepted_during_outage: int = 0
    last_accepted_ms: int | None = None
    latencies_ms: Counter[int] = field(default_factory=Counter)
    """From the raw record's append to the append of the order's acceptance."""


def count_status_events(reader: TopicReader, codec: Codec, outages: Sequence[OutageWindow]) -> StatusEvents:
    """Read every status event; only acceptances are decoded."""
    names = {message: load_contracts().by_message[message].record for message in (OrderReceived, OrderBooked)}
    accepted = load_contracts().by_message[OrderAccepted].record
    count = StatusEvents()
    for record in every_record(reader, ORDERS_EVENTS):
        event_type = header(record.headers, "ce_type")
        count.received += event_type == names[OrderReceived]
        count.booked += event_type == names[OrderBooked]
        if event_type == accepted:
            _accept(count, record, codec, outages)
    return count


def _accept(count: StatusEvents, record: Record, codec: Codec, outages: Sequence[OutageWindow]) -> None:
    event = codec.decode(record.topic, record.value or b"")
    if not isinstance(event, OrderAccepted):
        return
    at_ms = record.timestamp_ms
    count.accepted += 1
    count.accepted_lines += event.order.line_count
    count.accepted_during_outage += any(
        began_ms <= at_ms and (ended_ms is None or at_ms < ended_ms) for began_ms, ended_ms in outages
    )
    count.last_accepted_ms = max(at_ms, count.last_accepted_ms or at_ms)
    count.latencies_ms[max(0, at_ms - event.order.ingested_at_us // 1000)] += 1


def count_dead_letters(reader: TopicReader) -> int:
    """Count the records of `deadletters.v1`; its end offsets would include transaction markers."""
    return sum(1 for _ in every_record(reader, "deadletters.v1"))


def count_resolved_unknowns(reader: TopicReader, codec: Codec) -> int:
    """Count the commands whose outcome was UNKNOWN at first and that were later found to be done."""
    unknown: set[str] = set()
    resolved: set[str] = set()
    for record in every_record(reader, ERP_RESPONSES):
        response = codec.decode(record.topic, record.value or b"")
        if not isinstance(response, ErpResponse):
            continue
        if response.outcome is Outcome.UNKNOWN:
            unknown.add(response.command_id)
        elif response.outcome in (Outcome.APPLIED, Outcome.DUPLICATE) and response.command_id in unknown:
            resolved.add(response.command_id)
    return len(resolved)
