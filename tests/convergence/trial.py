"""One trial: a story in one order of arrival is judged, and compared with how it is told."""

import random
from collections.abc import Iterable, Iterator, Mapping

from tests.convergence import arrivals as order_of_arrival
from tests.convergence.arrivals import Arrival
from tests.convergence.differences import may_differ
from tests.convergence.model import Count
from tests.convergence.outcome import Outcome, differences, outcome_of
from tests.convergence.playing import played
from tests.convergence.story import Said, Story
from tests.convergence.verdict import judge
from tests.orders_and_ledger.histories import LANES

_WITH_DEADLINES = 0.5
"""The share of histories with messages in flight in which deadlines pass as well."""
_FEW = 16


class Differs(AssertionError):
    """Two orders of arrival come to something else, in these views."""

    def __init__(self, found: Mapping[str, tuple[object, object]]) -> None:
        super().__init__("\n".join(f"{name}: {one} as told, {other} here" for name, (one, other) in found.items()))
        self.views = frozenset(found)


class Trial:
    """A story as it is told, to which other orders of arrival are compared."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self._count = Count(story)
        self._may_differ = may_differ(story)
        self._told = self._outcome(order_of_arrival.read_at_once([each for source in story.said for each in source]))

    def check(self, arrivals: Iterable[Arrival]) -> None:
        """A legal end, the same facts counted, and the same of all that the order of arrival does not decide."""
        outcome = self._outcome(arrivals)
        found = {name: both for name, both in differences(self._told, outcome).items() if name not in self._may_differ}
        if found:
            raise Differs(found)

    def differing_views(self, arrivals: Iterable[Arrival]) -> set[str]:
        """In what this order of arrival differs, allowed or not."""
        return set(differences(self._told, self._outcome(arrivals)))

    def _outcome(self, arrivals: Iterable[Arrival]) -> Outcome:
        world = played(self.story, arrivals)
        judge(world, self.story, self._count)
        return outcome_of(world)


def any_arrivals(story: Story, chance: random.Random) -> Iterator[tuple[Arrival, ...]]:
    """Each source in its own order, and facts at will; calmly, and with repeats, messages in flight and deadlines."""
    for said in (order_of_arrival.an_interleaving(story, chance), order_of_arrival.a_permutation(story, chance)):
        yield order_of_arrival.read_at_once(said)
        repeated = order_of_arrival.with_repeats(said, chance)
        in_flight = order_of_arrival.with_reading(repeated, LANES, chance)
        yield order_of_arrival.with_waiting(in_flight, chance) if chance.random() < _WITH_DEADLINES else in_flight


def converges_in_some_orders_of_arrival(story: Story) -> None:
    """A short check, the same at each run."""
    chance = random.Random(story.title)
    every = list(order_of_arrival.interleavings(story))
    few = chance.sample(every, min(_FEW, len(every)))
    all_converge(story, map(order_of_arrival.read_at_once, few))
    all_converge(story, (each for _ in range(2) for each in any_arrivals(story, chance)))


def all_converge(story: Story, orders_of_arrival: Iterable[tuple[Arrival, ...]]) -> None:
    trial = Trial(story)
    for arrivals in orders_of_arrival:
        try:
            trial.check(arrivals)
        except Exception as failure:
            told = [each.event if isinstance(each, Said) else each for each in arrivals]
            raise AssertionError(f"{story.title}, in the order {told}: {failure}") from failure
