"""What the ledger sends after one record: the transfers, the item's new position, and claims after crossed messages."""

from collections.abc import Iterable, Sequence

from domain.identifiers import OrderId, ReservationId
from domain.inventory.accounts import Item
from domain.inventory.decisions import Statement
from domain.messages.inventory import InventoryPosition, ItemTransfers, Transfer
from domain.messages.orders import ReservationsStated, StatedLine


def settled(before: Item, after: Item, transfers: Sequence[Transfer]) -> Item:
    """The item to store after all decisions of one record: its version is one higher if anything changed.

    Units that pass from one order to another leave the accounts as they were, and are a change.
    """
    is_same = not transfers and after._replace(drifted=before.drifted) == before
    return before if is_same else after._replace(version=before.version + 1)


def line_of(item: Item, transfers: tuple[Transfer, ...]) -> ItemTransfers:
    """What the journal says of the settled item; no transfers when only the backordered quantity has changed.

    There is an entry for every version, so a reader detects a missing one.
    """
    return ItemTransfers(item.item_id, item.version, transfers)


def position(item: Item, now_ms: int) -> InventoryPosition:
    """The published position of the settled item; `now_ms` is the append time of the record that changed it."""
    return InventoryPosition(item.item_id, item.version, now_ms, item.backordered, item.nodes)


def stated_by_order(statements: Iterable[Statement]) -> tuple[ReservationsStated, ...]:
    """One event for each order; of each claim the last statement."""
    lines: dict[OrderId, dict[ReservationId, StatedLine]] = {}
    for order_id, line in statements:
        lines.setdefault(order_id, {})[line.reservation_id] = line
    return tuple(ReservationsStated(order_id, tuple(stated.values())) for order_id, stated in lines.items())
