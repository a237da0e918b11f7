"""The whole file: every row is in one record, and the values come to what is known of it.

The real year takes half a minute, so it is `long`; our small file has every kind of row, and the first invoices of the
real one go through the whole product in `tests/e2e/years/test_real_year.py`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
import pytest

from demo.online_retail.records import YearRecordKind, year_records
from demo.online_retail.survey import Survey, survey
from domain.money.amounts import format_amount, parse_amount
from tests.fixture_sets import OURS, FixtureSet, fixture_sets


class Sums(NamedTuple):
    """What is known of a file: rows, invoices, value; lines and values by what they are."""

    rows: int
    invoices: int
    value: str
    lines: Mapping[str, int]
    values: Mapping[str, str]


KNOWN = {
    "ours": Sums(
        513,
        166,
        "17902.755",
        {
            "lines of order": 465,
            "charges of order": 22,
            "charges of bad debt": 1,
            "charges of return": 6,
            "written off": 3,
            "lines of return": 16 + 1,
        },
        {
            "lines of order": "16881.28",
            "charges of order": "719.07",
            "charges of bad debt": "512.25",
            "charges of return": "-27",
            "written off": "0",
            "lines of return": "-182.845",
        },
    ),
    "theirs": Sums(
        541_909,
        25_900,
        "9747747.934",
        {
            "lines of order": 527_758 + 1_161,
            "charges of order": 2_345 + 18,
            "charges of bad debt": 3,
            "charges of return": 584,
            "written off": 1_336,
            "lines of return": 8_704 + 523,
        },
        {
            "lines of order": "10271433.06",
            "charges of order": "384189.424",
            "charges of bad debt": "-11062.06",
            "charges of return": "-418088.31",
            "written off": "0",
            "lines of return": "-478724.18",
        },
    ),
}
"""A line that is credited to two orders is two lines."""


class Year(NamedTuple):
    """Counts of lines, and values in ten-thousandths, by what the lines are."""

    known: Sums

    survey: Survey
    kinds: Counter[str]
    lines: Counter[str]
    values: Counter[str]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(each, marks=() if each is OURS else pytest.mark.long, id=each.name) for each in fixture_sets()
    ],
)
def year(request: pytest.FixtureRequest) -> Year:
    fixtures: FixtureSet = request.param
    file = fixtures.year_file
    counted = Year(KNOWN[fixtures.name], survey(file), Counter(), Counter(), Counter())
    for record in year_records(file, counted.survey):
        counted.kinds[record.kind] += 1
        if record.kind is not YearRecordKind.RECEIPT:
            for what, value in _lines(record.kind, msgspec.json.decode(record.outgoing.value or b"")):
                counted.lines[what] += 1
                counted.values[what] += value
    return counted


def _lines(kind: YearRecordKind, content: dict[str, Any]) -> Iterator[tuple[str, int]]:
    if kind is YearRecordKind.WRITE_OFF:
        yield from (("written off", 0) for _ in content["lines"])
        return
    sign = 1 if kind is YearRecordKind.ORDER else -1
    for name in ("lines", "charges"):
        what = f"{name} of {'bad debt' if content['invoice'].startswith('A') else kind}"
        for line in content[name]:
            value = int(line["quantity"]) * parse_amount(line["price"])
            yield what, value if name == "charges" else sign * value


def test_the_survey_adds_up_to_the_known_sum(year: Year) -> None:
    known = year.known
    assert (known.rows, known.invoices, known.value) == (
        year.survey.rows,
        year.survey.invoices,
        format_amount(year.survey.value),
    )


def test_every_row_is_in_one_record_and_a_credit_split_over_several_orders_in_several_parts(year: Year) -> None:
    assert year.known.lines == dict(year.lines)


def test_the_values_are_those_of_the_file(year: Year) -> None:
    assert year.known.values == {what: format_amount(value) for what, value in year.values.items()}
    assert year.survey.value == year.values.total()
