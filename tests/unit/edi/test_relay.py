"""What concerns a partner is relayed from the public topics, and nothing else."""

import json
from typing import Any

import pytest

from connectors.log.port import Record
from domain.messages.edi.events import PartnerOrderMoved, PartnerStep, PartnerStockChanged, PartnerWarehouseOrdered
from operators.machines.edi.partners import NO_PARTNERS, Partners
from operators.machines.edi.relay import TOPICS, concerns_partners, relayed
from schemas.avro.avro_files import SCHEMAS
from schemas.contracts.registry import INVENTORY_AVAILABILITY, MESSAGES, ORDERS_EVENTS, WAREHOUSE_COMMANDS
from schemas.partner_files.x12_partner import X12Section
from tests.unit.edi.story import CHANNELS, FILE, HARBOR, ORDER_ID, START_MS
from tests.unit.views.test_readable import message_of

PARTNERS = Partners([FILE], CHANNELS.values())
WEST = FILE.model_copy(update={"documents": {"940": X12Section()}, "nodes": frozenset({"central"})})
WAREHOUSES = Partners([WEST], CHANNELS.values())


def record(topic: str, key: str) -> Record:
    return Record(topic, 0, 0, START_MS, key, b"", ())


@pytest.mark.parametrize(
    ("topic", "key", "expected"),
    (
        (ORDERS_EVENTS, ORDER_ID, True),
        (ORDERS_EVENTS, "edi_wholesale:ZZ:HARBORTOOLS2:HARBORTOOLS:PO-1", False),
        (ORDERS_EVENTS, "portal:1", False),
        (INVENTORY_AVAILABILITY, "edi_wholesale:HAMMER", True),
        (INVENTORY_AVAILABILITY, "portal:HAMMER", False),
        (WAREHOUSE_COMMANDS, ORDER_ID, False),
    ),
)
def test_the_key_says_whether_a_record_may_concern_a_partner(topic: str, key: str, *, expected: bool) -> None:
    assert expected == concerns_partners(record(topic, key), PARTNERS)
    assert not concerns_partners(record(topic, key), NO_PARTNERS)
    assert concerns_partners(record(WAREHOUSE_COMMANDS, key), WAREHOUSES)


def example_of(name: str, order_id: str, **changed: Any) -> Any:
    """The example of a contract, about this order."""
    example = json.loads((SCHEMAS / "examples" / f"{name}.json").read_text(encoding="utf-8"))
    if "order" in example:
        example["order"]["order_id"] = order_id
    elif "order_id" in example:
        example["order_id"] = order_id
    (message,) = (each for each in MESSAGES if each.__name__ == name)
    return message_of(message, "", example | changed)


def said(name: str, order_id: str = ORDER_ID, **changed: Any) -> Any:
    return list(relayed(example_of(name, order_id, **changed), START_MS, PARTNERS))


@pytest.mark.parametrize(
    ("name", "step"),
    (
        ("OrderAccepted", PartnerStep.ACCEPTED),
        ("OrderRejected", PartnerStep.REJECTED),
        ("OrderCancelled", PartnerStep.CANCELLED),
        ("CancelRefused", PartnerStep.CANCEL_REFUSED),
        ("OrderAmended", PartnerStep.AMENDED),
        ("OrderAmendmentRefused", PartnerStep.AMENDMENT_REFUSED),
        ("OrderRepromised", PartnerStep.REPROMISED),
        ("ShipmentConfirmed", PartnerStep.SHIPPED),
        ("ShipmentReversed", PartnerStep.REVERSED),
        ("InvoicePosted", PartnerStep.INVOICED),
        ("OrderClosed", PartnerStep.CLOSED),
        ("InventoryAllocated", PartnerStep.COUNTED),
    ),
)
def test_a_step_of_a_partners_order_is_relayed_with_its_counters(name: str, step: PartnerStep) -> None:
    (found,) = said(name)
    event = example_of(name, ORDER_ID)
    assert isinstance(found, PartnerOrderMoved)
    assert (HARBOR, ORDER_ID, step, event.order.version, START_MS * 1000) == (
        found.partner_id,
        found.order_id,
        found.step,
        found.version,
        found.occurred_us,
    )
    assert [
        (line.line_id, line.ordered, line.allocated + line.reserved, line.shipped) for line in event.order.lines
    ] == [(line.line_id, line.ordered, line.allocated, line.shipped) for line in found.lines]
    assert [] == said(name, "portal:1")


@pytest.mark.parametrize("name", ("OrderAmended", "OrderAmendmentRefused"))
def test_what_a_service_has_decided_is_no_answer_to_a_partner(name: str) -> None:
    (found,) = said(name, by_decision=True)
    assert PartnerStep.COUNTED == found.step


def test_a_refused_amendment_names_its_own_revision() -> None:
    (found,) = said("OrderAmendmentRefused")
    assert example_of("OrderAmendmentRefused", ORDER_ID).refused_revision == found.revision


def test_shipments_and_invoices_are_relayed_whole() -> None:
    (shipped,) = said("ShipmentConfirmed")
    event = example_of("ShipmentConfirmed", ORDER_ID)
    assert (event.shipment_id, event.node_id, event.carrier, event.tracking_number) == (
        shipped.document_number,
        shipped.node_id,
        shipped.carrier,
        shipped.tracking_number,
    )
    assert [each.quantity for each in event.lines] == [each.quantity for each in shipped.moved]
    assert event.cartons == shipped.cartons
    (reversed_,) = said("ShipmentReversed")
    back = example_of("ShipmentReversed", ORDER_ID)
    assert (back.shipment_id, back.node_id, [each.quantity for each in back.lines]) == (
        reversed_.document_number,
        reversed_.node_id,
        [each.quantity for each in reversed_.moved],
    )
    (invoiced,) = said("InvoicePosted")
    invoice = example_of("InvoicePosted", ORDER_ID)
    assert (invoice.invoice_id, invoice.value, invoice.is_reversal) == (
        invoiced.document_number,
        invoiced.value,
        invoiced.is_reversal,
    )


def test_availability_of_a_partners_channel_is_relayed() -> None:
    (found,) = said("ChannelAvailability", channel_id="edi_wholesale")
    assert isinstance(found, PartnerStockChanged)
    assert ("SKU-20017", 42_000_000, "EA", 31) == (found.item_id, found.available, found.unit, found.version)
    assert [] == said("ChannelAvailability")


def test_a_partners_warehouse_is_told_of_releases_and_cancellations() -> None:
    for name, is_cancelled in (("WarehouseReleaseCommanded", False), ("WarehouseCancelCommanded", True)):
        (found,) = relayed(example_of(name, ORDER_ID), START_MS, WAREHOUSES)
        assert isinstance(found, PartnerWarehouseOrdered)
        assert (is_cancelled, not is_cancelled) == (found.order.is_cancelled, bool(found.order.ship_to))
        assert found.order.lines
        assert [] == list(relayed(example_of(name, ORDER_ID), START_MS, PARTNERS))


def test_what_has_no_row_stops_the_flow() -> None:
    assert {ORDERS_EVENTS, INVENTORY_AVAILABILITY, WAREHOUSE_COMMANDS} == set(TOPICS)
    with pytest.raises(TypeError, match="is not relayed"):
        list(relayed(object(), START_MS, PARTNERS))
