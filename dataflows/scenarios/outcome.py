"""The outcome of a scenario, read from the log: what subscribers, warehouses, the ERP and people have been given.

Names are those of the contracts; quantities and amounts are decimal texts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.formats.edifact.interchanges import EdifactInterchange, read_edifact
from connectors.formats.x12.interchanges import Interchange, read_x12
from connectors.log.dead_letters import DEAD_LETTERS, read_dead_letter
from connectors.log.port import Record
from connectors.topic_reader import TopicReader, every_record, last_of_each_key
from dataflows.scenarios.scripted_erp import Attempt
from dataflows.views.readable import RecordView, time_of
from domain.identifiers import CommandId, OrderId
from domain.messages.case_actions import CaseActionRefused
from domain.messages.cases import CaseClass, ExceptionRaised
from domain.messages.dispatch import CommandType, Document
from domain.messages.edi.events import EdiDocumentSent
from domain.messages.inventory import ChannelAvailability, InventoryPosition
from domain.messages.status import OrderArchived, OrderSnapshot
from domain.messages.warehouse import WarehouseCancelCommanded, WarehouseCommand, WarehouseReleaseCommanded
from domain.money.amounts import format_amount
from domain.quantities import format_quantity
from schemas.contracts.registry import (
    EDI_OUTBOUND,
    EXCEPTIONS,
    INVENTORY_AVAILABILITY,
    INVENTORY_POSITIONS,
    ORDERS_ARCHIVE,
    ORDERS_EVENTS,
    ORDERS_STATE,
    WAREHOUSE_COMMANDS,
)


def outcome_of(reader: TopicReader, attempts: Sequence[Attempt]) -> Mapping[str, Any]:
    """Everything, as of the reader's last refresh."""
    view = RecordView()
    return {
        "orders": dict(_orders(reader, view)),
        "archive": list(_archive(reader, view)),
        "positions": dict(_positions(reader, view)),
        "availability": _availability(reader, view),
        "warehouse_commands": [_warehouse_command(command) for command in _warehouse_commands(reader, view)],
        "erp_commands": [_attempt(attempt) for attempt in attempts],
        "edi_documents": [_edi_document(document) for document in _edi_documents(reader, view)],
        "exceptions": [_exception(case) for case in _cases(reader, view)],
        "refused_decisions": list(_refused_decisions(reader, view)),
        "dead_letters": list(_dead_letters(reader)),
    }


def warehouse_commands_about(reader: TopicReader, order_id: OrderId) -> Sequence[CommandId]:
    """The ids of the commands to any warehouse about an order, in the order of the outcome."""
    return [each.command_id for each in _warehouse_commands(reader, RecordView()) if each.order_id == order_id]


def _orders(reader: TopicReader, view: RecordView) -> Iterator[tuple[str, Mapping[str, Any]]]:
    events: dict[str, list[str]] = defaultdict(list)
    for record in every_record(reader, ORDERS_EVENTS):
        events[record.key or ""].append(type(view.message(record)).__name__)
    for record in sorted(last_of_each_key(reader, ORDERS_STATE), key=lambda record: record.key or ""):
        snapshot = view.message(record)
        if isinstance(snapshot, OrderSnapshot):
            order = _summary(view, snapshot)
            yield order.pop("order_id"), {**order, "events": events[snapshot.order.order_id]}


def _archive(reader: TopicReader, view: RecordView) -> Iterator[Mapping[str, Any]]:
    for record in _in_order(every_record(reader, ORDERS_ARCHIVE)):
        archived = view.message(record)
        if isinstance(archived, OrderArchived):
            yield {**_summary(view, archived), "life": archived.life}


def _summary(view: RecordView, message: OrderSnapshot | OrderArchived) -> dict[str, Any]:
    """The order of a message, its lines by their ids."""
    order = view.readable(message)["order"]
    lines = {line.pop("line_id"): _with_day(line) for line in order.pop("lines")}
    return {**_with_day(order), "lines": lines}


def _with_day(summary: dict[str, Any]) -> Mapping[str, Any]:
    """The promised day as a date; without one where nothing is promised."""
    promised = summary.pop("promised_us")
    return {**summary, "promised_on": promised[:10]} if promised != time_of(0) else summary


def _positions(reader: TopicReader, view: RecordView) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for record in sorted(last_of_each_key(reader, INVENTORY_POSITIONS), key=lambda record: record.key or ""):
        message = view.message(record)
        if isinstance(message, InventoryPosition):
            position = view.readable(message)
            nodes = {node.pop("node_id"): node for node in position["nodes"]}
            yield position["item_id"], {"backordered": position["backordered"], "nodes": nodes}


def _availability(reader: TopicReader, view: RecordView) -> Mapping[str, Mapping[str, Any]]:
    """By channel, then by item."""
    shown: dict[str, dict[str, Any]] = {}
    for record in sorted(last_of_each_key(reader, INVENTORY_AVAILABILITY), key=lambda record: record.key or ""):
        message = view.message(record)
        if isinstance(message, ChannelAvailability):
            found = view.readable(message)
            nodes = {node["node_id"]: node["quantity"] for node in found["nodes"]}
            to_come = {day["expected_us"][:10]: day["quantity"] for day in found["to_come"]}
            shown.setdefault(message.channel_id, {})[message.item_id] = {
                "quantity": found["quantity"],
                "nodes": nodes,
                "to_come": to_come,
            }
    return shown


def _warehouse_commands(reader: TopicReader, view: RecordView) -> Iterator[WarehouseCommand]:
    for record in _in_order(every_record(reader, WAREHOUSE_COMMANDS)):
        message = view.message(record)
        if isinstance(message, WarehouseCommand):
            yield message


def _warehouse_command(command: WarehouseCommand) -> Mapping[str, Any]:
    match command:
        case WarehouseReleaseCommanded():
            lines: Any = {line.line_id: format_quantity(line.quantity) for line in command.lines}
        case WarehouseCancelCommanded():
            lines = list(command.line_ids)
    return {"type": type(command).__name__, "order_id": command.order_id, "node_id": command.node_id, "lines": lines}


def _edi_documents(reader: TopicReader, view: RecordView) -> Iterator[EdiDocumentSent]:
    for record in _in_order(every_record(reader, EDI_OUTBOUND)):
        message = view.message(record)
        if isinstance(message, EdiDocumentSent):
            yield message


def _edi_document(document: EdiDocumentSent) -> Mapping[str, Any]:
    """With the segments of its transaction set or message, without envelopes."""
    return {
        "partner_id": document.partner_id,
        "kind": document.kind,
        "order_id": document.order_id,
        "number": document.number,
        "interchange_number": str(document.interchange_number),
        "is_late": document.is_late,
        "segments": list(_edifact_segments(document) if document.kind.isalpha() else _x12_segments(document)),
    }


def _x12_segments(document: EdiDocumentSent) -> Iterator[str]:
    (part,) = read_x12(document.content)
    groups = part.groups if isinstance(part, Interchange) else ()
    return ("*".join(segment) for group in groups for one in group.sets for segment in one.segments[1:-1])


def _edifact_segments(document: EdiDocumentSent) -> Iterator[str]:
    """In the usual separators, whatever those of the partner are."""
    (part,) = read_edifact(document.content)
    messages = part.messages if isinstance(part, EdifactInterchange) else ()
    for segment in (segment for message in messages for segment in message.segments[1:-1]):
        yield "+".join((segment[0], *(":".join(components) for components in segment.elements)))


def _attempt(attempt: Attempt) -> Mapping[str, Any]:
    command, response = attempt.command, attempt.response
    queried = {"queried_type": command.queried_type.value} if command.command_type is CommandType.QUERY_DOCUMENT else {}
    answer = {} if response is None else {"outcome": response.outcome.value}
    total = {"grand_total": format_amount(command.document.grand_total)} if command.document.grand_total else {}
    number = {"document_number": response.document_number} if response and response.document_number else {}
    return {
        "command_type": command.command_type.value,
        **queried,
        "business_key": command.business_key,
        "lines": _document_lines(command.document),
        **total,
        **answer,
        **number,
    }


def _document_lines(document: Document) -> Mapping[str, str]:
    """By line: a credit memo may name a line several times, with a condition each."""
    quantities: Counter[str] = Counter()
    for line in document.lines:
        quantities[line.line_id] += line.quantity
    return {line_id: format_quantity(quantity) for line_id, quantity in quantities.items()}


def cases_about(reader: TopicReader, case_class: CaseClass, subject: str) -> Sequence[ExceptionRaised]:
    """The last state of each case of this class and subject, in the order of the outcome."""
    cases = _cases(reader, RecordView())
    return [case for case in cases if (case.case_class, case.subject) == (case_class, subject)]


def _cases(reader: TopicReader, view: RecordView) -> Sequence[ExceptionRaised]:
    """The last state of each case, the case that was raised first at the top."""
    cases: dict[str, ExceptionRaised] = {}
    for record in _in_order(every_record(reader, EXCEPTIONS)):
        message = view.message(record)
        if isinstance(message, ExceptionRaised):
            cases[message.case_id] = message
    return list(cases.values())


def _exception(case: ExceptionRaised) -> Mapping[str, Any]:
    decided = {"who": case.who, "why": case.why} if case.who else {}
    return {
        "case_class": case.case_class.value,
        "origin": case.origin.value,
        "state": case.state.value,
        "subject": case.subject,
        "owner": case.owner,
        "reason": case.reason,
        **decided,
    }


def _refused_decisions(reader: TopicReader, view: RecordView) -> Iterator[Mapping[str, Any]]:
    for record in _in_order(every_record(reader, EXCEPTIONS)):
        message = view.message(record)
        if isinstance(message, CaseActionRefused):
            yield {"action": message.action, "who": message.who, "reason": message.reason}


def _dead_letters(reader: TopicReader) -> Iterator[Mapping[str, Any]]:
    for record in _in_order(every_record(reader, DEAD_LETTERS)):
        letter = read_dead_letter(record)
        if letter is not None:
            yield {"topic": letter.source.topic, "stage": letter.stage, "reason": letter.reason}


def _in_order(records: Iterable[Record]) -> Sequence[Record]:
    """By append time; within a millisecond by partition."""
    return sorted(records, key=lambda record: (record.timestamp_ms, record.partition, record.offset))
