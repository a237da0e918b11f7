"""What channel files read of deliveries and invoices."""

from dataclasses import astuple

import pytest

from domain.identifiers import ItemId, LineId, SourceId
from domain.messages.orders import FulfilmentLine, OrderDelivered, OrderInvoiced
from tests.unit.channels.given import CHANNELS, outcomes, the_message, verdict

LINES = [{"line_id": "1", "sku": "NUT", "quantity": "4"}]
DELIVERED = {
    "message_id": "d-1",
    "event": "delivered",
    "occurred_at": "2026-01-05T07:59:00Z",
    "order_id": "portal:P-1",
    "delivery_id": "D/1",
    "shipment_id": "S-1",
    "carrier": "DHL",
    "lines": LINES,
}
INVOICED = {
    "message_id": "i-1",
    "event": "invoiced",
    "occurred_at": "2026-01-05T07:59:00Z",
    "order_id": "portal:P-1",
    "invoice_id": "I/1",
    "amount": "12.50",
    "lines": LINES,
}
EXPECTED = (FulfilmentLine(LineId("1"), ItemId("NUT"), 4_000_000),)


def test_a_delivery_names_its_shipment_and_its_units() -> None:
    found = the_message(CHANNELS[SourceId("carrier")], DELIVERED)
    assert isinstance(found, OrderDelivered)
    assert ("portal:P-1", "D/1", "S-1", "DHL", False) == (
        found.order_id,
        found.delivery_id,
        found.shipment_id,
        found.carrier,
        found.is_reversal,
    )
    assert EXPECTED == found.lines


def test_an_invoice_names_its_value_and_its_units() -> None:
    found = the_message(CHANNELS[SourceId("finance")], INVOICED)
    assert isinstance(found, OrderInvoiced)
    assert ("portal:P-1", "I/1", 125_000, "EUR", False) == (
        found.order_id,
        found.invoice_id,
        found.value,
        found.currency,
        found.is_reversal,
    )
    assert EXPECTED == found.lines


def test_an_invoice_may_keep_its_value_to_itself() -> None:
    found = the_message(CHANNELS[SourceId("finance")], {**INVOICED, "amount": None})
    assert isinstance(found, OrderInvoiced)
    assert 0 == found.value


def test_an_invoice_states_net_amounts_for_its_lines_in_its_currency() -> None:
    lines = [{**LINES[0], "net_amount": "10.50"}, {**LINES[0], "line_id": "2", "net_amount": "-1.25"}]
    found = the_message(CHANNELS[SourceId("finance")], {**INVOICED, "currency": "USD", "lines": lines})
    assert isinstance(found, OrderInvoiced)
    assert "USD" == found.currency
    assert (("1", "NUT", 105_000), ("2", "NUT", -12_500)) == tuple(map(astuple, found.amounts))


def test_lots_of_a_line_add_up_and_without_an_amount_of_each_none_is_stated() -> None:
    lots = [{**LINES[0], "net_amount": "10.50"}, {**LINES[0], "net_amount": "0.50"}]
    unstated = [{**LINES[0], "line_id": "2", "net_amount": "3"}, {**LINES[0], "line_id": "2"}]
    found = the_message(CHANNELS[SourceId("finance")], {**INVOICED, "lines": [*lots, *unstated]})
    assert isinstance(found, OrderInvoiced)
    assert [("1", 110_000)] == [(each.line_id, each.value) for each in found.amounts]


@pytest.mark.parametrize(("field", "text"), (("net_amount", "ten"), ("net_amount", "1000000000"), ("currency", "EURO")))
def test_an_amount_that_cannot_be_is_refused(field: str, text: str) -> None:
    line = {**LINES[0], field: text} if field == "net_amount" else LINES[0]
    document = {**INVOICED, field: text, "lines": [line]}
    (found,) = (verdict(one) for one in outcomes("finance", document))
    assert field.removeprefix("net_") in found


@pytest.mark.parametrize(
    ("source", "document", "event", "number"),
    (
        ("carrier", DELIVERED, "delivered", "carrier/D%2F1"),
        ("carrier", DELIVERED, "delivery_reversed", "carrier/reversal/D%2F1"),
        ("finance", INVOICED, "invoiced", "finance/I%2F1"),
        ("finance", INVOICED, "invoice_cancelled", "finance/reversal/I%2F1"),
    ),
)
def test_what_takes_a_document_back_may_carry_its_number(
    source: str, document: dict[str, object], event: str, number: str
) -> None:
    found = the_message(CHANNELS[SourceId(source)], {**document, "event": event})
    assert isinstance(found, OrderDelivered | OrderInvoiced)
    assert number == found.document_id
    assert found.is_reversal is (event not in {"delivered", "invoiced"})


@pytest.mark.parametrize(
    ("source", "document", "path"),
    (
        ("carrier", DELIVERED, "delivery_id"),
        ("carrier", DELIVERED, "lines"),
        ("finance", INVOICED, "invoice_id"),
        ("finance", INVOICED, "order_id"),
    ),
)
def test_what_lacks_a_field_is_refused(source: str, document: dict[str, object], path: str) -> None:
    (found,) = (verdict(one) for one in outcomes(source, {**document, path: None}))
    assert path.split("_", maxsplit=1)[0] in found
