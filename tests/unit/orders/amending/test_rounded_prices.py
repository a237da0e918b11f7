"""A channel that states what all units of a line cost has a price that is rounded anew for each quantity."""

import pytest

from domain.identifiers import ItemId, LineId
from domain.messages.orders import PlacedLine
from domain.orders.lines import OrderLine
from domain.orders.pictures.differences import costs_the_same
from domain.quantities import UNIT


@pytest.mark.parametrize(
    ("ordered", "price", "shown", "shown_price", "expected"),
    (
        (3, 33_333, 2, 33_350, True),
        (3, 33_333, 1, 33_300, True),
        (1, 33_300, 3, 33_333, True),
        (6, 16_667, 1, 16_700, True),
        (3, 33_333, 2, 33_400, False),
        (2, 33_350, 1, 33_300, True),
        (2, 33_350, 1, 33_500, False),
        (3, 33_333, 3, 33_350, False),
        (1, 33_300, 1, 33_400, False),
        (3, 33_333, 0, 33_333, True),
    ),
)
def test_a_price_agrees_if_both_amounts_were_rounded_to_the_cent(
    ordered: int, price: int, shown: int, shown_price: int, expected: bool
) -> None:
    line = OrderLine(LineId("1"), ItemId("lamp"), "EA", price, ordered * UNIT)
    picture = PlacedLine(LineId("1"), ItemId("lamp"), shown * UNIT, "EA", shown_price, "lamp")
    assert expected is costs_the_same(line, picture, 100)
