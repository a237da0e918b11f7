"""The raw records that the rows become."""

from pathlib import Path

from demo.online_retail.records import YearRecord, YearRecordKind, year_records
from demo.online_retail.survey import survey
from tests.unit.online_retail.files import row, written
from tests.unit.online_retail.reading import content_of


def records(folder: Path, *rows: str, most: int | None = None) -> list[YearRecord]:
    file = written(folder, rows)
    return [
        record for record in year_records(file, survey(file, most), most) if record.kind is not YearRecordKind.RECEIPT
    ]


def test_an_invoice_is_an_order_with_its_goods_and_its_charges(tmp_path: Path) -> None:
    (order,) = records(tmp_path, row("536365", "85123a", 6), row("536365", "POST", 1, price="18.00"))
    assert ("source.online_retail.v1", "536365") == (order.outgoing.topic, order.outgoing.key)
    assert {
        "event": "order_placed",
        "message_id": "536365",
        "invoice": "536365",
        "at": "2010-12-01T08:26:00",
        "customer": "17850",
        "country": "United Kingdom",
        "lines": [{"line": "1", "item": "85123A", "description": "SOMETHING", "quantity": "6", "price": "2.55"}],
        "charges": [{"line": "2", "code": "POST", "description": "SOMETHING", "quantity": "1", "price": "18"}],
    } == content_of(order)


def test_a_credit_note_is_one_return_for_each_order_under_that_orders_key(tmp_path: Path) -> None:
    _, *returns = records(
        tmp_path, row("1", "A", 2), row("C2", "A", -3, price="1.5"), row("C2", "D", -1, price="27.50")
    )
    assert [("1", "C2/1"), ("C2", "C2/C2")] == [(one.outgoing.key, content_of(one)["message_id"]) for one in returns]
    matched, rest = map(content_of, returns)
    assert [{"line": "1", "item": "A", "quantity": "2", "price": "1.5"}] == matched["lines"]
    assert [{"line": "2", "code": "D", "description": "SOMETHING", "quantity": "-1", "price": "27.5"}] == matched[
        "charges"
    ]
    assert ("C2", [{"line": "1", "item": "A", "quantity": "1", "price": "1.5"}], []) == (
        rest["invoice"],
        rest["lines"],
        rest["charges"],
    )


def test_negative_goods_outside_credit_notes_are_written_off_the_stock(tmp_path: Path) -> None:
    (written_off,) = records(tmp_path, row("1", "A", -10, price="0", customer=""))
    assert YearRecordKind.WRITE_OFF is written_off.kind
    assert "source.wms_central.v1" == written_off.outgoing.topic
    content = content_of(written_off)
    assert ("stock_adjusted", [{"line": 1, "sku": "A", "quantity": "-10"}]) == (content["event"], content["lines"])


def test_an_invoice_with_goods_and_write_offs_becomes_both(tmp_path: Path) -> None:
    both = records(tmp_path, row("1", "A", 1), row("1", "X", -1, price="0"))
    assert [YearRecordKind.ORDER, YearRecordKind.WRITE_OFF] == [record.kind for record in both]
    assert ["1"] == [line["line"] for line in content_of(both[0])["lines"]]


def test_an_invoice_that_corrects_the_books_is_sent_as_it_is_and_takes_part_in_nothing(tmp_path: Path) -> None:
    bad_debt, credit = records(tmp_path, row("A1", "B", 1, price="-11062.06"), row("C2", "M", -1))
    assert [{"line": "1", "code": "B", "description": "SOMETHING", "quantity": "1", "price": "-11062.06"}] == (
        content_of(bad_debt)["charges"]
    )
    assert "C2" == content_of(credit)["invoice"]


def test_a_part_of_the_year_is_its_first_invoices(tmp_path: Path) -> None:
    rows = [row(str(number), "A", 1, at=f"2010-12-01T08:{number:02}:00") for number in range(10, 20)]
    assert ["10", "11", "12"] == [content_of(one)["invoice"] for one in records(tmp_path, *rows, most=3)]
