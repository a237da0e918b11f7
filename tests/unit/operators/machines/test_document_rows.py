"""The documents of an order are rows of their own, and go with it."""

from msgspec import msgpack

from domain.identifiers import ItemId, LineId, OrderId, ReturnId
from domain.messages.orders import FulfilmentLine
from domain.orders.documents.counted import (
    CountedDocument,
    CountedNumber,
    CountedUnits,
    DocumentKind,
    DocumentName,
    Issuer,
)
from domain.orders.returns.rows import OrderReturn, ReturnStage
from operators.machines.document_rows import COUNTED, DocumentRows
from tests.memory_state import MemoryRows

SHIPMENT = DocumentName(DocumentKind.SHIPMENT, "S1")


def test_the_documents_of_an_order_survive_a_restart_and_go_with_it() -> None:
    rows = MemoryRows()
    kept = OrderReturn(ReturnId("R1"), ReturnStage.AUTHORISED)
    at_east = CountedDocument(Issuer("E"), (CountedUnits(LineId("1"), ItemId("lamp"), 3),), counted_us=7)
    shipment = CountedNumber(SHIPMENT, (at_east, CountedDocument(Issuer("W"), counted_us=8)))
    DocumentRows(rows.partition.state, OrderId("shop:1")).keep((kept,), (shipment,))
    DocumentRows(rows.partition.state, OrderId("shop:10")).keep((kept,), (shipment,))
    rows.restart()
    own, other = (DocumentRows(rows.partition.state, OrderId(order_id)) for order_id in ("shop:1", "shop:10"))
    assert (kept, shipment) == (own.return_named(ReturnId("R1")), own.counted(SHIPMENT))
    own.delete()
    assert (None, None) == (own.return_named(ReturnId("R1")), own.counted(SHIPMENT))
    assert (kept, shipment) == (other.return_named(ReturnId("R1")), other.counted(SHIPMENT))


def test_a_shipment_and_a_delivery_may_have_one_number() -> None:
    rows = MemoryRows()
    documents = DocumentRows(rows.partition.state, OrderId("shop:1"))
    documents.keep((), (CountedNumber(SHIPMENT),))
    assert documents.counted(DocumentName(DocumentKind.DELIVERY, "S1")) is None


def test_what_an_earlier_release_has_counted_is_of_whoever_is_asked_for_first() -> None:
    lines = [["1", "lamp", 3]]
    written = {"name": ["SHIPMENT", "S1"], "lines": lines, "counted_us": 7, "taken_back_us": 5}
    number = COUNTED.decode(b"\x01" + msgpack.encode(written))
    assert {("1", "lamp"): 3} == number.reversible(Issuer("E"), 9, of_others=False)
    both = number.with_units(Issuer("W"), (FulfilmentLine(LineId("1"), ItemId("lamp"), 2),), 9)
    assert {("1", "lamp"): 5} == both.reversible(Issuer("W"), 9, of_others=False)
    assert {} == both.reversible(Issuer("E"), 9, of_others=False)
