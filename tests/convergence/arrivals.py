"""In which orders the events of a story may arrive, and how often."""

import random
from collections.abc import Iterator, Sequence
from math import factorial, prod

from tests.convergence.story import Answers, Booked, Said, Story
from tests.orders_and_ledger.histories import (
    Cancel,
    Decide,
    DecideReturn,
    Hold,
    MasterData,
    Read,
    ReadAll,
    Restart,
    Show,
    Unhold,
    Wait,
    Wish,
)

When = Read | ReadAll | Wait | Restart
"""Who reads, and what time passes, between events."""
Arrival = Said | When
_FLOWS = ("ledger", "orders")


def number_of_interleavings(story: Story) -> int:
    lengths = [len(source) for source in story.sources]
    return factorial(sum(lengths)) // prod(map(factorial, lengths))


def interleavings(story: Story) -> Iterator[tuple[Said, ...]]:
    """Every order of arrival in which each source keeps its own."""
    return _merged(story.said)


def _merged(sources: Sequence[tuple[Said, ...]]) -> Iterator[tuple[Said, ...]]:
    if not any(sources):
        yield ()
    for place, source in enumerate(sources):
        if source:
            for rest in _merged((*sources[:place], source[1:], *sources[place + 1 :])):
                yield (source[0], *rest)


def an_interleaving(story: Story, chance: random.Random) -> tuple[Said, ...]:
    """Any of them."""
    turns = [place for place, source in enumerate(story.said) for _ in source]
    chance.shuffle(turns)
    left = [iter(source) for source in story.said]
    return tuple(next(left[place]) for place in turns)


def a_permutation(story: Story, chance: random.Random) -> tuple[Said, ...]:
    """Facts and answers at will, even against their source; wishes keep the order in which the story tells them."""
    said = [each for source in story.said for each in source]
    wishes = [each for each in said if isinstance(each.event, Wish)]
    chance.shuffle(said)
    in_order = iter(wishes)
    return tuple(next(in_order) if isinstance(each.event, Wish) else each for each in said)


def with_repeats(arrivals: Sequence[Said], chance: random.Random) -> tuple[Said, ...]:
    """Some events come again, anywhere later: in the same message, or their documents in another one."""
    result = list(arrivals)
    for said in chance.sample(arrivals, min(len(arrivals), chance.randint(1, 3))):
        if isinstance(said.event, Booked | Answers):
            continue
        again = (
            "message"
            if isinstance(said.event, Show | Cancel | Hold | Unhold | Decide | DecideReturn | MasterData)
            else chance.choice(("message", "document"))
        )
        place = chance.randint(result.index(said) + 1, len(result))
        result.insert(place, said._replace(again=again))
    return tuple(result)


def with_reading(arrivals: Sequence[Said], lanes: Sequence[str], chance: random.Random) -> tuple[Arrival, ...]:
    """Messages between the machines are read some time, and restarts happen; no deadline passes."""
    result: list[Arrival] = []
    for said in arrivals:
        result.extend(_reading(lanes, chance) for _ in range(chance.choice((0, 0, 1, 2, 4))))
        result.append(said)
    return tuple(result)


def _reading(lanes: Sequence[str], chance: random.Random) -> When:
    draw = chance.random()
    if draw < 0.75:
        return Read(chance.choice(_FLOWS), chance.choice(lanes))
    return ReadAll() if draw < 0.95 else Restart()


def with_waiting(arrivals: Sequence[Arrival], chance: random.Random) -> tuple[Arrival, ...]:
    """Deadlines pass between events."""
    result = list(arrivals)
    for _ in range(chance.randint(1, 3)):
        result.insert(chance.randint(0, len(result)), Wait())
    return tuple(result)


def read_at_once(arrivals: Sequence[Said]) -> tuple[Arrival, ...]:
    """Nothing is in flight when the next event arrives."""
    return tuple(each for said in arrivals for each in (said, ReadAll()))
