"""The counters and claims of an order line, under any facts, answers and wishes."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fulfilment import Fulfilment
from domain.identifiers import ItemId, LineId, NodeId, ReservationId
from domain.messages.orders import ClaimedAs, ClaimedUnits
from domain.orders import counters
from domain.orders.claims import Claim, stated
from domain.orders.lines import OrderLine, violations
from domain.orders.warehouses.picks import PickedAt

SETTINGS = settings(max_examples=300, deadline=None)
NODES = (NodeId("E"), NodeId("W"))
Act = tuple[str, int, NodeId]

acts: st.SearchStrategy[list[Act]] = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "ask",
                "order more",
                "state",
                "confirm",
                "abandon",
                "pick",
                "ship",
                "release",
                "cancel",
                "recall",
                "stop",
                "finish",
            )
        ),
        st.integers(0, 9),
        st.sampled_from(NODES),
    ),
    max_size=25,
)


@dataclass
class Publication:
    """What the facts and wishes add up to, counted apart from the line."""

    picked: int = 0
    shipped: int = 0
    cancelled: int = 0


def new_line(ordered: int, fulfilment: Fulfilment = Fulfilment.STOCK) -> OrderLine:
    return OrderLine(LineId("1"), ItemId("lamp"), "EA", 0, ordered, fulfilment=fulfilment)


def as_stated(claim: Claim, held: int, node_id: NodeId) -> Claim:
    """As the ledger may state it: of what is not picked, so much is held at a node."""
    units = min(held, claim.unpicked)
    picked = [ClaimedUnits(at.node_id, ClaimedAs.PICKED, at.picked) for at in claim.held if at.picked]
    waiting = ClaimedUnits(NodeId(""), ClaimedAs.WAITING, claim.unpicked - units)
    kind = ClaimedAs.ALLOCATED if held % 2 else ClaimedAs.PENDING
    parts = [*picked, ClaimedUnits(node_id, kind, units), waiting]
    return stated(claim, claim.heard + 1, claim.sent, [part for part in parts if part.quantity])


def after(line: OrderLine, act: Act, published: Publication) -> OrderLine:  # noqa: PLR0911, PLR0912, C901  one return an act
    match act:
        case "ask", number, _:
            claim_id = ReservationId(f"claim {number} {line.ordered} {line.cancelled}")
            is_used = any(claim.reservation_id == claim_id for claim in line.claims)
            return line if is_used else counters.request(line, claim_id)
        case "order more", quantity, _:
            return line._replace(ordered=line.ordered + quantity)
        case "state", held, node_id if line.claims and line.claims[-1].reservation_id:
            return counters.change_claim(line, as_stated(line.claims[-1], held, node_id))
        case "confirm", _, _:
            return counters.confirm(line)[0]
        case "abandon", _, _:
            return counters.abandon(line)[0]
        case "pick", quantity, node_id:
            published.picked += quantity
            return counters.pick(line, quantity, node_id)[0]
        case "ship", quantity, node_id:
            published.shipped += quantity
            return counters.ship(line, quantity, node_id)[0]
        case "release", _, _:
            for node_id, units in line.to_release:
                line = counters.release(line, node_id, units)
            return line
        case "cancel", quantity, _:
            wanted = min(quantity, line.cancellable)
            published.cancelled += wanted
            return counters.cancel(line, wanted)[0]
        case "recall", quantity, node_id if line.claims and line.claims[-1].reservation_id:
            return counters.recall(line, line.claims[-1], node_id, quantity, only_reserved=False)[0]
        case "stop", _, node_id:
            return counters.stop(line, node_id)
        case "finish", _, _:
            return counters.finish(line)
        case _:
            return line


def line_after(
    ordered: int, history: list[Act], published: Publication, fulfilment: Fulfilment = Fulfilment.STOCK
) -> OrderLine:
    line = new_line(ordered, fulfilment)
    for act in history:
        line = after(line, act, published)
        assert () == violations(line)
        open_units = line.open_units
        assert line.open_quantity == sum(open_units)
        assert min(open_units) >= 0
        assert line.ordered + line.excess == line.open_quantity + line.cancelled + line.shipped
        assert line.known_to_warehouse <= sum(at.allocated + at.picked for claim in line.claims for at in claim.held)
    return line


@SETTINGS
@given(st.integers(1, 9), acts)
def test_the_counters_always_add_up(ordered: int, history: list[Act]) -> None:
    published = Publication()
    line = line_after(ordered, history, published)
    assert (published.picked, published.shipped, published.cancelled) == (line.picked, line.shipped, line.cancelled)


@SETTINGS
@given(st.integers(1, 9), acts, st.sampled_from((Fulfilment.NONE, Fulfilment.CHANNEL)))
def test_a_line_that_needs_no_stock_claims_none_and_counts_every_unit_once(
    ordered: int, history: list[Act], fulfilment: Fulfilment
) -> None:
    published = Publication()
    line = line_after(ordered, history, published, fulfilment)
    assert (published.picked, published.shipped, published.cancelled) == (line.picked, line.sent, line.cancelled)
    assert (0, 0, 0, ()) == (line.backordered, line.unanswered, line.reserved, line.to_release)
    assert line.unclaimed == 0
    assert line.done == 0 or (fulfilment is Fulfilment.NONE and line.shipped <= line.ordered)
    finished = counters.finish(line)
    assert finished.without_stock == 0 or fulfilment is Fulfilment.CHANNEL


@SETTINGS
@given(st.integers(1, 9), acts)
def test_all_that_is_released_is_asked_for_once(ordered: int, history: list[Act]) -> None:
    line = line_after(ordered, [*history, ("release", 0, NODES[0])], Publication())
    assert () == line.to_release


@SETTINGS
@given(st.integers(1, 9), acts, st.integers(0, 9), st.integers(0, 9))
def test_ship_and_cancel_commute_while_they_take_no_more_than_is_open(
    ordered: int, history: list[Act], shipped: int, cancelled: int
) -> None:
    line = line_after(ordered, history, Publication())
    cancelled = min(cancelled, line.cancellable)
    shipped = min(shipped, line.open_quantity - cancelled)
    one, _ = counters.cancel(counters.ship(line, shipped, NODES[0])[0], cancelled)
    other, _ = counters.ship(counters.cancel(line, cancelled)[0], shipped, NODES[0])
    assert (one.open_quantity, one.cancelled, one.shipped, one.excess) == (
        other.open_quantity,
        other.cancelled,
        other.shipped,
        other.excess,
    )
    assert sum(claim.total for claim in one.claims) == sum(claim.total for claim in other.claims)


@SETTINGS
@given(st.integers(1, 9), acts, st.lists(st.integers(1, 9), max_size=5))
def test_what_the_ledger_is_reported_of_a_shipment_is_the_shipment(
    ordered: int, history: list[Act], shipments: list[int]
) -> None:
    line = line_after(ordered, history, Publication())
    for quantity in shipments:
        line, moves = counters.ship(line, quantity, NODES[1])
        assert quantity == sum(move.quantity for move in moves)


@SETTINGS
@given(st.integers(1, 9), acts, st.integers(1, 9))
def test_no_unit_is_released_that_is_picked_and_told_ones_go_last(
    ordered: int, history: list[Act], quantity: int
) -> None:
    line = line_after(ordered, history, Publication())
    wanted = min(quantity, line.cancellable)
    free = line.cancellable - line.to_be_picked
    cancelled, moves = counters.cancel(line, wanted)
    assert sum(move.quantity for move in moves) <= wanted
    assert sum(claim.picked for claim in cancelled.claims) == sum(claim.picked for claim in line.claims)
    if wanted <= free:
        assert line.to_be_picked == cancelled.to_be_picked


def test_units_that_nobody_claims_but_that_are_picked_are_a_violation() -> None:
    assert () != violations(new_line(5)._replace(picks=(PickedAt(NodeId("E"), 2),)))


def test_a_claim_for_more_than_is_open_is_a_violation() -> None:
    asked = counters.request(new_line(5), ReservationId("claim"))
    assert () != violations(asked._replace(cancelled=1))


def test_a_unit_below_zero_is_a_violation() -> None:
    asked = counters.request(new_line(5), ReservationId("claim"))
    assert () != violations(counters.change_claim(asked, asked.claims[0]._replace(waiting=-1)))
