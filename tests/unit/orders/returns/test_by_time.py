"""What came back before a shipment left is not of that shipment, by the clocks of the sources."""

from dataclasses import replace
from itertools import permutations

import pytest

from domain.identifiers import LineId, ReturnId
from domain.messages.cases import Case, CaseState
from domain.messages.orders import OrderReturned
from domain.orders.returns.rows import MOST_TIMES, CameBack, OrderReturn
from tests.unit.orders.story import Story, effects_of, story_of

BOOKED = "place available 5; answer 1:5; booked"
SECOND_LIFE = "place available 5; answer 1:5; booked; ship 1:5; posted; timer; timer; timer; place available 5; found"
RELEASED = f"{SECOND_LIFE}; unhold DUPLICATE; answer 1:5; booked"
MEMO = "POST_CREDIT_MEMO"


def credited(story: Story) -> int:
    """Units of all memos that are asked for."""
    return sum(
        line.quantity
        for command_type, asked in story.asked.items()
        for each in asked
        if command_type == MEMO
        for line in each.document.lines
    )


def waiting(story: Story) -> int:
    return sum(line.quantity for held in story.order.held_credits for line in held.lines)


@pytest.mark.parametrize(
    ("history", "units"),
    (
        (f"{BOOKED}; return 1:2; wait 1h; ship 1:5", 0),
        (f"{BOOKED}; wait 1h; return 1:2; wait 1h; late ship 1:5", 2),
        (f"{BOOKED}; wait 1h; return 1:2; wait 1h; late ship 1:1; ship 1:4 as T", 1),
        (f"{BOOKED}; wait 1h; return 1:2; wait 1h; ship 1:4 as T; late ship 1:1", 1),
        (f"{BOOKED}; return 1:2; wait 1h; ship 1:5; wait 1h; return 1:4", 4),
        (f"{BOOKED}; return 1:2; wait 1h; ship 1:3; wait 1h; return 1:4", 3),
        (f"{BOOKED}; return 1:2:missing; wait 1h; ship 1:5", 2),
        (f"{BOOKED}; return 1:2 1:1:missing; wait 1h; ship 1:5", 1),
        (f"{BOOKED}; bring R 1:2:inspect; wait 1h; ship 1:5; wait 1h; inspect R 1:2:restocked", 0),
        (f"{BOOKED}; bring R 1:2:inspect; wait 1h; inspect R 1:2:restocked; ship 1:5", 0),
        (f"{BOOKED}; inspect R 1:2:restocked; wait 1h; bring R 1:2:inspect; wait 1h; ship 1:5", 0),
        (f"{BOOKED}; ship 1:2; wait 1h; bring R 1:2:inspect; wait 1h; ship 1:3 as T; inspect R 1:2:restocked", 2),
        (f"{BOOKED}; ship 1:5; unship 1:5; return 1:5; wait 1h; ship 1:5 as T", 0),
        ("return 1:2; wait 10m; place available 5; answer 1:5; booked; ship 1:5", 0),
        (f"{RELEASED}; return 1:5; wait 1h; ship 1:5", 0),
        (f"{RELEASED}; return 1:2 1:3:damaged; wait 1h; ship 1:5; return 1:1", 1),
        (f"{RELEASED}; bring R 1:5:inspect; wait 1h; ship 1:5; inspect R 1:5:restocked", 0),
        (f"{SECOND_LIFE}; return 1:5; unhold DUPLICATE; answer 1:5; booked; wait 1h; ship 1:5", 0),
    ),
)
def test_no_more_is_credited_than_had_left_when_the_goods_came_back(history: str, units: int) -> None:
    story = story_of(history)
    assert units == credited(story)


@pytest.mark.parametrize("lines", ("5", "3 2 alike"))
def test_whatever_comes_first_the_same_is_credited(lines: str) -> None:
    begin = f"place available {lines} accepted; {'answer 1:3 2:2' if 'alike' in lines else 'answer 1:5'}"
    facts = {"ship 1{}:2": 0, "return 1{}:3": 1, "ship 1{}:3 as T": 2, "return 1{}:1": 3}
    item = "=lamp" if "alike" in lines else ""
    ends = set()
    for arrivals in permutations(facts):
        story = Story()
        for step in begin.split("; "):
            story.do(step)
        began_ms = story.now_ms
        events = {}
        for fact, hours in facts.items():
            story.events += 1
            story.now_ms = began_ms + 3_600_000 * hours
            events[fact] = story.event(fact.format(item))
        for fact in arrivals:
            story.events += 1
            story.take(events[fact])
        ends.add((credited(story), waiting(story)))
    assert {(3, 1)} == ends


def test_a_case_of_the_first_life_says_why_nothing_is_credited_until_a_person_closes_it() -> None:
    story = story_of(f"{RELEASED}; return 1:5; ship 1:1; wait 1m; ship 1:4 as T")
    (case,) = (each for each in story.do("wait 16m").messages if isinstance(each, Case))
    assert case.reason.endswith(
        "0.000004 of line 1 not credited, it has 0.000005 returned or refunded of 0.000005 shipped, "
        "and came back before what is not credited had left"
    )
    assert CaseState.OPEN is case.state
    story.cases[None] = case
    story.do("dismiss it")
    assert () == story.order.held_credits


def test_what_came_back_before_it_left_does_not_cover_a_reversed_shipment() -> None:
    twice = f"{BOOKED}; ship 1:5; wait 1h; return 1:5; unship 1:5"
    assert "case INVOICE_MISMATCH" in effects_of(story_of(twice.removesuffix("; unship 1:5")).do("unship 1:5"))
    assert "INVOICE_MISMATCH" not in effects_of(story_of(f"{twice}; wait 1h").do("ship 1:5 as T"))


def sent_again(arrivals: str) -> Story:
    """X is shipped, reversed, sent again as Y, and comes back: an hour lies between two of them."""
    story = story_of(BOOKED)
    began_ms = story.now_ms
    events = {}
    for hours, (name, fact) in enumerate(
        {"X": "ship 1:5 as X", "V": "unship 1:5 of X", "Y": "ship 1:5 as Y", "R": "return 1:5"}.items()
    ):
        story.events += 1
        story.now_ms = began_ms + 3_600_000 * hours
        events[name] = story.event(fact)
    for name in arrivals:
        story.events += 1
        story.take(events[name])
    return story


@pytest.mark.parametrize("arrivals", tuple(map("".join, permutations("XVYR"))))
def test_what_is_sent_again_and_comes_back_is_no_case_in_whatever_order_it_is_reported(arrivals: str) -> None:
    story = sent_again(arrivals)
    assert () == story.order.pending_answers
    assert 0 == waiting(story)
    assert 5 == credited(story)


def test_goods_that_came_back_with_the_shipment_that_is_reversed_are_not_of_what_left_after_them() -> None:
    story = story_of(f"{BOOKED}; ship 1:5; wait 1h; return 1:5; wait 1h; ship 1:5 as T")
    assert "case INVOICE_MISMATCH" in effects_of(story.do("unship 1:5"))


def test_so_many_times_of_a_return_are_kept_apart() -> None:
    known = OrderReturn(ReturnId("R"))
    for hour in range(MOST_TIMES + 20):
        known = known.having_come(CameBack(LineId("1"), hour, 1))
    assert MOST_TIMES == len(known.came)
    assert MOST_TIMES + 20 == sum(each.quantity for each in known.came)
    assert MOST_TIMES + 19 == known.came_us


def test_a_credit_note_says_when_it_was_written_and_not_when_goods_came_back() -> None:
    story = story_of(f"{BOOKED}; ship 1:5")
    note = story.event("return 1:2")
    assert isinstance(note, OrderReturned)
    long_before = replace(note.provenance, occurred_at_us=1_000_000)
    story.take(replace(note, provenance=long_before, by_document=True))
    assert 2 == credited(story)
    story.do("wait 1h")
    story.events += 1
    story.take(story.event("return 1:3"))
    assert 5 == credited(story)
    assert 0 == waiting(story)
