"""Grouping rows into invoices, and what each line is."""

from pathlib import Path

import pytest

from connectors.log.port import LogFailed
from demo.online_retail.invoices import Invoice, whole_invoices
from demo.online_retail.rows import read_rows
from tests.unit.online_retail.files import row, written


def grouped(folder: Path, *rows: str) -> list[Invoice]:
    return list(whole_invoices(read_rows(written(folder, rows))))


def test_rows_of_one_number_are_one_invoice_though_another_comes_between(tmp_path: Path) -> None:
    invoices = grouped(
        tmp_path,
        row("1", "A", 1, at="2011-02-01T11:19:00"),
        row("2", "B", 1, at="2011-02-01T11:19:00"),
        row("1", "C", 1, at="2011-02-01T11:20:00"),
    )
    assert [("1", [(1, "A"), (2, "C")]), ("2", [(1, "B")])] == [
        (invoice.number, [(line.number, line.row.code) for line in invoice.lines]) for invoice in invoices
    ]


def test_equal_rows_are_lines_of_their_own(tmp_path: Path) -> None:
    (invoice,) = grouped(tmp_path, row("1", "A", 1), row("1", "A", 1))
    assert [1, 2] == [line.number for line in invoice.lines]


def test_an_invoice_that_comes_again_after_minutes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogFailed, match="invoice 1 comes again"):
        grouped(
            tmp_path,
            row("1", "A", 1, at="2011-02-01T11:19:00"),
            row("2", "A", 1, at="2011-02-01T11:30:00"),
            row("1", "A", 1, at="2011-02-01T11:31:00"),
        )


@pytest.mark.parametrize(
    ("code", "quantity", "kind"),
    (
        ("85123A", 6, "goods"),
        ("85123A", -6, "write-off"),
        ("POST", 1, "charge"),
        ("post", 1, "charge"),
        ("m", -1, "charge"),
        ("BANK CHARGES", 1, "charge"),
        ("gift_0001_40", 1, "charge"),
        ("POSTER", 1, "goods"),
        ("DCGS0003", 1, "goods"),
    ),
)
def test_a_line_is_goods_a_charge_or_a_write_off(tmp_path: Path, code: str, quantity: int, kind: str) -> None:
    ((line,),) = [invoice.lines for invoice in grouped(tmp_path, row("1", code, quantity))]
    is_what = {"goods": line.is_goods, "charge": line.is_charge, "write-off": line.is_write_off}
    assert [kind] == [name for name, answer in is_what.items() if answer]
