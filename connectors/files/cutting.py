"""Cuts a file into the records of its source, one in memory at a time.

| format | a record is |
|---|---|
| `json_lines` | a line |
| `csv` | a row, with the row of the column names in front of it |
| `csv` with `group_by`, `json`, `x12`, `edifact` | the whole file, which is at most `max_record_bytes` |

The same bytes are always cut in the same way, so a part is known by its number.
"""

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final, assert_never

from connectors.formats.outcomes import UnreadableRecord
from connectors.formats.records.reading import read_record
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.records import CsvDialect, RecordFormat

if TYPE_CHECKING:
    import _csv

_BOM: Final = b"\xef\xbb\xbf"


class CannotBeCut(Exception):
    """The file is not what its source sends; the text is for the person who dropped it."""


def records_in(file: BinaryIO, channel: ChannelFile) -> Iterator[bytes]:
    """The records from the position of the file on, at least one; `CannotBeCut` otherwise."""
    number = 0
    for number, record in enumerate(_cut(file, channel), start=1):  # noqa: B007 - the last number is looked at
        yield record
    if not number:
        raise CannotBeCut("there is no record in it: it is empty")


def _cut(file: BinaryIO, channel: ChannelFile) -> Iterator[bytes]:
    match channel.format:
        case RecordFormat.JSON_LINES:
            return (line for line in _lines(file, channel.max_record_bytes) if line.strip(b" \t\r\n" + _BOM))
        case RecordFormat.CSV if channel.csv.group_by is None:
            return _rows(file, channel)
        case RecordFormat.CSV | RecordFormat.JSON | RecordFormat.X12 | RecordFormat.EDIFACT:
            return _whole(file, channel)
        case _:
            assert_never(channel.format)


def _lines(file: BinaryIO, most_bytes: int) -> Iterator[bytes]:
    number = 0
    while line := file.readline(most_bytes + 1):
        number += 1
        if len(line) > most_bytes:
            raise CannotBeCut(f"line {number} has more than the {most_bytes} bytes that a record may have")
        yield line


class _RawLines:
    """Gives the lines as text to the reader of CSV, and keeps their bytes until its row is complete.

    All encodings of channel files agree in the bytes that matter for where a row ends.
    """

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._kept: list[bytes] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._kept.append(line)
            yield line.decode("latin-1")

    def taken(self) -> bytes:
        """The bytes since the last call."""
        kept, self._kept = self._kept, []
        return b"".join(kept)


def _rows(file: BinaryIO, channel: ChannelFile) -> Iterator[bytes]:
    lines = _RawLines(_lines(file, channel.max_record_bytes))
    reader = _reader(lines, channel.csv)
    names: bytes | None = b"" if channel.csv.columns else None
    try:
        for row in reader:
            raw = lines.taken()
            if not any(field.strip() for field in row):
                continue
            if names is None:
                names = raw if raw.endswith(b"\n") else raw + b"\n"
                continue
            if len(names) + len(raw) > channel.max_record_bytes:
                raise CannotBeCut(
                    f"the row that ends in line {reader.line_num} has more than the {channel.max_record_bytes} bytes "
                    "that a record may have"
                )
            yield names + raw
    except csv.Error as error:
        raise CannotBeCut(f"not CSV: line {reader.line_num}: {error}") from None


def _reader(lines: _RawLines, dialect: CsvDialect) -> "_csv.Reader":
    return csv.reader(
        iter(lines),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        doublequote=True,
        strict=True,
    )


def _whole(file: BinaryIO, channel: ChannelFile) -> Iterator[bytes]:
    content = file.read(channel.max_record_bytes + 1)
    if len(content) > channel.max_record_bytes:
        raise CannotBeCut(
            f"it has more than the {channel.max_record_bytes} bytes that a record may have: split it, or raise "
            "max_record_bytes of the channel file"
        )
    if not content.strip(b" \t\r\n" + _BOM):
        return
    try:
        read_record(channel, content)
    except UnreadableRecord as unreadable:
        raise CannotBeCut(f"it cannot be read: {unreadable.reason}") from None
    yield content
