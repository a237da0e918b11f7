"""What a decision reads and writes of an item's physical facts besides its accounts.

An item's accounts say what is there now. To know what was there when somebody counted, and what is still expected of a
transfer order, the facts themselves are kept for a while, in rows of their own.
"""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from domain.identifiers import NodeId, SupplyId, TransferOrderId
from domain.inventory.accounts import MOST_UNFOUND, Item, LastCount, PrematureUnits, UnfoundUnits
from domain.inventory.supply.rows import ExpectedUnits, ItemSupply
from domain.messages.inventory import Account

MOST_TIMES: Final = 1_000
"""So many different times of movements are kept for an item and node; beyond it, a quarter of them is dropped."""
KEPT_DAYS: Final = 4
"""After so many days a movement is not kept any more: a count of Thursday may arrive on Monday."""


ARRIVES_WITHIN_MS: Final = 7 * 24 * 3_600_000
"""How long goods may be in transit after the last movement of their transfer order before a person is asked."""


class OnHandChange(NamedTuple):
    """Units that came to a node, or left it (below zero), when it happened by the source's clock."""

    node_id: NodeId
    occurred_at_us: int
    units: int


class NodeHistory(NamedTuple):
    """The movements of an item at one node, as far as they are kept."""

    kept_from_us: int
    """All that happened later is kept."""
    after: Callable[[int], Iterable[int]]
    """The units that came or left after a time, in microseconds."""


class TransferOrder(NamedTuple):
    """A transfer order of one item between two nodes; the sending node gave it its number.

    Of a receipt that belongs to none that is known, the sender is `NO_NODE`, or the receiving node itself.
    """

    from_node_id: NodeId
    to_node_id: NodeId
    transfer_order_id: TransferOrderId


class TransferBalance(NamedTuple):
    """What was sent of an order and not received; below zero what was received and not sent."""

    order: TransferOrder
    units: int


class ItemFacts(NamedTuple):
    """The rows of one item, read when a decision needs them."""

    history_at: Callable[[NodeId], NodeHistory]
    under_way: Callable[[TransferOrder], int]
    """The balance of a transfer order; 0 where nothing is expected."""
    supply: Callable[[NodeId, SupplyId], ItemSupply]
    """What was announced of the item under a number, and received."""
    expected: Callable[[], Iterable[ExpectedUnits]]
    """What is expected of the item from today on, the earliest day first."""
    transfers: Callable[[TransferOrderId], Iterable[TransferBalance]]
    """The transfer orders of a number with a balance, whichever nodes they are between."""


class FactsDraft:
    """The part of a decision under construction that is about physical facts."""

    __slots__ = ("_counts", "_premature", "balances", "movements", "supplies", "unfound")

    def __init__(self, item: Item) -> None:
        self._counts = {count.node_id: count for count in item.counts}
        self._premature = {(units.node_id, units.account): units.quantity for units in item.premature}
        self.unfound = item.unfound
        self.movements: list[OnHandChange] = []
        self.balances: list[TransferBalance] = []
        self.supplies: list[ItemSupply] = []

    def last_count(self, node_id: NodeId) -> LastCount:
        """The count in force at a node."""
        return self._counts.get(node_id) or LastCount(node_id)

    def count(self, count: LastCount) -> None:
        """Put a count in force; it says what is there, whatever was not found before it, but not what is blocked."""
        self._counts[count.node_id] = count
        is_counted = (
            each.node_id == count.node_id
            and each.occurred_us <= count.counted_at_us
            and each.account is Account.ADJUSTMENT
            for each in self.unfound
        )
        self.unfound = tuple(each for each, counted in zip(self.unfound, is_counted, strict=True) if not counted)

    def not_found_since(self, node_id: NodeId, occurred_us: int) -> int:
        """What short picks have written off there since then: somebody may have taken it before."""
        return sum(
            each.units
            for each in self.unfound
            if each.node_id == node_id and each.occurred_us >= occurred_us and each.account is Account.ADJUSTMENT
        )

    def not_found(self, unfound: UnfoundUnits) -> None:
        """A short pick, or a loss in picking, has taken units that its order held."""
        if not unfound.units:
            return
        self.unfound = (*self.unfound, unfound)[-MOST_UNFOUND:]

    def premature(self, node_id: NodeId, account: Account) -> int:
        """The units that left the account before they came."""
        return self._premature.get((node_id, account), 0)

    def change_premature(self, node_id: NodeId, account: Account, more: int) -> int:
        """More of them, or fewer (below zero); returns how many there are now."""
        units = self.premature(node_id, account) + more
        self._premature[node_id, account] = units
        return units

    @property
    def counts(self) -> tuple[LastCount, ...]:
        """The counts as they are now."""
        return tuple(self._counts.values())

    @property
    def all_premature(self) -> tuple[PrematureUnits, ...]:
        """All premature units as they are now."""
        return tuple(PrematureUnits(*place, units) for place, units in self._premature.items() if units)
