"""Every cause of a case of an item: its case ends with the cause, whatever ends it (see `book`).

A row has a class, a cause as docs/domain.md names it, the steps that open the case, and steps each of which ends it.
Cases with a deadline (transfer orders, snapshots) are in the stories of docs/scenarios.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from domain.messages.cases import Case, CaseClass, CaseState
from tests.unit.inventory.book import Book

DOMAIN = Path(__file__).parents[3] / "docs" / "domain.md"
PROMISED = "receive 5 E; ask a 5 from E; confirm a; adjust -2 E"


class Ending(NamedTuple):
    case_class: CaseClass
    cause: str
    opened_by: str
    ended_by: tuple[str, ...]


ENDINGS = (
    Ending(
        CaseClass.DRIFT,
        "left without being there",
        "ship ~a 2 at E",
        ("receive 2 E", "adjust 2 E", "return a 2 restocked at E", "count 0 E as C1 time 9"),
    ),
    Ending(
        CaseClass.DRIFT,
        "unblocked before it was blocked",
        "receive 5 E; change 2 E QUALITY_HOLD to AVAILABLE",
        ("receive 2 E as QUALITY_HOLD", "change 2 E AVAILABLE to QUALITY_HOLD"),
    ),
    Ending(CaseClass.DRIFT, "received and not sent", "receive 5 E; receive 2 W of T1 from E", ("send 2 E to W of T1",)),
    Ending(
        CaseClass.SHRINKAGE,
        "promised units lost",
        PROMISED,
        ("receive 2 E", "adjust 2 E", "count 5 E as C1 time 9", "return b 2 restocked at E"),
    ),
    Ending(
        CaseClass.SHRINKAGE,
        "promised units lost",
        "receive 5 E; ask a 5 from E; confirm a; change 2 E AVAILABLE to DAMAGED",
        ("change 2 E DAMAGED to AVAILABLE", "receive 2 E"),
    ),
    Ending(
        CaseClass.INVALID_ITEM,
        "ordered in another unit, or unknown",
        "receive 9 E; ask a 2 from E known",
        ("describe", "release a 2", "pick a 2 at E", "ship a 2 at E"),
    ),
    Ending(
        CaseClass.INVALID_ITEM,
        "ordered in another unit, or unknown",
        "receive 9 E in EA; ask a 2 from E in XPX",
        ("release a 2", "release a 1; release a 1"),
    ),
)


def open_cases(book: Book, steps: str, before: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Those that are open after the steps, by class and key."""
    now = set(before)
    for step in steps.split("; "):
        for case in book.do(step).cases:
            _note(now, case)
    return frozenset(now)


def _note(now: set[tuple[str, str]], case: Case) -> None:
    (now.add if case.state is CaseState.OPEN else now.discard)((case.case_class, case.key))


@pytest.mark.parametrize(
    ("row", "ended_by"),
    [pytest.param(row, each, id=f"{row.case_class} {row.cause}: {each}") for row in ENDINGS for each in row.ended_by],
)
def test_a_case_ends_when_its_cause_is_gone(row: Ending, ended_by: str) -> None:
    book = Book()
    opened = open_cases(book, row.opened_by, frozenset())
    assert {row.case_class} == {case_class for case_class, _ in opened}
    assert frozenset() == open_cases(book, ended_by, opened)


def test_the_documentation_names_every_cause() -> None:
    _, _, rest = DOMAIN.read_text(encoding="utf-8").partition("### When the case of an item ends")
    table, _, _ = rest.partition("###")
    named = set(re.findall(r"^\| ([A-Z_]+) \| ([^|]+) \| [^|]+ \|$", table, re.MULTILINE))
    assert {(str(row.case_class), row.cause) for row in ENDINGS} <= named
