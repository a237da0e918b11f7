"""The invariants of the ledger, checked after every transition; an empty result means that they hold.

A violation is a bug in this program, never a business event.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from operator import attrgetter

from domain.identifiers import ChannelId, NodeId
from domain.invariants import Law, Violation
from domain.inventory.accounts import MAY_BE_NEGATIVE, PROMISES, Item, balance, balances
from domain.inventory.decisions import LedgerDecision
from domain.inventory.reservations import Reservation
from domain.inventory.stock_policy.laws import broken_promises, policy_differences
from domain.messages.inventory import Account, NodePosition

_ACCOUNTS = tuple(Account)
_units_inside = attrgetter(*(account.value.lower() for account in Account if account not in MAY_BE_NEGATIVE))
_HELD_IN_ORDER = (Account.PENDING, Account.ALLOCATED, Account.PICKED)
"""As `UnitsAt` has them, behind the node."""
_HELD = frozenset(_HELD_IN_ORDER)
"""The accounts whose units belong to reservations."""


def broken_by(before: Item, decision: LedgerDecision) -> tuple[Violation, ...]:
    """The violations of one decision; its cost depends on what it changes, not on how many reservations there are.

    If `audit` found nothing before the decision, it finds nothing of accounts and claims after it.
    """
    found = list(violations(decision.item))
    if decision.transfers:
        found += _oversold(before, decision)
        found += broken_promises(decision.item, decision.transfers)
    if decision.transfers or decision.changes:
        found += _moved_without_claim(decision)
    for _, after in decision.changes:
        found += _below_zero(after)
    return tuple(found)


def violations(item: Item) -> tuple[Violation, ...]:
    """The violations visible in the item alone.

    The accounts of all nodes sum to zero. Of those inside only `available` may be negative, and only by a fact: a
    promise of more than there is breaks a law of its own (`broken_by`).
    """
    found: list[Violation] = []
    total = 0
    for node in item.nodes:
        if min(_units_inside(node)) < 0:
            found.extend(_node_violations(item, node))
        total += sum(balances(node))
    if total != 0:
        reason = f"{item.item_id}: the sum over all accounts is {total}"
        found.append(Violation(Law.SUM_IS_ZERO, item.item_id, reason, found=total))
    found.extend(_premature_violations(item))
    if item.backordered < 0:
        reason = f"{item.item_id}: backordered is {item.backordered}"
        found.append(Violation(Law.NOT_BELOW_ZERO, item.item_id, reason, found=item.backordered))
    return tuple(found)


def audit(item: Item, reservations: Iterable[Reservation]) -> tuple[Violation, ...]:
    """The violations in the item and all its open reservations together; reads every row."""
    rows = tuple(reservations)
    return (
        *violations(item),
        *_account_differences(item, rows),
        *policy_differences(item, rows),
        *chain.from_iterable(_row_violations(item, row) for row in rows),
    )


def _node_violations(item: Item, node: NodePosition) -> Iterable[Violation]:
    for account, units in zip(_ACCOUNTS, balances(node), strict=True):
        if units < 0 and account not in MAY_BE_NEGATIVE:
            reason = f"{item.item_id} at {node.node_id}: {account} is {units}"
            yield Violation(Law.NOT_BELOW_ZERO, item.item_id, reason, node.node_id, units)


def _premature_violations(item: Item) -> Iterable[Violation]:
    """An account of which units are premature is empty: what comes into it covers them first."""
    if not item.premature:
        return
    nodes = {node.node_id: node for node in item.nodes}
    for node_id, account, quantity in item.premature:
        if quantity < 0 or (node_id in nodes and balance(nodes[node_id], account)):
            reason = f"{item.item_id} at {node_id}: {quantity} units of {account} are premature"
            yield Violation(Law.NOT_BELOW_ZERO, item.item_id, reason, node_id, quantity)


def _oversold(before: Item, decision: LedgerDecision) -> Iterable[Violation]:
    """The transfers in their order: no promise may take available units below zero.

    Counted from the accounts, not by what the rules call promisable, so that an error there is seen here.
    """
    available = {node.node_id: node.available for node in before.nodes}
    for transfer in decision.transfers:
        node_id, quantity = transfer.node_id, transfer.quantity
        there = available.get(node_id, 0)
        if transfer.debit is Account.AVAILABLE:
            if transfer.credit in PROMISES and quantity > there:
                reason = f"{before.item_id} at {node_id}: {quantity} promised of {there}"
                yield Violation(Law.OVERSOLD, before.item_id, reason, node_id, quantity, max(0, there))
            available[node_id] = there - quantity
        if transfer.credit is Account.AVAILABLE:
            credited = transfer.to_node_id or node_id
            available[credited] = available.get(credited, 0) + quantity


def _moved_without_claim(decision: LedgerDecision) -> Iterable[Violation]:
    """What reservations gained or lost, against what moved into and out of the accounts that belong to them."""
    moved: dict[tuple[NodeId, Account], int] = {}
    for transfer in decision.transfers:
        node_id, debit, credit, quantity = transfer.node_id, transfer.debit, transfer.credit, transfer.quantity
        if debit in _HELD:
            moved[node_id, debit] = moved.get((node_id, debit), 0) - quantity
        if credit in _HELD:
            moved[node_id, credit] = moved.get((node_id, credit), 0) + quantity
    claimed: dict[tuple[NodeId, Account], int] = {}
    for before, after in decision.changes:
        _add_held(claimed, after, 1)
        if before is not None:
            _add_held(claimed, before, -1)
    if moved == claimed:
        return ()
    return _differences_of(decision.item, moved, claimed)


def _differences_of(
    item: Item, moved: Mapping[tuple[NodeId, Account], int], claimed: Mapping[tuple[NodeId, Account], int]
) -> Iterable[Violation]:
    item_id = item.item_id
    for node_id, account in dict.fromkeys((*moved, *claimed)):
        in_account, in_claims = moved.get((node_id, account), 0), claimed.get((node_id, account), 0)
        if in_account != in_claims:
            reason = f"{item_id} at {node_id}: {account} changed by {in_account}, its reservations by {in_claims}"
            yield Violation(Law.ACCOUNTS_MATCH_CLAIMS, item_id, reason, node_id, in_account, in_claims)


def _account_differences(item: Item, rows: tuple[Reservation, ...]) -> Iterable[Violation]:
    reserved: dict[tuple[NodeId, Account], int] = {}
    for row in rows:
        _add_held(reserved, row, 1)
    nodes = {node.node_id: node for node in item.nodes}
    for node_id in dict.fromkeys((*nodes, *(place for place, _ in reserved))):
        for account in (Account.PENDING, Account.ALLOCATED, Account.PICKED):
            in_account = balance(nodes[node_id], account) if node_id in nodes else 0
            in_rows = reserved.get((node_id, account), 0)
            if in_account != in_rows:
                reason = f"{item.item_id} at {node_id}: {account} is {in_account}, reservations hold {in_rows}"
                yield Violation(Law.ACCOUNTS_MATCH_CLAIMS, item.item_id, reason, node_id, in_account, in_rows)
    waiting = sum(row.demand for row in rows)
    if waiting != item.backordered:
        reason = f"{item.item_id}: backordered is {item.backordered}, reservations wait for {waiting}"
        yield Violation(Law.ACCOUNTS_MATCH_CLAIMS, item.item_id, reason, found=item.backordered, expected=waiting)


def _add_held(reserved: dict[tuple[NodeId, Account], int], row: Reservation, sign: int) -> None:
    for at in row.at:
        for account, quantity in zip(_HELD_IN_ORDER, at[1:4], strict=True):
            if quantity:
                reserved[at.node_id, account] = reserved.get((at.node_id, account), 0) + sign * quantity


def _row_violations(item: Item, row: Reservation) -> Iterable[Violation]:
    name = f"{item.item_id}, reservation {row.reservation_id}"
    claims = Law.ACCOUNTS_MATCH_CLAIMS
    if row.item_id != item.item_id:
        yield Violation(claims, item.item_id, f"{name}: belongs to item {row.item_id}")
    if row.ended:
        yield Violation(claims, item.item_id, f"{name}: nothing is left, but the row is kept")
    yield from _below_zero(row)
    if row.confirmed and row.pending:
        yield Violation(claims, item.item_id, f"{name}: confirmed, but {row.pending} pending", found=row.pending)
    if row.waits:
        for place in row.sources:
            if (units := _stock(item, place, row.channel_id)) > 0:
                reason = f"{name}: waits although stock is available at {place}"
                yield Violation(Law.NOBODY_WAITS_FOR_FREE_UNITS, item.item_id, reason, place, units)


def _below_zero(row: Reservation) -> Iterable[Violation]:
    least = min(row.backordered, 0)
    for _, *units in row.at:
        least = min(least, *units)
    if least >= 0:
        return ()
    reason = f"{row.item_id}, reservation {row.reservation_id}: holds a negative quantity"
    return (Violation(Law.NOT_BELOW_ZERO, row.item_id, reason, found=least),)


def _stock(item: Item, node_id: NodeId, channel_id: ChannelId) -> int:
    """What the channel may have of the free units."""
    policy = next((policy for policy in item.policy.nodes if policy.node_id == node_id), None)
    nodes = (node for node in item.nodes if node.node_id == node_id)
    return sum(node.available if policy is None else policy.promisable(node, channel_id) for node in nodes)
