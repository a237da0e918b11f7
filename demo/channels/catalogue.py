"""The goods of the demo: 400 items with prices, and how often each is wanted."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final

from domain.identifiers import ItemId

ITEMS: Final = 400
_STEEPNESS: Final = 0.9
"""Of Zipf's law: the item of rank r is wanted r^-0.9 times as often as the first."""

_KINDS: Final = ("Hex bolt", "Cable tie", "Bearing", "Hose clamp", "Safety glove", "Drill bit", "Filter", "Valve",
                 "Work lamp", "Shelf bracket", "Paint roller", "Pipe elbow", "Battery", "Label roll", "Storage box",
                 "Grinding disc")  # fmt: skip
_VARIANTS: Final = ("M6", "M8", "M10", "XL", "black", "blue", "10 mm", "25 mm", "heavy duty", "stainless")


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One thing that is sold; the price in ten-thousandths."""

    item_id: ItemId
    name: str
    price: int


@lru_cache(maxsize=1)
def catalogue() -> tuple[CatalogueItem, ...]:
    """All items, the most wanted first; the same in every run."""
    return tuple(_item(rank) for rank in range(ITEMS))


def _item(rank: int) -> CatalogueItem:
    chance = Random(f"item/{rank}")
    kind, variant = _KINDS[rank % len(_KINDS)], _VARIANTS[(rank // len(_KINDS)) % len(_VARIANTS)]
    cents = int(10 ** chance.uniform(1.7, 4.3))
    return CatalogueItem(ItemId(f"ORL-{10_001 + rank}"), f"{kind} {variant} {rank // 160 + 1}", cents * 100)


@lru_cache(maxsize=1)
def _popularity() -> tuple[float, ...]:
    return tuple(accumulate((rank + 1) ** -_STEEPNESS for rank in range(ITEMS)))


def wanted_items(chance: Random, count: int) -> tuple[int, ...]:
    """The ranks of `count` different items, popular ones more often."""
    popularity = _popularity()
    ranks: dict[int, None] = {}
    while len(ranks) < count:
        ranks[bisect_left(popularity, chance.random() * popularity[-1])] = None
    return tuple(ranks)
