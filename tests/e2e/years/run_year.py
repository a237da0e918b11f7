"""A year that went through the whole product, and what holds of the small one on any clock and any log."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from tests.e2e.commands import Said, orderline
from tests.e2e.years.small_year import small_year

_REFUSED = ["A563185", "A563186"]


class Ended(NamedTuple):
    """A year that has ended."""

    data: Path
    said: Said
    expected: Mapping[str, tuple[int, Decimal]]

    @property
    def report(self) -> dict[str, Any]:
        return report_in(self.data)


def report_in(data: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((data / "report.json").read_text())
    return report


def run_year(folder: Path, *options: str, cold: bool = False) -> Ended:
    expected = small_year(folder / "year.csv")
    words = ("demo", "--csv", str(folder / "year.csv"), "--data", str(folder / "data"), *options)
    return Ended(folder / "data", orderline(*words, cold=cold), expected)


def require_accounted_for(report: Mapping[str, Any], expected: Mapping[str, tuple[int, Decimal]]) -> None:
    """What holds of the small year on any clock and any log."""
    found = {
        outcome: (totals["lines"], Decimal(totals["value"]))
        for outcome, totals in report["value_by_outcome"].items()
        if totals["lines"]
    }
    assert expected == found
    assert report["value_in_file"] == report["value_total"]
    assert report["value_agrees"] is True
    assert report["invoices_in_file"] == report["invoices_in_log"]
    assert _REFUSED == [refusal["invoice"] for refusal in report["named"]["refused"]]
    assert 0 < report["backorders"]["lines"] == report["backorders"]["filled_lines"]
    assert report["orders_sent"] == report["orders_received"] == report["orders_booked"] == report["erp_documents"]
    assert 1 == report["erp_documents_per_order_max"]
    assert report["units_conserved"] is True
    assert 0 == report["oversold_units"]
