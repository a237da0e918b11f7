"""The audit of units: four independent counts of the same goods must agree item by item.

1. the journal `inventory.events.v1`, added up by a second ledger (`journal_reading`);
2. the ledger's own view, the last `inventory.positions.v1`;
3. the warehouses' receipts, from the raw records;
4. the orders, as last published: what they hold, and what was shipped to customers and not returned.

Run it once the flows are idle: units in flight between two flows are in one count and not yet in the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.topic_reader import TopicReader, last_of_each_key
from demo.report.arrivals import Received
from demo.report.journal_reading import Book, Books
from demo.report.orders_now import OrdersNow
from domain.identifiers import ItemId
from domain.inventory.accounts import balance
from domain.messages.inventory import Account, InventoryPosition
from domain.quantities import UNIT, format_quantity
from schemas.codec import Codec
from schemas.contracts.registry import INVENTORY_POSITIONS

_FOR_ORDERS = (Account.PENDING, Account.ALLOCATED, Account.PICKED)
_NOT_TO_BE_PROMISED = (Account.ADJUSTMENT, Account.DAMAGED)
"""Units written off (found, if negative), and units returned damaged."""
_NOTHING = Received(0, 0)


@dataclass(frozen=True, slots=True)
class Audit:
    """The differences, one sentence each."""

    unbalanced: tuple[str, ...]
    """Units that appeared or disappeared."""
    oversold: tuple[str, ...]
    oversold_units: int
    """Whole units promised beyond what there is; a part counts as one."""

    @property
    def findings(self) -> tuple[str, ...]:
        """All differences."""
        return (*self.unbalanced, *self.oversold)


def audit_units(
    reader: TopicReader, codec: Codec, books: Books, received: Mapping[str, Received], orders: OrdersNow
) -> Audit:
    """Compare the accounts; all but the positions are counted already."""
    items = books.items
    unbalanced = [*books.findings, *_against_positions(reader, codec, items)]
    excess: dict[str, int] = {}
    for item_id in sorted({*items, *received, *orders.held, *orders.with_customers}):
        book, came = items.get(item_id, Book()), received.get(item_id, _NOTHING)
        unbalanced.extend(f"item {item_id}: {fault}" for fault in _faults(book, came, orders, ItemId(item_id)))
        gone = book.total(*_NOT_TO_BE_PROMISED) - book.missing
        excess[item_id] = orders.promised(ItemId(item_id)) - came.most + gone
    oversold = {item_id: units for item_id, units in excess.items() if units > 0}
    return Audit(
        tuple(unbalanced),
        tuple(f"item {item_id}: {format_quantity(units)} oversold" for item_id, units in oversold.items()),
        -(-sum(oversold.values()) // UNIT),
    )


def _faults(book: Book, came: Received, orders: OrdersNow, item_id: ItemId) -> Iterator[str]:
    supplied = -book.total(Account.SUPPLIER)
    if not came.least <= supplied <= came.most:
        yield f"receipts brought {format_quantity(came.most)}, the ledger took in {format_quantity(supplied)}"
    gone = book.total(Account.CUSTOMER)
    if gone != orders.with_customers[item_id]:
        sent = format_quantity(orders.with_customers[item_id])
        yield f"{sent} shipped by orders and not come back, {format_quantity(gone)} in the ledger"
    kept = book.total(*_FOR_ORDERS)
    if orders.held[item_id] > kept:
        yield f"orders hold {format_quantity(orders.held[item_id])}, the ledger {format_quantity(kept)} for them"


def _against_positions(reader: TopicReader, codec: Codec, items: Mapping[str, Book]) -> Iterator[str]:
    """Differences between the journal and the published positions."""
    without_position = set(items)
    for record in last_of_each_key(reader, INVENTORY_POSITIONS):
        position = codec.decode(record.topic, record.value or b"")
        if isinstance(position, InventoryPosition):
            without_position.discard(position.item_id)
            yield from _against_position(position, items.get(position.item_id, Book()))
    yield from (f"item {item_id}: it is in the journal and has no position" for item_id in sorted(without_position))


def _against_position(position: InventoryPosition, book: Book) -> Iterator[str]:
    item = f"item {position.item_id}"
    if position.version != book.version:
        yield f"{item}: its position is of version {position.version}, its journal ends with {book.version}"
    said = {(node.node_id, account): balance(node, account) for node in position.nodes for account in Account}
    for node_id, account in sorted({*said, *book.balances}):
        here, there = said.get((node_id, account), 0), book.balances.get((node_id, account), 0)
        if here != there:
            yield (
                f"{item}: {account} at {node_id} is {format_quantity(here)} by its position, "
                f"{format_quantity(there)} by the journal"
            )
