"""What came of a race, read from the topics alone: who got something, and everything that is wrong with it.

Two witnesses are compared with the stock that exists and with each other: the journal of the ledger, added up transfer
by transfer, and the orders as their channels see them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from connectors.topic_reader import TopicReader, every_record, last_of_each_key
from domain.identifiers import ItemId, OrderId
from domain.messages.inventory import Account, StockTransferred
from domain.messages.status import OrderSnapshot, OrderStatus, OrderSummary
from domain.messages.warehouse import WarehouseReleaseCommanded
from domain.quantities import UNIT
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import (
    EXCEPTIONS,
    INVARIANTS_VIOLATED,
    INVENTORY_EVENTS,
    ORDERS_STATE,
    WAREHOUSE_COMMANDS,
)
from tests.race.contest import Contest

_FOR_ORDERS: Final = frozenset({Account.PENDING, Account.ALLOCATED, Account.PICKED})


class Outcome(StrEnum):
    """What a contender got."""

    PROMISED = "promised all"
    IN_PART = "promised a part, wait for the rest"
    WAITING = "wait for stock"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    UNDECIDED = "not answered"


@dataclass
class Journal:
    """The ledger's transfers, added up by item: what is free, and what each order holds."""

    free: Counter[ItemId] = field(default_factory=Counter)
    received: Counter[ItemId] = field(default_factory=Counter)
    held: Counter[tuple[OrderId, ItemId]] = field(default_factory=Counter)
    oversold: Counter[ItemId] = field(default_factory=Counter)
    """Units that were promised while they were not free."""

    def take(self, entry: StockTransferred) -> None:
        """Add the transfers of one entry, in their order."""
        for line in entry.lines:
            item_id = line.item_id
            for transfer in line.transfers:
                units = transfer.quantity
                for account, change in ((transfer.debit, -units), (transfer.credit, units)):
                    if account is Account.AVAILABLE:
                        self.free[item_id] += change
                    elif account in _FOR_ORDERS:
                        self.held[transfer.order_id, item_id] += change
                    elif account is Account.SUPPLIER:
                        self.received[item_id] -= change
                self.oversold[item_id] = max(self.oversold[item_id], -self.free[item_id])


@dataclass(frozen=True, slots=True)
class RaceResult:
    """In whole units by item what is promised, and of that what does not exist. No findings: everything is right."""

    outcomes: Mapping[Outcome, int]
    promised: Mapping[ItemId, int]
    oversold: Mapping[ItemId, int]
    findings: tuple[str, ...]


def result_of(reader: TopicReader, contest: Contest) -> RaceResult:
    """Read everything and judge it."""
    codec = Codec(load_contracts())
    journal, orders = _journal(reader, codec), _orders(reader, codec)
    promised: Counter[ItemId] = Counter()
    for order in orders.values():
        promised.update(_held_by(order))
    findings = (
        *_wrong_contenders(contest, orders),
        *_wrong_stock(contest, journal, promised),
        *_free_units_nobody_gets(journal, orders),
        *_disagreements(journal, orders),
        *_released_too_much(reader, codec, contest),
        *(f"{topic} has records" for topic in (EXCEPTIONS, INVARIANTS_VIOLATED) if any(every_record(reader, topic))),
    )
    whole = _whole(promised)
    oversold = {item_id: max(0, whole[item_id] - units) for item_id, units in contest.stock.items()}
    return RaceResult(Counter(map(_outcome_of, orders.values())), whole, oversold, findings)


def _journal(reader: TopicReader, codec: Codec) -> Journal:
    journal = Journal()
    for record in every_record(reader, INVENTORY_EVENTS):
        entry = codec.decode(INVENTORY_EVENTS, record.value or b"")
        assert isinstance(entry, StockTransferred)
        journal.take(entry)
    return journal


def _orders(reader: TopicReader, codec: Codec) -> dict[OrderId, OrderSummary]:
    found = {}
    for record in last_of_each_key(reader, ORDERS_STATE):
        snapshot = codec.decode(ORDERS_STATE, record.value or b"")
        assert isinstance(snapshot, OrderSnapshot)
        found[snapshot.order.order_id] = snapshot.order
    return found


def _held_by(order: OrderSummary) -> Counter[ItemId]:
    held: Counter[ItemId] = Counter()
    for line in order.lines:
        held[line.item_id] += line.reserved + line.allocated
    return held


def _outcome_of(order: OrderSummary) -> Outcome:
    match order.status:
        case OrderStatus.REJECTED:
            return Outcome.REJECTED
        case OrderStatus.CANCELLED:
            return Outcome.CANCELLED
        case OrderStatus.RECEIVED:
            return Outcome.UNDECIDED
        case _:
            held = _held_by(order).total()
            if not order.totals.backordered:
                return Outcome.PROMISED
            return Outcome.IN_PART if held else Outcome.WAITING


def _wrong_contenders(contest: Contest, orders: Mapping[OrderId, OrderSummary]) -> Iterator[str]:
    expected = contest.order_ids
    yield from (f"{order_id} has contended and is unknown" for order_id in sorted(expected - orders.keys()))
    yield from (f"{order_id} is known and has not contended" for order_id in sorted(orders.keys() - expected))
    undecided = (order.order_id for order in orders.values() if _outcome_of(order) is Outcome.UNDECIDED)
    yield from (f"{order_id} has no answer" for order_id in undecided)


def _wrong_stock(contest: Contest, journal: Journal, promised: Counter[ItemId]) -> Iterator[str]:
    for item_id, units in contest.stock.items():
        exist = units * UNIT
        if journal.received[item_id] != exist:
            yield f"{item_id}: {journal.received[item_id]} were received, {exist} exist"
        if journal.oversold[item_id]:
            yield f"{item_id}: {journal.oversold[item_id]} were promised while they were not free"
        if promised[item_id] > exist:
            yield f"{item_id}: {promised[item_id]} are promised, {exist} exist"


def _free_units_nobody_gets(journal: Journal, orders: Mapping[OrderId, OrderSummary]) -> Iterator[str]:
    waiting = {line.item_id for order in orders.values() for line in order.lines if line.backordered}
    yield from (
        f"{item_id}: {units} are free while orders wait"
        for item_id, units in journal.free.items()
        if units and item_id in waiting
    )


def _disagreements(journal: Journal, orders: Mapping[OrderId, OrderSummary]) -> Iterator[str]:
    by_orders = {(order.order_id, item): units for order in orders.values() for item, units in _held_by(order).items()}
    for claim in sorted({*journal.held, *by_orders}):
        by_ledger, by_order = journal.held[claim], by_orders.get(claim, 0)
        if by_ledger != by_order:
            yield f"{claim[0]} holds {by_order} of {claim[1]}, by the ledger {by_ledger}"


def _released_too_much(reader: TopicReader, codec: Codec, contest: Contest) -> Iterator[str]:
    released: Counter[ItemId] = Counter()
    for record in every_record(reader, WAREHOUSE_COMMANDS):
        command = codec.decode(WAREHOUSE_COMMANDS, record.value or b"")
        if isinstance(command, WarehouseReleaseCommanded):
            released.update({line.item_id: line.quantity for line in command.lines})
    for item_id, units in released.items():
        if units > contest.stock[item_id] * UNIT:
            yield f"{item_id}: warehouses are to pick {units}, {contest.stock[item_id]} whole units exist"


def _whole(units: Mapping[ItemId, int]) -> Counter[ItemId]:
    return Counter({item_id: count // UNIT for item_id, count in units.items()})
