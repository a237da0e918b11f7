"""The way of a receipt: from its source to its home partition, from there in bundles to its items, in whole lineage."""

import json
from typing import Any

from connectors.log.partitioner import partition_of
from connectors.log.port import Outgoing, Record
from domain.messages.cases import ExceptionRaised
from domain.messages.inventory import StockTransferred
from domain.messages.stock import GoodsReceived
from domain.messages.stock_movements import UnitsReceived
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import header
from tests.memory_log import MemoryTopics
from tests.unit.operators.steps.flow_runs import TOPICS, run

SOURCE, INBOX, JOURNAL = "source.wms_central.v1", "inventory.inbox.v1", "inventory.events.v1"
PARTITIONS = 4
TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
CODEC = Codec(load_contracts())
LINES: list[dict[str, Any]] = [{"sku": f"ITEM-{number % 9}", "quantity": number} for number in range(1, 26)]


def receipt(message_id: str, lines: list[dict[str, Any]]) -> bytes:
    content = {
        "message_id": message_id,
        "event": "receipt",
        "occurred_at": "2026-01-05T07:59:00Z",
        "receipt_id": "R1",
        "lines": lines,
    }
    return json.dumps(content).encode()


def received(*payloads: bytes) -> MemoryTopics:
    """The payloads come, and all that follows is processed."""
    topics = MemoryTopics(dict.fromkeys(TOPICS, PARTITIONS))
    for payload in payloads:
        topics.append(Outgoing(SOURCE, None, payload, (("traceparent", TRACE),), 0))
        run("intake", topics)
        run("inventory", topics)
    return topics


def decoded(topics: MemoryTopics, topic: str, message: type) -> list[tuple[Record, Any]]:
    found = [(record, CODEC.decode(topic, record.value or b"")) for record in topics.all_of(topic)]
    return [(record, each) for record, each in found if isinstance(each, message)]


def test_a_receipt_is_one_record_at_home_and_then_one_for_each_partition_of_its_items() -> None:
    topics = received(receipt("m1", LINES))
    ((home, document),) = decoded(topics, INBOX, GoodsReceived)
    assert ("receipt/central/R1", partition_of("receipt/central/R1", PARTITIONS)) == (home.key, home.partition)
    bundles = decoded(topics, INBOX, UnitsReceived)
    assert sorted({partition_of(line.item_id, PARTITIONS) for line in document.lines}) == [
        record.partition for record, _ in bundles
    ]
    for record, bundle in bundles:
        expected = [line for line in document.lines if partition_of(line.item_id, PARTITIONS) == record.partition]
        assert expected == list(bundle.lines)


def test_every_line_is_applied_once_in_the_order_of_the_document() -> None:
    topics = received(receipt("m1", LINES))
    journal = decoded(topics, JOURNAL, StockTransferred)
    entries = {line.item_id: line for _, entry in journal for line in entry.lines}
    assert (9, len(topics.all_of(INBOX)) - 1) == (len(entries), len(journal))
    for item_id, entry in entries.items():
        quantities = [line["quantity"] * 1_000_000 for line in LINES if line["sku"] == item_id]
        assert quantities == [transfer.quantity for transfer in entry.transfers]


def test_the_journal_and_all_headers_lead_back_to_the_document() -> None:
    topics = received(receipt("m1", LINES))
    ((home, _),) = decoded(topics, INBOX, GoodsReceived)
    origin = f"{home.topic}/{home.partition}/{home.offset}"
    bundles = decoded(topics, INBOX, UnitsReceived)
    for record, _ in bundles:
        assert (origin, header(home.headers, "ce_id")) == (
            header(record.headers, "origin"),
            header(record.headers, "causationid"),
        )
    journal = decoded(topics, JOURNAL, StockTransferred)
    assert {header(home.headers, "ce_id")} == {entry.cause_event_id for _, entry in journal}
    for record in (home, *(record for record, _ in (*bundles, *journal))):
        assert ("m1", TRACE.decode()) == (
            header(record.headers, "correlationid"),
            header(record.headers, "traceparent"),
        )


def test_a_replay_writes_the_same_records() -> None:
    first, second = (received(receipt("m1", LINES)) for _ in range(2))
    assert first.records == second.records


def test_a_repeat_writes_nothing_and_a_conflict_one_case() -> None:
    topics = received(
        receipt("m1", LINES),
        receipt("m2", LINES[::-1]),
        receipt("m3", [{**LINES[0], "sku": "ITEM-8"}, *LINES[1:]]),
    )
    assert 3 == len(decoded(topics, INBOX, GoodsReceived))
    assert 9 == sum(len(entry.lines) for _, entry in decoded(topics, JOURNAL, StockTransferred))
    ((_, case),) = decoded(topics, "exceptions.v1", ExceptionRaised)
    assert ("CONFLICTING_DUPLICATE", "receipt/central/R1") == (case.case_class, case.subject)
