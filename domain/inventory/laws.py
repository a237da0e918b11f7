"""The invariants of the ledger, checked after every transition; an empty result means that they hold.

A violation is a bug in this program, never a business event.
"""

from collections.abc import Iterable
from itertools import chain

from domain.identifiers import NodeId
from domain.inventory.accounts import MAY_BE_NEGATIVE, Item, balance, balances
from domain.inventory.reservations import Reservation
from domain.messages.inventory import Account, NodePosition

_ACCOUNTS = tuple(Account)


def violations(item: Item) -> tuple[str, ...]:
    """The violations visible in the item alone; cheap enough for every transition.

    The accounts of every node (so also of all nodes) sum to zero. Of those inside only `available` may be negative,
    and only by a fact: a promise of more than there is raises where it is made (`DecisionDraft.move`).
    """
    found = list(chain.from_iterable(_node_violations(item, node) for node in item.nodes))
    if item.backordered < 0:
        found.append(f"{item.item_id}: backordered is {item.backordered}")
    return tuple(found)


def audit(item: Item, reservations: Iterable[Reservation]) -> tuple[str, ...]:
    """The violations in the item and all its open reservations together; reads every row."""
    rows = tuple(reservations)
    return (
        *violations(item),
        *_account_differences(item, rows),
        *chain.from_iterable(_row_violations(item, row) for row in rows),
    )


def _node_violations(item: Item, node: NodePosition) -> Iterable[str]:
    held = balances(node)
    total = sum(held)
    if total != 0:
        yield f"{item.item_id} at {node.node_id}: the sum over all accounts is {total}"
    for account, units in zip(_ACCOUNTS, held, strict=True):
        if units < 0 and account not in MAY_BE_NEGATIVE:
            yield f"{item.item_id} at {node.node_id}: {account} is {units}"


def _account_differences(item: Item, rows: tuple[Reservation, ...]) -> Iterable[str]:
    reserved = _reserved(rows)
    nodes = {node.node_id: node for node in item.nodes}
    for node_id in dict.fromkeys((*nodes, *(place for place, _ in reserved))):
        for account in (Account.PENDING, Account.ALLOCATED, Account.PICKED):
            in_account = balance(nodes[node_id], account) if node_id in nodes else 0
            in_rows = reserved.get((node_id, account), 0)
            if in_account != in_rows:
                yield f"{item.item_id} at {node_id}: {account} is {in_account}, reservations hold {in_rows}"
    waiting = sum(row.demand for row in rows)
    if waiting != item.backordered:
        yield f"{item.item_id}: backordered is {item.backordered}, reservations wait for {waiting}"


def _reserved(rows: tuple[Reservation, ...]) -> dict[tuple[NodeId, Account], int]:
    reserved: dict[tuple[NodeId, Account], int] = {}
    for at in chain.from_iterable(row.at for row in rows):
        held = ((Account.PENDING, at.pending), (Account.ALLOCATED, at.allocated), (Account.PICKED, at.picked))
        for account, quantity in held:
            if quantity:
                reserved[at.node_id, account] = reserved.get((at.node_id, account), 0) + quantity
    return reserved


def _row_violations(item: Item, row: Reservation) -> Iterable[str]:
    name = f"{item.item_id}, reservation {row.reservation_id}"
    if row.item_id != item.item_id:
        yield f"{name}: belongs to item {row.item_id}"
    if row.ended:
        yield f"{name}: nothing is left, but the row is kept"
    if min(row.backordered, *chain.from_iterable(at[1:] for at in row.at), 0) < 0:
        yield f"{name}: holds a negative quantity"
    if row.confirmed and row.pending:
        yield f"{name}: confirmed, but {row.pending} pending"
    if row.waits:
        yield from (
            f"{name}: waits although stock is available at {place}" for place in row.sources if _stock(item, place) > 0
        )


def _stock(item: Item, node_id: NodeId) -> int:
    return sum(node.available for node in item.nodes if node.node_id == node_id)
