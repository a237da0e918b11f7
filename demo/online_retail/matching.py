"""Which sale does a credit note take back? The file does not say: first in, first out by customer and item."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from demo.online_retail.invoices import Invoice, Line
from domain.identifiers import LineId


class Sale(NamedTuple):
    """An invoice that placed an order, as a credit note refers to it."""

    invoice: str
    country: str


class Credited(NamedTuple):
    """Some units of a credit note's line: those of one order line, or those without a sale."""

    line_id: LineId
    """Of the order; of the credit note itself where no order is found."""
    credit: Line
    quantity: int


@dataclass(slots=True)
class Return:
    """The part of a credit note that belongs to one sale, or to no known sale."""

    sale: Sale
    goods: list[Credited] = field(default_factory=list)
    charges: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """Units of an order line that were not returned yet."""

    sale: Sale
    line_id: LineId
    quantity: int


class OpenSales:
    """Sales that can still be returned. Memory follows the open units; sales without an account are left out."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], deque[_Open]] = {}
        self._latest: dict[str, Sale] = {}

    def sold(self, invoice: Invoice) -> None:
        """Remember an invoice as a sale."""
        customer = invoice.first.customer
        if not customer:
            return
        sale = self._latest[customer] = Sale(invoice.number, invoice.first.country)
        for line in invoice.lines:
            if line.is_goods:
                rest = _Open(sale, LineId(str(line.number)), line.row.quantity)
                self._open.setdefault((customer, line.row.code), deque()).append(rest)

    def taken_back(self, credit_note: Invoice) -> list[Return]:
        """One return per sale, in the order of the sales; together they make up the credit note."""
        unknown = Sale(credit_note.number, credit_note.first.country)
        returns: dict[str, Return] = {}

        def of(sale: Sale) -> Return:
            return returns.setdefault(sale.invoice, Return(sale))

        for line in credit_note.lines:
            customer = line.row.customer
            if line.is_charge:
                of(self._latest.get(customer, unknown)).charges.append(line)
                continue
            left = -line.row.quantity
            for sold, quantity in self._matched((customer, line.row.code), left):
                of(sold.sale).goods.append(Credited(sold.line_id, line, quantity))
                left -= quantity
            if left:
                of(unknown).goods.append(Credited(LineId(str(line.number)), line, left))
        return list(returns.values())

    def _matched(self, key: tuple[str, str], wanted: int) -> Iterator[tuple[_Open, int]]:
        """The oldest open units first."""
        waiting = self._open.get(key)
        while wanted and waiting:
            oldest = waiting[0]
            quantity = min(wanted, oldest.quantity)
            oldest.quantity -= quantity
            wanted -= quantity
            if not oldest.quantity:
                waiting.popleft()
            yield oldest, quantity
        if waiting is not None and not waiting:
            del self._open[key]
