"""A second, naive ledger: the accounts of every item as the journal `inventory.events.v1` adds them up.

It knows nothing of reservations and queues; it only moves units between accounts, and notes what cannot be.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.topic_reader import TopicReader, every_record
from domain.identifiers import NodeId
from domain.inventory.accounts import MAY_BE_NEGATIVE, PROMISES
from domain.messages.inventory import Account, ItemTransfers, StockTransferred, Transfer
from domain.quantities import format_quantity
from schemas.codec import Codec
from schemas.contracts.registry import INVENTORY_EVENTS


@dataclass(slots=True)
class Book:
    """One item: the version of its last journal entry, and its accounts by node, in millionths."""

    version: int = 0
    balances: dict[tuple[NodeId, Account], int] = field(default_factory=lambda: defaultdict(int))

    def total(self, *accounts: Account) -> int:
        """The units in these accounts at all nodes."""
        return sum(units for (_, account), units in self.balances.items() if account in accounts)

    @property
    def missing(self) -> int:
        """The units that left nodes, or were written off, without being free there."""
        return -sum(min(0, units) for (_, account), units in self.balances.items() if account is Account.AVAILABLE)


@dataclass(slots=True)
class Books:
    """All items, and what is wrong with the journal itself."""

    items: Mapping[str, Book]
    findings: list[str]


def read_journal(reader: TopicReader, codec: Codec) -> Books:
    """The journal from its beginning; gaps, as retention leaves them, are findings."""
    items: dict[str, Book] = defaultdict(Book)
    findings: list[str] = []
    for record in every_record(reader, INVENTORY_EVENTS):
        entry = codec.decode(record.topic, record.value or b"")
        if isinstance(entry, StockTransferred):
            for line in entry.lines:
                findings.extend(_enter(items[line.item_id], line))
    return Books(dict(items), findings)


def _enter(book: Book, entry: ItemTransfers) -> list[str]:
    item = f"item {entry.item_id}"
    findings = []
    if entry.version != book.version + 1:
        findings.append(f"{item}: journal entry {entry.version} follows entry {book.version}")
    book.version = entry.version
    for transfer in entry.transfers:
        findings.extend(f"{item}, journal entry {entry.version}: {fault}" for fault in _move(book, transfer))
    return findings


def _move(book: Book, transfer: Transfer) -> list[str]:
    if transfer.quantity <= 0 or transfer.debit is transfer.credit:
        return [f"{format_quantity(transfer.quantity)} from {transfer.debit} to {transfer.credit} is no movement"]
    book.balances[transfer.node_id, transfer.debit] -= transfer.quantity
    book.balances[transfer.to_node_id or transfer.node_id, transfer.credit] += transfer.quantity
    left = book.balances[transfer.node_id, transfer.debit]
    if left < 0 and (transfer.debit not in MAY_BE_NEGATIVE or _is_promise(transfer)):
        return [f"{transfer.debit} at {transfer.node_id} falls to {format_quantity(left)}"]
    return []


def _is_promise(transfer: Transfer) -> bool:
    return transfer.debit is Account.AVAILABLE and transfer.credit in PROMISES
