"""One business document about an order has one effect, whatever messages carry it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import CorrelationId, DeliveryId, EventId, InvoiceId, LineId, NodeId, SourceId
from domain.messages.cases import Case, CaseClass
from domain.messages.dispatch import ErpRequested
from domain.messages.orders import (
    ChangeRequest,
    FulfilmentLine,
    Numbered,
    OrderDelivered,
    OrderEvent,
    OrderInvoiced,
    OrderReturned,
    OrderShipmentReversed,
    OrderShipped,
)
from domain.messages.status import OrderSnapshot
from domain.orders.state import Order
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.engine.partition import COUNTS
from operators.machines.orders import ORDERS, OrderMachine
from operators.machines.parked_events import PARKED
from tests.memory_state import MemoryRows
from tests.unit.orders.story import RULES, Story

ACCEPTED = ("place available 9 9", "answer 1:9 2:9", "booked")


class Desk:
    """The order machine with its rows, and the order's story, which makes the events."""

    def __init__(self, *history: str) -> None:
        self.rows = MemoryRows()
        self.story = Story()
        self._machine = OrderMachine(RULES, Horizons())
        self._records = 0
        for sentence in history:
            event = self.story.event(sentence)
            self.story.take(event)
            self.hear(event)
            self.story.events += 1

    def event(self, sentence: str) -> Numbered:
        event = self.story.event(sentence)
        assert isinstance(event, Numbered)
        return event

    def hear(self, event: OrderEvent) -> Sequence[object]:
        self._records += 1
        now_ms = self.rows.partition.advance(1_000_000 + self._records)
        record = Record("orders.inbox.v1", 0, self._records, now_ms, "key", b"", ())
        heard = Event(EventId(f"event {self._records}"), CorrelationId(""), (), event, record, 1)
        return self._machine.apply(self.rows.partition, heard, now_ms)

    def order_state(self) -> object:
        return [*self.rows.rows(ORDERS), *self.rows.rows(PARKED)]

    def count(self, reason: str) -> int:
        return dict(self.rows.rows(COUNTS)).get(reason, 0)


def under(event: Numbered, message_id: str) -> Numbered:
    """The same document in another message, at another time."""
    said = event.provenance
    provenance = Provenance(said.source_id, CorrelationId(message_id), 0, f"hash of {message_id}", 5, 7)
    return replace(event, provenance=provenance)


def numbered(event: Numbered, document_id: str) -> Numbered:
    return replace(event, document_id=document_id)


DOCUMENTS = ("pick 1:3 2:1", "ship 1:3 2:1", "return 1:3 2:1 2:1:damaged refund")


@pytest.mark.parametrize("history", ((), ACCEPTED), ids=("parked", "known"))
@pytest.mark.parametrize("sentence", DOCUMENTS)
def test_a_document_under_another_message_id_has_no_second_effect(history: tuple[str, ...], sentence: str) -> None:
    desk = Desk(*history)
    document = numbered(desk.event(sentence), "E/1")
    desk.hear(document)
    before = desk.order_state()
    again = under(document, "m2")
    shuffled = replace(again, lines=tuple(reversed(again.lines)))  # type: ignore[arg-type]  # of the same event
    assert [] == list(desk.hear(again))
    assert [] == list(desk.hear(under(shuffled, "m3")))
    assert before == desk.order_state()
    assert 2 == desk.count("duplicate")


@pytest.mark.parametrize("history", ((), ACCEPTED), ids=("parked", "known"))
@pytest.mark.parametrize("sentence", DOCUMENTS)
def test_other_content_under_the_same_number_is_a_case_that_names_both_messages(
    history: tuple[str, ...], sentence: str
) -> None:
    desk = Desk(*history)
    first = under(numbered(desk.event(sentence), "E/1"), "m1")
    desk.hear(first)
    before = desk.order_state()
    (case,) = desk.hear(under(replace(first, lines=first.lines[:1]), "m2"))  # type: ignore[arg-type]  # of the same event
    assert isinstance(case, Case)
    assert CaseClass.CONFLICTING_DUPLICATE is case.case_class
    assert all(word in case.reason for word in ("E/1", "'m1'", "'m2'", "stays in force"))
    assert before == desk.order_state()


@pytest.mark.parametrize("sentence", DOCUMENTS)
def test_parts_have_numbers_of_their_own_and_what_has_none_is_known_by_its_message_ids(sentence: str) -> None:
    desk = Desk(*ACCEPTED)
    event = desk.event(sentence)
    effects = [
        desk.hear(under(numbered(event, number), f"m{index}"))
        for index, number in enumerate(("E/1/a", "E/1/b", "", ""))
    ]
    snapshots = [sum(isinstance(each, OrderSnapshot) for each in heard) for heard in effects]
    assert [1, 1, 1, 1] == snapshots


def brought_to(event: Numbered, node: str, document_id: str, message_id: str) -> Numbered:
    """The same return, of the same content and time, as another warehouse reports it."""
    assert isinstance(event, OrderReturned)
    brought = under(replace(event, node_id=NodeId(node), document_id=document_id), message_id)
    return replace(brought, provenance=replace(brought.provenance, occurred_at_us=event.provenance.occurred_at_us))


def memos_of(effects: Sequence[object]) -> list[tuple[str, int]]:
    asked = (each for each in effects if isinstance(each, ErpRequested))
    return [(each.business_key, each.document.lines[0].quantity) for each in asked]


@pytest.mark.parametrize("history", ((), ACCEPTED), ids=("parked", "known"))
def test_returns_of_two_warehouses_under_one_number_are_two_documents(history: tuple[str, ...]) -> None:
    desk = Desk(*history)
    event = desk.event("return 1:3")
    desk.hear(brought_to(event, "E", "E/RMA-1", "m1"))
    before = desk.order_state()
    other = desk.hear(brought_to(event, "W", "W/RMA-1", "m2"))
    assert not any(isinstance(each, Case) for each in other)
    assert before != desk.order_state()
    assert [] == list(desk.hear(brought_to(event, "W", "W/RMA-1", "m3")))
    assert 1 == desk.count("duplicate")


def test_each_of_them_has_a_credit_memo_of_its_own() -> None:
    desk = Desk(*ACCEPTED, "ship 1:6")
    event = desk.event("return 1:3")
    memos = [memos_of(desk.hear(brought_to(event, node, f"{node}/RMA-1", f"m{node}"))) for node in ("E", "W")]
    assert [[("shop:1/E/RMA-1", 3)], [("shop:1/W/RMA-1", 3)]] == memos


@pytest.mark.parametrize("number", ("RMA-1", "RMA-1/1"), ids=("whole", "in parts"))
def test_a_return_that_was_known_without_its_node_is_recognised_by_its_number(number: str) -> None:
    desk = Desk(*ACCEPTED, "ship 1:6")
    event = desk.event("return 1:3")
    desk.hear(brought_to(event, "E", number, "m1"))
    before = desk.order_state()
    assert [] == list(desk.hear(brought_to(event, "E", f"E/{number}", "m2")))
    (case,) = desk.hear(brought_to(event, "W", f"W/{number}", "m3"))
    assert isinstance(case, Case)
    assert CaseClass.CONFLICTING_DUPLICATE is case.case_class
    assert before == desk.order_state()


def at(event: Numbered, second: int) -> Numbered:
    """The same document as it occurs again then."""
    provenance = replace(event.provenance, correlation_id=CorrelationId(f"m{second}"), occurred_at_us=second)
    return replace(event, provenance=provenance)


TAKEN_BACK = (("ship 1:3", "unship 1:3"), ("deliver 1:3", "undeliver 1:3"), ("invoice 1:3", "uninvoice 1:3"))


def counts_of(desk: Desk) -> tuple[int, int, int]:
    (order,) = (order for _, order in desk.rows.rows(ORDERS))
    line = order.lines[0]
    return line.shipped, line.delivered, line.invoiced


def desk_with(sentence: str, taken_back: str, times: int = 1) -> tuple[Desk, Numbered, Numbered]:
    """A document under one number is taken back, so often."""
    desk = Desk(*ACCEPTED)
    first, undone = one_number(desk.event(sentence)), one_number(desk.event(taken_back))
    for second in range(10, 10 + 20 * times, 20):
        desk.hear(at(first, second))
        desk.hear(at(numbered(undone, f"V{second}") if taken_back == "unship 1:3" else undone, second + 10))
    return desk, first, undone


def one_number(event: Numbered) -> Numbered:
    """Deliveries and invoices are numbered by the sentence; what takes them back has the number with a mark."""
    match event:
        case OrderDelivered():
            return replace(event, delivery_id=DeliveryId("D"), document_id=f"D{event.is_reversal}")
        case OrderInvoiced():
            return replace(event, invoice_id=InvoiceId("I"), document_id=f"I{event.is_reversal}")
        case _:
            return event


@pytest.mark.parametrize(("sentence", "taken_back"), TAKEN_BACK)
@pytest.mark.parametrize("times", (1, 2))
def test_a_number_that_was_taken_back_is_that_of_a_new_document(sentence: str, taken_back: str, times: int) -> None:
    desk, first, _ = desk_with(sentence, taken_back, times)
    assert 0 == sum(counts_of(desk))
    assert desk.hear(at(first, 100))
    assert 3 == sum(counts_of(desk))
    assert 0 == desk.count("duplicate")


@pytest.mark.parametrize(("sentence", "taken_back"), TAKEN_BACK)
def test_a_repeat_of_what_was_taken_back_is_still_a_repeat(sentence: str, taken_back: str) -> None:
    desk, first, _ = desk_with(sentence, taken_back)
    assert [] == list(desk.hear(under(first, "again")))
    assert [] == list(desk.hear(under(at(first, 20), "as late")))
    assert 0 == sum(counts_of(desk))
    desk.hear(at(first, 100))
    assert [] == list(desk.hear(at(first, 101)))
    assert 3 == sum(counts_of(desk))


@pytest.mark.parametrize(("sentence", "taken_back"), TAKEN_BACK)
def test_a_number_is_not_free_before_all_of_it_is_taken_back(sentence: str, taken_back: str) -> None:
    desk = Desk(*ACCEPTED)
    first, undone = one_number(desk.event(sentence)), one_number(desk.event(taken_back.replace("3", "2")))
    desk.hear(at(first, 10))
    desk.hear(at(undone, 20))
    assert [] == list(desk.hear(at(first, 100)))
    assert 1 == sum(counts_of(desk))


def by_another(event: Numbered, number: str) -> Numbered:
    """As another warehouse tells it, or another source, under the same number of its own."""
    told = numbered(event, f"another/{number}")
    if isinstance(told, OrderShipped | OrderShipmentReversed):
        return replace(told, node_id=NodeId("W"))
    return replace(told, provenance=replace(told.provenance, source_id=SourceId("another")))


@pytest.mark.parametrize(("sentence", "taken_back"), TAKEN_BACK)
def test_a_number_is_free_for_whoever_took_his_document_back_and_not_for_another(
    sentence: str, taken_back: str
) -> None:
    desk = Desk(*ACCEPTED)
    first, undone = one_number(desk.event(sentence)), one_number(desk.event(taken_back))
    other = by_another(first, "first")
    desk.hear(at(first, 10))
    desk.hear(at(other, 20))
    desk.hear(at(by_another(undone, "undone"), 30))
    assert 3 == sum(counts_of(desk))
    assert [] == list(desk.hear(at(first, 40)))
    assert desk.hear(at(other, 50))
    assert 6 == sum(counts_of(desk))


def test_a_number_is_free_when_somebody_else_has_taken_back_all_of_it() -> None:
    desk = Desk(*ACCEPTED)
    first, undone = one_number(desk.event("deliver 1:3")), one_number(desk.event("undeliver 1:3"))
    desk.hear(at(first, 10))
    desk.hear(at(by_another(undone, "undone"), 20))
    assert desk.hear(at(first, 30))
    assert (0, 3, 0) == counts_of(desk)


@pytest.mark.parametrize(("sentence", "taken_back"), TAKEN_BACK)
def test_a_number_is_free_as_well_when_it_was_taken_back_before_it_came(sentence: str, taken_back: str) -> None:
    desk = Desk(*ACCEPTED)
    first, undone = one_number(desk.event(sentence)), one_number(desk.event(taken_back))
    desk.hear(at(undone, 20))
    desk.hear(at(first, 10))
    assert 0 == sum(counts_of(desk))
    assert [] == list(desk.hear(at(first, 15)))
    assert desk.hear(at(first, 30))
    assert 3 == sum(counts_of(desk))


def test_a_corrected_document_may_come_under_the_number_that_was_taken_back() -> None:
    desk, first, _ = desk_with("ship 1:3", "unship 1:3")
    assert isinstance(first, OrderShipped)
    desk.hear(at(replace(first, lines=(replace(first.lines[0], quantity=2),)), 100))
    assert (2, 0, 0) == counts_of(desk)


@pytest.mark.parametrize(("life", "second", "shipped"), ((2, 2_000_000, 3), (2, 5, 0), (1, 2_000_000, 0)))
def test_a_number_of_an_earlier_life_is_that_of_a_new_document_when_it_occurs_in_this_one(
    life: int, second: int, shipped: int
) -> None:
    desk = Desk(*ACCEPTED)
    document = desk.event("ship 1:3")
    desk.hear(at(document, 5))
    desk.rows.partition.state.put(ORDERS, document.order_id, replace(placed_at(1_000_000), life=life))
    desk.hear(at(document, second))
    assert (shipped, 0, 0) == counts_of(desk)


def placed_at(ingested_at_us: int) -> Order:
    """The order before anything was shipped, as it would be if it had come then."""
    ((_, order),) = Desk(*ACCEPTED).rows.rows(ORDERS)
    return replace(order, ingested_at_us=ingested_at_us)


def test_a_number_is_known_for_its_kind_of_document_only() -> None:
    desk = Desk(*ACCEPTED)
    assert desk.hear(numbered(desk.event("ship 1:3"), "1"))
    assert desk.hear(under(numbered(desk.event("return 1:3"), "1"), "m2"))


def test_the_same_document_of_two_sources_counts_once() -> None:
    desk = Desk(*ACCEPTED)
    document = numbered(desk.event("ship 1:3"), "E/1")
    assert desk.hear(document)
    other = replace(document.provenance, source_id="edi", correlation_id="m9")  # type: ignore[arg-type]  # an id
    assert [] == list(desk.hear(replace(document, provenance=other)))


@pytest.mark.parametrize(
    "other",
    (
        {"node_id": NodeId("W")},
        {"carrier": "other"},
        {"tracking_number": "other"},
        {"lines": (FulfilmentLine(LineId("1"), "item 1", 4),)},  # type: ignore[arg-type]  # an id
    ),
    ids=lambda other: next(iter(other)),
)
def test_every_field_of_a_shipment_is_content(other: dict[str, object]) -> None:
    desk = Desk(*ACCEPTED)
    document = numbered(desk.event("ship 1:3"), "E/1")
    assert isinstance(document, OrderShipped)
    desk.hear(document)
    (case,) = desk.hear(under(replace(document, **other), "m2"))  # type: ignore[arg-type]  # its fields
    assert isinstance(case, Case)


@pytest.mark.parametrize("change", ("node_id", "reason", "lines", "charges"))
def test_every_field_of_a_return_is_content(change: str) -> None:
    desk = Desk(*ACCEPTED)
    document = numbered(desk.event("return 1:1 2:1:damaged refund"), "R")
    assert isinstance(document, OrderReturned)
    other = {
        "node_id": NodeId("W"),
        "reason": "other",
        "lines": (replace(document.lines[0], unit_price=11), document.lines[1]),
        "charges": (),
    }[change]
    desk.hear(document)
    (case,) = desk.hear(under(replace(document, **{change: other}), "m2"))  # type: ignore[arg-type]  # its fields
    assert isinstance(case, Case)


def asked_at(event: OrderEvent, message_id: str, minute: int, revision: int = 0) -> OrderEvent:
    assert isinstance(event, ChangeRequest)
    at_us = minute * 60_000_000
    provenance = Provenance(SourceId("portal"), CorrelationId(message_id), revision, message_id, at_us, at_us + 1)
    return replace(event, provenance=provenance)


def test_parts_that_are_cancelled_again_at_the_same_time_are_the_same_request() -> None:
    desk = Desk(*ACCEPTED)
    parts = desk.story.event("cancel 1:2")
    assert desk.hear(asked_at(parts, "m1", 5))
    assert [] == list(desk.hear(asked_at(parts, "m2", 5)))
    assert 1 == desk.count("duplicate")
    assert desk.hear(asked_at(desk.story.event("cancel 1:3"), "m3", 5))
    assert desk.hear(asked_at(parts, "m4", 6))


def test_parts_that_are_cancelled_in_the_future_are_known_by_their_message_ids() -> None:
    desk = Desk(*ACCEPTED)
    for message_id in ("m1", "m2"):
        asked = asked_at(desk.story.event("cancel 1:2"), message_id, 5)
        assert isinstance(asked, ChangeRequest)
        assert desk.hear(replace(asked, provenance=replace(asked.provenance, ingested_at_us=0)))


def test_a_revision_that_was_taken_is_known_again_and_one_that_waits_is_taken_with_it() -> None:
    desk = Desk(*ACCEPTED)
    first, second = desk.story.event("amend 1 1:5"), desk.story.event("amend 2 1:4")
    assert [] == list(desk.hear(asked_at(second, "m1", 1, revision=2))), "it waits: the first revision is missing"
    assert desk.hear(asked_at(first, "m2", 2, revision=1))
    assert [] == list(desk.hear(asked_at(first, "m3", 3, revision=1)))
    (case,) = desk.hear(asked_at(desk.story.event("amend 1 1:3"), "m4", 4, revision=1))
    assert isinstance(case, Case)
    assert "revision 1 came from portal as message 'm2', and with other content" in case.reason
    assert desk.hear(asked_at(desk.story.event("amend 3 1:2"), "m5", 5, revision=3)), "it is the next now"


def test_a_line_that_is_split_is_the_same_document() -> None:
    desk = Desk(*ACCEPTED)
    desk.hear(numbered(desk.event("ship 1:3"), "E/1"))
    assert [] == list(desk.hear(under(numbered(desk.event("ship 1:1 1:2"), "E/1"), "m2")))
