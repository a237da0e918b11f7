"""Histories that Hypothesis writes for orders and the ledger: what the world does, and when who reads what."""

from dataclasses import dataclass

from hypothesis import strategies as st

from domain.identifiers import AdjustmentId, ItemId, LineId, NodeId, OrderId, ReceiptId, ReturnId, ShipmentId
from domain.messages.dispatch import Outcome
from domain.messages.inventory import GoodsReceived, StockAdjusted, StockLine
from domain.messages.orders import (
    FulfilmentLine,
    OrderCancelRequested,
    OrderPicked,
    OrderReturned,
    OrderShipped,
    PromisePolicy,
    ReleaseGate,
)
from domain.returns import ReturnCondition, ReturnedLine
from tests.property.order_world import Wanted, World

ITEMS = ("lamp", "chair")
NODES = ("E", "W")


@dataclass(frozen=True, slots=True)
class Place:
    order: int


@dataclass(frozen=True, slots=True)
class Receive:
    item: str
    node: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Adjust:
    """Units found, or written off."""

    item: str
    node: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Pick:
    """`other`: not the line's item."""

    order: int
    line: int
    node: str
    quantity: int
    other: bool = False


@dataclass(frozen=True, slots=True)
class Ship:
    order: int
    line: int
    node: str
    quantity: int
    other: bool = False


@dataclass(frozen=True, slots=True)
class Return:
    order: int
    line: int
    node: str
    quantity: int
    condition: ReturnCondition
    other: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    order: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Book:
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class AnswerCancel:
    accepts: bool


@dataclass(frozen=True, slots=True)
class Read:
    """The ledger, or the orders, read the next message about an item."""

    flow: str
    item: str


@dataclass(frozen=True, slots=True)
class ReadAll:
    """Everybody reads until nothing is in flight."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Until the next timer is due."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Both flows commit and start again from their rows."""


Fact = Receive | Adjust | Pick | Ship | Return
Step = Place | Fact | Cancel | Book | AnswerCancel | Read | ReadAll | Wait | Restart


@dataclass(frozen=True, slots=True)
class History:
    wanted: tuple[Wanted, ...]
    steps: tuple[Step, ...]
    nodes: tuple[str, ...] = NODES


_small = st.integers(1, 6)
_orders = st.integers(0, 2)
_nodes = st.sampled_from(NODES)
_items = st.sampled_from(ITEMS)

reads = st.builds(Read, st.sampled_from(("ledger", "orders")), _items)
_others = st.integers(0, 9).map(lambda number: number == 9)
picks = st.builds(Pick, _orders, st.integers(1, 2), _nodes, _small, _others)
ships = st.builds(Ship, _orders, st.integers(1, 2), _nodes, _small, _others)
conditions = st.sampled_from(ReturnCondition)
returns = st.builds(Return, _orders, st.integers(1, 2), _nodes, st.integers(1, 3), conditions, _others)
_outward: st.SearchStrategy[Step] = st.one_of(
    st.builds(Place, _orders),
    st.builds(Place, _orders),
    st.builds(Receive, _items, _nodes, st.integers(1, 8)),
    picks,
    ships,
    st.builds(Cancel, _orders, st.sampled_from(((), (1,), (2,)))),
    st.builds(Book, st.sampled_from((Outcome.APPLIED, Outcome.APPLIED, Outcome.REJECTED_BUSINESS))),
    st.builds(AnswerCancel, st.booleans()),
    reads,
    reads,
    reads,
    st.just(ReadAll()),
    st.just(Wait()),
    st.just(Restart()),
)
wanted_orders = st.builds(
    Wanted,
    st.sampled_from(PromisePolicy),
    st.sampled_from(ReleaseGate),
    st.one_of(
        st.tuples(st.tuples(st.just("lamp"), _small), st.tuples(st.just("chair"), _small)),
        st.lists(st.tuples(_items, _small), min_size=1, max_size=2).map(tuple),
    ),
)
_nothing_yet: tuple[Step, ...] = ()
_stocked = (Receive("lamp", "E", 9), Receive("chair", "W", 9))
_half_answered = (Place(0), Read("ledger", "lamp"), Read("orders", "lamp"), Receive("lamp", "E", 4))
_accepted = (*_stocked, Place(0), Place(1), ReadAll(), Book(Outcome.APPLIED), Book(Outcome.APPLIED))
_corrections: st.SearchStrategy[Step] = st.one_of(returns, st.builds(Adjust, _items, _nodes, st.integers(-6, 6)))


def _histories(steps: st.SearchStrategy[Step]) -> st.SearchStrategy[History]:
    return st.builds(
        lambda wanted, opening, steps: History(wanted, (*opening, *steps)),
        st.tuples(wanted_orders, wanted_orders, wanted_orders),
        st.sampled_from((_nothing_yet, _stocked, _half_answered, _accepted)),
        st.lists(steps, min_size=16, max_size=24).map(tuple),
    )


outward_histories = _histories(_outward)
"""Goods only go out: denser in what may go wrong there than histories of everything."""
histories = _histories(st.one_of(_outward, _outward, _outward, _corrections))


def order_id_of(number: int) -> str:
    return f"order {number}"


def play(world: World, history: History, number: int) -> None:
    """Let one step of a history happen; `number` marks what the source sends."""
    step = history.steps[number]
    match step:
        case Place() | Cancel() | Pick() | Ship() | Return():
            _tell_orders(world, history, step, number)
        case Receive() | Adjust():
            _tell_ledger(world, step, number)
        case Book(outcome):
            world.answer_erp(outcome)
        case AnswerCancel(accepts):
            world.answer_cancel(accepts=accepts)
        case Read("ledger", item):
            world.read_ledger(item)
        case Read(_, item):
            world.read_orders(item)
        case ReadAll():
            world.drain()
        case Wait():
            world.fire_timer()
        case Restart():
            world.restart()


def _tell_orders(world: World, history: History, step: Place | Cancel | Pick | Ship | Return, number: int) -> None:
    order_id = order_id_of(step.order)
    provenance = world.provenance(f"message {number}", step)
    match step:
        case Place(order):
            world.say("orders", history.wanted[order].placed(order_id, history.nodes, provenance))
        case Cancel(_, numbers):
            world.say(
                "orders",
                OrderCancelRequested(
                    OrderId(order_id), provenance, "changed", tuple(LineId(str(number)) for number in numbers)
                ),
            )
        case Pick(_, _, node):
            world.say("orders", OrderPicked(OrderId(order_id), provenance, NodeId(node), (_moved(history, step),)))
        case Ship(_, _, node):
            lines = (_moved(history, step),)
            world.say(
                "orders",
                OrderShipped(
                    OrderId(order_id), provenance, NodeId(node), ShipmentId(f"s{number}"), "", "", lines, f"s{number}"
                ),
            )
        case Return(_, _, node, _, condition, _):
            moved = _moved(history, step)
            line = ReturnedLine(moved.line_id, moved.item_id, moved.quantity, 10_000, condition)
            world.say(
                "orders",
                OrderReturned(
                    OrderId(order_id), provenance, NodeId(node), ReturnId(f"r{number}"), "", (line,), (), f"r{number}"
                ),
            )


def _tell_ledger(world: World, step: Receive | Adjust, number: int) -> None:
    provenance = world.provenance(f"message {number}", step)
    match step:
        case Receive(item, node, quantity):
            received = GoodsReceived(provenance, NodeId(node), ReceiptId(f"r{number}"), _stock_line(item, quantity))
            world.say("ledger", received)
        case Adjust(item, node, quantity):
            lines = _stock_line(item, quantity)
            adjusted = StockAdjusted(provenance, NodeId(node), AdjustmentId(f"a{number}"), "", lines)
            world.say("ledger", adjusted)


def _stock_line(item: str, quantity: int) -> tuple[StockLine, ...]:
    return (StockLine(LineId("1"), ItemId(item), quantity),)


def _moved(history: History, step: Pick | Ship | Return) -> FulfilmentLine:
    return FulfilmentLine(LineId(str(step.line)), ItemId(item_moved(history, step)), step.quantity)


def item_moved(history: History, step: Pick | Ship | Return) -> str:
    """The line's item or the other one, or any for a line that the order has not."""
    lines = history.wanted[step.order].lines
    item = lines[step.line - 1][0] if step.line <= len(lines) else ITEMS[0]
    return next(each for each in ITEMS if (each == item) is not step.other)
