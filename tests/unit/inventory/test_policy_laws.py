"""The laws of the stock policy are themselves tested: a bug that is planted is caught by the law that names it."""

import pytest

from domain.identifiers import ChannelId
from domain.invariants import InvariantViolated, Violation
from domain.inventory.accounts import Item
from domain.inventory.laws import audit
from domain.inventory.stock_policy.in_use import PolicyInUse
from domain.inventory.stock_policy.laws import broken_promises
from domain.messages.inventory import Account, NodePosition
from tests.unit.inventory.book import Book, book_of

PROMISED = Account.AVAILABLE, Account.PENDING


def broken_by(given: str, order_id: str, quantity: int) -> tuple[Violation, ...]:
    """What the laws say of a promise that had been made last."""
    book = book_of(given)
    transfer = next(
        move for move in reversed(book.transfers) if (move.debit, move.credit) == PROMISED and order_id == move.order_id
    )
    assert quantity == transfer.quantity
    return broken_promises(book.item, (transfer,))


def reasons(item: Item, book: Book) -> list[str]:
    return [violation.reason for violation in audit(item, book.rows.values())]


@pytest.mark.parametrize(
    ("given", "broken"),
    (
        ("receive 5 E; ask shop:a 4 from E", False),
        ("receive 5 E; ask shop:a 4 from E; policy safety 1 E", False),
        ("receive 5 E; ask shop:a 4 from E; policy safety 2 E", True),
        ("receive 5 E; ask shop:a 4 from E; policy portal 1 E", False),
        ("receive 5 E; ask shop:a 4 from E; policy portal 2 E", True),
        ("receive 5 E; ask shop:a 4 from E; policy portal 2 W", False),
        ("receive 5 E; ask shop:a 4 from E; policy shop 4 E portal 2 E", False),
        ("receive 5 E; ask shop:a 4 from E; policy portal 2 E shop 4 E", True),
        ("receive 5 E; ask shop:a 4 from E; policy shop 3 E portal 2 E", True),
    ),
)
def test_a_promise_that_the_policy_forbids_is_named(given: str, broken: bool) -> None:
    assert broken == bool(broken_by(given, "shop:a", 4))


def test_a_promise_out_of_another_channels_fence_stops_the_flow(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_that_is_free(_policy: PolicyInUse, node: NodePosition, _channel_id: ChannelId) -> int:
        return node.available

    book = book_of("policy portal 4 E; receive 5 E")
    monkeypatch.setattr(PolicyInUse, "promisable", all_that_is_free)
    with pytest.raises(InvariantViolated, match="lamp at E: promised to shop, 3 are left of 4 kept"):
        book.do("ask shop:a 2 from E")


def test_a_fence_of_which_more_is_counted_than_is_taken_is_caught() -> None:
    book = book_of("policy portal 4 E; receive 5 E; ask portal:a 2 from E")
    (policy,) = book.item.policy.nodes
    wrong = book.item._replace(policy=book.item.policy._replace(nodes=(policy.with_taken(ChannelId("portal"), 1),)))
    assert ["lamp at E: portal has taken 3, its reservations 2"] == reasons(wrong, book)


def test_demand_that_is_counted_wrong_is_caught() -> None:
    book = book_of("policy portal 4 E; ask portal:a 2 from E")
    (demand,) = book.item.policy.demand
    wrong = book.item._replace(policy=book.item.policy._replace(demand=(demand._replace(waiting=1),)))
    assert ["lamp at any node: portal waits for 1, its reservations 2"] == reasons(wrong, book)
