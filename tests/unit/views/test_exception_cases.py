"""The list of cases: sorted, filtered, and within the columns that a terminal has."""

import pytest

from dataflows.views.exception_cases import CaseFilter, list_of
from domain.identifiers import CaseId, SourceId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState, ExceptionRaised, Impact

NOW_MS = 1_795_219_200_000
DAY_MS = 86_400_000


def case(**fields: object) -> ExceptionRaised:
    known = {
        "case_id": CaseId("b1604606-c326-5c78-b54d-b978295dea63"),
        "case_class": CaseClass.CONFLICTING_DUPLICATE,
        "origin": CaseOrigin.WAREHOUSE,
        "state": CaseState.OPEN,
        "subject": "edi_wholesale:ZZ:BUYER:BUYER:4500001234567890",
        "source_id": SourceId("wms_central"),
        "reason": "shipment S1 came with other content; the first one stays in force\x1b[31m " * 9,
        "suggested_action": "",
        "input_topic": "orders.inbox.v1",
        "input_partition": 3,
        "input_offset": 7,
        "raised_at_ms": NOW_MS - DAY_MS,
        "owner": "a-team-with-a-very-long-name",
        "score": 110,
        "impact": Impact(12_345_678_901_234, "EUR", 1, 3),
        "first_seen_ms": NOW_MS - 400 * DAY_MS,
        "home": "orders",
        "home_key": "edi_wholesale:ZZ:BUYER:BUYER:4500001234567890",
    }
    return ExceptionRaised(**{**known, **fields})  # type: ignore[arg-type]  # by their names


def printed(width: int) -> str:
    return "\n".join(list_of([case(), case(state=CaseState.RETRYING, impact=Impact())], NOW_MS, width))


@pytest.mark.parametrize("width", (80, 120, 200))
def test_a_list_keeps_to_its_columns_a_line_each(width: int) -> None:
    lines = printed(width).splitlines()
    assert 3 == len(lines)
    assert max(map(len, lines)) <= width
    assert all(word in lines[1] for word in ("b1604606", "110", "OPEN", "CONFLICTING_DUPLICATE", "400 d", "edi_whol"))


def test_a_wide_list_has_the_owner_the_value_and_the_reason() -> None:
    assert "value" not in printed(80)
    wide = printed(200)
    assert all(word in wide for word in ("a-team-with-a-v", "1234567890.1234 EUR", "shipment S1 came"))


def test_control_characters_of_a_reason_are_not_printed() -> None:
    assert "\x1b" not in printed(200)


@pytest.mark.parametrize(
    ("wanted", "passes"),
    (
        (CaseFilter(), True),
        (CaseFilter(states=frozenset({CaseState.DISMISSED})), False),
        (CaseFilter(case_class="CONFLICTING_DUPLICATE"), True),
        (CaseFilter(case_class="DRIFT"), False),
        (CaseFilter(owner="warehouse"), False),
        (CaseFilter(order_id="edi_wholesale:ZZ:BUYER:BUYER:4500001234567890"), True),
        (CaseFilter(order_id="portal:1"), False),
        (CaseFilter(seen_before_ms=NOW_MS - 399 * DAY_MS), True),
        (CaseFilter(seen_before_ms=NOW_MS - 401 * DAY_MS), False),
    ),
)
def test_a_filter_keeps_what_it_names(wanted: CaseFilter, passes: bool) -> None:
    assert passes is wanted.passes(case())
