"""Reads a CSV record (RFC 4180, in the dialect of its channel file) into documents; a row is a mapping by column.

Without `group_by` every row is a document. With it the rows with the same value in that column are one: its fields are
those of the first row, and `rows` are all of them. A row with more or fewer fields than there are columns refuses its
document, and no other one.
"""

import csv
from collections.abc import Iterator, Sequence
from typing import Final

from connectors.formats.documents import Defect, SourceDocument, SourceNode
from connectors.formats.outcomes import UnreadableRecord
from schemas.channel_language.records import CsvDialect

ROWS: Final = "rows"
"""The field of a grouped document that has its rows."""

MOST_COLUMNS: Final = 1_000
"""As many as a channel file may name."""

_Row = tuple[SourceDocument, str]
"""The fields of a row by column, and what is wrong with it."""


def read_csv(text: str, dialect: CsvDialect) -> list[SourceDocument | Defect]:
    """The documents of a record, in the order of their first rows."""
    try:
        rows = [row for row in _reader(text, dialect) if any(field.strip() for field in row)]
    except csv.Error as error:
        raise UnreadableRecord(f"not CSV: {error}") from None
    columns = dialect.columns or _header(rows)
    below = rows if dialect.columns else rows[1:]
    read = [_row(columns, row, number) for number, row in enumerate(below, start=1)]
    if not dialect.group_by:
        return [Defect("", wrong, fields) if wrong else fields for fields, wrong in read]
    if dialect.group_by not in columns:
        raise UnreadableRecord(f"there is no column {dialect.group_by[:40]!r}, by which the rows are grouped")
    return list(_grouped(read, dialect.group_by))


def _reader(text: str, dialect: CsvDialect) -> Iterator[list[str]]:
    return csv.reader(
        text.splitlines(keepends=True),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        doublequote=True,
        strict=True,
    )


def _header(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    if not rows:
        raise UnreadableRecord("there is no row, not even one with the names of the columns")
    columns = tuple(name.strip() for name in rows[0])
    if len(columns) > MOST_COLUMNS:
        raise UnreadableRecord(f"there are {len(columns)} columns; at most {MOST_COLUMNS} are read")
    if "" in columns:
        raise UnreadableRecord(f"column {columns.index('') + 1} has no name in the first row")
    if len(set(columns)) < len(columns):
        repeated = next(name for name in columns if columns.count(name) > 1)
        raise UnreadableRecord(f"two columns are named {repeated[:40]!r}")
    return columns


def _row(columns: Sequence[str], row: Sequence[str], number: int) -> _Row:
    wrong = f"row {number} has {len(row)} fields, and there are {len(columns)} columns"
    # Only what is there: a short row of many columns would cost far more than it weighs.
    fields: SourceDocument = dict(zip(columns, row, strict=False))
    return fields, "" if len(row) == len(columns) else wrong


def _grouped(rows: Sequence[_Row], column: str) -> Iterator[SourceDocument | Defect]:
    groups: dict[str, list[_Row]] = {}
    for number, (fields, wrong) in enumerate(rows, start=1):
        key = str(fields.get(column, "")).strip()
        missing = "" if key else f"row {number} has no {column}, by which the rows are grouped"
        groups.setdefault(key, []).append((fields, wrong or missing))
    for group in groups.values():
        lines: list[SourceNode] = [fields for fields, _ in group]
        document: SourceDocument = {**group[0][0], ROWS: lines}
        wrong = next((said for _, said in group if said), "")
        yield Defect("", wrong, document) if wrong else document
