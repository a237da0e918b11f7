"""The rows of transfer orders: what was sent of an item and not received, or received and not sent."""

from domain.identifiers import ItemId
from domain.inventory.stock_facts.rows import TransferBalance, TransferOrder
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table

TRANSFER_BALANCES: Table[int] = Table("transfer balance", int)
"""Without a row for an order of which everything has arrived."""


def under_way(state: PartitionState, item_id: ItemId, order: TransferOrder) -> int:
    """The balance of an order."""
    return state.get(TRANSFER_BALANCES, _key(item_id, order)) or 0


def keep(state: PartitionState, item_id: ItemId, balance: TransferBalance) -> None:
    """Store the balance of an order."""
    key = _key(item_id, balance.order)
    if balance.units:
        state.put(TRANSFER_BALANCES, key, balance.units)
    else:
        state.delete(TRANSFER_BALANCES, key)


def _key(item_id: ItemId, order: TransferOrder) -> str:
    return "\0".join((item_id, *order))
