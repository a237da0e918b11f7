"""What wholesale customers put into one order: the invoices of a real wholesaler, or a seeded likeness of them.

The real ones are the sales of the Online Retail data set (UCI, CC BY 4.0), an invoice a basket: in the first 20,000
the median is 15 lines, the mean 25, the longest 1,114, over 3,938 items. The likeness has the same median, about the
same mean and the same limit.
"""

import csv
import gzip
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from domain.identifiers import ItemId
from domain.money.amounts import parse_amount

REAL = "real wholesale lines (Online Retail)"
DRAWN = "drawn lines (the shape of Online Retail)"

_MEDIAN_LINES = 2.708
"""The logarithm of 15."""
_SPREAD = 0.95
_MOST_LINES = 1_100
_ITEMS = 3_900
_STEEPNESS = 1.5
"""Of the curve by which ranks are drawn: the most wanted item is in about one line of 250, as in the real data."""
_QUANTITIES = (1, 1, 2, 2, 4, 6, 6, 10, 12, 24)


class Line(NamedTuple):
    """A quantity of an item in units; the unit price in ten-thousandths."""

    item_id: ItemId
    description: str
    quantity: int
    unit_price: int


class Basket(NamedTuple):
    """What one customer wants at a time."""

    customer: str
    lines: tuple[Line, ...]


def real_baskets(file: Path) -> list[Basket]:
    """The invoices of the file in its order, without cancellations and without lines that are no sale.

    Item ids are in upper case, as the channel files spell them: the file has some of them in both.
    """
    lines: dict[str, list[Line]] = {}
    customers: dict[str, str] = {}
    with gzip.open(file, "rt", encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            line = _sold(row)
            if line is not None:
                lines.setdefault(row["InvoiceNo"], []).append(line)
                customers[row["InvoiceNo"]] = row["CustomerID"] or "guest"
    return [Basket(customers[invoice], tuple(found)) for invoice, found in lines.items()]


def _sold(row: dict[str, str]) -> Line | None:
    quantity = int(row["Quantity"])
    unit_price = parse_amount(row["UnitPrice"])
    if quantity <= 0 or unit_price <= 0 or row["InvoiceNo"].startswith("C"):
        return None
    return Line(ItemId(row["StockCode"].replace(" ", "_").upper()), row["Description"].strip(), quantity, unit_price)


def drawn_baskets(seed: int) -> Iterator[Basket]:
    """Baskets without end; the same for a seed."""
    for number in count():
        chance = Random(f"{seed}/basket/{number}")
        lines = min(_MOST_LINES, max(1, round(chance.lognormvariate(_MEDIAN_LINES, _SPREAD))))
        yield Basket(f"{10_000 + chance.randrange(4_000)}", tuple(_drawn_line(chance) for _ in range(lines)))


def _drawn_line(chance: Random) -> Line:
    rank = int(_ITEMS * chance.random() ** _STEEPNESS)
    return Line(
        ItemId(f"ITEM-{10_000 + rank}"), f"ARTICLE NUMBER {rank}", chance.choice(_QUANTITIES), 10_000 + rank * 100
    )


def baskets(number: int, seed: int, invoices: Path | None) -> tuple[str, Sequence[Basket]]:
    """The baskets and their origin: real invoices if the file exists, repeated if there are too few."""
    if invoices is None or not invoices.is_file():
        return DRAWN, list(islice(drawn_baskets(seed), number))
    known = real_baskets(invoices)
    return REAL, [known[index % len(known)] for index in range(number)]
