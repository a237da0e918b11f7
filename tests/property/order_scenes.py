"""The same happenings twice: once in a plain order, once shuffled, with reading and waiting in between.

Placing is a wish: orders keep their order. What may be permuted is said at each kind of scene, and why not more.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

from domain.messages.orders import PromisePolicy, ReleaseGate
from domain.returns import ReturnCondition
from tests.orders_and_ledger.histories import (
    ITEMS,
    Adjust,
    Deliver,
    History,
    Invoice,
    Miss,
    Pick,
    Place,
    Read,
    ReadAll,
    Receive,
    Restart,
    Return,
    Reverse,
    Ship,
    Step,
    Unpick,
    Wait,
)
from tests.orders_and_ledger.world import Wanted
from tests.property.order_histories import conditions, histories, outward_histories

_NODE = "E"
_items = st.sampled_from(ITEMS)
_reads = st.builds(Read, st.sampled_from(("ledger", "orders")), _items)
_reading: st.SearchStrategy[Step] = st.one_of(_reads, _reads, st.just(ReadAll()), st.just(Restart()))
_reading_or_waiting: st.SearchStrategy[Step] = st.one_of(_reading, st.just(Wait()))
_gates = st.sampled_from(ReleaseGate)
_gone = st.sampled_from((ReturnCondition.DAMAGED, ReturnCondition.MISSING))


@dataclass(frozen=True, slots=True)
class Scene:
    wanted: tuple[Wanted, ...]
    in_order: tuple[Step, ...]
    shuffled: tuple[Step, ...]
    nodes: tuple[str, ...] = (_NODE,)


@st.composite
def _merged(
    draw: st.DrawFn,
    first: tuple[Step, ...],
    placed: tuple[Step, ...],
    free: tuple[Step, ...],
    between: st.SearchStrategy[Step],
) -> tuple[Step, ...]:
    """`first` comes first, `placed` keeps its order, `free` goes anywhere, and other steps in between."""
    loose = draw(st.permutations([*free, *draw(st.lists(between, max_size=12))]))
    places = sorted(draw(st.lists(st.integers(0, len(loose)), min_size=len(placed), max_size=len(placed))))
    for shift, (place, step) in enumerate(zip(places, placed, strict=True)):
        loose.insert(place + shift, step)
    return (*first, *loose)


def _facts(
    order: int, lines: int, reversed_as: ReturnCondition, put: st.SearchStrategy[ReturnCondition] = conditions
) -> st.SearchStrategy[Step]:
    """All reversals in one condition: of two for one unit, the first counts, and the other waits."""
    line, quantity, amount = st.integers(1, lines), st.integers(1, 4), st.sampled_from((None, 0, 700))
    return st.one_of(
        st.builds(Pick, st.just(order), line, st.just(_NODE), quantity),
        st.builds(Unpick, st.just(order), line, st.just(_NODE), quantity, put),
        st.builds(Miss, st.just(order), line, st.just(_NODE), quantity),
        st.builds(Ship, st.just(order), line, st.just(_NODE), quantity),
        st.builds(Reverse, st.just(order), line, st.just(_NODE), quantity, st.just(reversed_as)),
        st.builds(Deliver, st.just(order), line, quantity, st.booleans()),
        st.builds(Invoice, st.just(order), line, quantity, st.booleans(), st.just(False), amount),
    )


def _returns(order: int) -> st.SearchStrategy[Step]:
    return st.builds(Return, st.just(order), st.integers(1, 2), st.just(_NODE), st.integers(1, 4), conditions)


@st.composite
def ample_scenes(draw: st.DrawFn) -> Scene:
    """Facts of any orders and adjustments at any moment; stock is there before, and enough for all of it."""
    first = (Receive("lamp", _NODE, 90), Receive("chair", _NODE, 90))
    lines = (("lamp", 5), ("chair", 4))
    wanted = tuple(Wanted(draw(st.sampled_from(PromisePolicy)), draw(_gates), lines) for _ in range(2))
    adjustment = st.builds(Adjust, _items, st.just(_NODE), st.integers(-4, 4))
    of_orders = (_facts(order, 2, draw(conditions)) for order in range(2))
    facts = tuple(draw(st.lists(st.one_of(*of_orders, _returns(0), _returns(1), adjustment), max_size=7)))
    placed = (Place(0), Place(1))
    return Scene(wanted, (*first, *placed, ReadAll(), *facts), draw(_merged(first, placed, facts, _reading_or_waiting)))


@st.composite
def scarce_scenes(draw: st.DrawFn) -> Scene:
    """Facts of orders that share no item, with less stock than they want.

    Orders that share too little of an item do not converge, nor do receipts that come after the goods were shipped:
    the ledger finds units that it did not know of at another moment, and a count must tell. Nor does fill or kill
    that is cut: what is shipped before the cut is not cut. Nor do units that are put back without having been known,
    or orders that are released before they are booked: what a warehouse was told before the order heard of a loss is
    not recalled.
    """
    first = (Receive("lamp", _NODE, draw(st.integers(1, 6))), Receive("chair", _NODE, draw(st.integers(1, 6))))
    wanted = tuple(Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, ((item, 6),)) for item in ("lamp", "chair"))
    of_orders = (_facts(order, 1, draw(_gone), _gone) for order in range(2))
    facts = tuple(draw(st.lists(st.one_of(*of_orders), max_size=7)))
    placed = (Place(0), Place(1))
    return Scene(wanted, (*first, *placed, ReadAll(), *facts), draw(_merged(first, placed, facts, _reading_or_waiting)))


@st.composite
def receipt_scenes(draw: st.DrawFn) -> Scene:
    """Receipts, and units found, at any moment; orders that share items get the same, in the order in which they asked.

    No timer: an order that gives up a late answer asks again, behind those that asked meanwhile.
    """
    lines = (("lamp", 5), ("chair", 4))
    wanted = tuple(Wanted(PromisePolicy.SHIP_AVAILABLE, draw(_gates), lines) for _ in range(3))
    quantity = st.integers(1, 5)
    supply = (st.builds(kind, _items, st.just(_NODE), quantity) for kind in (Receive, Adjust))
    receipts = tuple(draw(st.lists(st.one_of(*supply), max_size=6)))
    placed = (Place(0), Place(1), Place(2))
    return Scene(wanted, (*receipts, *placed), draw(_merged((), placed, receipts, _reading)))


_receipt_histories = receipt_scenes().map(lambda scene: History(scene.wanted, scene.shuffled, scene.nodes))
outward_history = st.one_of(outward_histories, _receipt_histories)
any_history = st.one_of(histories, outward_histories, _receipt_histories)
