"""The rules for sizing follow from what was measured."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"
CAPACITY = (DOCS / "capacity.md").read_text(encoding="utf-8")
PERFORMANCE = (DOCS / "performance.md").read_text(encoding="utf-8")
_LINES = 249_499
_STEADY_LINES_A_SECOND = 1_335
_FLOWS = ("intake", "orders", "inventory", "dispatch", "insights")


def measured(pattern: str, name: str) -> float:
    """The number that follows a name in the sentence that matches."""
    sentence = re.search(pattern, PERFORMANCE, re.DOTALL)
    assert sentence is not None, f"performance.md has no sentence {pattern!r} any more"
    found = re.search(rf"{name} (?:at )?(\d+)", sentence.group(1))
    assert found is not None, f"{name} is not in it"
    return float(found.group(1))


def said(name: str) -> tuple[float, float]:
    """Milliseconds a line: in a backlog, at the steady rate."""
    row = re.search(rf"^\| {name} \| ([\d.]+) \| ([\d.]+) \|$", CAPACITY, re.MULTILINE)
    assert row is not None
    return float(row.group(1)), float(row.group(2))


def test_the_cost_of_a_line_is_what_was_measured() -> None:
    for flow in _FLOWS:
        backlog_s = measured(r"CPU seconds for the 249,499 lines:(.*?): two", flow)
        share = measured(r"shares of a core:(.*?); the broker", flow)
        expected = (round(backlog_s / _LINES * 1_000, 2), round(share / 100 / _STEADY_LINES_A_SECOND * 1_000, 2))
        assert expected == said(flow), flow


def test_the_disk_that_a_line_takes_is_the_sum_over_the_topics_and_their_retention() -> None:
    rows = re.findall(r"^\| `.*` \| ([\d., ]+) \| (\d+) days \|$", CAPACITY, re.MULTILINE)
    kilobyte_days = sum(float(number) * int(days) for numbers, days in rows for number in numbers.split(", "))
    found = re.search(r"lines per day . ([\d.]+) MB", CAPACITY)
    assert found is not None
    assert float(found.group(1)) == round(kilobyte_days / 1_000, 2)
