"""The year as raw records, in the order of its time: what the shop, the warehouse and the suppliers would have sent.

The same file gives the same bytes in the same order, so a stopped feed resumes by skipping what was sent.
Memory holds the units sold and not returned, and the invoices of a few minutes.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from connectors.log.port import Outgoing
from demo.online_retail import payloads
from demo.online_retail.invoices import Invoice
from demo.online_retail.matching import OpenSales
from demo.online_retail.supply import Delivery, WeeklyDeliveries
from demo.online_retail.survey import Survey, first_invoices
from demo.warehouse.payloads import receipt, stock_adjustment
from domain.identifiers import AdjustmentId
from schemas.headers import Headers

SHOP: Final = "source.online_retail.v1"
WAREHOUSE: Final = "source.wms_central.v1"
_JSON: Final[Headers] = (("content-type", b"application/json"),)


class YearRecordKind(StrEnum):
    """The kinds of records in a year."""

    ORDER = "order"
    RETURN = "return"
    WRITE_OFF = "write_off"
    RECEIPT = "receipt"


class YearRecord(NamedTuple):
    """A raw record, and when it was sent, in milliseconds since 1970."""

    at_ms: int
    outgoing: Outgoing
    kind: YearRecordKind


def year_records(file: Path, survey: Survey, most: int | None = None) -> Iterator[YearRecord]:
    """The whole year, or as much of it as its first `most` invoices; `survey` is of the same file and as much of it.

    Every invoice leads to something: an order, returns, or a write-off. An invoice that only corrects the books is
    sent like an order, and it is for the channel file to refuse it.
    """
    yield from _receipts(survey.opening)
    deliveries = WeeklyDeliveries(survey.begins_at_ms)
    sales = OpenSales()
    for invoice in first_invoices(file, most):
        yield from _receipts(deliveries.due(invoice.at_ms))
        if invoice.is_credit_note:
            yield from _returns(invoice, sales)
        else:
            deliveries.see(invoice)
            yield from _sale(invoice, sales)
    yield from _receipts(deliveries.last())


def _sale(invoice: Invoice, sales: OpenSales) -> Iterator[YearRecord]:
    written_off = [(line.row.code, line.row.quantity) for line in invoice.lines if line.is_write_off]
    if len(written_off) < len(invoice.lines):
        if not invoice.is_bad_debt:
            sales.sold(invoice)
        outgoing = Outgoing(SHOP, invoice.number, payloads.placed(invoice), _JSON)
        yield YearRecord(invoice.at_ms, outgoing, YearRecordKind.ORDER)
    if written_off:
        reason = invoice.first.description or "written off"
        value = stock_adjustment(AdjustmentId(invoice.number), invoice.at_ms, reason, written_off)
        yield YearRecord(invoice.at_ms, Outgoing(WAREHOUSE, invoice.number, value, _JSON), YearRecordKind.WRITE_OFF)


def _returns(credit_note: Invoice, sales: OpenSales) -> Iterator[YearRecord]:
    for back in sales.taken_back(credit_note):
        outgoing = Outgoing(SHOP, back.sale.invoice, payloads.returned(credit_note, back), _JSON)
        yield YearRecord(credit_note.at_ms, outgoing, YearRecordKind.RETURN)


def _receipts(deliveries: Iterable[Delivery]) -> Iterator[YearRecord]:
    for delivery in deliveries:
        value = receipt(delivery.receipt_id, delivery.at_ms, delivery.goods)
        yield YearRecord(delivery.at_ms, Outgoing(WAREHOUSE, delivery.receipt_id, value, _JSON), YearRecordKind.RECEIPT)
