"""A small year as a file: twelve weeks of a wholesaler, with all that the real one has, and what it adds up to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

_HEADING: Final = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
_BEGINS: Final = datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001 - the file writes local time
_APART: Final = timedelta(hours=25)
_SALES: Final = 72
_ITEMS: Final = ("85123A", "22423", "84879", "47566", "21212")
_COUNTRIES: Final = ("United Kingdom", "United Kingdom", "Germany", "EIRE")


class Row(NamedTuple):
    """One row, and what becomes of it."""

    invoice: str
    code: str
    quantity: int
    price: str
    customer: str
    country: str
    outcome: str


def small_year(file: Path) -> Mapping[str, tuple[int, Decimal]]:
    """Write the file; lines and value by outcome."""
    lines, values, text = Counter[str](), Counter[str](), [_HEADING]
    for number, rows in enumerate(_invoices()):
        at = _BEGINS + _APART * number
        for row in rows:
            lines[row.outcome] += 1
            values[row.outcome] += int(row.quantity * Decimal(row.price) * 10_000)
            text.append(
                f"{row.invoice},{row.code},SOMETHING,{row.quantity},{at.isoformat()},{row.price},"
                f"{row.customer},{row.country}"
            )
    file.write_text("\n".join((*text, "")), encoding="utf-8")
    return {outcome: (lines[outcome], Decimal(values[outcome]) / 10_000) for outcome in sorted(lines)}


def _invoices() -> Iterator[list[Row]]:
    """In the order of time."""
    for number in range(_SALES):
        yield _sale(number)
        if number % 9 == 8:
            yield _credit_note(number)
    yield [Row("536999", "22423", -3, "0", "", "United Kingdom", "stock_write_offs")]
    yield [Row("A563185", "B", 1, "11062.06", "", "United Kingdom", "refused")]
    yield [Row("A563186", "B", 1, "-11062.06", "", "United Kingdom", "refused")]


def _sale(number: int) -> list[Row]:
    """Two or three lines, the last of them twice; postage now and then; one wants more than a week brings."""
    invoice, customer, country = str(536_365 + number), _customer(number), _COUNTRIES[number % 4]
    quantity = 400 if number == _SALES - 4 else 1 + number % 5
    rows = [
        Row(invoice, _ITEMS[(number + place) % 5], quantity, price, customer, country, "order_lines")
        for place, price in enumerate(("2.55", "0.425", "0")[: 2 + number % 2])
    ]
    rows.append(rows[-1])
    if number % 6 == 0:
        rows.append(Row(invoice, "POST", 1, "18", customer, country, "charges"))
    return rows


def _credit_note(number: int) -> list[Row]:
    """A unit of the sale before; with it a discount, and an item that was never sold to this customer."""
    invoice, customer, country = f"C{537_000 + number}", _customer(number), _COUNTRIES[number % 4]
    return [
        Row(invoice, _ITEMS[number % 5], -1, "2.55", customer, country, "cancellations"),
        Row(invoice, "D", -1, "5.5", customer, country, "cancelled_charges"),
        Row(invoice, "90214", -2, "1.25", customer, country, "cancellations_without_order"),
    ]


def _customer(number: int) -> str:
    return str(17_850 + number % 7)
