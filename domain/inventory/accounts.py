"""The accounts of one item at its nodes, and how a transfer moves units between them (docs/domain.md#inventory)."""

from operator import attrgetter
from typing import Final, NamedTuple

from domain.identifiers import CountId, ItemId, NodeId, TransferOrderId
from domain.inventory.stock_policy.node_policy import NO_POLICY, StockPolicy
from domain.messages.inventory import Account, NodePosition, UnitFactor
from domain.values import quickly_replaced

OUTSIDE = frozenset({Account.SUPPLIER, Account.CUSTOMER, Account.ADJUSTMENT})
"""Accounts outside the warehouses; they may be negative."""
MAY_BE_NEGATIVE = OUTSIDE | {Account.AVAILABLE}
"""Available units fall below zero when goods left of which the ledger did not know, or which were promised."""
BLOCKED = frozenset({Account.DAMAGED, Account.QUALITY_HOLD})
"""Units that are at a node and cannot be promised."""
PROMISES = frozenset({Account.PENDING, Account.ALLOCATED})
"""Into these accounts the ledger grants and fills: never more than is promisable."""

_ON_HAND = (
    Account.AVAILABLE,
    Account.PENDING,
    Account.ALLOCATED,
    Account.PICKED,
    Account.DAMAGED,
    Account.QUALITY_HOLD,
)

_PLACE = {account: place for place, account in enumerate(Account)}
_balances = attrgetter(*(account.value.lower() for account in Account))


class LastCount(NamedTuple):
    """The latest count of the item at a node. Whatever happened there until then is in it.

    `is_missed`: one that was too old to be applied has an open DRIFT case, which the next one resolves.
    """

    node_id: NodeId
    counted_at_us: int = -1
    """Negative where none was applied yet."""
    count_id: CountId = CountId("")
    is_missed: bool = False

    @property
    def position(self) -> tuple[int, str]:
        """Of two counts the one with the higher position is in force; the id decides between two of one time."""
        return (self.counted_at_us, self.count_id)


class PrematureUnits(NamedTuple):
    """Units that left a blocked account of a node before they came into it; the node's available units carry them."""

    node_id: NodeId
    account: Account
    quantity: int


class OpenLoss(NamedTuple):
    """Promised units that are gone or blocked at a node: the key of the case, and how many have not come again."""

    node_id: NodeId
    key: str
    units: int
    occurred_us: int = 0
    """When, by the clock of its source; 0 where short picks explain nothing of it."""
    account: Account = Account.ADJUSTMENT
    """Where the units are, or were entered as gone."""
    confirmed: int = 0
    """Of the units, those that a count since then has found missing as well, or that a fact from before it explains."""
    sent_with: TransferOrderId = TransferOrderId("")
    """The transfer order that has taken them to `sent_to`, if one has."""
    sent_to: NodeId = NodeId("")


class UnfoundUnits(NamedTuple):
    """Units that a short pick or a loss in picking has taken from its order, and no loss from before it explains."""

    node_id: NodeId
    occurred_us: int
    units: int
    account: Account = Account.ADJUSTMENT
    """Where they are: gone, or blocked."""
    in_hand: bool = False
    """Whoever reports it had them, so they are none that were blocked in another way."""


MOST_UNFOUND: Final = 20
"""Short picks of one item that a loss may explain that is reported after them: the last so many."""
MOST_LOSSES: Final = 20
"""Losses of one item that are resolved by themselves: the last so many; a person closes the cases of earlier ones."""


@quickly_replaced
class Item(NamedTuple):
    """All that the ledger knows of one item except its reservations; quantities in millionths.

    `version` counts the records that changed it, `arrivals` the reservations ever made. `nodes` stay in the order
    in which they were first seen. `drifted`: nodes with an open DRIFT case, which is resolved when units cover it.
    `unit`: in which it is kept, that of its first stock fact or master data; empty before. `factors`: its units by the
    master data of `described_at_us`, the base unit included. `policy`: what of it may be promised. `counts` and
    `premature` are empty for most items.
    """

    item_id: ItemId
    version: int
    nodes: tuple[NodePosition, ...]
    backordered: int
    arrivals: int
    drifted: tuple[NodeId, ...] = ()
    unit: str = ""
    factors: tuple[UnitFactor, ...] = ()
    described_at_us: int = 0
    policy: StockPolicy = NO_POLICY
    counts: tuple[LastCount, ...] = ()
    premature: tuple[PrematureUnits, ...] = ()
    is_discontinued: bool = False
    losses: tuple[OpenLoss, ...] = ()
    """Those with an open case SHRINKAGE, the oldest first; at most `MOST_LOSSES`."""
    unfound: tuple[UnfoundUnits, ...] = ()
    """Those of the last short picks, the oldest first; at most `MOST_UNFOUND`."""
    substitutes: tuple[ItemId, ...] = ()
    """As in its master data."""

    @property
    def may_be_sold(self) -> bool:
        """Whether its master data is known, and does not say that it is discontinued."""
        return self.described_at_us > 0 and not self.is_discontinued

    def is_sold_otherwise_than(self, before: "Item") -> bool:
        """Whether lines that are held for master data may go on now, or are held for another reason."""
        return before.sold_as != self.sold_as

    @property
    def sold_as(self) -> tuple[object, ...]:
        """What lines that wait for its master data are told."""
        return self.may_be_sold, self.is_discontinued, self.substitutes if self.is_discontinued else ()


def new_item(item_id: ItemId) -> Item:
    """An item without any movement yet."""
    return Item(item_id, version=0, nodes=(), backordered=0, arrivals=0)


def empty_node(node_id: NodeId) -> NodePosition:
    """A node where the item has had no movement yet."""
    return NodePosition(node_id, *([0] * len(Account)))


def balances(node: NodePosition) -> tuple[int, ...]:
    """The units in every account of a node, in the order of `Account`, which is that of the node's fields."""
    units: tuple[int, ...] = _balances(node)
    return units


def balance(node: NodePosition, account: Account) -> int:
    """The units in one account of a node."""
    return balances(node)[_PLACE[account]]


def on_hand(node: NodePosition) -> int:
    """The units that are physically at the node."""
    return sum(balance(node, account) for account in _ON_HAND)


def moved(node: NodePosition, debit: Account, credit: Account, quantity: int) -> NodePosition:
    """The node after a transfer of `quantity` from `debit` to `credit`."""
    after = list(balances(node))
    after[_PLACE[debit]] -= quantity
    after[_PLACE[credit]] += quantity
    return NodePosition(node.node_id, *after)


def entered(node: NodePosition, account: Account, quantity: int) -> NodePosition:
    """The node after one side of a transfer."""
    after = list(balances(node))
    after[_PLACE[account]] += quantity
    return NodePosition(node.node_id, *after)
