"""The ledger's machine and stock documents: recognised whole at home, each line applied at its item exactly once."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from io import BytesIO

import pytest
from fastavro import schemaless_writer

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import (
    AdjustmentId,
    CorrelationId,
    CountId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    ReceiptId,
    SourceId,
    StatusChangeId,
    TransferOrderId,
)
from domain.inventory.single_lines import SingleLine
from domain.messages.cases import Case, CaseClass, CaseState
from domain.messages.inventory import InventoryPosition, ItemDescribed, StockTransferred, UnitFactor
from domain.messages.stock import (
    GoodsReceived,
    GoodsSent,
    StockAdjusted,
    StockCounted,
    StockDocument,
    StockLine,
    StockStatus,
    StockStatusChanged,
)
from domain.messages.stock_movements import StockMovement, UnitsReceived
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.engine.timers import TIMERS, Timer
from operators.machines.inventory import ITEMS, InventoryMachine
from operators.machines.stock_documents import DOCUMENT_HORIZON, DOCUMENTS
from operators.machines.transfer_balances import EXPECTED_TRANSFERS, TRANSFER_BALANCES
from operators.steps.deduplication import HORIZON, SEEN
from schemas.avro.wire_numbers import prepared
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_state import MemoryRows

DAY_MS = 24 * 3_600_000
BEGAN_MS = 1_000 * DAY_MS
HORIZONS = Horizons({"wms": 7, "other": 30})
LINES = (StockLine(LineId("1"), ItemId("lamp"), 5), StockLine(LineId("2"), ItemId("chair"), 3))


def provenance(message: str = "m1", content: str = "x", source: str = "wms") -> Provenance:
    return Provenance(SourceId(source), CorrelationId(message), 0, content, 0, 0)


def receipt(message: str = "m1", content: str = "x", source: str = "wms", number: str = "R1") -> GoodsReceived:
    return GoodsReceived(provenance(message, content, source), NodeId("central"), ReceiptId(number), LINES)


def single(message: str, content: str = "x", item: str = "lamp", quantity: int = 5) -> GoodsReceived:
    """The record of one line, as an earlier release made it."""
    whole = receipt(f"{message}/1", content)
    return replace(whole, lines=(), item_id=ItemId(item), quantity=quantity)


class Ledger:
    """One partition; what the machine splits comes back to it, as it does through the inbox."""

    def __init__(self) -> None:
        self.rows = MemoryRows()
        self._machine = InventoryMachine(HORIZONS)
        self._events = 0
        self.to(BEGAN_MS)

    def to(self, now_ms: int) -> None:
        partition = self.rows.partition
        for timer in partition.timers.take_due(partition.advance(now_ms)):
            self._machine.fire(partition, timer, EventId("timer"))

    def hear(self, message: object) -> Sequence[object]:
        """What comes of a message, at once and through the inbox."""
        self._events += 1
        event_id = EventId(f"event {self._events}")
        partition = self.rows.partition
        record = Record("inventory.inbox.v1", 0, self._events, partition.now_ms, None, b"", ())
        event = Event(event_id, CorrelationId("c"), (), message, record, 1)
        effects = self._machine.apply(partition, event, partition.now_ms)
        returned = [after for effect in effects if isinstance(effect, StockMovement) for after in self.hear(effect)]
        return [*effects, *returned]

    def units(self, item: str) -> int:
        found = self.rows.partition.state.get(ITEMS, item)
        return 0 if found is None else sum(node.available for node in found.nodes)

    def counts(self, *tables: object) -> list[int]:
        return [len(list(self.rows.rows(table))) for table in tables]  # type: ignore[arg-type]  # tables of any row


@pytest.mark.parametrize("restarts", (False, True))
@pytest.mark.parametrize(
    "again", (receipt(), receipt("m2"), receipt("m2", source="other"), replace(receipt(), lines=LINES[::-1]))
)
def test_a_receipt_that_comes_again_has_no_second_effect(again: GoodsReceived, restarts: bool) -> None:
    ledger = Ledger()
    ledger.hear(receipt())
    if restarts:
        ledger.rows.restart()
    assert [] == ledger.hear(again)
    assert (5, 3) == (ledger.units("lamp"), ledger.units("chair"))


def test_another_content_under_the_same_number_is_a_case_and_moves_nothing() -> None:
    ledger = Ledger()
    ledger.hear(receipt())
    (case,) = ledger.hear(receipt("m2", content="y"))
    assert isinstance(case, Case)
    assert CaseClass.CONFLICTING_DUPLICATE is case.case_class
    assert (5, 3) == (ledger.units("lamp"), ledger.units("chair"))


def test_an_adjustment_is_recognised_by_the_same_rules() -> None:
    ledger = Ledger()
    line = StockLine(LineId("1"), ItemId("lamp"), 4)
    adjusted = StockAdjusted(provenance(), NodeId("central"), AdjustmentId("A1"), "found", (line,))
    ledger.hear(adjusted)
    assert [] == ledger.hear(replace(adjusted, provenance=provenance("m2")))
    (case,) = ledger.hear(replace(adjusted, provenance=provenance("m2", "y")))
    assert isinstance(case, Case)
    assert "adjustment/central/A1" == case.subject
    assert 4 == ledger.units("lamp")


def test_the_journal_names_the_document_as_the_cause_of_every_item() -> None:
    ledger = Ledger()
    effects = ledger.hear(receipt())
    assert [UnitsReceived(provenance(), NodeId("central"), ReceiptId("R1"), EventId("event 1"), LINES)] == [
        effect for effect in effects if isinstance(effect, StockMovement)
    ]
    entries = [effect for effect in effects if isinstance(effect, StockTransferred)]
    assert [("lamp", "event 1", 5), ("chair", "event 1", 3)] == [
        (line.item_id, entry.cause_event_id, sum(transfer.quantity for transfer in line.transfers))
        for entry in entries
        for line in entry.lines
    ]
    assert ["lamp", "chair"] == [effect.item_id for effect in effects if isinstance(effect, InventoryPosition)]


def test_every_line_of_an_item_applies_in_the_order_of_the_document() -> None:
    ledger = Ledger()
    lines = tuple(StockLine(LineId(str(number)), ItemId("lamp"), number) for number in (3, 1, 2))
    effects = ledger.hear(replace(receipt(), lines=lines))
    (entry,) = (effect for effect in effects if isinstance(effect, StockTransferred))
    (line,) = entry.lines
    assert [3, 1, 2] == [transfer.quantity for transfer in line.transfers]
    assert 6 == ledger.units("lamp")


def test_two_short_write_offs_of_an_item_in_one_adjustment_are_two_cases() -> None:
    lines = tuple(StockLine(LineId(number), ItemId("lamp"), -2) for number in ("1", "2"))
    effects = Ledger().hear(StockAdjusted(provenance(), NodeId("central"), AdjustmentId("A1"), "", lines))
    assert 2 == len({effect.key for effect in effects if isinstance(effect, Case)})


def test_after_its_horizon_nothing_is_left_of_a_document() -> None:
    ledger = Ledger()
    ledger.hear(receipt())
    ledger.to(BEGAN_MS + 7 * DAY_MS - 1)
    assert [1, 1] == ledger.counts(DOCUMENTS, DOCUMENT_HORIZON)
    ledger.to(BEGAN_MS + 7 * DAY_MS)
    assert [0, 0, 0] == ledger.counts(DOCUMENTS, DOCUMENT_HORIZON, TIMERS)
    ledger.hear(receipt())
    assert 10 == ledger.units("lamp")


def test_each_message_prolongs_what_is_known_of_its_document() -> None:
    """The second message is recognised for as long as it would be alone."""
    ledger = Ledger()
    ledger.hear(receipt())
    ledger.to(BEGAN_MS + 6 * DAY_MS)
    ledger.hear(receipt("m2"))
    for day in (8, 12):
        ledger.to(BEGAN_MS + day * DAY_MS)
        assert [] == ledger.hear(receipt("m2"))
    assert [1, 1] == ledger.counts(DOCUMENTS, DOCUMENT_HORIZON)
    assert 5 == ledger.units("lamp")


def test_a_document_that_waits_for_its_turn_to_leave_is_a_first_one_already() -> None:
    ledger = Ledger()
    for number in range(300):
        ledger.hear(replace(receipt(number=f"R{number:03}"), lines=LINES[:1]))
    ledger.to(BEGAN_MS + 7 * DAY_MS)
    assert [44, 44] == ledger.counts(DOCUMENTS, DOCUMENT_HORIZON)
    ledger.hear(replace(receipt(number="R299"), lines=LINES[:1]))
    assert 301 * LINES[0].quantity == ledger.units("lamp")
    ledger.to(BEGAN_MS + 7 * DAY_MS + 1)
    assert [1, 1] == ledger.counts(DOCUMENTS, DOCUMENT_HORIZON)


def test_the_record_of_a_line_of_an_earlier_release_still_applies_once() -> None:
    ledger = Ledger()
    ledger.hear(single("m1"))
    assert [] == ledger.hear(single("m1"))
    (case,) = ledger.hear(single("m1", content="y"))
    assert isinstance(case, Case)
    assert ("lamp", CaseClass.CONFLICTING_DUPLICATE) == (case.subject, case.case_class)
    assert "wms sent receipt 'm1/1' again with other content" in case.reason
    assert 5 == ledger.units("lamp")


def test_a_line_that_an_earlier_release_applied_is_recognised_in_its_document() -> None:
    ledger = Ledger()
    ledger.hear(single("m1"))
    ledger.rows.restart()
    ledger.hear(receipt("m1"))
    assert (5, 3) == (ledger.units("lamp"), ledger.units("chair"))
    ledger.to(BEGAN_MS + 8 * DAY_MS)
    assert [0, 0] == ledger.counts(SEEN, HORIZON)
    ledger.hear(receipt("m1"))
    assert (10, 6) == (ledger.units("lamp"), ledger.units("chair"))


def counted(number: str, quantity: int, message: str = "m1", content: str = "x") -> StockCounted:
    lines = (StockLine(LineId("1"), ItemId("lamp"), quantity),)
    return StockCounted(provenance(message, content), NodeId("central"), CountId(number), 9, lines)


@pytest.mark.parametrize(
    "document",
    (
        counted("C1", 7),
        StockStatusChanged(
            provenance(), NodeId("central"), StatusChangeId("Q1"), "", StockStatus.AVAILABLE, StockStatus.DAMAGED, LINES
        ),
        GoodsSent(provenance(), NodeId("central"), NodeId("north"), TransferOrderId("T1"), LINES),
    ),
)
def test_every_kind_of_document_is_known_again_and_a_conflict_is_a_case(document: StockDocument) -> None:
    ledger = Ledger()
    assert ledger.hear(document)
    assert [] == ledger.hear(replace(document, provenance=provenance("m2")))
    (case,) = ledger.hear(replace(document, provenance=provenance("m2", content="y")))
    assert isinstance(case, Case)
    assert CaseClass.CONFLICTING_DUPLICATE is case.case_class
    assert document.home_key == case.subject


def test_the_lines_of_an_item_in_a_count_add_up_to_one_journal_entry() -> None:
    ledger = Ledger()
    lines = tuple(StockLine(LineId(str(number)), ItemId(item), number) for number, item in ((3, "lamp"), (1, "chair")))
    effects = ledger.hear(replace(counted("C1", 0), lines=(*lines, StockLine(LineId("9"), ItemId("lamp"), 5))))
    assert (8, 1) == (ledger.units("lamp"), ledger.units("chair"))
    (entry,) = (effect for effect in effects if isinstance(effect, StockTransferred))
    assert [("lamp", [8]), ("chair", [1])] == [
        (line.item_id, [transfer.quantity for transfer in line.transfers]) for line in entry.lines
    ]


def test_what_is_in_transit_survives_a_restart_and_a_finished_order_leaves_no_row() -> None:
    ledger = Ledger()
    ledger.hear(GoodsSent(provenance(), NodeId("central"), NodeId("north"), TransferOrderId("T1"), LINES))
    ledger.rows.restart()
    assert [2, 2] == ledger.counts(TRANSFER_BALANCES, EXPECTED_TRANSFERS)
    there = replace(
        receipt(number="R9"),
        node_id=NodeId("north"),
        transfer_order_id=TransferOrderId("T1"),
        from_node_id=NodeId("central"),
    )
    ledger.hear(there)
    assert [0, 0] == ledger.counts(TRANSFER_BALANCES, EXPECTED_TRANSFERS)
    assert 0 == ledger.units("lamp")


@pytest.mark.parametrize(
    ("document", "available"),
    (
        (counted("C1", 2), 960),
        (
            StockStatusChanged(
                provenance(),
                NodeId("central"),
                StatusChangeId("Q1"),
                "",
                StockStatus.AVAILABLE,
                StockStatus.DAMAGED,
                (StockLine(LineId("1"), ItemId("lamp"), 2),),
            ),
            1_000 - 960,
        ),
        (
            GoodsSent(
                provenance(),
                NodeId("central"),
                NodeId("north"),
                TransferOrderId("T1"),
                (StockLine(LineId("1"), ItemId("lamp"), 2),),
            ),
            1_000 - 960,
        ),
    ),
)
def test_a_document_in_an_unknown_unit_is_counted_when_master_data_has_it(
    document: StockDocument, available: int
) -> None:
    ledger = Ledger()
    ledger.hear(replace(receipt(), lines=(StockLine(LineId("1"), ItemId("lamp"), 1_000, "EA"),)))
    (line,) = document.lines
    (case,) = (
        each for each in ledger.hear(replace(document, lines=(replace(line, unit="XPX"),))) if isinstance(each, Case)
    )
    assert (CaseClass.INVALID_ITEM, 1_000) == (case.case_class, ledger.units("lamp"))
    ledger.rows.restart()
    pallet = UnitFactor("XPX", 480_000_000)
    effects = ledger.hear(ItemDescribed(ItemId("lamp"), provenance("m3"), "EA", (pallet,)))
    assert available == ledger.units("lamp")
    assert [(case.key, CaseState.RESOLVED)] == [(each.key, each.state) for each in effects if isinstance(each, Case)]


@cache
def codec() -> Codec:
    return Codec(load_contracts())


@pytest.mark.parametrize(
    ("message", "own"),
    ((GoodsReceived, {"receipt_id": "R1"}), (StockAdjusted, {"adjustment_id": "A1", "reason": "broken"})),
)
def test_the_bytes_of_an_earlier_release_are_read_as_the_record_of_a_line(
    message: type[SingleLine], own: dict[str, str]
) -> None:
    contract = load_contracts().by_message[message]
    origin = provenance()
    fields = {name: getattr(origin, name) for name in origin.__slots__}
    stream = BytesIO()
    first = contract.releases[0]
    content = {"item_id": "lamp", "provenance": fields, "node_id": "central", "quantity": 5, **own}
    schemaless_writer(stream, prepared(first.schema), content)
    found = codec().decode("inventory.inbox.v1", b"\0" + first.schema_id.to_bytes(4, "big") + stream.getvalue())
    assert isinstance(found, message)
    assert (ItemId("lamp"), 5, (), 0) == (found.item_id, found.quantity, found.lines, found.refused_lines)
    assert next(iter(own.values())) == found.number


def test_a_timer_that_the_ledger_did_not_set_is_a_bug() -> None:
    ledger = Ledger()
    partition = ledger.rows.partition
    with pytest.raises(TypeError, match="the ledger set no timer"):
        InventoryMachine(HORIZONS).fire(partition, Timer(1, "other", ""), EventId("timer"))
