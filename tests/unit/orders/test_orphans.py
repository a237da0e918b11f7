"""Events of an order that never comes: a case that a person closes covers what was there, not what comes later."""

import pytest

from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.orders.state import ParkedOrder
from domain.orders.transitions import OrderVerdict
from tests.unit.orders.story import Story, effects_of, story_of

ORPHANED = "ship 1:3; timer"


def case_in(verdict: OrderVerdict) -> Case:
    (case,) = [each for each in verdict.messages if isinstance(each, Case)]
    return case


def closed(decision: str) -> tuple[Story, Case]:
    """An orphaned shipment whose case a person has closed, and that case."""
    story = story_of("ship 1:3")
    case = case_in(story.do("timer"))
    close(story, case, decision)
    return story, case


def close(story: Story, case: Case, decision: str) -> None:
    _, action = story.decision(f"{decision} {CaseClass.ORPHAN_EVENT}")
    assert "" == effects_of(story.take_decision(case, action))


@pytest.mark.parametrize("decision", ("dismiss", "resolve"))
@pytest.mark.parametrize(
    ("when", "effects"),
    (
        ("ship 1:2", "shipped 1:2; case ORPHAN_EVENT"),
        ("unship 1:1", "reversed 1:1; case ORPHAN_EVENT"),
        ("return 1:1", "took back 1:1; case ORPHAN_EVENT"),
        ("pick 1:3", "case ORPHAN_EVENT"),
        ("cancel", "case ORPHAN_EVENT"),
    ),
)
def test_what_comes_after_the_case_was_closed_is_a_case_of_its_own(decision: str, when: str, effects: str) -> None:
    story, first = closed(decision)
    verdict = story.do(when)
    assert effects == effects_of(verdict)
    assert case_in(verdict).key not in {"", first.key}
    assert "after a case was closed" in case_in(verdict).reason


def test_what_comes_while_a_case_is_open_belongs_to_it() -> None:
    story, _ = closed("dismiss")
    story.do("ship 1:2")
    assert "shipped 1:1" == effects_of(story.do("ship 1:1"))


def test_what_another_system_reports_of_it_is_no_case() -> None:
    story, _ = closed("dismiss")
    assert "case" not in effects_of(story.do("report ERP OPEN 1:5:2"))


def test_each_case_that_is_closed_is_followed_by_another() -> None:
    story, _ = closed("dismiss")
    close(story, case_in(story.do("ship 1:2")), "dismiss")
    assert "shipped 1:1; case ORPHAN_EVENT" == effects_of(story.do("ship 1:1"))


def test_the_order_resolves_the_case_that_is_open_when_it_comes_and_knows_of_all() -> None:
    story, _ = closed("dismiss")
    later = case_in(story.do("ship 1:1"))
    placed = [each for each in story.do("place available 5").messages if isinstance(each, Case)]
    assert [(CaseState.RESOLVED, later.key)] == [(each.state, each.key) for each in placed]
    assert 4 == story.order.lines[0].shipped


def test_the_order_leaves_a_case_closed_that_a_person_has_closed() -> None:
    story, _ = closed("resolve")
    assert "case" not in effects_of(story.do("place available 5"))


def test_a_decision_about_another_case_of_it_changes_nothing() -> None:
    story = story_of(ORPHANED)
    parked = story.known
    assert isinstance(parked, ParkedOrder)
    close(story, Case(CaseClass.ORPHAN_EVENT, CaseOrigin.WAREHOUSE, "shop:1", "", key="other"), "dismiss")
    assert parked == story.known


def test_the_case_names_what_came_and_from_whom() -> None:
    story = story_of("ship 1:2 as S7; hold FRAUD; return 1:1")
    reason = case_in(story.do("timer")).reason
    named = "shipment E/S1 (0.000002 of item 1) from source, return R3 (0.000001 of item 1) from source"
    assert f"3 events for an order that is not here, and did not come within 15 min: {named}" == reason


@pytest.mark.parametrize(
    ("told", "moved"),
    (
        ("pick 1=lamp:2", ""),
        ("pick 1=lamp:4", "took out of picking 1:2; picked 2:2; "),
        ("pick =lamp:4", "took out of picking :4; picked 1:2 2:2; "),
        ("pick =lamp:4; ship =lamp:4", ""),
        ("pick 1=lamp:4; ship 2=lamp:3", "took out of picking 1:3; "),
    ),
)
def test_what_is_in_picking_moves_to_the_lines_on_which_the_order_counts_it(told: str, moved: str) -> None:
    """The ledger has had it by the line that was named, or by none."""
    effects = effects_of(story_of(f"{told}; timer").do("place available 2 6 alike"))
    _, _, after = effects.rpartition("Confirmed; ")
    assert after.startswith(f"{moved}case ORPHAN_EVENT RESOLVED"), effects
