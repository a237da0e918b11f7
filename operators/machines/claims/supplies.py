"""The rows of announced supply: documents in their home partitions, and what is expected of an item, by day."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from domain.deduplication import Horizons
from domain.identifiers import EventId, ItemId, NodeId, SupplyId
from domain.inventory.documents import movement_of
from domain.inventory.effects import LedgerEffect
from domain.inventory.supply.announcing import KnownSupply, SupplyVerdict, decide
from domain.inventory.supply.rows import DAY_US, ExpectedUnits, ItemSupply
from domain.messages.stock import SupplyAnnounced
from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from operators.engine.timers import Timer
from operators.steps.expiry_queue import ExpiryQueue


class KeptSupply(NamedTuple):
    """What is known of an item under a number, and when it is forgotten."""

    supply: ItemSupply
    until_ms: int


ANNOUNCED: Table[KnownSupply] = Table("announced supply", KnownSupply)
ANNOUNCED_HORIZON: Table[bool] = Table("announced supply horizon", bool, ordered=True)
SUPPLIES: Table[KeptSupply] = Table("supply", KeptSupply)
SUPPLY_HORIZON: Table[bool] = Table("supply horizon", bool, ordered=True)
EXPECTED: Table[int] = Table("expected", int, ordered=True)
"""What has not been received, by item and day."""

ANNOUNCED_PASSED: Final = "announced supply horizon passed"
SUPPLY_PASSED: Final = "supply horizon passed"
SUPPLY_OVERDUE: Final = "supply overdue"
"""The timer at the end of a day on which an item is expected; its subject is the item."""
MOST_EXPECTED: Final = 200
"""So many expected quantities of an item are looked at, the earliest first: none is promised of those behind them."""
_KEPT_MS: Final = 90 * 24 * 3_600_000
"""So long after its last day and its last change supply is remembered: what comes later is as if unannounced."""

_DOCUMENTS = ExpiryQueue(ANNOUNCED_HORIZON, ANNOUNCED_PASSED)
_ITEMS = ExpiryQueue(SUPPLY_HORIZON, SUPPLY_PASSED)


class AnnouncedSupplies:
    """The purchase orders and shipping notices of the inventory flow."""

    def __init__(self, horizons: Horizons) -> None:
        self._horizons = horizons

    def apply(
        self, partition: Partition, document: SupplyAnnounced, event_id: EventId, now_ms: int
    ) -> Sequence[LedgerEffect]:
        """The lines that apply, as one message that is split for the partitions of their items; or a case."""
        stored = partition.state.get(ANNOUNCED, document.home_key)
        known = None if stored is None or stored.until_ms <= now_ms else stored
        last_ms = max(now_ms, *(line.expected_at_us // 1_000 for line in document.lines))
        decision = decide(document, known, self._horizons.until_ms(document.provenance.source_id, last_ms))
        if decision.verdict is not SupplyVerdict.FIRST:
            partition.count(decision.verdict)
        if decision.known != stored:
            if stored is not None:
                _DOCUMENTS.remove(partition, stored.until_ms, document.home_key)
            partition.state.put(ANNOUNCED, document.home_key, decision.known)
            _DOCUMENTS.add(partition, decision.known.until_ms, document.home_key)
        moved = (movement_of(document, decision.lines, event_id),) if decision.lines else ()
        return (*moved, *decision.cases)


def forget_documents(partition: Partition) -> None:
    """The timer: delete a page of documents whose horizon has passed."""
    for key in _DOCUMENTS.take_due(partition):
        partition.state.delete(ANNOUNCED, key)


def supply_of(state: PartitionState, item_id: ItemId, node_id: NodeId, supply_id: SupplyId) -> ItemSupply:
    """What is known of an item under a number."""
    kept = state.get(SUPPLIES, _key(item_id, node_id, supply_id))
    return ItemSupply(node_id, supply_id) if kept is None else kept.supply


def keep(partition: Partition, item_id: ItemId, supply: ItemSupply) -> None:
    """Store what is known of an item under a number; at the end of each of its days it may be overdue."""
    state, key = partition.state, _key(item_id, supply.node_id, supply.supply_id)
    kept = state.get(SUPPLIES, key)
    before = () if kept is None else kept.supply.expected
    for each in before:
        if each not in supply.expected:
            state.delete(EXPECTED, _place(item_id, supply, each))
    for each in supply.expected:
        if each not in before:
            state.put(EXPECTED, _place(item_id, supply, each), each.units)
            partition.timers.set(Timer((each.expected_us + DAY_US) // 1_000, SUPPLY_OVERDUE, item_id))
    if kept is not None:
        _ITEMS.remove(partition, kept.until_ms, key)
    until_ms = _kept_until_ms(partition.now_ms, supply)
    state.put(SUPPLIES, key, KeptSupply(supply, until_ms))
    _ITEMS.add(partition, until_ms, key)


def forget(partition: Partition) -> None:
    """The timer: delete a page of supplies that nothing was heard of for long."""
    for key in _ITEMS.take_due(partition):
        kept = partition.state.get(SUPPLIES, key)
        if kept is not None:
            item_id = ItemId(key.split("\0", 1)[0])
            for each in kept.supply.expected:
                partition.state.delete(EXPECTED, _place(item_id, kept.supply, each))
            partition.state.delete(SUPPLIES, key)


def expected_of(partition: Partition, item_id: ItemId) -> Iterator[ExpectedUnits]:
    """What is expected of an item from today on, the earliest day first."""
    today_us = partition.now_ms * 1_000 // DAY_US * DAY_US
    rows = partition.state.scan(EXPECTED, f"{item_id}\0", after=f"{item_id}\0{today_us:018d}")
    for place, units in islice(rows, MOST_EXPECTED):
        day, node_id, _ = place[len(item_id) + 1 :].split("\0", 2)
        yield ExpectedUnits(NodeId(node_id), int(day), units)


def is_expected(partition: Partition, item_id: ItemId) -> bool:
    """Whether anything is."""
    return next(expected_of(partition, item_id), None) is not None


def is_overdue(partition: Partition, timer: Timer) -> bool:
    """Whether something has not come that should have by now, when its day ends."""
    expected_us = timer.due_at_ms * 1_000 - DAY_US
    return next(partition.state.scan(EXPECTED, f"{timer.subject}\0{expected_us:018d}\0"), None) is not None


def _kept_until_ms(now_ms: int, supply: ItemSupply) -> int:
    last_us = max((each.expected_us for each in supply.announced), default=0)
    return max(now_ms, last_us // 1_000) // 3_600_000 * 3_600_000 + _KEPT_MS


def _key(item_id: ItemId, node_id: NodeId, supply_id: SupplyId) -> str:
    return f"{item_id}\0{node_id}\0{supply_id}"


def _place(item_id: ItemId, supply: ItemSupply, units: ExpectedUnits) -> str:
    return f"{item_id}\0{units.expected_us:018d}\0{supply.node_id}\0{supply.supply_id}"
