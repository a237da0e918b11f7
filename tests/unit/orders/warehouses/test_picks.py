"""What is in picking is counted by node."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import NodeId
from domain.orders.state import ParkedOrder
from domain.orders.warehouses import picks
from domain.orders.warehouses.picks import SOMEWHERE, PickedAt, Picks
from tests.unit.orders.story import story_of

E, W = NodeId("E"), NodeId("W")

_moves = st.lists(st.tuples(st.sampled_from((E, W)), st.integers(-5, 5)))


def after(*moves: tuple[NodeId, int]) -> Picks:
    left: Picks = ()
    for node_id, quantity in moves:
        left = picks.more(left, node_id, quantity)
    return left


@pytest.mark.parametrize(
    ("moves", "east", "west"),
    (
        (((E, 3), (W, -2)), 3, 0),
        (((W, -2), (E, 3)), 3, 0),
        (((E, -3), (W, 2), (E, 3)), 0, 2),
        (((E, 3), (E, -5), (E, 4)), 2, 0),
    ),
    ids=("another ships", "another ships first", "its pick is late", "more left than was picked"),
)
def test_what_a_node_ships_is_not_what_another_one_has_picked(
    moves: tuple[tuple[NodeId, int], ...], east: int, west: int
) -> None:
    left = after(*moves)
    assert (east, west) == (picks.at_node(left, E), picks.at_node(left, W))
    assert east + west == picks.in_picking(left)


@given(_moves, st.randoms())
def test_the_order_of_arrival_does_not_matter(moves: list[tuple[NodeId, int]], chance: Random) -> None:
    shuffled = chance.sample(moves, len(moves))
    assert sorted(after(*moves)) == sorted(after(*shuffled))


def test_a_pick_moves_nothing_that_has_left_its_node_already() -> None:
    ahead = after((E, -3))
    assert [0, 2, 5] == [
        picks.moved_by_pick(ahead, E, 3),
        picks.moved_by_pick(ahead, E, 5),
        picks.moved_by_pick(ahead, W, 5),
    ]


def test_units_of_which_no_node_is_known_are_those_of_the_next_fact() -> None:
    assert () == picks.more((PickedAt(SOMEWHERE, 3),), W, -3)
    assert (PickedAt(SOMEWHERE, -1),) == picks.more((PickedAt(SOMEWHERE, -3),), E, 2)
    assert {PickedAt(E, 2)} == set(picks.more((PickedAt(SOMEWHERE, -3),), E, 5))


@pytest.mark.parametrize("history", ("pick 1=lamp:2; ship@W 1=lamp:2", "ship@W 1=lamp:2; pick 1=lamp:2"))
def test_what_moves_for_no_line_is_counted_by_node_as_well(history: str) -> None:
    story = story_of(f"place available 5; answer 1:5; booked; {history}")
    (units,) = story.order.misdirected
    assert {PickedAt(E, 2), PickedAt(W, -2)} == set(units.picks)


def test_a_line_that_is_added_takes_over_what_is_in_picking_for_it_where_it_is() -> None:
    story = story_of("place available 5; answer 1:5; booked; pick 3:2; ship@W 3:1; amend 1 +3:6; answer 3:4")
    line = story.order.lines[-1]
    assert (2, 2, 0) == (line.in_picking, line.picked_at(E), line.picked_at(W))


def test_an_order_that_never_comes_is_kept_while_a_warehouse_has_goods_of_it_in_picking() -> None:
    story = story_of("pick 1:2; ship@W 1:2; timer")
    assert isinstance(story.known, ParkedOrder)
    story.do("timer")
    assert story.known is not None
    story.do("ship 1:2")
    story.do("timer")
    assert story.known is None
