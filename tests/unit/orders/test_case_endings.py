"""Every cause of a case of an order: its case is open as long as there is a cause, and ends with it, whatever ends it.

A row has a class, a cause as docs/domain.md names it, a history that opens the case, and the histories after it that
end it (see `story`). What nothing ends but a person, or the end of the order, is a table of its own.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from domain.messages.cases import Case, CaseClass, CaseState
from domain.orders.decision import OrderEffect
from domain.orders.watched_cases.rows import MOST_WATCHED
from domain.quantities import UNIT
from tests.unit.orders.story import Story

DOMAIN = Path(__file__).parents[3] / "docs" / "domain.md"
BOOKED = "place available 5; answer 1:5; booked"
REFUSED = f"{BOOKED}; ship@W 1:2; warehouse refuses; ship 1:3"
"""To stop what another warehouse has shipped."""
SHIPPED = f"{BOOKED}; ship 1:5"
CHARGED = f"place available CLF coupon=10 {2 * UNIT} charged; answer 1:{2 * UNIT}; booked; ship 1:{2 * UNIT}"


class Ending(NamedTuple):
    case_class: CaseClass
    cause: str
    opened_by: str
    ended_by: tuple[str, ...]


_CONFLICT = CaseClass.ALLOCATION_CONFLICT
_LATE = CaseClass.DEPENDENCY_TIMEOUT
_MISMATCH = CaseClass.INVOICE_MISMATCH
_TOO_MUCH = CaseClass.OVER_SHIPMENT

ENDINGS = (
    Ending(_CONFLICT, "not found", f"{BOOKED}; miss 1:2", ("fill 1:2; ship 1:5", "ship 1:3; ship@W 1:2")),
    Ending(_CONFLICT, "not found", f"{BOOKED}; miss 1:5", ("cancel", "cancel 1", "cancel 1:5")),
    Ending(_CONFLICT, "not found", f"{BOOKED}; ship 1:3; miss 1:2", ("cancel", "amend 1 1:3; amendment applied")),
    Ending(
        _CONFLICT, "picked and damaged, or lost", f"{BOOKED}; pick 1:4; unpick 1:1:damaged", ("fill 1:1; ship 1:5",)
    ),
    Ending(_CONFLICT, "picked and damaged, or lost", f"{BOOKED}; pick 1:5; unpick 1:5:missing", ("cancel",)),
    Ending(
        _CONFLICT, "reversed and damaged, or lost", f"{SHIPPED}; unship 1:2:damaged", ("fill 1:2; ship 1:2", "cancel")
    ),
    Ending(
        _CONFLICT,
        "refused to pick",
        f"{BOOKED}; warehouse refuses release",
        ("pick 1:5", "ship 1:5", "cancel; warehouse accepts"),
    ),
    Ending(
        _CONFLICT,
        "refused to stop",
        REFUSED,
        ("unpick 1:2",),
    ),
    Ending(
        _CONFLICT,
        "refused to stop",
        f"{BOOKED}; ship@W 1:5 as S; warehouse refuses; unship@W 1:5",
        ("ship 1:5", "unpick 1:5", "cancel; warehouse accepts"),
    ),
    Ending(
        _CONFLICT,
        "amendment too late",
        f"{BOOKED}; amend 1 1:2; amendment applied; ship 1:5",
        ("unship 1:3", "unship 1:3:damaged", "return 1:3", "return 1:1; unship 1:2", "amend 2 1:5; amendment applied"),
    ),
    Ending(
        _CONFLICT,
        "amendment too late",
        f"{BOOKED}; pick 1:3; amend 1 1:2",
        (
            "unpick 1:3",
            "unpick 1:3:missing",
            "return 1:3; ship 1:3",
            "amend 2 1:3; amendment applied; warehouse accepts",
        ),
    ),
    Ending(
        _CONFLICT,
        "address too late",
        f"{BOOKED}; pick 1:5; amend 1 address",
        ("unpick 1:5; amend 2 address; warehouse accepts", "cancel; unpick 1:5; warehouse accepts"),
    ),
    Ending(
        _CONFLICT,
        "picture that cannot be",
        f"{SHIPPED}; picture 1 1:3",
        (
            "picture 2 1:5",
            "return 1:2",
            "unship 1:2",
            "return 1:1; unship 1:1",
            "return 1:1:missing; return 1:1:damaged",
        ),
    ),
    Ending(_CONFLICT, "picture that cannot be", f"{SHIPPED}; return 1:1; picture 1 1:3", ("return 1:1", "unship 1:1")),
    Ending(
        _CONFLICT,
        "picture that cannot be",
        f"{BOOKED}; pick 1:4; picture 1 1:3",
        ("unpick 1:1", "ship 1:4; return 1:1"),
    ),
    Ending(_CONFLICT, "picture that cannot be", f"{SHIPPED}; picture 1 1:5 cancelled", ("return 1:5", "unship 1:5")),
    Ending(_CONFLICT, "picture that cannot be", f"{SHIPPED}; picture 1", ("return 1:5", "return 1:3; unship 1:2")),
    Ending(_CONFLICT, "picked and left", f"{BOOKED}; pick 1:5; ship 1:3; posted; wait 25h", ("ship 1:2", "unpick 1:2")),
    Ending(CaseClass.ORDER_REJECTED, "order refused", "place available 5; answer 1:5; erp refuses", ("cancel",)),
    Ending(
        CaseClass.ORDER_REJECTED,
        "amendment refused",
        f"{BOOKED}; amend 1 1:7; answer 1:2; amendment refused",
        ("amend 2 1:6; answer 1:1; amendment applied", "cancel; warehouse accepts"),
    ),
    Ending(
        _TOO_MUCH,
        "more than ordered",
        f"{BOOKED}; ship 1:7",
        ("unship 1:2", "unship 1:7", "return 1:2", "return 1:1; unship 1:1", "amend 1 1:7; amendment applied"),
    ),
    Ending(_TOO_MUCH, "no such line", f"{SHIPPED}; ship 3:2", ("unship 3:2", "amend 1 +3:2; amendment applied")),
    Ending(
        CaseClass.WRONG_ITEM,
        "another item",
        f"{BOOKED}; ship 1=lamp:2",
        ("unship 1=lamp:2", "return 1=lamp:2:restocked:unpriced", "return 1=lamp:1:damaged:unpriced; unship 1=lamp:1"),
    ),
    Ending(
        CaseClass.WRONG_ITEM,
        "another item came back and was not shipped",
        f"{BOOKED}; return 1=lamp:2:restocked:unpriced",
        ("ship 1=lamp:1; ship 1=lamp:1",),
    ),
    Ending(
        CaseClass.CONFLICTING_DUPLICATE,
        "revision missing",
        f"{BOOKED}; amend 2 1:8; wait 15m",
        ("amend 1 1:7; answer 1:2; amendment applied; amend 2 1:8", "amend 1 1:7; amend 2 1:8"),
    ),
    Ending(_TOO_MUCH, "delivered and not shipped", f"{BOOKED}; deliver 1:2; wait 25h", ("ship 1:2", "undeliver 1:2")),
    Ending(
        _CONFLICT, "waits for stock", "place available 5; answer 1:0; booked; wait 721h", ("fill 1:5", "cancel 1:5")
    ),
    Ending(
        _MISMATCH,
        "services without goods",
        "place available 5 1none; answer 1:0; booked; cancel 1",
        ("return 2:1:missing",),
    ),
    Ending(
        _LATE,
        "shipped and not delivered",
        f"{SHIPPED}; deliver 1:2; wait 337h",
        ("deliver 1:3", "unship 1:3", "return 1:3", "return 1:3:missing"),
    ),
    Ending(_MISMATCH, "invoiced and not shipped", f"{BOOKED}; invoice 1:2; wait 25h", ("ship 1:2", "uninvoice 1:2")),
    Ending(
        _MISMATCH,
        "credited, and the invoice is cancelled",
        f"{SHIPPED}; invoice 1:5; return 1:2; uninvoice 1:5; wait 16m",
        ("invoice 1:5",),
    ),
    Ending(
        _MISMATCH,
        "credited, and never invoiced",
        f"{SHIPPED}; invoice 1:3; return 1:2; wait 25h",
        ("invoice 1:2", "unship 1:2"),
    ),
    Ending(
        _MISMATCH,
        "more is credited than was paid, of a charge or in all",
        f"{CHARGED}; return refund; return 1:{2 * UNIT}",
        (f"ship 1:{UNIT}", f"amend 1 1:{3 * UNIT}; answer 1:{UNIT}; amendment applied"),
    ),
    Ending(_MISMATCH, "returned and not shipped", f"{BOOKED}; return 1:2; wait 16m", ("late ship 1:2",)),
    Ending(
        _LATE, "no answer in time", f"{BOOKED}; cancel; wait 2h", ("warehouse accepts", "warehouse refuses", "ship 1:5")
    ),
    Ending(
        _LATE,
        "nothing has happened",
        f"{BOOKED}; wait 73h",
        ("pick 1:1", "ship 1:5", "cancel; warehouse accepts"),
    ),
    Ending(
        CaseClass.ADDRESS_INVALID, "hold", f"{BOOKED}; hold ADDRESS", ("unhold ADDRESS", "cancel; warehouse accepts")
    ),
    Ending(CaseClass.CREDIT_HOLD, "hold", "place available 5 CREDIT; answer 1:5; booked", ("unhold CREDIT", "cancel")),
)


def open_cases(
    story: Story, history: str, before: frozenset[tuple[str, str]] = frozenset()
) -> frozenset[tuple[str, str]]:
    """Those that are open after the history, by class and key."""
    now = set(before)
    for step in filter(None, (step.strip() for step in history.split(";"))):
        for case in cases_in(story.do(step).messages):
            (now.add if case.state is CaseState.OPEN else now.discard)((case.case_class, case.key))
    return frozenset(now)


def cases_in(messages: object) -> list[Case]:
    assert isinstance(messages, list | tuple)
    return [each for each in messages if isinstance(each, Case)]


@pytest.mark.parametrize(
    ("row", "ended_by"),
    [pytest.param(row, each, id=f"{row.case_class} {row.cause}: {each}") for row in ENDINGS for each in row.ended_by],
)
def test_a_case_ends_when_its_cause_is_gone(row: Ending, ended_by: str) -> None:
    story = Story()
    opened = open_cases(story, row.opened_by)
    assert {row.case_class} == {case_class for case_class, _ in opened}
    assert frozenset() == open_cases(story, ended_by, opened)


def test_a_warehouse_that_has_not_got_what_it_refused_to_stop_is_to_count_instead() -> None:
    story = Story()
    opened = open_cases(story, REFUSED)
    ((_, key),) = open_cases(story, "miss 1:2", opened)
    assert key.startswith("to count/")


class ByPeople(NamedTuple):
    case_class: CaseClass
    cause: str
    opened_by: str


BY_PEOPLE = (
    ByPeople(CaseClass.CONFLICTING_DUPLICATE, "revision taken already", f"{BOOKED}; amend 1 1:6; amend 1 1:7"),
    ByPeople(
        CaseClass.CONFLICTING_DUPLICATE,
        "answer contradicts an earlier one",
        f"{BOOKED}; cancel; ship 1:5; warehouse accepts",
    ),
    ByPeople(CaseClass.ORPHAN_EVENT, "answer to no command", f"{BOOKED}; warehouse accepts"),
    ByPeople(_MISMATCH, "paid back otherwise than it was paid", f"{SHIPPED}; ask return R 1:1 for=9000"),
    ByPeople(_MISMATCH, "came back twice", f"{SHIPPED}; return 1:5; unship 1:5"),
    ByPeople(CaseClass.WRONG_ITEM, "another item not found, or lost", f"{BOOKED}; miss 1=lamp:2"),
    ByPeople(_MISMATCH, "returned and of no line", f"{BOOKED}; return 7:2"),
)
"""What no event of the order shows to be settled."""


@pytest.mark.parametrize("row", BY_PEOPLE, ids=lambda row: f"{row.case_class} {row.cause}")
def test_what_only_people_settle_is_a_case(row: ByPeople) -> None:
    assert {row.case_class} == {case_class for case_class, _ in open_cases(Story(), row.opened_by)}


def test_the_documentation_names_every_cause() -> None:
    _, _, rest = DOMAIN.read_text(encoding="utf-8").partition("### When the case of an order ends")
    table, _, _ = rest.partition("###")
    named = set(re.findall(r"^\| ([A-Z_]+) \| ([^|]+) \| [^|]+ \|$", table, re.MULTILINE))
    shown = {(str(row.case_class), row.cause) for row in (*ENDINGS, *BY_PEOPLE)}
    assert named == shown
    by_people = {(str(row.case_class), row.cause) for row in BY_PEOPLE}
    assert by_people == set(re.findall(r"^\| ([A-Z_]+) \| ([^|]+) \| people[^|]* \|$", table, re.MULTILINE))


def test_a_case_that_a_person_has_closed_is_not_ended_again() -> None:
    story = Story()
    (case,) = [case for case in cases_in(story_until(story, f"{BOOKED}; miss 1:2")) if case.state is CaseState.OPEN]
    action = story.decision("dismiss ledger")[1]
    story.take_decision(case, action)
    assert () == story.order.watched_cases
    assert [] == cases_in(story_until(story, "cancel"))


def test_what_a_person_has_decided_about_another_item_is_a_case_again_when_it_comes_back() -> None:
    story = Story()
    (case,) = cases_in(story_until(story, f"{BOOKED}; ship 1=lamp:2"))
    story.take_decision(case, story.decision("dismiss ledger")[1])
    (again,) = cases_in(story.do("return 1=lamp:1:restocked:unpriced").messages)
    assert (_MISMATCH, CaseState.OPEN) == (again.case_class, again.state)
    assert [] == cases_in(story.do("unship 1=lamp:1").messages)


def story_until(story: Story, history: str) -> list[OrderEffect]:
    """What all of it leads to."""
    return [said for step in history.split("; ") for said in story.do(step).messages]


def test_an_order_watches_only_so_many_of_its_cases() -> None:
    story = Story()
    losses = "; ".join(["miss 1:1"] * (MOST_WATCHED + 1))
    story_until(story, f"place available 500; answer 1:500; booked; {losses}")
    assert MOST_WATCHED == len(story.order.watched_cases)
