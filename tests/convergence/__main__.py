"""`python -m tests.convergence`: random stories in any order of arrival, until one fails, and its shortest form."""

import argparse
import random
import sys
from collections.abc import Iterable

from tests.convergence.arrivals import Arrival
from tests.convergence.random_stories import a_story
from tests.convergence.shrinking import failure_of, shortened
from tests.convergence.story import Said, Story
from tests.convergence.trial import any_arrivals
from tests.oracle.seeds import fresh_seed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.convergence", description=__doc__)
    parser.add_argument("--seed", type=int, help="the story to begin with; a fresh one without it")
    parser.add_argument("--stories", type=int, default=1_000)
    asked = parser.parse_args()
    first = fresh_seed() if asked.seed is None else asked.seed
    _write([f"stories {first} to {first + asked.stories - 1}"])
    for seed in range(first, first + asked.stories):
        chance = random.Random(seed)
        story = a_story(chance)
        for arrivals in any_arrivals(story, chance):
            if failure_of(story, arrivals) is not None:
                _write([f"story {seed} fails", *_lines_of(*shortened(story, arrivals))])
                return 1
    return 0


def _lines_of(story: Story, arrivals: tuple[Arrival, ...]) -> Iterable[str]:
    yield from (f"order {number}: {wanted}" for number, wanted in enumerate(story.orders))
    yield from (f"stock: {each.event}" for each in story.opening)
    yield from (f"told: {each.event}" for source in story.said for each in source)
    yield from (f"arrives: {each.event} {each.again}" if isinstance(each, Said) else f"{each}" for each in arrivals)
    yield repr(failure_of(story, arrivals))


def _write(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
