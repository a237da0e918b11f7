"""A wholesaler's invoices on their own time: our small file, the first days of the real year, and all of it if long."""

from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from connectors.topic_reader import open_reader
from demo.online_retail.survey import Survey, survey
from domain.money.amounts import format_amount
from tests.e2e.commands import orderline
from tests.e2e.years.run_year import report_in
from tests.fixture_sets import FixtureSet
from tests.oracle.insights import insights_findings

_FIRST_INVOICES = 120
_ALL_INVOICES = 25_900


class Year(NamedTuple):
    """What the file says, and where it went through the whole product."""

    survey: Survey
    data: Path

    @property
    def report(self) -> dict[str, Any]:
        return report_in(self.data)


@pytest.fixture(scope="module", params=(_FIRST_INVOICES, pytest.param(_ALL_INVOICES, marks=pytest.mark.long)))
def year(request: pytest.FixtureRequest, fixtures: FixtureSet, tmp_path_factory: pytest.TempPathFactory) -> Year:
    file = fixtures.year_file
    data = tmp_path_factory.mktemp("real_year") / "data"
    invoices = str(request.param)
    said = orderline("demo", "--csv", str(file), "--clock", "data", "--invoices", invoices, "--data", str(data))
    assert (0, "") == (said.code, said.err)
    return Year(survey(file, request.param), data)


def test_every_row_is_accounted_for(year: Year) -> None:
    report = year.report
    assert year.survey.rows == report["rows_in_file"]
    assert format_amount(year.survey.value) == report["value_in_file"] == report["value_total"]
    assert report["value_agrees"] is True
    assert year.survey.invoices == report["invoices_in_log"]


def test_each_order_has_one_document_and_every_unit_is_somewhere(year: Year) -> None:
    report = year.report
    assert 0 < report["orders_sent"] == report["orders_received"] == report["orders_booked"] == report["erp_documents"]
    assert 1 == report["erp_documents_per_order_max"]
    assert (True, 0) == (report["units_conserved"], report["oversold_units"])


def test_every_window_is_what_a_batch_makes_of_the_same_records(year: Year) -> None:
    with closing(open_reader(year.data, None)) as reader:
        assert [] == insights_findings(reader)
