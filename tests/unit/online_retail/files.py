"""Small files with the columns of the year."""

from collections.abc import Sequence
from pathlib import Path

HEADING = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def row(  # noqa: PLR0913 - one argument a column that matters somewhere
    invoice: str,
    code: str,
    quantity: int,
    *,
    at: str = "2010-12-01T08:26:00",
    price: str = "2.55",
    customer: str = "17850",
    country: str = "United Kingdom",
) -> str:
    return f"{invoice},{code},SOMETHING,{quantity},{at},{price},{customer},{country}"


def written(folder: Path, rows: Sequence[str], heading: str = HEADING) -> Path:
    file = folder / "year.csv"
    file.write_text("\n".join((heading, *rows, "")), encoding="utf-8")
    return file
