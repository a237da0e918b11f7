"""Credit notes find the sales that they take back."""

from pathlib import Path

from demo.online_retail.invoices import whole_invoices
from demo.online_retail.matching import OpenSales
from demo.online_retail.rows import read_rows
from tests.unit.online_retail.files import row, written

Story = list[tuple[str, list[tuple[str, str, int]], list[str]]]


def story(folder: Path, *rows: str) -> Story:
    """What each credit note takes back: the sale, (order line, item, units), and the codes of its charges."""
    sales, matches = OpenSales(), []
    for invoice in whole_invoices(read_rows(written(folder, rows))):
        if invoice.is_credit_note:
            matches += sales.taken_back(invoice)
        else:
            sales.sold(invoice)
    return [
        (
            back.sale.invoice,
            [(one.line_id, one.credit.row.code, one.quantity) for one in back.goods],
            [line.row.code for line in back.charges],
        )
        for back in matches
    ]


def test_the_oldest_sale_of_the_item_to_the_customer_is_taken_back_first(tmp_path: Path) -> None:
    assert [("1", [("2", "A", 3)], []), ("2", [("1", "A", 2)], [])] == story(
        tmp_path, row("1", "X", 1), row("1", "A", 3), row("2", "A", 9), row("C3", "A", -5)
    )


def test_units_are_taken_back_once_and_the_rest_finds_no_sale(tmp_path: Path) -> None:
    assert [("1", [("1", "A", 3)], []), ("1", [("1", "A", 1)], []), ("C3", [("1", "A", 4)], [])] == story(
        tmp_path, row("1", "A", 4), row("C2", "A", -3), row("C3", "A", -5)
    )


def test_another_customers_sale_is_not_taken_back(tmp_path: Path) -> None:
    assert [("C2", [("1", "A", 1)], [])] == story(tmp_path, row("1", "A", 1), row("C2", "A", -1, customer="2"))


def test_a_sale_without_an_account_cannot_be_found(tmp_path: Path) -> None:
    assert [("C2", [("1", "A", 1)], ["M"])] == story(
        tmp_path,
        row("1", "A", 1, customer=""),
        row("C2", "A", -1, customer=""),
        row("C2", "M", -1, customer=""),
    )


def test_charges_go_with_the_customers_latest_sale(tmp_path: Path) -> None:
    assert [("2", [], ["D"]), ("1", [("1", "A", 1)], [])] == story(
        tmp_path, row("1", "A", 1), row("2", "X", 1), row("C3", "D", -1), row("C3", "A", -1)
    )


def test_codes_that_differ_by_case_are_one_item(tmp_path: Path) -> None:
    assert [("1", [("1", "15056BL", 1)], [])] == story(tmp_path, row("1", "15056bl", 1), row("C2", "15056BL", -1))


def test_a_return_names_the_country_of_the_sale(tmp_path: Path) -> None:
    sales = OpenSales()
    sold, back = whole_invoices(
        read_rows(written(tmp_path, [row("1", "A", 1, country="Spain"), row("C2", "A", -1, country="France")]))
    )
    sales.sold(sold)
    assert ["Spain"] == [one.sale.country for one in sales.taken_back(back)]
