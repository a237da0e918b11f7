"""Histories that Hypothesis writes for orders and the ledger."""

from hypothesis import strategies as st

from domain.messages.dispatch import Outcome
from domain.messages.orders import HoldKind, PromisePolicy, ReleaseGate
from domain.returns import ReturnCondition
from tests.orders_and_ledger.histories import (
    ITEMS,
    NODES,
    Adjust,
    Amend,
    Announce,
    AnswerCancel,
    AskReturn,
    Book,
    Cancel,
    DecideReturn,
    Deliver,
    Dismiss,
    History,
    Hold,
    Inspect,
    Invoice,
    Miss,
    Pick,
    Place,
    Read,
    ReadAll,
    Receive,
    Refuse,
    Restart,
    Retry,
    Return,
    Reverse,
    Ship,
    Show,
    Step,
    Unhold,
    Unpick,
    Wait,
)
from tests.orders_and_ledger.world import Wanted

_shown = st.sampled_from((0, 1, 3, 5, 8))
_days = st.sampled_from((0, 0, 3, 2_000, 10**9))
"""By the clock of the world, whose orders are placed at 1 to a few thousand."""
_small = st.integers(1, 6)
_orders = st.integers(0, 2)
_nodes = st.sampled_from(NODES)
_items = st.sampled_from(ITEMS)

_holds = st.sampled_from((HoldKind.MANUAL, HoldKind.DUPLICATE))

reads = st.builds(Read, st.sampled_from(("ledger", "orders")), _items)
_others = st.integers(0, 9).map(lambda number: number == 9)
picks = st.builds(Pick, _orders, st.integers(1, 2), _nodes, _small, _others)
_shipments = st.sampled_from("sst")
ships = st.builds(Ship, _orders, st.integers(1, 2), _nodes, _small, _others, _shipments)
conditions = st.sampled_from(ReturnCondition)
returns = st.builds(
    Return, _orders, st.integers(1, 2), _nodes, st.integers(1, 3), conditions, _others, st.integers(0, 2)
)
reversals = st.builds(Reverse, _orders, st.integers(1, 2), _nodes, st.integers(1, 3), conditions, _others, _shipments)
_amounts = st.sampled_from((None, None, 0, 700))
_taken_back = st.sampled_from((False, False, True))
after_shipping = st.one_of(
    st.builds(Deliver, _orders, st.integers(1, 2), st.integers(1, 4), _taken_back, _others),
    st.builds(Invoice, _orders, st.integers(1, 2), st.integers(1, 4), _taken_back, _others, _amounts),
)
undone_picks = st.one_of(
    after_shipping,
    reversals,
    st.builds(Unpick, _orders, st.integers(1, 2), _nodes, st.integers(1, 4), conditions, _others),
    st.builds(Miss, _orders, st.integers(1, 2), _nodes, st.integers(1, 4), _others),
)
_first_goods = (st.just(0), st.just(1), st.just(NODES[0]), st.integers(1, 3))
_inspected_again = st.one_of(
    st.builds(Return, *_first_goods, st.just(ReturnCondition.INSPECT), st.just(False), st.just(1)),
    st.builds(
        Inspect,
        *_first_goods,
        st.sampled_from((ReturnCondition.RESTOCKED, ReturnCondition.DAMAGED, ReturnCondition.MISSING)),
        st.booleans(),
    ),
)
"""Goods of one return at one node: so what is said of them is said anew."""
_outward: st.SearchStrategy[Step] = st.one_of(
    st.builds(Place, _orders),
    st.builds(Place, _orders),
    st.builds(Receive, _items, _nodes, st.integers(1, 8), st.booleans()),
    st.builds(Announce, _items, _nodes, st.integers(0, 8), st.integers(1, 3), st.integers(0, 3)),
    picks,
    undone_picks,
    ships,
    st.one_of(
        st.builds(Cancel, _orders, st.sampled_from(((), (1,), (2,)))),
        st.builds(Cancel, _orders, st.sampled_from(((1,), (2,))), st.integers(1, 3)),
    ),
    st.builds(
        Inspect,
        _orders,
        st.integers(1, 2),
        _nodes,
        st.integers(1, 3),
        st.sampled_from((ReturnCondition.RESTOCKED, ReturnCondition.DAMAGED, ReturnCondition.MISSING)),
        st.booleans(),
        st.integers(1, 2),
        _others,
    ),
    _inspected_again,
    st.one_of(
        st.builds(AskReturn, _orders, st.integers(1, 2), st.integers(1, 2), st.integers(1, 4), st.booleans()),
        st.builds(DecideReturn, _orders, st.integers(1, 2), st.booleans()),
    ),
    st.builds(Show, _orders, st.integers(1, 4), st.tuples(_shown, _shown), st.sampled_from((False, False, True))),
    st.builds(Amend, _orders, st.integers(1, 3), st.integers(1, 2), st.integers(0, 8), _days),
    st.one_of(st.builds(Hold, _orders, _holds), st.builds(Unhold, _orders, _holds)),
    st.builds(Book, st.sampled_from((Outcome.APPLIED, Outcome.APPLIED, Outcome.REJECTED_BUSINESS))),
    st.one_of(st.builds(AnswerCancel, st.booleans()), st.just(Refuse())),
    st.one_of(st.builds(Retry, _orders), st.builds(Retry, _orders), st.builds(Dismiss, _orders)),
    reads,
    reads,
    reads,
    st.just(ReadAll()),
    st.just(Wait()),
    st.just(Restart()),
)
_ALL_FROM_STOCK: tuple[frozenset[int], ...] = (frozenset(),) * 4
wanted_orders = st.builds(
    Wanted,
    st.sampled_from(PromisePolicy),
    st.sampled_from(ReleaseGate),
    st.one_of(
        st.tuples(st.tuples(st.just("lamp"), _small), st.tuples(st.just("chair"), _small)),
        st.lists(st.tuples(_items, _small), min_size=1, max_size=2).map(tuple),
    ),
    days=st.lists(st.tuples(_days, st.sampled_from(("", "1", "2"))), max_size=2, unique_by=lambda each: each[1]).map(
        tuple
    ),
    window_ms=st.sampled_from((0, 0, 400)),
    nothing_leaves=st.sampled_from((*_ALL_FROM_STOCK, frozenset({2}))),
    by_channel=st.sampled_from((*_ALL_FROM_STOCK, *_ALL_FROM_STOCK, frozenset({1}))),
)
_nothing_yet: tuple[Step, ...] = ()
_stocked = (Receive("lamp", "E", 9), Receive("chair", "W", 9))
_half_answered = (Place(0), Read("ledger", "lamp"), Read("orders", "lamp"), Receive("lamp", "E", 4))
_accepted = (*_stocked, Place(0), Place(1), ReadAll(), Book(Outcome.APPLIED), Book(Outcome.APPLIED))
_refused = (*_accepted[:-2], Book(Outcome.REJECTED_BUSINESS), Book(Outcome.REJECTED_BUSINESS), Retry(0))
_corrections: st.SearchStrategy[Step] = st.one_of(returns, st.builds(Adjust, _items, _nodes, st.integers(-6, 6)))


def _histories(steps: st.SearchStrategy[Step]) -> st.SearchStrategy[History]:
    return st.builds(
        lambda wanted, opening, steps: History(wanted, (*opening, *steps)),
        st.tuples(wanted_orders, wanted_orders, wanted_orders),
        st.sampled_from((_nothing_yet, _stocked, _half_answered, _accepted, _refused)),
        st.lists(steps, min_size=16, max_size=24).map(tuple),
    )


outward_histories = _histories(_outward)
"""Goods only go out: denser in what may go wrong there than histories of everything."""
histories = _histories(st.one_of(_outward, _outward, _outward, _corrections))
