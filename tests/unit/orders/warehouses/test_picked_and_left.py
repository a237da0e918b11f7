"""Goods that are picked and not shipped, when nothing else of the order is open: a case that their shipment resolves.

`given` is a history, `when` the event; `effects` is what comes of it (see `story`).
"""

import pytest

from domain.messages.cases import Case, CaseClass
from domain.orders.pending.answers import Awaited
from domain.quantities import UNIT
from tests.unit.orders.story import RULES, Story, effects_of, story_of

BOOKED = "place available 12; answer 1:12; booked; timer"


def left_behind(story: Story) -> str:
    """Let the time pass until the deadline."""
    watched = story.pending(Awaited.SHIPMENT)
    assert watched is not None
    heard = ""
    while watched is not None and not watched.is_late:
        heard = effects_of(story.do("timer"))
        watched = story.pending(Awaited.SHIPMENT)
    return heard


@pytest.mark.parametrize(
    "given",
    (
        f"{BOOKED}; pick 1:12; ship 1:10; posted",
        f"{BOOKED}; pick 1:14; ship 1:12; posted",
        f"{BOOKED}; pick 1:12",
        f"{BOOKED}; cancel; pick 1:2; warehouse accepts; cancellation done",
        f"{BOOKED}; cancel; warehouse accepts; pick 1:2",
        f"{BOOKED}; ship 1:12; posted; pick 9:2",
        f"{BOOKED}; ship 1:12; posted; pick 1=lamp:2",
        "place available 5; cancel; answer 1:5; pick 1:2",
        "place available 2 3; answer 1:2 2:0; booked; pick@W 1:3; ship 1:5; warehouse accepts",
        "place available 2 3; answer 1:2 2:0; booked; timer; pick@W 2=lamp:2",
        "place kill 5; answer 1:0; timer; pick 1:2",
    ),
)
def test_what_is_picked_and_left_is_a_case_after_a_day(given: str) -> None:
    story = story_of(given)
    last_ms = story.now_ms
    assert "case ALLOCATION_CONFLICT" == left_behind(story)
    assert last_ms + RULES.shipped_within_ms == story.now_ms


@pytest.mark.parametrize(
    ("given", "when", "resolves"),
    (
        (f"{BOOKED}; pick 1:12; ship 1:10; posted", "ship 1:2", True),
        (f"{BOOKED}; pick 1:12; ship 1:10; posted", "posted", False),
        (f"{BOOKED}; cancel; warehouse accepts; pick 1:2", "ship 1:2", True),
        (f"{BOOKED}; ship 1:12; posted; pick 1=lamp:2", "ship 1=lamp:2", True),
    ),
)
def test_its_shipment_resolves_the_case(given: str, when: str, resolves: bool) -> None:
    story = story_of(given)
    left_behind(story)
    assert resolves is ("case ALLOCATION_CONFLICT RESOLVED" in effects_of(story.do(when)))


def test_what_one_warehouse_leaves_is_a_case_while_others_have_to_ship() -> None:
    given = f"place available {2 * UNIT} {3 * UNIT}; answer 1:{2 * UNIT} 2:0; booked; pick@W 1:{3 * UNIT}"
    story = story_of(f"{given}; ship 1:{5 * UNIT}; warehouse accepts; posted; fill 2:{3 * UNIT}")
    cases: list[Case] = []
    while not any(case.case_class is CaseClass.ALLOCATION_CONFLICT for case in cases):
        cases += [message for message in story.do("timer").messages if isinstance(message, Case)]
    assert "picked and not shipped after 1 d: 3 of item 1 for line 1 at W" == cases[-1].reason
    assert "shipped 2:3000000; ShipmentConfirmed" in effects_of(story.do(f"ship 2:{3 * UNIT}"))
    assert "case ALLOCATION_CONFLICT RESOLVED" in effects_of(story.do(f"unpick@W 1:{3 * UNIT}"))


@pytest.mark.parametrize(
    "given",
    (
        f"{BOOKED}; pick 1:12; ship 1:12; posted",
        f"{BOOKED}; pick 1:10",
        "place available 5 3; answer 1:5 2:0; booked; pick 1:5",
        "place available 5; pick 1:5",
        f"{BOOKED}; ship 1:12; pick 1:12",
    ),
)
def test_nothing_is_awaited_while_other_units_are_open_or_all_are_shipped(given: str) -> None:
    assert story_of(given).pending(Awaited.SHIPMENT) is None


def test_every_pick_and_shipment_starts_the_deadline_again_and_the_answer_of_the_erp_does_not() -> None:
    story = story_of(f"{BOOKED}; pick 1:12")
    story.now_ms += 1_000
    story.do("ship 1:10")
    last_ms = story.now_ms
    story.now_ms += 1_000
    story.do("posted")
    assert "case ALLOCATION_CONFLICT" == left_behind(story)
    assert last_ms + RULES.shipped_within_ms == story.now_ms


def test_a_shipment_of_a_part_resolves_the_case_and_the_rest_has_a_new_deadline() -> None:
    story = story_of(f"{BOOKED}; pick 1:14; ship 1:12; posted")
    left_behind(story)
    assert "case ALLOCATION_CONFLICT RESOLVED" in effects_of(story.do("ship 1:1"))
    last_ms = story.now_ms
    assert "case ALLOCATION_CONFLICT" == left_behind(story)
    assert last_ms + RULES.shipped_within_ms == story.now_ms


def test_the_case_names_line_item_units_and_node() -> None:
    story = story_of(f"place available {5 * UNIT}; answer 1:{5 * UNIT}; booked; timer; pick@W 1:{5 * UNIT}")
    story.do(f"ship@W 1:{3 * UNIT}")
    cases: list[Case] = []
    while not any(case.case_class is CaseClass.ALLOCATION_CONFLICT for case in cases):
        cases += [message for message in story.do("timer").messages if isinstance(message, Case)]
    assert "picked and not shipped after 1 d: 2 of item 1 for line 1 at W" == cases[-1].reason
