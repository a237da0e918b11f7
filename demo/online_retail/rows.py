"""The rows of the file, read one at a time: CSV, plain or gzipped, with UCI Online Retail's columns.

A file that cannot be read to its end is refused, with one line that says where and why: the totals of an incomplete
year could not be checked.
"""

import csv
import gzip
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Final, cast
from zlib import error as ZlibError  # noqa: N812 - its own name says nothing
from zoneinfo import ZoneInfo

from connectors.log.port import LogFailed
from domain.money.amounts import parse_amount

COLUMNS: Final = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
_LONDON: Final = ZoneInfo("Europe/London")
_GZIP: Final = b"\x1f\x8b"
_AMERICAN: Final = "%m/%d/%Y %H:%M"
"""How copies of the file that went through a spreadsheet write the time."""


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One row. Item codes are upper-cased: those that differ only by case name one thing."""

    invoice: str
    code: str
    description: str
    quantity: int
    """In units."""
    at_ms: int
    """Milliseconds since 1970; the file writes local time of the United Kingdom."""
    price: int
    """Per unit, in ten-thousandths of a pound."""
    customer: str
    """Empty for a sale without an account."""
    country: str

    @property
    def value(self) -> int:
        """Quantity times price, in ten-thousandths of a pound."""
        return self.quantity * self.price


def read_rows(file: Path) -> Iterator[InvoiceRow]:
    """All rows in the order of the file, which must be that of time; `LogFailed` names the line that is wrong."""
    try:
        with closing(_opened(file)) as opened:
            yield from _rows(file, opened)
    except (OSError, EOFError, ZlibError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise LogFailed(f"cannot read {file}: {reason}") from error


def _opened(file: Path) -> IO[bytes]:
    with file.open("rb") as opened:
        is_zipped = opened.read(2) == _GZIP
    return cast("IO[bytes]", gzip.open(file)) if is_zipped else file.open("rb")


def _rows(file: Path, opened: IO[bytes]) -> Iterator[InvoiceRow]:
    table = csv.reader(_texts(opened), strict=True)
    latest_ms = 0
    try:
        places = _places(file, next(table, []))
        for fields in table:
            row = _row([fields[place] for place in places])
            latest_ms = _not_before(latest_ms, row.at_ms)
            yield row
    except IndexError:
        raise LogFailed(f"{file}, line {table.line_num}: it has fewer columns than the heading") from None
    except (ValueError, csv.Error) as error:
        raise LogFailed(f"{file}, line {table.line_num}: {error}") from error


def _not_before(latest_ms: int, at_ms: int) -> int:
    if at_ms < latest_ms:
        raise ValueError("it is older than the one before: sort the file by InvoiceDate")
    return at_ms


def _texts(opened: IO[bytes]) -> Iterator[str]:
    """UTF-8, as the file is given out today; a line that is not is Latin-1, as the first copies are."""
    for line in opened:
        try:
            yield line.decode()
        except UnicodeDecodeError:
            yield line.decode("latin-1")


def _places(file: Path, heading: Sequence[str]) -> list[int]:
    names = [name.strip("\ufeff ") for name in heading]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise LogFailed(
            f"{file} has no column {', '.join(missing)}: the columns of UCI Online Retail are wanted, "
            f"{', '.join(COLUMNS)}"
        )
    return [names.index(name) for name in COLUMNS]


def _row(fields: Sequence[str]) -> InvoiceRow:
    invoice, code, description, quantity, at, price, customer, country = fields
    if not (invoice and code.strip()):
        raise ValueError("InvoiceNo and StockCode are required")
    return InvoiceRow(
        invoice=invoice,
        code=code.strip().upper(),
        description=description.strip(),
        quantity=_quantity(quantity),
        at_ms=_moment_ms(at),
        price=_price(price),
        customer=customer.removesuffix(".0"),
        country=country,
    )


def _quantity(text: str) -> int:
    quantity = int(text) if text.removeprefix("-").isdecimal() else 0
    if not quantity:
        raise ValueError(f"Quantity {text[:40]!r} is no whole number, or it is 0")
    return quantity


@lru_cache(maxsize=8_192)
def _price(text: str) -> int:
    try:
        return parse_amount(text)
    except ValueError as error:
        raise ValueError(f"UnitPrice: {error}") from None


@lru_cache(maxsize=64)
def _moment_ms(text: str) -> int:
    try:
        moment = datetime.strptime(text, _AMERICAN) if "/" in text else datetime.fromisoformat(text)  # noqa: DTZ007
    except ValueError:
        raise ValueError(f"InvoiceDate {text[:40]!r} is no time like 2010-12-01T08:26:00") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=_LONDON)).timestamp()) * 1_000
