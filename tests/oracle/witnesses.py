"""The other oracles: what units, documents, ids and versions say of a quiescent log, whatever the flows say."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.topic_reader import TopicReader, every_record, last_of_each_key
from dataflows.assembly import Rules
from demo.report.report import Report, make_report, outages_of
from domain.messages.dispatch import CommandType, ErpRequested
from domain.messages.orders import ErpOutcomeReceived
from domain.messages.status import ErpCommandRefused, OrderAccepted, OrderBooked, OrderClosed, OrderSnapshot
from domain.messages.ticks import Tick
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import DISPATCH_INBOX, ORDERS_INBOX
from schemas.headers import header
from tests.oracle.writings import output_topics

_EVENTS = "orders.events.v1"
_STATE = "orders.state.v1"


def report_of(reader: TopicReader, rules: Rules, erp_statistics: Mapping[str, Any]) -> Report:
    """The product's own report; it counts from the topics and asks the ERP."""
    return make_report(reader, rules.channels, erp_statistics, outages_of(erp_statistics), None, None)


def witness_findings(reader: TopicReader, report: Report) -> list[str]:
    """What cannot be, once nothing is under way, a sentence each."""
    return [*_report_findings(report), *repeated_ids(reader), *_version_gaps(reader), *_unanswered(reader)]


def _report_findings(report: Report) -> Iterator[str]:
    yield from report.audit_findings
    if not report.units_conserved:
        yield "units are not conserved"
    if report.oversold_units:
        yield f"{report.oversold_units} units are oversold"
    if report.orders_received != report.orders_sent:
        yield f"{report.orders_sent} orders were sent, {report.orders_received} received"
    if report.erp_documents_per_order_max != 1:
        yield f"an order has up to {report.erp_documents_per_order_max} documents in the ERP"
    if report.erp_documents != report.orders_booked:
        yield f"{report.orders_booked} orders are booked, the ERP has {report.erp_documents}"


def repeated_ids(reader: TopicReader) -> Iterator[str]:
    """Ticks may be repeated (one that fired nothing is), and dead letters have no id."""
    tick = load_contracts().by_message[Tick].record
    for topic in output_topics(reader):
        types = ((record, header(record.headers, "ce_type")) for record in every_record(reader, topic))
        ids = Counter(header(record.headers, "ce_id") for record, kind in types if kind not in (tick, None))
        yield from (f"{topic}: {count} records have the id {each}" for each, count in ids.items() if count > 1)


def _version_gaps(reader: TopicReader) -> Iterator[str]:
    """The events of an order count up from 1, and its state is that of the last one.

    An order that was closed may have been forgotten, and placed once more: then it counts from 1 again.
    """
    codec = Codec(load_contracts())
    reached: dict[str, int] = defaultdict(int)
    closed: set[str] = set()
    for record in every_record(reader, _EVENTS):
        event: Any = codec.decode(_EVENTS, record.value or b"")
        order_id, version = event.order.order_id, event.order.version
        if version == 1 and order_id in closed:
            reached[order_id] = 0
            closed.remove(order_id)
        if isinstance(event, OrderClosed):
            closed.add(order_id)
        if version != reached[order_id] + 1:
            yield f"order {order_id}: version {version} follows version {reached[order_id]}"
        reached[order_id] = version
    for record in last_of_each_key(reader, _STATE):
        snapshot = codec.decode(_STATE, record.value or b"")
        if isinstance(snapshot, OrderSnapshot) and snapshot.order.version != reached[snapshot.order.order_id]:
            yield f"order {snapshot.order.order_id}: its state is of version {snapshot.order.version}"


@dataclass(slots=True)
class _Asked:
    """What was asked of the ERP and of dispatch, and what was answered."""

    accepted: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)
    requested: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)


def _unanswered(reader: TopicReader) -> Iterator[str]:
    asked = _Asked()
    codec = Codec(load_contracts())
    for topic in (_EVENTS, DISPATCH_INBOX, ORDERS_INBOX):
        for record in every_record(reader, topic):
            _note(asked, codec.decode(topic, record.value or b""))
    yield from (
        f"order {each} is accepted, and the ERP has not spoken" for each in sorted(asked.accepted - asked.settled)
    )
    yield from (f"the ERP command {each} was never answered" for each in sorted(asked.requested - asked.answered))
    yield from (f"the ERP command {each} was answered twice" for each in sorted(asked.answered - asked.requested))


def _note(asked: _Asked, message: object) -> None:
    match message:
        case OrderAccepted(order):
            asked.accepted.add(order.order_id)
        case OrderBooked(order):
            asked.settled.add(order.order_id)
        case ErpCommandRefused(order, _, CommandType.CREATE_SALES_ORDER):
            asked.settled.add(order.order_id)
        case ErpRequested():
            asked.requested[message.command_id] += 1
        case ErpOutcomeReceived():
            asked.answered[message.command_id] += 1
        case _:
            return
