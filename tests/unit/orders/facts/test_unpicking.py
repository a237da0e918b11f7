"""Picks undone: goods put back, damaged, lost, or not found.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`).
"""

import pytest

from domain.messages.cases import Case, CaseClass, CaseState
from domain.messages.status import OrderSnapshot
from domain.messages.warehouse import WarehouseReleaseCommanded
from domain.orders.pending.answers import Awaited
from tests.unit.orders.story import effects_of, flow_status_of, story_of

BOOKED = "place available 5; answer 1:5; booked"


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            f"{BOOKED}; pick 1:4",
            "unpick 1:3",
            "took out of picking 1:3; PickReversed",
            "ACCEPTED; 1: allocated 5 picked 1",
        ),
        (
            "pick 1:2; place available 5; answer 1:3; booked",
            "unpick 1:2",
            "took out of picking 1:2; PickReversed; asks 1:2",
            "RESERVING; 1: unanswered 2 allocated 3",
        ),
        (
            f"{BOOKED}; ship 1:5; posted; pick 1:2",
            "unpick 1:2",
            "took out of picking 1:2; PickReversed",
            "ACCEPTED; 1: shipped 5",
        ),
        (
            f"{BOOKED}; pick 1:7; ship 1:5; posted",
            "unpick 1:2",
            "took out of picking 1:2; PickReversed; gives up 1:2",
            "ACCEPTED; 1: picked 5 shipped 5",
        ),
    ),
)
def test_goods_that_are_put_back_are_held_for_what_is_open(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            f"{BOOKED}; pick 1:4",
            "unpick 1:1:damaged 1:2:missing",
            "took out of picking 1:1 1:2; PickReversed; case ALLOCATION_CONFLICT; case ALLOCATION_CONFLICT",
            "ACCEPTED; 1: allocated 2 backordered 3 picked 1",
        ),
        (
            f"{BOOKED}; pick 1:2",
            "miss 1:3",
            "missed 1:3; PickFellShort; case ALLOCATION_CONFLICT",
            "ACCEPTED; 1: allocated 2 backordered 3 picked 2",
        ),
        (
            f"{BOOKED}; pick 1:2; miss 1:3",
            "fill 1:3",
            "InventoryAllocated; releases 1:3; PickReleased",
            "ACCEPTED; 1: allocated 5 picked 2",
        ),
        (
            f"{BOOKED}; cancel",
            "miss 1:5",
            "missed 1:5; PickFellShort; gives up 1:5; CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 5",
        ),
    ),
)
def test_others_are_waited_for_when_goods_are_gone(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            f"{BOOKED}; pick 1:2; cancel; warehouse accepts; cancellation done",
            "unpick 1:2",
            "took out of picking 1:2; PickReversed; gives up 1:2; CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 5",
        ),
        (
            f"{BOOKED}; pick 1:2; cancel; warehouse refuses; pick 1:3",
            "unpick 1:2",
            "took out of picking 1:2; PickReversed",
            "ACCEPTED; 1: allocated 5 picked 3",
        ),
        (
            "place available 5; answer 1:5; pick 1:2; cancel",
            "unpick 1:1:missing",
            ("took out of picking 1:1; PickReversed; gives up 1:1; CANCEL_SALES_ORDER 1:1; OrderCancelled"),
            "ACCEPTED; 1: cancelled 4 allocated 1 picked 1",
        ),
        (
            f"{BOOKED}; pick 1:2; cancel; warehouse accepts; ship 1:1; cancellation done",
            "unpick 1:1",
            "took out of picking 1:1; PickReversed; gives up 1:1; CANCEL_SALES_ORDER 1:1; OrderCancelled",
            "CANCELLED; 1: cancelled 4 picked 1 shipped 1",
        ),
    ),
)
def test_what_was_cancelled_while_it_was_picked_is_cancelled_when_it_comes_back(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


def test_a_put_back_ahead_of_its_pick_is_taken_off_it() -> None:
    story = story_of(f"{BOOKED}; unpick 1:2")
    assert "ACCEPTED; 1: allocated 5 picked -2" == flow_status_of(story)
    assert "picked 1:1; PickConfirmed" == effects_of(story.do("pick 1:3"))
    assert "ACCEPTED; 1: allocated 5 picked 1" == flow_status_of(story)


def test_a_put_back_ahead_of_its_pick_is_published_as_nothing_picked() -> None:
    view = next(each for each in story_of(BOOKED).do("unpick 1:2").messages if isinstance(each, OrderSnapshot))
    assert (0, 0) == (view.order.lines[0].picked, view.order.totals.picked)


def test_goods_that_were_left_behind_and_put_back_need_nobody_any_more() -> None:
    story = story_of(f"{BOOKED}; timer; pick 1:7; ship 1:5; posted")
    while (pending := story.pending(Awaited.SHIPMENT)) and not pending.is_late:
        story.do("timer")
    assert "case ALLOCATION_CONFLICT RESOLVED" in effects_of(story.do("unpick 1:2"))


def test_a_case_says_what_is_missing_where_and_why() -> None:
    case = next(each for each in story_of(BOOKED).do("miss 1:3").messages if isinstance(each, Case))
    assert (CaseClass.ALLOCATION_CONFLICT, "shop:1") == (case.case_class, case.subject)
    assert "0.000003 of item 1 for line 1 were not found at E" == case.reason


def test_another_item_than_the_lines_is_moved_as_what_it_is() -> None:
    story = story_of(f"{BOOKED}; pick 1=lamp:2")
    assert "took out of picking 1:2; PickReversed; case WRONG_ITEM RESOLVED" == effects_of(story.do("unpick 1=lamp:2"))
    assert "case WRONG_ITEM; missed 1:1; PickFellShort" == effects_of(story.do("miss 1=lamp:1"))


def test_undone_picks_wait_for_their_order() -> None:
    story = story_of("pick 1:3; unpick 1:2; miss 1:1")
    placed = effects_of(story.do("place available 5"))
    expected = (
        "OrderReceived; picked 1:3; PickConfirmed; took out of picking 1:2; PickReversed; missed 1:1; PickFellShort; "
        "case ALLOCATION_CONFLICT; asks 1:4"
    )
    assert expected == placed


def test_undone_picks_of_an_order_that_never_comes_are_posted() -> None:
    story = story_of("pick 1:3; unpick 1:2; miss 1:1")
    assert "picked 1:3; took out of picking 1:2; missed 1:1; case ORPHAN_EVENT" == effects_of(story.do("timer"))
    placed = effects_of(story.do("place available 5"))
    assert "OrderReceived; PickConfirmed; PickReversed; PickFellShort" == "; ".join(placed.split("; ")[:4])


BEYOND = ", beyond what the line had there or waited for"


def units_to_count(history: str, when: str) -> list[str]:
    """The cases that stay open when nothing is left to ship, and for how much each is."""
    cases = {each.key: each for each in story_of(history).do(when).messages if isinstance(each, Case)}
    beyond = [each.reason for each in cases.values() if BEYOND in each.reason and each.state is CaseState.OPEN]
    return [reason.partition(" of ")[0].removeprefix("0.00000") for reason in beyond]


@pytest.mark.parametrize(
    ("given", "when", "expected"),
    (
        (f"{BOOKED}; ship 1:5", "miss 1:5", ["5"]),
        (f"{BOOKED}; ship 1:3", "miss 1:4", ["2"]),
        (f"{BOOKED}; ship 1:3; miss 1:4", "miss 1:2", []),
        (f"{BOOKED}; ship 1:3; miss 1:2; fill 1:2; ship 1:2", "miss 1:2", ["2"]),
        (f"{BOOKED}; pick 1:5", "miss 1:1", ["1"]),
        (f"{BOOKED}; pick 1:4", "miss 1:1", []),
        (BOOKED, "miss@W 1:2", ["2"]),
        (f"{BOOKED}; ship 1:5", "unpick 1:2:missing", ["2"]),
        (f"{BOOKED}; ship 1:5", "unpick 1:2:damaged", ["2"]),
        (f"{BOOKED}; pick 1:5; ship 1:4", "unpick 1:3:missing", ["2"]),
        (f"{BOOKED}; pick 1:5", "unpick 1:5:missing", []),
        (f"{BOOKED}; pick 1:5; ship 1:2", "unpick 1:2:damaged 1:2:missing", ["1"]),
        (f"{BOOKED}; ship 1:5", "unpick 1:5", []),
        (f"{BOOKED}; ship 1:2; cancel; warehouse accepts", "miss 1:3", ["3"]),
        ("miss 1:3", "place available 5", []),
        ("miss 1:7", "place available 5", ["2"]),
        ("place available 5", "miss 1:5", []),
    ),
)
def test_a_person_counts_what_is_gone_beyond_what_the_line_had_or_waited_for(
    given: str, when: str, expected: list[str]
) -> None:
    assert expected == units_to_count(given, when)


def test_what_is_gone_beyond_the_line_does_not_wait_for_the_line() -> None:
    story = story_of(f"{BOOKED}; ship 1:3; miss 1:4; fill 1:2")
    assert "ALLOCATION_CONFLICT RESOLVED" in effects_of(story.do("ship 1:2"))
    first = story_of(f"{BOOKED}; ship 1:3").do("miss 1:4")
    reasons = [each.reason for each in first.messages if isinstance(each, Case)]
    assert [
        "0.000002 of item 1 for line 1 were not found at E",
        f"0.000002 of item 1 for line 1 were not found at E{BEYOND} (0.000003 of 0.000005 shipped)",
    ] == reasons


IN_PICKING = "place available 4; answer 1:4; booked; pick 1:4; ship 1:2"


@pytest.mark.parametrize(
    "history",
    (
        f"{IN_PICKING}; unpick 1:2; miss 1:2; fill 1:2",
        f"{IN_PICKING}; miss 1:2; unpick 1:2",
        f"{IN_PICKING}; miss 1:2; unpick 1:1; unpick 1:1",
        f"{IN_PICKING}; miss 1:1; unpick 1:2; miss 1:1; fill 1:1",
        "place available 4; answer 1:4; booked; pick 1:4; miss 1:2; ship 1:2; unpick 1:2",
    ),
    ids=("in sequence", "overtaken", "put back in two parts", "one before and one after", "before the shipment"),
)
def test_what_is_put_back_and_not_found_is_asked_for_once_more_in_whichever_order_both_come(history: str) -> None:
    story = story_of("")
    said = [message for sentence in history.split("; ") for message in story.do(sentence).messages]
    released = [line.quantity for each in said if isinstance(each, WarehouseReleaseCommanded) for line in each.lines]
    assert (6, released[0]) == (sum(released), 4)
    assert "ACCEPTED; 1: allocated 2 picked 2 shipped 2" == flow_status_of(story)


def test_what_another_warehouse_does_not_find_leaves_the_command_of_this_one_as_it_is() -> None:
    assert "releases" not in effects_of(story_of(f"{IN_PICKING}; miss@W 1:2").do("unpick 1:2"))


def test_what_is_picked_and_not_found_may_be_shipped_all_the_same() -> None:
    story = story_of(f"{IN_PICKING}; miss 1:2; ship 1:2")
    assert (4, ()) == (story.order.lines[0].shipped, story.order.lines[0].released_at)
