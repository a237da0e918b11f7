"""Every story of the catalogue in the orders in which its events may arrive."""

import random

import pytest

from tests.convergence.arrivals import interleavings, number_of_interleavings, read_at_once
from tests.convergence.catalogue import STORIES
from tests.convergence.failed_once import FAILED_ONCE
from tests.convergence.shrinking import Failing
from tests.convergence.story import Story
from tests.convergence.trial import all_converge, any_arrivals, converges_in_some_orders_of_arrival

_MOST_EVENTS = 7
_SETS_OF_ARRIVALS = 500

every_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)


def test_the_catalogue_has_no_story_twice_and_none_too_long_to_be_told_in_every_order() -> None:
    assert len({story.title for story in STORIES}) == len(STORIES) >= 25
    assert [] == [story.title for story in STORIES if sum(map(len, story.sources)) > _MOST_EVENTS]


@every_story
def test_a_story_converges_in_some_orders_of_arrival(story: Story) -> None:
    converges_in_some_orders_of_arrival(story)


@pytest.mark.long
@every_story
def test_a_story_converges_in_every_order_of_arrival_that_keeps_its_sources_orders(story: Story) -> None:
    every = [read_at_once(said) for said in interleavings(story)]
    assert number_of_interleavings(story) == len(every)
    all_converge(story, every)
    all_converge(story, interleavings(story))


@pytest.mark.long
@every_story
def test_a_story_converges_in_any_order_of_its_facts(story: Story) -> None:
    chance = random.Random(story.title)
    for _ in range(_SETS_OF_ARRIVALS):
        all_converge(story, any_arrivals(story, chance))


@pytest.mark.parametrize("failing", FAILED_ONCE, ids=lambda failing: failing[0].title)
def test_what_failed_once_converges(failing: Failing) -> None:
    story, arrivals = failing
    all_converge(story, [arrivals])
