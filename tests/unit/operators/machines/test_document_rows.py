"""The documents of an order are rows of their own, and go with it."""

from domain.identifiers import ItemId, LineId, OrderId, ReturnId
from domain.orders.documents.counted import CountedDocument, CountedUnits, DocumentKind, DocumentName
from domain.orders.returns.rows import OrderReturn, ReturnStage
from operators.machines.document_rows import DocumentRows
from tests.memory_state import MemoryRows

SHIPMENT = DocumentName(DocumentKind.SHIPMENT, "S1")


def test_the_documents_of_an_order_survive_a_restart_and_go_with_it() -> None:
    rows = MemoryRows()
    kept = OrderReturn(ReturnId("R1"), ReturnStage.AUTHORISED)
    shipment = CountedDocument(SHIPMENT, (CountedUnits(LineId("1"), ItemId("lamp"), 3),), counted_us=7)
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
    documents.keep((), (CountedDocument(SHIPMENT, counted_us=7),))
    assert documents.counted(DocumentName(DocumentKind.DELIVERY, "S1")) is None
