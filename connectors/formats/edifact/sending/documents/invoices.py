"""INVOIC: what is invoiced, or credited, in coins of its currency.

The amounts of the lines (MOA+203) add up to MOA+79, and with MOA+131 to what has to be paid, MOA+77.
"""

from collections.abc import Iterator
from typing import Final

from connectors.formats.edifact.sending.composing import MessageComposer, money
from connectors.formats.edifact.sending.documents.parts import (
    count_of_lines,
    description,
    document_date,
    item,
    line_numbers,
    line_reference,
    order_references,
    parties,
    price,
    units,
)
from connectors.formats.edifact.sending.writing import WrittenSegment
from connectors.formats.x12.sending.elements import Scaled
from domain.messages.edi.documents import InvoicedLine, PartnerInvoice
from domain.money.adding_up import adding_up_to
from domain.money.amounts import ONE, in_coins

_INVOICE, _CREDIT_NOTE = "380", "381"
_ORIGINAL: Final = "9"
_INVOICE_CURRENCY: Final = "4"
_INVOICED: Final = "47"
_TO_BE_PAID, _LINES, _BESIDE, _OF_A_LINE, _OF_A_CHARGE = "77", "79", "131", "203", "8"
"""Data element 5025."""


def invoice(document: PartnerInvoice, composer: MessageComposer) -> list[WrittenSegment]:
    """Head, lines, and the totals behind UNS."""
    currency = document.order.currency
    goods, total = (in_coins(each, currency) for each in (document.goods_total, document.total))
    amounts = adding_up_to(goods, [each.amount for each in document.lines], currency)
    numbers = line_numbers([each.line for each in document.lines])
    lines = [
        segment
        for number, line, amount in zip(numbers, document.lines, amounts, strict=True)
        for segment in _line(number, line, amount, document, composer)
    ]
    return [
        *_head(document, composer),
        *_other(total - goods, composer),
        *lines,
        composer.segment("UNS", "S"),
        count_of_lines(composer, len(document.lines)),
        composer.segment("MOA", [_TO_BE_PAID, money(total, currency)]),
        composer.segment("MOA", [_LINES, money(goods, currency)]),
        *((composer.segment("MOA", [_BESIDE, money(total - goods, currency)]),) if total != goods else ()),
    ]


def _head(document: PartnerInvoice, composer: MessageComposer) -> Iterator[WrittenSegment]:
    yield composer.segment("BGM", _CREDIT_NOTE if document.is_credit else _INVOICE, document.invoice_id, _ORIGINAL)
    yield document_date(composer, document.invoiced_us)
    yield from order_references(composer, document.order)
    yield from parties(composer, document.order)
    if document.order.currency:
        yield composer.segment("CUX", ["2", document.order.currency, _INVOICE_CURRENCY])


def _line(
    number: str, invoiced: InvoicedLine, amount: int, document: PartnerInvoice, composer: MessageComposer
) -> Iterator[WrittenSegment]:
    line = invoiced.line
    yield from item(composer, number, line)
    yield from description(composer, line)
    yield units(composer, _INVOICED, line, invoiced.quantity)
    yield composer.segment("MOA", [_OF_A_LINE, Scaled(amount, ONE)])
    yield price(composer, line, invoiced.unit_price, invoiced.price_basis)
    yield line_reference(composer, document.order, line)


def _other(amount: int, composer: MessageComposer) -> Iterator[WrittenSegment]:
    """The charges, taxes and discounts of an invoice are known as their sum."""
    if amount:
        kind = "C" if amount > 0 else "A"
        described = "CHARGES AND TAXES AS INVOICED" if amount > 0 else "ALLOWANCES AS INVOICED"
        yield composer.segment("ALC", kind, None, None, None, [None, None, None, described])
        yield composer.segment("MOA", [_OF_A_CHARGE, Scaled(abs(amount), ONE)])
