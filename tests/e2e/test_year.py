"""`orderline demo --csv FILE`: a year goes through the whole product, and every line of it is accounted for."""

import json
import os
from collections.abc import Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from connectors.topic_reader import open_reader
from tests.e2e.commands import Said, orderline
from tests.e2e.small_year import small_year
from tests.oracle.insights import insights_findings

_REFUSED = ["A563185", "A563186"]


class Ended(NamedTuple):
    """A year that has ended."""

    data: Path
    said: Said
    expected: Mapping[str, tuple[int, Decimal]]

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads((self.data / "report.json").read_text())
        return report


def lived(folder: Path, *options: str) -> Ended:
    expected = small_year(folder / "year.csv")
    said = orderline("demo", "--csv", str(folder / "year.csv"), "--data", str(folder / "data"), *options)
    return Ended(folder / "data", said, expected)


def require_accounted_for(report: Mapping[str, Any], expected: Mapping[str, tuple[int, Decimal]]) -> None:
    """What holds of the small year on any clock and any log."""
    found = {
        outcome: (told["lines"], Decimal(told["value"]))
        for outcome, told in report["value_by_outcome"].items()
        if told["lines"]
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


@pytest.fixture(scope="module")
def on_data_clock(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return lived(tmp_path_factory.mktemp("year"), "--clock", "data")


def test_on_its_own_time_every_line_is_accounted_for(on_data_clock: Ended) -> None:
    assert (0, "") == (on_data_clock.said.code, on_data_clock.said.err)
    require_accounted_for(on_data_clock.report, on_data_clock.expected)


def test_on_its_own_time_the_same_file_gives_the_same_bytes_on_every_topic(
    on_data_clock: Ended, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", str(1 + int(os.environ.get("PYTHONHASHSEED", "0") == "1")))
    again = lived(tmp_path, "--clock", "data")

    assert {"insights.windows.v1", "orders.events.v1", "source.online_retail.v1"} <= again.report["topic_sha256"].keys()
    assert on_data_clock.report == again.report


def test_another_seed_gives_other_bytes_and_the_same_sum(on_data_clock: Ended, tmp_path: Path) -> None:
    other = lived(tmp_path, "--clock", "data", "--seed", "2").report

    assert on_data_clock.report["topic_sha256"] != other["topic_sha256"]
    assert on_data_clock.report["value_by_outcome"] == other["value_by_outcome"]


def test_the_windows_of_a_year_are_those_of_a_batch(on_data_clock: Ended) -> None:
    with closing(open_reader(on_data_clock.data, None)) as reader:
        assert [] == insights_findings(reader)
