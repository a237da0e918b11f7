"""What is below zero of the stock is counted exactly, whatever comes and goes, and after a restart."""

import pytest

from connectors.log.port import Record
from connectors.observation.observer import BelowZero
from domain.deduplication import Horizons
from domain.identifiers import NO_RESERVATION, CorrelationId, EventId, ItemId, LineId, NodeId, OrderId, ShipmentId
from domain.inventory.accounts import Item, empty_node, moved, new_item
from domain.messages.inventory import Account, ReservationLine, UnitsShipped
from operators.engine.event import Event
from operators.machines.below_zero import MISSING, below_zero_in, keep_below_zero
from operators.machines.inventory import InventoryMachine
from tests.memory_state import MemoryRows


def item(name: str, **available: int) -> Item:
    """An item with so many available units at each node."""
    nodes = tuple(
        moved(empty_node(NodeId(node_id)), Account.SUPPLIER, Account.AVAILABLE, units)
        for node_id, units in available.items()
    )
    return new_item(ItemId(name))._replace(nodes=nodes)


class Stock:
    def __init__(self) -> None:
        self.rows = MemoryRows()
        self._items: dict[str, Item] = {}

    def becomes(self, name: str, **available: int) -> None:
        after = item(name, **available)
        keep_below_zero(self.rows.partition.state, self._items.get(name, new_item(ItemId(name))), after)
        self._items[name] = after

    def below_zero(self) -> tuple[int, int]:
        return below_zero_in([self.rows.partition])


@pytest.fixture
def stock() -> Stock:
    return Stock()


def test_stock_that_is_there_is_not_below_zero_and_has_no_row(stock: Stock) -> None:
    stock.becomes("bolt", E=5, W=0)
    assert ((0, 0), []) == (stock.below_zero(), list(stock.rows.rows(MISSING)))


def test_units_at_another_node_do_not_make_up_for_those_that_are_missing(stock: Stock) -> None:
    stock.becomes("bolt", E=-2, W=9)
    stock.becomes("nut", E=-3, W=-4)
    assert (2, 9) == stock.below_zero()


def test_an_item_counts_once_however_far_it_falls_and_not_any_more_when_it_is_covered(stock: Stock) -> None:
    stock.becomes("bolt", E=-2)
    stock.becomes("bolt", E=-7)
    assert (1, 7) == stock.below_zero()
    stock.becomes("bolt", E=-1)
    assert (1, 1) == stock.below_zero()
    stock.becomes("bolt", E=0)
    assert ((0, 0), []) == (stock.below_zero(), list(stock.rows.rows(MISSING)))


def test_an_item_of_an_earlier_release_that_was_below_zero_is_never_counted_as_less_than_none(stock: Stock) -> None:
    keep_below_zero(stock.rows.partition.state, item("bolt", E=-5), item("bolt", E=0))
    keep_below_zero(stock.rows.partition.state, item("nut", E=-5), item("nut", E=-4))
    assert (1, 4) == stock.below_zero()


def test_it_is_known_after_a_restart_and_added_up_over_partitions(stock: Stock) -> None:
    stock.becomes("bolt", E=-2)
    stock.rows.restart()
    other = Stock()
    other.becomes("nut", E=-3)
    assert (2, 5) == below_zero_in([stock.rows.partition, other.rows.partition])
    assert BelowZero(0, 0) == below_zero_in([])


def test_the_ledger_counts_what_left_before_it_was_received(stock: Stock) -> None:
    line = ReservationLine(NO_RESERVATION, LineId("1"), ItemId("bolt"), 4)
    shipped = UnitsShipped(OrderId("portal:1"), NodeId("E"), ShipmentId("S1"), (line,))
    partition = stock.rows.partition
    record = Record("inventory.inbox.v1", 0, 1, partition.now_ms, None, b"", ())
    event = Event(EventId("event"), CorrelationId("c"), (), shipped, record, 1)
    InventoryMachine(Horizons()).apply(partition, event, partition.now_ms)
    assert (1, 4) == stock.below_zero()
