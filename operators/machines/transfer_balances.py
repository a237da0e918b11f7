"""The rows of transfer orders: what was sent of an item and not received, or received and not sent.

What is in transit is expected: if nothing of an order moves for `ARRIVES_WITHIN_MS`, a case asks for it. The case says
how much it is, and is resolved when all of it has arrived or is written off.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from domain.identifiers import ItemId, NodeId, TransferOrderId
from domain.inventory.cases import arrived, not_arrived, still_not_arrived
from domain.inventory.stock_facts.rows import ARRIVES_WITHIN_MS, TransferBalance, TransferOrder
from domain.messages.cases import Case
from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from operators.engine.timers import Timer


class ExpectedTransfer(NamedTuple):
    """When units in transit are late, and whether their case is open."""

    due_at_ms: int
    is_late: bool = False


TRANSFER_BALANCES: Table[int] = Table("transfer balance", int, ordered=True)
"""Without a row for an order of which everything has arrived."""
EXPECTED_TRANSFERS: Table[ExpectedTransfer] = Table("expected transfer", ExpectedTransfer)
"""A row for each order with units in transit that moved under this release."""

TRANSFER_DUE: Final = "transfer order due"
"""The timer of an order with units in transit."""


def under_way(state: PartitionState, item_id: ItemId, order: TransferOrder) -> int:
    """The balance of an order."""
    return state.get(TRANSFER_BALANCES, _key(item_id, order)) or 0


def named(state: PartitionState, item_id: ItemId, number: TransferOrderId) -> Iterable[TransferBalance]:
    """The orders of a number with a balance, between whichever nodes; all open orders of the item are read."""
    for key, units in state.scan(TRANSFER_BALANCES, f"{item_id}\0"):
        _, order = _named(key)
        if order.transfer_order_id == number:
            yield TransferBalance(order, units)


def keep(partition: Partition, item_id: ItemId, balance: TransferBalance) -> Sequence[Case]:
    """Store the balance of an order, and wait for what is in transit."""
    state, key = partition.state, _key(item_id, balance.order)
    if balance.units:
        state.put(TRANSFER_BALANCES, key, balance.units)
    else:
        state.delete(TRANSFER_BALANCES, key)
    expected = state.get(EXPECTED_TRANSFERS, key)
    if balance.units <= 0:
        if expected is not None:
            state.delete(EXPECTED_TRANSFERS, key)
        return (arrived(item_id, balance.order),) if expected is not None and expected.is_late else ()
    if expected is not None and expected.is_late:
        return (still_not_arrived(item_id, balance.order, balance.units),)
    due_at_ms = partition.now_ms + ARRIVES_WITHIN_MS
    state.put(EXPECTED_TRANSFERS, key, ExpectedTransfer(due_at_ms))
    partition.timers.set(Timer(due_at_ms, TRANSFER_DUE, key))
    return ()


def fire(partition: Partition, timer: Timer) -> Sequence[Case]:
    """Nothing of the order has moved since the timer was set: a person is asked."""
    expected = partition.state.get(EXPECTED_TRANSFERS, timer.subject)
    if expected is None or expected.due_at_ms != timer.due_at_ms:
        return ()
    partition.state.put(EXPECTED_TRANSFERS, timer.subject, expected._replace(is_late=True))
    item_id, order = _named(timer.subject)
    return (not_arrived(item_id, order, under_way(partition.state, item_id, order)),)


def _key(item_id: ItemId, order: TransferOrder) -> str:
    return "\0".join((item_id, *order))


def _named(key: str) -> tuple[ItemId, TransferOrder]:
    item_id, from_node_id, to_node_id, number = key.split("\0")
    return ItemId(item_id), TransferOrder(NodeId(from_node_id), NodeId(to_node_id), TransferOrderId(number))
