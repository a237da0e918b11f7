"""A log written by hand: a `TopicReader` over lists, and a small run that adds up, to plant a bug in.

The run: 10 units of A are received (one receipt, sent twice). P-1 orders 4 of them and gets them shipped; P-2 orders 3
and holds them. P-1 comes twice, P-2 again with other content, and one record is garbage.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.log.port import LogFailed, Offsets, Record, TopicPartition
from domain.fulfilment import Fulfilment
from domain.identifiers import (
    CaseId,
    ChannelId,
    CommandId,
    ErpId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    ReservationId,
    SourceId,
)
from domain.inventory.accounts import Item, balances, empty_node, moved, new_item
from domain.messages.cases import CaseClass, CaseOrigin, CaseState, ExceptionRaised
from domain.messages.dispatch import CommandType, ErpResponse, Outcome
from domain.messages.inventory import Account, InventoryPosition, ItemTransfers, StockTransferred, Transfer
from domain.messages.status import (
    ErpStatus,
    LineSummary,
    LineTotals,
    OrderAccepted,
    OrderBooked,
    OrderReceived,
    OrderSnapshot,
    OrderStatus,
    OrderSummary,
)
from domain.quantities import UNIT
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.source_topics import release_topics
from schemas.headers import Headers

PORTAL = "source.portal.v1"
WAREHOUSE = "source.wms_central.v1"
JOURNAL = "inventory.events.v1"
POSITIONS = "inventory.positions.v1"
STATE = "orders.state.v1"
EVENTS = "orders.events.v1"
START_MS = 1_000_000


class WrittenLog:
    """One partition a topic; offsets are places in the list, so a taken record leaves a hole as it should."""

    def __init__(self) -> None:
        self.codec = Codec(load_contracts())
        self.records: dict[str, list[Record]] = {name: [] for name in release_topics()}

    def add(self, topic: str, key: str | None, value: object, at_ms: int = START_MS, headers: Headers = ()) -> Record:
        """Append bytes, or a message with the header that names its type."""
        if not isinstance(value, bytes):
            name = load_contracts().by_message[type(value)].record
            headers = (("ce_type", name.encode()), *headers)
        content = value if isinstance(value, bytes) else self.codec.encode(topic, value)
        lane = self.records[topic]
        offset = lane[-1].offset + 1 if lane else 0
        lane.append(Record(topic, 0, offset, at_ms, key, content, headers))
        return lane[-1]

    def forget(self, order_id: str, *, compacted: bool) -> None:
        """The order's state ends; `compacted`: nothing of it is left in its topic."""
        lane = self.records[STATE]
        if compacted:
            self.records[STATE] = [record for record in lane if record.key != order_id]
        else:
            lane.append(Record(STATE, 0, lane[-1].offset + 1, START_MS, order_id, None, ()))

    def messages(self, topic: str) -> list[Any]:
        return [self.codec.decode(topic, record.value or b"") for record in self.records[topic]]

    def rewrite(self, topic: str, number: int, **changes: object) -> None:
        """Change the fields of one message in place."""
        record = self.records[topic][number]
        message: Any = self.codec.decode(topic, record.value or b"")
        value = self.codec.encode(topic, replace(message, **changes))
        self.records[topic][number] = record._replace(value=value)

    def topics(self) -> Mapping[str, int]:
        return dict.fromkeys(self.records, 1)

    def partitions_of(self, topic: str) -> int:
        if topic not in self.records:
            raise LogFailed(f"no topic {topic!r}")
        return 1

    def ends(self, topic: str) -> Offsets:
        lane = self.records[topic]
        return {TopicPartition(topic, 0): lane[-1].offset + 1 if lane else 0}

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        assert partition == 0
        return [record for record in self.records[topic] if record.offset >= offset][:limit]

    def state_rows(self, flow: str, prefix: bytes) -> Iterator[tuple[int, bytes, bytes]]:
        raise AssertionError(f"the report must not ask {flow} what it did ({prefix!r})")

    def refresh(self) -> None:
        """What is written is seen at once."""

    def close(self) -> None:
        """Nothing to release."""


def a_run_that_adds_up() -> WrittenLog:
    log = WrittenLog()
    _sources(log)
    _ledger(log)
    _orders(log)
    log.add("deadletters.v1", None, b"garbage")
    case = _case(CaseClass.CONFLICTING_DUPLICATE, "portal:P-2")
    log.add("exceptions.v1", case.case_id, case)
    return log


def _sources(log: WrittenLog) -> None:
    for _ in range(2):
        log.add(WAREHOUSE, "R1", raw_receipt("R1", "10"))
    log.add(PORTAL, "P-1", raw_order("P-1", "4"), START_MS + 10)
    log.add(PORTAL, "P-1", raw_order("P-1", "4"), START_MS + 20)
    log.add(PORTAL, "P-2", raw_order("P-2", "3"), START_MS + 30)
    log.add(PORTAL, "P-2", raw_order("P-2", "30"), START_MS + 40)
    log.add(PORTAL, None, b"garbage", START_MS + 50)
    log.add(WAREHOUSE, "P-1", raw_shipment("S1", "portal:P-1", "4"), START_MS + 60)


def _ledger(log: WrittenLog) -> None:
    item = new_item(ItemId("A"))
    for debit, credit, units, order_id in (
        (Account.SUPPLIER, Account.AVAILABLE, 10, ""),
        (Account.AVAILABLE, Account.PENDING, 4, "portal:P-1"),
        (Account.AVAILABLE, Account.PENDING, 3, "portal:P-2"),
        (Account.PENDING, Account.ALLOCATED, 4, "portal:P-1"),
        (Account.PENDING, Account.ALLOCATED, 3, "portal:P-2"),
        (Account.ALLOCATED, Account.CUSTOMER, 4, "portal:P-1"),
    ):
        item = move(log, item, (debit, credit), units, order_id)


def move(log: WrittenLog, item: Item, way: tuple[Account, Account], units: int, order_id: str = "") -> Item:
    """One journal entry, from the first account to the second, and the position after it."""
    debit, credit = way
    node = item.nodes[0] if item.nodes else empty_node(NodeId("central"))
    after = item._replace(version=item.version + 1, nodes=(moved(node, debit, credit, units * UNIT),))
    transfer = Transfer(NodeId("central"), debit, credit, units * UNIT, OrderId(order_id), ReservationId(""))
    log.add(JOURNAL, "A", StockTransferred(EventId("cause"), (ItemTransfers(ItemId("A"), after.version, (transfer,)),)))
    log.add(POSITIONS, "A", InventoryPosition(ItemId("A"), after.version, START_MS, 0, after.nodes))
    assert 0 == sum(balances(after.nodes[0]))
    return after


def item_of(log: WrittenLog) -> Item:
    """The item where the ledger left it."""
    last: InventoryPosition = log.messages(POSITIONS)[-1]
    return Item(ItemId("A"), last.version, last.nodes, backordered=0, arrivals=0)


def _orders(log: WrittenLog) -> None:
    accept(log, order("P-1", ordered=4, allocated=4, ingested_ms=START_MS + 10), START_MS + 110)
    accept(log, order("P-2", ordered=3, allocated=3, ingested_ms=START_MS + 30), START_MS + 1_010)
    shipped = order("P-1", ordered=4, shipped=4, ingested_ms=START_MS + 10)
    log.add(EVENTS, shipped.order_id, OrderBooked(shipped, EventId("cause"), "SO-1"), START_MS + 1_100)
    log.add(STATE, shipped.order_id, OrderSnapshot(shipped), START_MS + 1_200)


def accept(log: WrittenLog, summary: OrderSummary, at_ms: int) -> None:
    """Received and accepted at once."""
    received = replace(summary, status=OrderStatus.RECEIVED)
    log.add(EVENTS, summary.order_id, OrderReceived(received, EventId("cause")), at_ms)
    log.add(STATE, summary.order_id, OrderSnapshot(received), at_ms)
    log.add(EVENTS, summary.order_id, OrderAccepted(summary, EventId("cause")), at_ms)
    log.add(STATE, summary.order_id, OrderSnapshot(summary), at_ms)


def order(number: str, *, ordered: int, allocated: int = 0, shipped: int = 0, ingested_ms: int) -> OrderSummary:
    """An order of one line, in whole units of A."""
    counters = {name: 0 for name in LineSummary.__dataclass_fields__ if name in LineTotals.__dataclass_fields__}
    counters |= {"ordered": ordered * UNIT, "allocated": allocated * UNIT, "shipped": shipped * UNIT}
    return OrderSummary(
        order_id=OrderId(f"portal:{number}"),
        channel_id=ChannelId("portal"),
        region="EU",
        version=2,
        revision=0,
        status=OrderStatus.SHIPPED if shipped else OrderStatus.ALLOCATED,
        erp_status=ErpStatus.QUEUED,
        erp_id=ErpId("main"),
        erp_document_number="",
        currency="EUR",
        value=0,
        placed_at_us=0,
        ingested_at_us=ingested_ms * 1_000,
        lines=(LineSummary(LineId("1"), ItemId("A"), **counters, fulfilment=Fulfilment.STOCK),),
        line_count=1,
        totals=LineTotals(**counters, due=ordered * UNIT),
    )


def _case(case_class: CaseClass, subject: str) -> ExceptionRaised:
    return ExceptionRaised(
        case_id=CaseId(f"case of {subject}"),
        case_class=case_class,
        origin=CaseOrigin.CHANNEL_MAPPING,
        state=CaseState.OPEN,
        subject=subject,
        source_id=SourceId("portal"),
        reason="",
        suggested_action="",
        input_topic="orders.inbox.v1",
        input_partition=0,
        input_offset=0,
        raised_at_ms=START_MS,
    )


def raise_case(log: WrittenLog, case_class: CaseClass, subject: str, state: CaseState = CaseState.OPEN) -> None:
    """A case, or its next state."""
    case = replace(_case(case_class, subject), state=state)
    log.add("exceptions.v1", case.case_id, case)


def respond(log: WrittenLog, command_id: str, outcome: Outcome) -> None:
    """What the connector saw of one attempt."""
    response = ErpResponse(ErpId("main"), CommandId(command_id), CommandType.CREATE_SALES_ORDER, 1, outcome, "", "", 0)
    log.add("erp.responses.v1", "main", response)


def raw_order(number: str, quantity: str) -> bytes:
    """As the portal sends it."""
    return _json(
        {
            "message_id": f"m-{number}",
            "event": "order_placed",
            "occurred_at": "2026-01-05T06:00:00Z",
            "order_number": number,
            "customer": {"number": "C1"},
            "currency": "EUR",
            "ship_to": {"name": "n", "street": "s", "city": "c", "postal_code": "1", "country": "DE"},
            "lines": [{"line": 1, "item": "A", "quantity": quantity, "unit_price": "1.50"}],
        }
    )


def raw_receipt(receipt_id: str, quantity: str, item: str = "A", message_id: str | None = None) -> bytes:
    """As the warehouse sends it."""
    return _json(
        {
            "message_id": message_id or f"m-{receipt_id}",
            "event": "receipt",
            "occurred_at": "2026-01-05T06:00:00Z",
            "receipt_id": receipt_id,
            "lines": [{"sku": item, "quantity": quantity}],
        }
    )


def raw_shipment(shipment_id: str, order_id: str, quantity: str, line_id: str = "1") -> bytes:
    """Likewise."""
    return _json(
        {
            "message_id": f"m-{shipment_id}",
            "event": "shipment",
            "occurred_at": "2026-01-05T06:00:00Z",
            "order_id": order_id,
            "shipment_id": shipment_id,
            "lines": [{"line_id": line_id, "sku": "A", "quantity": quantity}],
        }
    )


def _json(content: dict[str, object]) -> bytes:
    return json.dumps(content).encode()
