"""Stories that chance writes. A story that fails is printed with its number; its short form goes to `failed_once`.

`python -m tests.convergence --seed NUMBER --stories 1` finds the short form.
"""

import random

import pytest

from tests.convergence.random_stories import a_story
from tests.convergence.trial import Trial, any_arrivals
from tests.oracle.seeds import fresh_seed

_HISTORIES_OF_A_STORY = 4
_FIRST, _STORIES = 768_624, 100
"""The same at each run; `python -m tests.convergence` and the long run draw theirs."""
_HISTORIES_IN_A_LONG_RUN = 100_000
_PARTS = 4


def _converge(first: int, stories: int) -> None:
    for seed in range(first, first + stories):
        chance = random.Random(seed)
        story = a_story(chance)
        try:
            trial = Trial(story)
            for arrivals in any_arrivals(story, chance):
                trial.check(arrivals)
        except Exception as failure:
            raise AssertionError(f"story {seed} of {first} to {first + stories - 1}: {failure}") from failure


def test_random_stories_converge_in_any_order_of_arrival() -> None:
    _converge(_FIRST, _STORIES)


@pytest.mark.long
@pytest.mark.parametrize("part", range(_PARTS))
def test_100_000_random_histories_converge(part: int) -> None:
    """In parts, of which each draws a seed of its own."""
    assert part < _PARTS
    _converge(fresh_seed(), _HISTORIES_IN_A_LONG_RUN // _HISTORIES_OF_A_STORY // _PARTS)
