"""The complete invoices of the file, in the order of their first rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from connectors.log.port import LogFailed
from demo.online_retail.rows import InvoiceRow

_CLOSED_AFTER_MS: Final = 300_000
"""An invoice without a new row for this long is complete; those of the file span two minutes at most."""

_CHARGES: Final = frozenset(
    {"POST", "DOT", "M", "C2", "D", "S", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS", "B"}
)  # fmt: skip
_VOUCHERS: Final = "GIFT_0001_"


class Line(NamedTuple):
    """A row with its number in the invoice, from 1."""

    number: int
    row: InvoiceRow

    @property
    def is_charge(self) -> bool:
        """Whether the row is not goods: postage, fees, discounts, vouchers, manual corrections."""
        return self.row.code in _CHARGES or self.row.code.startswith(_VOUCHERS)

    @property
    def is_write_off(self) -> bool:
        """Whether units left the stock without a sale."""
        return self.row.quantity < 0 and not self.is_charge

    @property
    def is_goods(self) -> bool:
        """Whether units of an item were sold."""
        return self.row.quantity > 0 and not self.is_charge


@dataclass(slots=True)
class Invoice:
    """The rows of one number. Customer and country are those of the first."""

    number: str
    lines: list[Line] = field(default_factory=list)

    def add(self, row: InvoiceRow) -> None:
        """Add a row."""
        self.lines.append(Line(len(self.lines) + 1, row))

    @property
    def first(self) -> InvoiceRow:
        """The first row."""
        return self.lines[0].row

    @property
    def at_ms(self) -> int:
        """The time of the first row."""
        return self.first.at_ms

    @property
    def is_credit_note(self) -> bool:
        """Whether it is a credit note."""
        return self.number.upper().startswith("C")

    @property
    def is_bad_debt(self) -> bool:
        """Whether it only corrects the books: no order, and no return of one."""
        return self.number.upper().startswith("A")


def whole_invoices(rows: Iterable[InvoiceRow]) -> Iterator[Invoice]:
    """Group rows that come in the order of time; holds only the invoices of some minutes."""
    opened: dict[str, Invoice] = {}
    closed: dict[str, None] = {}
    for row in rows:
        while opened and _is_closed(oldest := next(iter(opened.values())), row.at_ms):
            closed[oldest.number] = None
            yield opened.pop(oldest.number)
        if row.invoice in closed:
            raise LogFailed(f"invoice {row.invoice} comes again, minutes after its end: bring its rows together")
        opened.setdefault(row.invoice, Invoice(row.invoice)).add(row)
    yield from opened.values()


def _is_closed(invoice: Invoice, now_ms: int) -> bool:
    return now_ms - invoice.lines[-1].row.at_ms > _CLOSED_AFTER_MS
