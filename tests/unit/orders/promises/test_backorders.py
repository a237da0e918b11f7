"""What waits for stock does not wait for ever without a word."""

from dataclasses import replace

import pytest

from domain.identifiers import NodeId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.orders.pending.answers import Awaited
from tests.unit.orders.story import Story, story_of

WAITS = "place available 5 1; answer 1:3 2:1; booked"
DAYS = 24
_US_IN_DAY = 86_400_000_000


def cases_of(story: Story, sentence: str) -> list[tuple[CaseState, str]]:
    cases = (each for each in story.do(sentence).messages if isinstance(each, Case))
    return [(each.state, each.reason) for each in cases if each.origin is CaseOrigin.INVENTORY]


def test_a_person_is_asked_about_what_waits_for_thirty_days() -> None:
    story = story_of(WAITS)
    assert [] == cases_of(story, f"wait {29 * DAYS}h")
    (case,) = (
        each
        for each in story.do(f"wait {2 * DAYS}h").messages
        if isinstance(each, Case) and each.origin is CaseOrigin.INVENTORY
    )
    assert (CaseClass.ALLOCATION_CONFLICT, CaseState.OPEN) == (case.case_class, case.state)
    assert "waits for stock for 30 d: 0.000002 of item 1 for line 1" == case.reason


@pytest.mark.parametrize("end", ("fill 1:2", "cancel 1:2", "ship 1:5"))
def test_its_case_ends_when_nothing_waits_any_more(end: str) -> None:
    story = story_of(f"{WAITS}; wait {31 * DAYS}h")
    assert [(CaseState.RESOLVED, "nothing of the order waits for stock any more")] == cases_of(story, end)
    assert story.pending(Awaited.STOCK) is None


def test_what_supply_covers_is_asked_about_when_the_supply_has_not_come() -> None:
    story = story_of("place available 5; answer 1:3; booked")
    story.do(f"promise 1:{50 * _US_IN_DAY}")
    assert [] == cases_of(story, f"wait {40 * DAYS}h")
    ((state, _),) = cases_of(story, f"wait {20 * DAYS}h")
    assert CaseState.OPEN is state


def test_its_case_ends_when_supply_is_announced_and_comes_again_when_the_supply_does_not() -> None:
    story = story_of(f"{WAITS}; wait {31 * DAYS}h")
    promised = f"promise 1:{50 * _US_IN_DAY}"
    assert [(CaseState.RESOLVED, "announced supply covers what waits")] == cases_of(story, promised)
    assert [] == cases_of(story, f"wait {10 * DAYS}h")
    ((state, _),) = cases_of(story, f"wait {20 * DAYS}h")
    assert CaseState.OPEN is state


def test_a_person_who_closes_the_case_is_not_asked_again_for_the_same_wait() -> None:
    story = story_of(f"{WAITS}; wait {31 * DAYS}h; fill 1:1; wait {40 * DAYS}h")
    assert [] == cases_of(story, f"wait {100 * DAYS}h")


def test_what_is_held_for_its_item_or_unit_has_a_case_already() -> None:
    story = story_of("place available 5 1; answer 1:0:held 2:1; booked")
    assert [] == cases_of(story, f"wait {31 * DAYS}h")


def at_nodes_without_a_warehouse(*stocked: str) -> Story:
    story = Story()
    story.rules = replace(story.rules, stocked_nodes=frozenset(map(NodeId, stocked)))
    story.do("place available 5 1")
    return story


def node_cases_of(story: Story, sentence: str) -> list[tuple[CaseState, str]]:
    cases = (each for each in story.do(sentence).messages if isinstance(each, Case))
    return [(each.state, each.reason) for each in cases if each.origin is CaseOrigin.CHANNEL_MAPPING]


def test_what_waits_at_a_node_that_no_warehouse_has_is_a_case_at_once_and_the_only_one() -> None:
    story = at_nodes_without_a_warehouse("W", "N")
    ((state, reason),) = node_cases_of(story, "answer 1:3 2:1")
    assert (CaseState.OPEN, "waits at 'E', and no file of a warehouse has that: 0.000002 of item 1 for line 1") == (
        state,
        reason,
    )
    assert [] == node_cases_of(story, "booked")
    assert [] == cases_of(story, f"wait {60 * DAYS}h")


@pytest.mark.parametrize("end", ("fill 1:2", "cancel 1:2", "ship 1:5"))
def test_the_case_of_a_node_ends_when_nothing_waits_any_more(end: str) -> None:
    story = at_nodes_without_a_warehouse("W")
    story.do("answer 1:3 2:1")
    assert [(CaseState.RESOLVED, "nothing of the order waits for stock any more")] == node_cases_of(story, end)
    assert story.pending(Awaited.WAREHOUSE) is None


@pytest.mark.parametrize("stocked", (("E", "W"), ()))
def test_a_node_that_has_a_warehouse_and_one_of_which_no_file_says_anything_are_waited_for(
    stocked: tuple[str, ...],
) -> None:
    story = at_nodes_without_a_warehouse(*stocked)
    assert [] == node_cases_of(story, "answer 1:3 2:1")
    assert story.pending(Awaited.STOCK) is not None


def test_with_the_file_that_was_missing_the_order_waits_for_its_stock() -> None:
    story = at_nodes_without_a_warehouse("W")
    story.do("answer 1:2 2:1")
    story.rules = replace(story.rules, stocked_nodes=frozenset({NodeId("E")}))
    assert [(CaseState.RESOLVED, "the files of the warehouses have changed")] == node_cases_of(story, "fill 1:1")
    assert [] == cases_of(story, f"wait {29 * DAYS}h")
    ((state, _),) = cases_of(story, f"wait {2 * DAYS}h")
    assert CaseState.OPEN is state
