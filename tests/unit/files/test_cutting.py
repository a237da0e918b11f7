"""Where a file is cut into records: in rows and lines, whatever is in them, and within the limits of its source."""

import io

import pytest

from connectors.files.cutting import CannotBeCut, records_in
from connectors.formats.records.reading import read_record
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.records import CsvDialect, RecordFormat
from tests.unit.channels.given import CHANNELS
from tests.unit.files.world import EDI, csv_channel

SEMICOLONS = csv_channel(format=RecordFormat.CSV, csv=CsvDialect(delimiter=";"), documents=(), max_record_bytes=200)
LINES = csv_channel(format=RecordFormat.JSON_LINES, csv=CsvDialect(), documents=(), max_record_bytes=200)


def cut(channel: ChannelFile, content: bytes) -> list[bytes]:
    return list(records_in(io.BytesIO(content), channel))


@pytest.mark.parametrize(
    ("content", "records"),
    (
        (b"a;b\n1;2\n3;4\n", [b"a;b\n1;2\n", b"a;b\n3;4\n"]),
        (b"a;b\r\n1;2\r\n\r\n ; \r\n3;4", [b"a;b\r\n1;2\r\n", b"a;b\r\n3;4"]),
        (b'a;b\n"1\n\n1";2\n"3""";4\n', [b'a;b\n"1\n\n1";2\n', b'a;b\n"3""";4\n']),
        (b"\xef\xbb\xbfa;b\n1;2\n", [b"\xef\xbb\xbfa;b\n1;2\n"]),
        (b'a;b\n5" pipe;2\n3;4\n', [b'a;b\n5" pipe;2\n', b"a;b\n3;4\n"]),
        (b"a;b\nM\xfcller;2\n", [b"a;b\nM\xfcller;2\n"]),
        (b"\n\na;b\n1;2\n", [b"a;b\n1;2\n"]),
    ),
)
def test_a_row_is_a_record_below_the_names_of_its_columns(content: bytes, records: list[bytes]) -> None:
    assert records == cut(SEMICOLONS, content)


def test_rows_mean_the_same_as_in_the_whole_file() -> None:
    content = b'a;b\n"x\ny";2\n5" pipe;"q""q"\n;\nlast;row\n'
    channel = SEMICOLONS.model_copy(update={"encoding": ("latin-1",), "max_record_bytes": 1_000})
    whole = read_record(channel, content).documents
    assert list(whole) == [each for record in cut(channel, content) for each in read_record(channel, record).documents]


def test_columns_of_the_file_need_no_first_row() -> None:
    channel = csv_channel(
        format=RecordFormat.CSV, csv=CsvDialect(columns=("a", "b")), documents=(), max_record_bytes=200
    )
    assert [b"1,2\n", b"3,4"] == cut(channel, b"1,2\n3,4")


def test_a_line_is_a_record() -> None:
    assert [b'{"a":1}\n', b"not JSON\n", b'{"b":2}'] == cut(LINES, b'{"a":1}\n\n  \nnot JSON\n{"b":2}')


@pytest.mark.parametrize(
    ("channel", "content", "why"),
    (
        (LINES, b'{"a":1}\n' + b"x" * 201, "line 2 has more than the 200 bytes"),
        (SEMICOLONS, b"a;b\n" + b"x" * 300, "line 2 has more than the 200 bytes"),
        (
            SEMICOLONS,
            b"a" * 120 + b"\n" + b"x" * 120 + b"\n",
            "the row that ends in line 2 has more than the 200 bytes",
        ),
        (SEMICOLONS, b'a;b\n"1"x;2\n', "not CSV: line 2"),
        (SEMICOLONS, b'a;b\n"never closed;2\n', "not CSV"),
        (SEMICOLONS, b"a;b\n1\x00;2\r3;4\n", "not CSV"),
        (SEMICOLONS, b"a;b\n", "there is no record in it"),
        (LINES, b"\n \n", "there is no record in it"),
        (LINES, b"", "there is no record in it"),
        (CHANNELS[EDI], b"", "there is no record in it"),
        (CHANNELS[EDI], b"\xef\xbb\xbf\r\n", "there is no record in it"),
        (CHANNELS[EDI], b"no interchange", "it cannot be read"),
        (CHANNELS[EDI], b"ISA" + b" " * 20_000_000, "split it, or raise max_record_bytes"),
    ),
)
def test_what_is_no_record_is_refused_with_a_reason_for_people(channel: ChannelFile, content: bytes, why: str) -> None:
    with pytest.raises(CannotBeCut, match=why):
        cut(channel, content)


class Endless(io.RawIOBase):
    """A file that never ends and has no line end."""

    def __init__(self) -> None:
        self.read_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # as the base declares it
        buffer[:] = b"x" * len(buffer)
        self.read_bytes += len(buffer)
        return len(buffer)


@pytest.mark.parametrize("channel", (LINES, SEMICOLONS, CHANNELS[EDI]))
def test_no_more_is_read_than_a_record_may_have(channel: ChannelFile) -> None:
    endless = Endless()
    with pytest.raises(CannotBeCut):
        list(records_in(io.BufferedReader(endless), channel))
    assert endless.read_bytes <= 2 * channel.max_record_bytes + 100_000
