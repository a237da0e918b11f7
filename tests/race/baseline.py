"""What many integrations do: read the stock, check it, write. The same deliveries, one writer for each partition.

It is as good as this pattern can be: repeats are known by a unique key, receipts and cancellations add in one
statement, and every statement is a transaction of its own. What is missing is only that another writer may come between
the check and the write.
"""

import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from connectors.log.partitioner import partition_of
from domain.identifiers import ItemId
from tests.race.contest import Contest, Deed, Delivery

_TABLES: Final = """
    CREATE TABLE stock (item TEXT PRIMARY KEY, available INTEGER NOT NULL);
    CREATE TABLE promise (subject TEXT, item TEXT, units INTEGER NOT NULL, PRIMARY KEY (subject, item));
    CREATE TABLE receipt (subject TEXT PRIMARY KEY);
"""


class Write(StrEnum):
    """How a writer takes the units that it has read and checked."""

    NUMBER = "UPDATE stock SET available = :read - :units WHERE item = :item"
    """The new number, as a program computed it: the stock level that is sent to a shop or an ERP."""
    DECREMENT = "UPDATE stock SET available = available - :units WHERE item = :item"
    """The database subtracts."""


@dataclass(frozen=True, slots=True)
class BaselineResult:
    """Whole units by item that are promised, and how many of them do not exist; `writers` ran at the same time."""

    promised: Mapping[ItemId, int]
    oversold: Mapping[ItemId, int]
    promised_orders: int
    writers: int


def race_without_ledger(contest: Contest, write: Write, partitions: int | None) -> BaselineResult:
    """Run it to its end; which writer takes its next step is drawn from the seed.

    `partitions` of each source topic; None: one writer for everything.
    """
    with sqlite3.connect(":memory:", isolation_level=None) as database:
        database.executescript(_TABLES)
        database.executemany("INSERT INTO stock VALUES (?, 0)", [(item_id,) for item_id in contest.stock])
        deliveries = contest.deliveries()
        queues = [deque(deliveries)] if partitions is None else _by_partition(deliveries, partitions)
        _interleave([_work(database, queue, write) for queue in queues], Random(f"{contest.seed}/steps"))
        promised: Counter[ItemId] = Counter(
            dict(database.execute("SELECT item, sum(units) FROM promise GROUP BY item").fetchall())
        )
        ((orders,),) = database.execute("SELECT count(DISTINCT subject) FROM promise").fetchall()
    oversold = {item_id: max(0, promised[item_id] - units) for item_id, units in contest.stock.items()}
    return BaselineResult(promised, oversold, orders, len(queues))


def _by_partition(deliveries: Iterable[Delivery], partitions: int) -> list[deque[Delivery]]:
    """The records of each partition of each source, in their order."""
    queues: dict[tuple[str, int], deque[Delivery]] = {}
    for each in deliveries:
        place = each.record.topic, partition_of(each.record.key or "", partitions)
        queues.setdefault(place, deque()).append(each)
    return list(queues.values())


def _interleave(writers: list[Iterator[None]], chance: Random) -> None:
    while writers:
        writer = chance.choice(writers)
        if next(writer, writer) is writer:
            writers.remove(writer)


def _work(database: sqlite3.Connection, queue: deque[Delivery], write: Write) -> Iterator[None]:
    """One writer: a step is one statement."""
    handle: Mapping[Deed, Callable[[sqlite3.Connection, Delivery, Write], Iterator[None]]]
    handle = {Deed.PLACED: _place, Deed.CANCELLED: _cancel, Deed.RECEIVED: _receive}
    for delivery in queue:
        yield from handle[delivery.deed](database, delivery, write)


def _place(database: sqlite3.Connection, order: Delivery, write: Write) -> Iterator[None]:
    for item_id, units in order.units:
        ((available,),) = database.execute("SELECT available FROM stock WHERE item = ?", (item_id,)).fetchall()
        yield
        if available < units:
            continue
        row = (order.subject, item_id, units)
        if database.execute("INSERT OR IGNORE INTO promise VALUES (?, ?, ?)", row).rowcount:
            yield
            database.execute(write, {"read": available, "units": units, "item": item_id})
        yield


def _cancel(database: sqlite3.Connection, cancelled: Delivery, _: Write) -> Iterator[None]:
    for item_id, units in cancelled.units:
        row = (cancelled.subject, item_id)
        if database.execute("DELETE FROM promise WHERE subject = ? AND item = ?", row).rowcount:
            yield
            database.execute("UPDATE stock SET available = available + ? WHERE item = ?", (units, item_id))
        yield


def _receive(database: sqlite3.Connection, receipt: Delivery, _: Write) -> Iterator[None]:
    if database.execute("INSERT OR IGNORE INTO receipt VALUES (?)", (receipt.subject,)).rowcount:
        yield
        for item_id, units in receipt.units:
            database.execute("UPDATE stock SET available = available + ? WHERE item = ?", (units, item_id))
            yield
