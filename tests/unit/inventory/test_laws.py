"""The laws are themselves tested: bugs that are planted in the ledger are caught, each by the law that names it."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from domain.identifiers import ItemId, NodeId
from domain.invariants import InvariantViolated, Violation
from domain.inventory import grants, ledger
from domain.inventory.accounts import MAY_BE_NEGATIVE, Item, PrematureUnits, balance, empty_node, moved
from domain.inventory.decisions import DecisionDraft
from domain.inventory.fulfilment import movements
from domain.inventory.laws import audit, violations
from domain.inventory.reservations import Reservation, UnitsAt
from domain.inventory.stock_facts import reports
from domain.messages.inventory import Account, ReservationLine
from tests.unit.inventory.book import Book, book_of


def test_a_history_without_bugs_breaks_no_law() -> None:
    book = book_of("receive 5 E; ask a 3 from E; confirm a; ask b 4 from E; pick a 1 at E")
    assert ((), ()) == (violations(book.item), audit(book.item, book.rows.values()))


def test_a_double_grant_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def grant_all(
        nodes: tuple[str, ...], _available: object, quantity: int, *, split: bool
    ) -> tuple[tuple[str, int], ...]:
        assert not split
        return ((nodes[0], quantity),)

    book = book_of("receive 5 E; ask a 4 from E")
    monkeypatch.setattr(grants, "choose_nodes", grant_all)
    with pytest.raises(InvariantViolated, match="lamp at E: 4 promised of 1"):
        book.do("ask b 4 from E")


def test_a_lost_release_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def forget_the_units(_draft: DecisionDraft, claim: Reservation, line: ReservationLine) -> Reservation:
        return claim.with_units(UnitsAt(NodeId("E"), pending=claim.pending - line.quantity))

    book = book_of("receive 5 E; ask a 4 from E")
    monkeypatch.setattr(ledger, "_release_held", forget_the_units)
    with pytest.raises(InvariantViolated, match="lamp at E: PENDING changed by 0, its reservations by -3"):
        book.do("release a 3")


def test_a_missing_fill_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def fill_nobody(_draft: DecisionDraft, _waiting: Iterable[Reservation]) -> None:
        """Do nothing."""

    book = book_of("ask a 4 from E")
    monkeypatch.setattr(reports, "fill_waiting", fill_nobody)
    with pytest.raises(InvariantViolated, match="reservation a: waits although stock is available at E"):
        book.do("receive 3 E")


def test_a_reservation_bound_for_ever_to_the_node_it_has_left_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def fill_nobody(_draft: DecisionDraft, _stored: Reservation | None) -> None:
        """Do nothing."""

    book = book_of("receive 3 E; ask a 8 from E W; confirm a; receive 9 W")
    monkeypatch.setattr(movements, "fill_again", fill_nobody)
    with pytest.raises(InvariantViolated, match="reservation a: waits although stock is available at W"):
        book.do("ship a 3 at E")


def reasons_of(violations: Iterable[Violation]) -> list[str]:
    return [violation.reason for violation in violations]


def with_at_e(row: Reservation, **units: int) -> Reservation:
    now = row.units_at(NodeId("E"))._asdict() | units
    return row.with_units(UnitsAt(**now))


def test_half_a_transfer_is_caught() -> None:
    book = book_of("receive 5 E")
    node = replace(book.item.nodes[0], available=4)
    assert ["lamp: the sum over all accounts is -1"] == reasons_of(violations(book.item._replace(nodes=(node,))))


@pytest.mark.parametrize("account", tuple(Account))
def test_only_accounts_outside_and_available_units_may_be_below_zero(account: Account) -> None:
    elsewhere = Account.SUPPLIER if account is not Account.SUPPLIER else Account.CUSTOMER
    node = moved(empty_node(NodeId("E")), account, elsewhere, 1)
    expected = [] if account in MAY_BE_NEGATIVE else [f"lamp at E: {account} is {balance(node, account)}"]
    assert expected == reasons_of(violations(Item(ItemId("lamp"), 1, (node,), backordered=0, arrivals=0)))


@pytest.mark.parametrize(
    ("change", "law"),
    (
        (lambda row: with_at_e(row, allocated=4), "ALLOCATED is 3, reservations hold 4"),
        (lambda row: with_at_e(row, picked=0), "PICKED is 1, reservations hold 0"),
        (
            lambda row: row._replace(at=(row.at[0]._replace(node_id="W"),)),
            "lamp at W: ALLOCATED is 0, reservations hold 3",
        ),
        (lambda row: row._replace(backordered=1), "backordered is 2, reservations wait for 1"),
        (lambda row: row._replace(item_id="sofa"), "reservation a: belongs to item sofa"),
        (lambda row: with_at_e(row, pending=1), "reservation a: confirmed, but 1 pending"),
        (lambda row: with_at_e(row, pending=-1), "reservation a: holds a negative quantity"),
        (lambda row: row._replace(at=(), backordered=0), "reservation a: nothing is left"),
    ),
)
def test_a_row_that_does_not_match_its_item_is_caught(change: object, law: str) -> None:
    assert callable(change)
    book = book_of("receive 4 E; ask a 6 from E; confirm a; pick a 1 at E")
    found = audit(book.item, [change(book.rows["a"])])
    assert any(law in reason for reason in reasons_of(found)), found


def test_demand_below_zero_is_caught() -> None:
    assert ["lamp: backordered is -1"] == reasons_of(violations(Book().item._replace(backordered=-1)))


@pytest.mark.parametrize(("quantity", "damaged"), ((-1, 0), (1, 1)))
def test_units_that_are_premature_of_an_account_that_has_some_are_caught(quantity: int, damaged: int) -> None:
    item = book_of(f"receive 5 E; change {damaged} E AVAILABLE to DAMAGED").item
    premature = (PrematureUnits(NodeId("E"), Account.DAMAGED, quantity),)
    assert [f"lamp at E: {quantity} units of DAMAGED are premature"] == reasons_of(
        violations(item._replace(premature=premature))
    )
