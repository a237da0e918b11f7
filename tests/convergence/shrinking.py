"""Makes a story that fails shorter: fewer events and orders of arrival that still fail."""

import traceback
from collections.abc import Iterator
from dataclasses import replace

from tests.convergence.arrivals import Arrival
from tests.convergence.story import Said, Story
from tests.convergence.trial import Differs, Trial

Failing = tuple[Story, tuple[Arrival, ...]]
"""A story with an order of arrival in which it fails."""


def failure_of(story: Story, arrivals: tuple[Arrival, ...]) -> Exception | None:
    """What is wrong; None when nothing is."""
    try:
        Trial(story).check(arrivals)
    except Exception as failure:  # noqa: BLE001  every kind of failure is one
        return failure
    return None


def shortened(story: Story, arrivals: tuple[Arrival, ...]) -> Failing:
    """The same failing in the same way, with every event left out that is not needed."""
    smallest, way = (story, arrivals), _way(failure_of(story, arrivals))
    while smaller := next((each for each in _smaller(*smallest) if _way(failure_of(*each)) == way), None):
        smallest = smaller
    return smallest


def _way(failure: Exception | None) -> tuple[object, ...]:
    """What tells one failure from another: without its shipment, a reversal fails as well, but not in the same way."""
    if failure is None:
        return ()
    place = traceback.extract_tb(failure.__traceback__)[-1]
    views = failure.views if isinstance(failure, Differs) else frozenset()
    return type(failure), place.filename, place.lineno, views


def _smaller(story: Story, arrivals: tuple[Arrival, ...]) -> Iterator[Failing]:
    for place in range(len(arrivals)):
        arrival = arrivals[place]
        rest = (*arrivals[:place], *arrivals[place + 1 :])
        if isinstance(arrival, Said) and not arrival.again:
            rest = tuple(each for each in rest if not (isinstance(each, Said) and each.name == arrival.name))
            yield _without(story, arrival), rest
        else:
            yield story, rest
    for place in range(len(story.stock)):
        yield replace(story, stock=story.stock[:place] + story.stock[place + 1 :]), arrivals


def _without(story: Story, left_out: Said) -> Story:
    """Names of events stay, because they are told again by their names."""
    return replace(story, left_out=story.left_out | {left_out.name})
