"""The rule of the suppliers: an opening stock, then on Mondays what has left the shelves."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from demo.online_retail.records import YearRecordKind, year_records
from demo.online_retail.survey import survey
from tests.unit.online_retail.files import row, written
from tests.unit.online_retail.reading import content_of

LONDON = ZoneInfo("Europe/London")


def receipts(folder: Path, *rows: str) -> list[tuple[str, dict[str, int]]]:
    file = written(folder, rows)
    return [
        (
            f"{datetime.fromtimestamp(record.at_ms / 1_000, LONDON):%a %d %H:%M}",
            {line["sku"]: line["quantity"] for line in content_of(record)["lines"]},
        )
        for record in year_records(file, survey(file))
        if record.kind is YearRecordKind.RECEIPT
    ]


def test_the_stock_opens_with_the_demand_of_the_first_eight_weeks_of_each_item(tmp_path: Path) -> None:
    opening, *_ = receipts(
        tmp_path,
        row("1", "A", 2, at="2010-12-01T08:26:00"),
        row("2", "A", 3, at="2011-01-26T08:25:00"),
        row("3", "A", 5, at="2011-01-26T08:26:00"),
        row("4", "X", 7, at="2011-06-01T08:26:00"),
    )
    assert ("Wed 01 06:00", {"A": 5, "X": 7}) == opening


def test_every_monday_brings_what_was_ordered_and_written_off_in_the_week_before(tmp_path: Path) -> None:
    assert [("Mon 06 06:00", {"A": 4}), ("Mon 13 06:00", {"A": 1, "X": 2}), ("Mon 20 06:00", {"X": 1})] == receipts(
        tmp_path,
        row("1", "A", 3, at="2010-12-03T08:26:00"),
        row("2", "A", 1, at="2010-12-06T05:59:00"),
        row("3", "X", 2, at="2010-12-06T06:00:00"),
        row("4", "A", -1, price="0", at="2010-12-10T06:00:00"),
        row("C5", "A", -2, at="2010-12-10T06:00:00"),
        row("6", "X", 1, at="2010-12-14T06:00:00"),
    )[1:]


def test_a_first_order_before_the_morning_finds_its_stock(tmp_path: Path) -> None:
    assert ("Wed 01 04:00", {"A": 1}) == receipts(tmp_path, row("1", "A", 1, at="2010-12-01T04:00:00"))[0]


def test_charges_need_no_stock(tmp_path: Path) -> None:
    assert [] == receipts(tmp_path, row("1", "POST", 1))
