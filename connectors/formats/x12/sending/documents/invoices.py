"""810: what is invoiced, or credited. TDS is always the sum of the lines and of SAC."""

from collections.abc import Iterator
from typing import Final

from connectors.formats.x12.segments import Segment
from connectors.formats.x12.sending.composing import Composer, SetText, amount, price, quantity
from connectors.formats.x12.sending.documents.parts import party, products
from domain.messages.edi.documents import InvoicedLine, PartnerInvoice

_DEBIT: Final = "DI"
_CREDIT: Final = "CR"
_SELLER: Final = "SE"
_MUTUALLY_DEFINED: Final = "ZZZZ"


def invoice(document: PartnerInvoice, composer: Composer) -> SetText:
    """BIG, the order's parties, IT1 for each line, the total, and what it has beside its lines."""
    order = document.order
    kind = _CREDIT if document.is_credit else _DEBIT
    segments = [
        composer.segment(
            *("BIG", composer.day(document.invoiced_us), document.invoice_id, composer.day(order.ordered_us)),
            *(order.number, order.release, None, kind),
        ),
        composer.segment("CUR", _SELLER, order.currency),
        *((composer.segment("REF", "DP", order.department),) if order.department.strip() else ()),
        *party(composer, "ST", order.ship_to),
        *(segment for line in document.lines for segment in _line(line, composer)),
        composer.segment("TDS", amount(document.total)),
        *_other(document, composer),
        composer.segment("CTT", len(document.lines)),
    ]
    return SetText("810", "IN", segments)


def _line(invoiced: InvoicedLine, composer: Composer) -> Iterator[Segment]:
    line = invoiced.line
    unit_price = price(invoiced.unit_price, invoiced.price_basis)
    yield composer.segment(
        *("IT1", line.line_id, quantity(invoiced.quantity), composer.unit(line.unit), unit_price, None),
        *products(line.item_id, line.products),
    )
    if composer.fitted(line.description):
        yield composer.segment("PID", "F", None, None, None, line.description)


def _other(document: PartnerInvoice, composer: Composer) -> Iterator[Segment]:
    """The charges, taxes and discounts of an invoice are known as their sum."""
    if document.other:
        kind = "C" if document.other > 0 else "A"
        described = "charges and taxes as invoiced" if document.other > 0 else "allowances as invoiced"
        value = amount(abs(document.other))
        yield composer.segment("SAC", kind, _MUTUALLY_DEFINED, None, None, value, *(None,) * 9, described)
