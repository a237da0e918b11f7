"""How well planted drifts of orders are found: precision and recall for each cause, from the last that is said."""

from collections import Counter

from tests.reconciliation.orders.corpus import CAUSES, NOTHING, plant, stated_of
from tests.reconciliation.score import Outcome, Score


def measure(seed: int, orders: int) -> Outcome:
    """Plant, play, and compare."""
    planted = plant(orders)
    said = {each: stated_of(each, seed) for each in planted}
    pairs = Counter((drift.cause, causes[-1] if causes else NOTHING) for drift, causes in said.items())
    scores = [
        Score(
            cause,
            sum(number for (of, _), number in pairs.items() if of == cause),
            sum(number for (_, found), number in pairs.items() if found == cause),
            pairs[cause, cause],
        )
        for cause in CAUSES
    ]
    quiet = sum(number for (of, _), number in pairs.items() if not of)
    confused = Counter({pair: number for pair, number in pairs.items() if pair[0] != pair[1]})
    return Outcome(scores, quiet, quiet - pairs[NOTHING, NOTHING], confused)
