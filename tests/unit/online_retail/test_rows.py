"""Reading the file: what is in a row, and how a wrong file is refused."""

import gzip
from pathlib import Path

import pytest

from connectors.log.port import LogFailed
from demo.online_retail.rows import InvoiceRow, read_rows
from tests.unit.online_retail.files import HEADING, row, written


def test_a_row_is_read_with_exact_money_and_the_time_of_london(tmp_path: Path) -> None:
    file = written(tmp_path, ['536365,85123a,"HEART, WHITE",6,2011-07-01T08:26:00,2.555,17850,United Kingdom'])
    assert [
        InvoiceRow("536365", "85123A", "HEART, WHITE", 6, 1_309_505_160_000, 25_550, "17850", "United Kingdom")
    ] == list(read_rows(file))
    assert 153_300 == next(iter(read_rows(file))).value


def test_a_gzipped_file_is_read_like_a_plain_one(tmp_path: Path) -> None:
    plain = written(tmp_path, [row("1", "A1", 1), row("2", "A2", 2)])
    zipped = tmp_path / "year.csv.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(read_rows(plain)) == list(read_rows(zipped))


def test_columns_are_found_by_name_in_any_order_behind_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "year.csv"
    file.write_text(
        "\ufeffCountry,InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\r\n"
        "France,1,A1,,3,12/1/2010 8:26,0.85,12583.0\r\n",
        encoding="utf-8",
    )
    assert [InvoiceRow("1", "A1", "", 3, 1_291_191_960_000, 8_500, "12583", "France")] == list(read_rows(file))


def test_a_line_that_is_not_utf_8_is_read_as_latin_1(tmp_path: Path) -> None:
    file = tmp_path / "year.csv"
    file.write_bytes(f"{HEADING}\n1,A1,£5 VOUCHER,1,2010-12-01T08:26:00,5,,EIRE\n".encode("latin-1"))
    assert ["£5 VOUCHER"] == [one.description for one in read_rows(file)]


@pytest.mark.parametrize(
    ("rows", "reason"),
    (
        (["1,A1,X,six,2010-12-01T08:26:00,1,1,Italy"], "line 2: Quantity 'six' is no whole number, or it is 0"),
        (["1,A1,X,0,2010-12-01T08:26:00,1,1,Italy"], "line 2: Quantity '0' is no whole number, or it is 0"),
        (["1,A1,X,1,yesterday,1,1,Italy"], "line 2: InvoiceDate 'yesterday' is no time like 2010-12-01T08:26:00"),
        (["1,A1,X,1,2010-12-01T08:26:00,0.00001,1,Italy"], "line 2: UnitPrice: more than 4 decimal places"),
        (["1,A1,X,1,2010-12-01T08:26:00,NaN,1,Italy"], "line 2: UnitPrice: out of range: 'NaN'"),
        ([row("1", "A1", 1), "2,A1,X"], "line 3: it has fewer columns than the heading"),
        ([",A1,X,1,2010-12-01T08:26:00,1,1,Italy"], "line 2: InvoiceNo and StockCode are required"),
        (['1,A1,"X'], "line 2: unexpected end of data"),
        (
            [row("1", "A1", 1), row("2", "A1", 1, at="2010-11-30T08:26:00")],
            "line 3: it is older than the one before: sort the file by InvoiceDate",
        ),
    ),
)
def test_an_impossible_row_is_reported_with_its_line(tmp_path: Path, rows: list[str], reason: str) -> None:
    with pytest.raises(LogFailed) as refusal:
        list(read_rows(written(tmp_path, rows)))
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_file_with_other_columns_is_refused_by_the_names_of_those_that_are_missing(tmp_path: Path) -> None:
    file = written(tmp_path, ["1,A1"], heading="InvoiceNo,StockCode")
    with pytest.raises(LogFailed, match="has no column Description, Quantity, InvoiceDate, UnitPrice, CustomerID"):
        list(read_rows(file))


@pytest.mark.parametrize("content", (b"", b"\n"), ids=("nothing", "an empty line"))
def test_an_empty_file_has_no_columns(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "year.csv"
    file.write_bytes(content)
    with pytest.raises(LogFailed, match="has no column InvoiceNo"):
        list(read_rows(file))


def test_a_file_that_is_not_there_or_is_cut_off_is_refused_in_one_line(tmp_path: Path) -> None:
    zipped = tmp_path / "year.csv.gz"
    zipped.write_bytes(gzip.compress(f"{HEADING}\n".encode())[:-8])
    for file in (tmp_path / "nothing.csv", tmp_path, zipped):
        with pytest.raises(LogFailed, match=r"^cannot read .*$"):
            list(read_rows(file))
