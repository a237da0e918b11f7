"""Which orders of the demo meet which fate: exact shares in every hundred, shuffled by the seed."""

from enum import StrEnum
from functools import lru_cache
from random import Random
from typing import Final

BLOCK: Final = 100


class OrderFate(StrEnum):
    """What happens to the records of one order."""

    PLAIN = "PLAIN"
    REPEATED = "REPEATED"
    """The record comes again."""
    CONTRADICTED = "CONTRADICTED"
    """Another content comes under the same correlation id."""
    CANCELLED = "CANCELLED"
    """The channel asks to cancel it."""
    CANCELLED_FIRST = "CANCELLED_FIRST"
    """So it does, and that arrives before the order."""
    AMENDED = "AMENDED"
    """The channel changes it: more of its first line, and another line."""
    REDUCED = "REDUCED"
    """The channel cancels a unit of its last line."""
    HELD = "HELD"
    """The credit of its customer is checked: it is held, and released soon after."""
    OVERTAKEN = "OVERTAKEN"
    """The record is late: a warehouse that got the order directly from the channel reports the shipment first."""


_SHARES: Final = {
    OrderFate.REPEATED: 5,
    OrderFate.CONTRADICTED: 1,
    OrderFate.CANCELLED: 1,
    OrderFate.CANCELLED_FIRST: 1,
    OrderFate.AMENDED: 1,
    OrderFate.REDUCED: 1,
    OrderFate.HELD: 1,
    OrderFate.OVERTAKEN: 1,
}


def fate_of(seed: int, index: int) -> OrderFate:
    """The fate of the order of that index."""
    return _fates(seed, index // BLOCK)[index % BLOCK]


def is_followed_by_garbage(seed: int, index: int) -> bool:
    """Whether garbage follows that order: one of 200."""
    return index % (2 * BLOCK) == _noise(seed)[0]


def is_followed_by_refusal(seed: int, index: int) -> bool:
    """Whether an invalid order follows that order: one of 200."""
    return index % (2 * BLOCK) == _noise(seed)[1]


@lru_cache(maxsize=64)
def _fates(seed: int, block: int) -> tuple[OrderFate, ...]:
    fates = [fate for fate, share in _SHARES.items() for _ in range(share)]
    fates += [OrderFate.PLAIN] * (BLOCK - len(fates))
    Random(f"{seed}/fates/{block}").shuffle(fates)
    return tuple(fates)


@lru_cache(maxsize=64)
def _noise(seed: int) -> tuple[int, int]:
    chance = Random(f"{seed}/noise")
    return chance.randrange(BLOCK), chance.randrange(BLOCK)
