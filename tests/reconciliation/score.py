"""How well planted drifts are found: precision and recall for each cause, from the last that is said of an item."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from domain.messages.snapshots.stock import DifferenceCause
from tests.reconciliation.corpus import NOTHING, plant, play


class Score(NamedTuple):
    """Of one cause: how many were planted, how many were stated, and how many of both agree."""

    cause: str
    planted: int
    stated: int
    right: int

    @property
    def precision(self) -> float:
        """The part of what was stated that is right."""
        return self.right / self.stated if self.stated else 1.0

    @property
    def recall(self) -> float:
        """The part of what was planted that is found."""
        return self.right / self.planted if self.planted else 1.0


class Outcome(NamedTuple):
    """The scores by cause, and the items without a drift about which somebody was alarmed."""

    scores: Sequence[Score]
    quiet: int
    """Items without a drift."""
    alarms: int
    """Of these, the ones of which something was stated."""
    confused: Counter[tuple[str, str]]
    """What was planted, and what was stated instead."""


def measure(seed: int, items: int) -> Outcome:
    """Plant, play, and compare."""
    planted = plant(seed, items)
    said = play(planted)
    last = {item: causes[-1] if causes else NOTHING for item, causes in said.items()}
    pairs = Counter((each.cause, last[each.item]) for each in planted)
    scores = [
        Score(
            cause,
            sum(number for (of, _), number in pairs.items() if of == cause),
            sum(number for (_, found), number in pairs.items() if found == cause),
            pairs[cause, cause],
        )
        for cause in map(str, DifferenceCause)
    ]
    quiet = sum(number for (of, _), number in pairs.items() if not of)
    confused = Counter({pair: number for pair, number in pairs.items() if pair[0] != pair[1]})
    return Outcome(scores, quiet, quiet - pairs[NOTHING, NOTHING], confused)


def table(outcome: Outcome, what: str = "Items") -> str:
    """As the guide shows it."""
    rows = [
        f"| {score.cause} | {score.planted} | {score.stated} | {score.precision:.1%} | {score.recall:.1%} |"
        for score in outcome.scores
    ]
    head = "| cause | planted | stated | precision | recall |\n|---|---|---|---|---|"
    alarms = f"{what} without a drift: {outcome.quiet}, of which {outcome.alarms} raised an alarm."
    return "\n".join((head, *rows, "", alarms))
