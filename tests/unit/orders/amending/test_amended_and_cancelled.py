"""A line is amended and cancelled in part: what its source asked for last decides, whichever arrives first."""

from dataclasses import replace

import pytest

from domain.identifiers import SourceId
from domain.messages.orders import OrderAmendRequested, OrderCancelRequested
from domain.orders.amending.later_cancellations import MOST_KEPT
from domain.orders.state import Stage
from tests.unit.orders.story import Story, effects_of, story_of

BACKORDERED = "place available 5 1; answer 1:0 2:0; booked"
"""Nothing of it is there."""


def told(story: Story, sentence: str, at_us: int, source: str = "source") -> None:
    """The source asked for it at that time."""
    story.events += 1
    event = story.event(sentence)
    assert isinstance(event, OrderAmendRequested | OrderCancelRequested)
    provenance = replace(event.provenance, occurred_at_us=at_us, source_id=SourceId(source))
    story.take(replace(event, provenance=provenance))


def wanted_after(*asked: tuple[str, int, str]) -> list[int]:
    """What is wanted of each line, when all is carried out."""
    story = story_of(BACKORDERED)
    for sentence, at_us, source in asked:
        told(story, sentence, at_us, source)
        if story.order.amendments:
            for line in story.order.lines:
                if line.unanswered:
                    story.do(f"answer {line.line_id}:0")
            story.do("amendment applied")
    return [line.wanted for line in story.order.lines]


@pytest.mark.parametrize(
    ("amendment", "cancellation", "expected"),
    (
        ("amend 1 1:8", "cancel 1:2", [6, 1]),
        ("amend 1 1:4", "cancel 1:2", [2, 1]),
        ("amend 1 1:8", "cancel 1", [0, 1]),
        ("amend 1 1:8 2:2", "cancel 1:2 2", [6, 0]),
        ("amend 1 +3:4", "cancel 3:1", [5, 1, 3]),
    ),
)
def test_what_one_source_cancels_after_it_has_amended_counts_after_that(
    amendment: str, cancellation: str, expected: list[int]
) -> None:
    first, then = (amendment, 10, "source"), (cancellation, 20, "source")
    assert expected == wanted_after(first, then)
    assert expected == wanted_after(then, first)


def test_what_it_cancels_before_it_amends_is_what_the_amendment_knows_of() -> None:
    asked = ("cancel 1:2", 10, "source"), ("amend 1 1:8", 20, "source")
    assert [8, 1] == wanted_after(*asked)


def test_between_two_sources_the_order_of_arrival_decides() -> None:
    amendment, cancellation = ("amend 1 1:8", 10, "source"), ("cancel 1:2", 20, "decisions")
    assert [6, 1] == wanted_after(amendment, cancellation)
    assert [8, 1] == wanted_after(cancellation, amendment)


def test_what_is_cancelled_while_an_amendment_waits_for_its_turn_counts_after_it() -> None:
    story = story_of("place available 5")
    told(story, "amend 1 1:8", 10)
    told(story, "cancel 1:2", 20)
    for sentence in ("answer 1:0", "booked", "answer 1:0", "amendment applied"):
        story.do(sentence)
    assert 6 == story.order.lines[0].wanted


def test_only_the_last_requests_are_kept() -> None:
    story = story_of(BACKORDERED)
    for second in range(MOST_KEPT + 5):
        told(story, "cancel 9:1", second)
    assert MOST_KEPT == len(story.order.cancellations)


def test_an_order_is_cancelled_of_which_an_amendment_and_a_cancellation_leave_nothing() -> None:
    story = story_of("place available 5 1; answer 1:0 2:0; booked; amend 1 1:0; cancel 2")
    stages = [story.order.stage]
    story.do("amendment applied")
    assert [Stage.ACCEPTED, Stage.CANCELLED] == [*stages, story.order.stage]


def test_it_goes_on_with_what_the_erp_refuses_to_take_off() -> None:
    story = story_of("place available 5 1; answer 1:0 2:0; booked; amend 1 1:0; cancel 2; amendment refused")
    assert [5, 0] == [line.wanted for line in story.order.lines]
    assert story.order.stage is not Stage.CANCELLED


RAISED_AND_CANCELLED = "place available 5; answer 1:0; booked; amend 1 1:8; answer 1:0; cancel 1:5"


@pytest.mark.parametrize(
    "given", (RAISED_AND_CANCELLED, "place available 5; answer 1:0; booked; amend 1 1:8; cancel 1:5; answer 1:0")
)
def test_an_order_of_which_a_refused_raise_leaves_nothing_ends_with_the_amendment(given: str) -> None:
    said = effects_of(story_of(given).do("amendment refused"))
    assert "gives up 1:3; OrderAmendmentRefused; CANCEL_SALES_ORDER; OrderCancelled" == said


def test_an_order_of_which_a_refused_raise_leaves_nothing_goes_on_with_what_the_next_amendment_adds() -> None:
    said = effects_of(story_of(f"{RAISED_AND_CANCELLED}; amend 2 +3:6").do("amendment refused"))
    assert "gives up 1:3; CANCEL_SALES_ORDER 1:5; case ORDER_REJECTED; OrderAmendmentRefused; asks 3:6" == said
