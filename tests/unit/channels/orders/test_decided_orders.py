"""What a channel file reads of records in which a service decides about an order, or a customer has paid."""

from pathlib import Path
from typing import Any

import pytest

from connectors.formats.outcomes import Canonical, Refused
from domain.identifiers import SourceId
from domain.messages.decisions.events import OUTCOMES, Check, CheckOutcome, OrderDecided
from domain.money.adjustments import WHOLE_ORDER
from tests.unit.channels.given import CHANNELS, changed, outcomes, the_message

CHECKS = CHANNELS[SourceId("checks")]
TAXED: dict[str, Any] = {
    "decision_id": "d-1",
    "check": "tax",
    "result": "calculated",
    "decided_at": "2026-01-05T07:59:00Z",
    "order_id": "portal:P-1",
    "currency": "EUR",
    "taxes": [{"line": "1", "name": "VAT", "percent": "21", "amount": "4.20"}, {"name": "VAT", "amount": "0.84"}],
}
PAID = {
    "event_id": "e-1",
    "type": "payment.captured",
    "occurred_at": "2026-01-05T07:59:00Z",
    "order_id": "portal:P-1",
    "payment_id": "pay-1",
    "amount": "12.50",
    "currency": "EUR",
}
MOVED = {"name": "Ann", "street": "Quay 1", "city": "Bonn", "postal_code": "53111", "country": "DE"}


def test_taxes_are_of_lines_or_of_the_whole_order() -> None:
    found = the_message(CHECKS, TAXED)
    assert isinstance(found, OrderDecided)
    assert [("1", 42_000, 210_000), (WHOLE_ORDER, 8_400, 0)] == [
        (tax.line_id, tax.value, tax.rate) for tax in found.taxes
    ]


def test_a_payment_has_its_reference_and_what_it_is_worth() -> None:
    (outcome,) = outcomes("payments", PAID)
    assert isinstance(outcome, Canonical)
    found = outcome.message
    assert isinstance(found, OrderDecided)
    assert ("pay-1", 125_000, "EUR") == (found.reference, found.value, found.currency)


@pytest.mark.parametrize("check", (Check.CREDIT, Check.ADDRESS, Check.TAX, Check.FRAUD, Check.COMPLIANCE))
@pytest.mark.parametrize("outcome", ("approved", "refused", "corrected", "calculated", "failed"))
def test_only_outcomes_that_go_with_a_check_are_read(check: Check, outcome: str) -> None:
    document = {**TAXED, "check": check.lower(), "result": outcome, "address": MOVED}
    (found,) = outcomes("checks", document)
    assert (CheckOutcome(outcome.upper()) not in OUTCOMES[check]) == isinstance(found, Refused)


@pytest.mark.parametrize(
    ("source", "document", "path", "value", "reason"),
    (
        ("payments", PAID, "amount", "0", "amount: 0 is not above zero"),
        ("payments", PAID, "amount", "-1", "amount: -1 is not above zero"),
        ("payments", PAID, "amount", "10000000000000", "is not below"),
        ("payments", PAID, "currency", "EUX", "is not a currency"),
        ("payments", PAID, "order_id", "P-1", "is not CHANNEL:NUMBER"),
        ("checks", TAXED, "taxes.0.amount", "four", "taxes.1.amount"),
        ("checks", TAXED, "taxes.0.amount", "10000000000000", "is not below"),
        ("checks", TAXED, "taxes.0.included", "perhaps", "neither true nor false"),
    ),
)
def test_what_breaks_the_contract_is_refused(
    source: str, document: dict[str, Any], path: str, value: str, reason: str
) -> None:
    (found,) = outcomes(source, changed(document, path, value))
    assert isinstance(found, Refused)
    assert reason in f"{found.field}: {found.reason}"


def test_a_corrected_address_is_required() -> None:
    (found,) = outcomes("checks", {**TAXED, "check": "address", "result": "corrected", "address": {}})
    assert isinstance(found, Refused)
    assert "address" == found.field


def test_an_element_of_a_list_is_a_decision_and_is_refused_alone() -> None:
    example = Path(__file__).parents[1] / "sources" / "examples" / "edi_wholesale" / "remittance.edi"
    found = outcomes("edi_wholesale", example.read_bytes())
    said = [each.message for each in found if isinstance(each, Canonical)]
    order = "edi_wholesale:ZZ:QUAYTOOLS:QUAYTOOLS:QT"
    assert [(f"{order}-7002", 2_005_000), (f"{order}-7001", 10_000_000), (f"{order}-7001", -200_000)] == [
        (each.order_id, each.value) for each in said if isinstance(each, OrderDecided)
    ]
    assert [("channel_order_id",)] == [(each.field,) for each in found if isinstance(each, Refused)]
    names = {each.provenance.correlation_id for each in said if isinstance(each, OrderDecided)}
    assert 3 == len(names)
