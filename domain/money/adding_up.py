"""Whole coins that add up: what is printed of an amount and of its parts agrees to the last coin.

Parts that are rounded each by itself come to another sum than their total. So each is rounded down, and the coins that
are left go to those that lose most by that, the first of equals: none is off by a coin. What is left beyond that is no
rounding of the parts, such as what a channel has rounded in its own total: it is in the largest of them.
"""

from collections.abc import Sequence

from domain.money.amounts import smallest_coin


def adding_up_to(total: int, amounts: Sequence[int], currency: str) -> list[int]:
    """The amounts in whole coins; `total` is in whole coins, all are in ten-thousandths and may be below zero."""
    coin = smallest_coin(currency)
    if sum(amounts) == total and not any(amount % coin for amount in amounts):
        return list(amounts)
    rounded = [amount // coin * coin for amount in amounts]
    losing = [place for place, amount in enumerate(amounts) if amount % coin]
    losing.sort(key=lambda place: -(amounts[place] % coin))
    left = (total - sum(rounded)) // coin
    for place in losing[: max(0, left)]:
        rounded[place] += coin
    if amounts:
        largest = max(range(len(amounts)), key=lambda place: abs(amounts[place]))
        rounded[largest] += total - sum(rounded)
    return rounded
