"""The published journal: one version per record, with all its transfers."""

from domain.identifiers import LineId, NodeId, OrderId, ReservationId
from domain.inventory.accounts import new_item
from domain.inventory.backorders import filled_by_order
from domain.inventory.decisions import Fill
from domain.inventory.journal import line_of, position, settled
from domain.messages.inventory import Account, NodePosition, Transfer
from domain.messages.orders import BackorderFilled, FilledLine
from tests.unit.inventory.book import ITEM, Book, book_of


def test_two_decisions_of_one_record_are_one_version() -> None:
    book = Book()
    book.ask("a", 2, ("E",))
    book.ask("b", 2, ("E",))
    assert 1 == settled(new_item(ITEM), book.item, book.transfers).version


def test_a_record_that_changed_nothing_leaves_the_version() -> None:
    book = book_of("receive 5 E; ask a 3 from E; confirm a")
    before = book.item
    book.confirm("a")
    assert before == settled(before, book.item, ())


def test_units_that_pass_from_one_order_to_another_are_a_version_though_all_accounts_stay() -> None:
    book = book_of("receive 3 E; ask b 3 from E class 2; ask a 3 from E class 1")
    before, told = book.item, len(book.transfers)
    book.do("give b 3 for earlier")
    moved = book.transfers[told:]
    assert before.nodes == book.item.nodes
    assert [("b", -3), ("a", 3)] == [
        (transfer.order_id, 3 if transfer.credit is Account.PENDING else -3) for transfer in moved
    ]
    assert before.version + 1 == settled(before, book.item, moved).version


def test_demand_that_waits_is_a_change_without_transfers() -> None:
    book = book_of("ask a 3 from E")
    item = settled(new_item(ITEM), book.item, book.transfers)
    entry = line_of(item, tuple(book.transfers))
    assert (1, (), 3) == (entry.version, entry.transfers, position(item, now_ms=7).backordered)


def test_the_journal_names_the_order_for_which_units_moved() -> None:
    book = book_of("receive 5 E; ask a 3 from E")
    item = settled(new_item(ITEM), book.item, book.transfers)
    expected = (
        Transfer(NodeId("E"), Account.SUPPLIER, Account.AVAILABLE, 5, OrderId(""), ReservationId("")),
        Transfer(NodeId("E"), Account.AVAILABLE, Account.PENDING, 3, OrderId("a"), ReservationId("a")),
    )
    assert expected == line_of(item, tuple(book.transfers)).transfers


def test_the_position_is_all_nodes_as_of_the_record() -> None:
    book = book_of("receive 5 E; receive 2 W")
    published = position(settled(new_item(ITEM), book.item, book.transfers), now_ms=42)
    expected = (
        NodePosition(NodeId("E"), -5, 0, 5, 0, 0, 0, 0, 0, 0, 0),
        NodePosition(NodeId("W"), -2, 0, 2, 0, 0, 0, 0, 0, 0, 0),
    )
    assert (ITEM, 1, 42, 0, expected) == (
        published.item_id,
        published.version,
        published.as_of_ms,
        published.backordered,
        published.nodes,
    )


def test_replaying_the_transfers_gives_the_same_position() -> None:
    book = book_of("receive 9 E; ask a 4 from E; confirm a; pick a 2 at E; ship a 3 at W; release a 1; ask b 9 from E")
    balances: dict[tuple[str, Account], int] = {}
    for transfer in book.transfers:
        for account, quantity in ((transfer.debit, -transfer.quantity), (transfer.credit, transfer.quantity)):
            place = (transfer.node_id, account)
            balances[place] = balances.get(place, 0) + quantity
    nodes = tuple(
        NodePosition(NodeId(node_id), *(balances.get((node_id, account), 0) for account in Account))
        for node_id in ("E", "W")
    )
    assert book.item._replace(nodes=nodes) == book.item


def test_an_order_gets_one_message_about_all_its_filled_lines() -> None:
    first, second, other = (
        FilledLine(ReservationId(name), LineId(name), NodeId("E"), 1, 1) for name in ("a1", "a2", "b1")
    )
    fills = (Fill(OrderId("a"), first), Fill(OrderId("b"), other), Fill(OrderId("a"), second))
    assert (BackorderFilled(OrderId("a"), (first, second)), BackorderFilled(OrderId("b"), (other,))) == filled_by_order(
        fills
    )
