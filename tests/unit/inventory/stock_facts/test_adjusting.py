"""Stock adjustments: what is found goes to who waits; what is written off is gone, and promised units are recalled."""

import pytest

from domain.identifiers import NodeId, SourceId
from domain.inventory.accounts import MOST_LOSSES
from domain.inventory.cases import Loss
from domain.inventory.decisions import DecisionDraft, LedgerVerdict
from domain.messages.cases import CaseOrigin
from tests.unit.inventory.book import book_of, effects_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "stock"),
    (
        ("", "adjust 3 E", "", "E: available 3 adjustment -3"),
        ("receive 5 E", "adjust -2 E", "", "E: supplier -5 available 3 adjustment 2"),
        ("receive 5 E", "adjust -5 E", "", "E: supplier -5 adjustment 5"),
        ("receive 5 E", "adjust -7 E", "SHRINKAGE", "E: supplier -5 available -2 adjustment 7"),
        ("receive 5 E", "adjust -2 W", "SHRINKAGE", "E: supplier -5 available 5; W: available -2 adjustment 2"),
        (
            "receive 5 E; ask a 4 from E; confirm a",
            "adjust -3 E",
            "recalls a 2; SHRINKAGE",
            "E: supplier -5 available -2 allocated 4 adjustment 3; a@E: allocated 4 recalled 2",
        ),
        (
            "receive 5 E; ask a 4 from E; pick a 2 at E",
            "adjust -5 E",
            "recalls a 2; SHRINKAGE",
            "E: supplier -5 available -4 pending 2 picked 2 adjustment 5; a@E: pending 2 recalled 2 picked 2@E",
        ),
        (
            "ask a 4 from E; ask b 4 from E",
            "adjust 6 E",
            "fills a 4 at E; fills b 2 at E",
            "E: pending 6 adjustment -6; a@E: pending 4; b@E: pending 2 waits 2",
        ),
        ("ask a 4 from E", "adjust 6 W", "", "W: available 6 adjustment -6; a@E: waits 4"),
        ("receive 5 E", "adjust 0 E", "", "E: supplier -5 available 5"),
    ),
)
def test_an_adjustment(given: str, when: str, effects: str, stock: str) -> None:
    book = book_of(given)
    assert (effects, stock) == (effects_of(book.do(when)), book.described())


def test_a_write_off_of_promised_units_is_a_case_that_names_it_and_asks_for_a_count() -> None:
    (case,) = book_of("receive 3000000 E").adjust(-4_500_000, "E").cases
    assert ("lamp", CaseOrigin.WAREHOUSE, "wms") == (case.subject, case.origin, case.source_id)
    assert case.reason == "E wrote off 4.5 units with adjustment adjustment, 1.5 more than are free to promise"
    assert case.suggested_action.startswith("count the item at E")


LOST = "receive 5 E; ask a 5 from E at once; adjust -2 E"
LOST_WHILE_SHIPPED = "receive 10 E; ask a 5 from E at once; ask b 5 from E at once; ship a 5 at E; adjust -2 E"


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (LOST, "receive 2 E", "SHRINKAGE RESOLVED"),
        (f"{LOST}; give a 2", "receive 2 E", "fills a 2 at E; SHRINKAGE RESOLVED"),
        (LOST, "receive 2 W", ""),
        (LOST, "receive 1 E", ""),
        (f"{LOST}; receive 1 E", "receive 1 E", "SHRINKAGE RESOLVED"),
        (LOST, "adjust 2 E", "SHRINKAGE RESOLVED"),
        (LOST, "receive 2 E as DAMAGED", ""),
        (LOST, "return x 2 restocked at E", "SHRINKAGE RESOLVED"),
        (f"{LOST}; receive 2 E", "receive 2 E", ""),
        (f"{LOST}; receive 2 E", "adjust -2 E", "SHRINKAGE"),
        (LOST, "ship a 5 at E", ""),
        (LOST, "ask b 2 from E", "at E: backordered 2"),
        (LOST_WHILE_SHIPPED, "reverse a 5 restocked at E", ""),
        (f"{LOST_WHILE_SHIPPED}; reverse a 5 restocked at E", "receive 2 E", "SHRINKAGE RESOLVED"),
        (LOST_WHILE_SHIPPED, "return a 5 restocked at E", "SHRINKAGE RESOLVED"),
    ),
)
def test_a_loss_is_resolved_when_as_many_units_have_come(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(book_of(given).do(when))


def test_a_resolved_loss_names_what_has_come() -> None:
    (case,) = book_of(LOST).do("receive 2 E").cases
    assert "as many units as were missing have come to E, the last with receipt receipt" == case.reason


def test_of_many_losses_the_last_ones_are_resolved() -> None:
    book = book_of("receive 50 E; ask a 50 from E at once")
    for number in range(MOST_LOSSES + 5):
        draft = DecisionDraft(book.item)
        draft.raise_loss(Loss(NodeId("E"), SourceId("wms"), "lost one", f"loss {number}"), 1)
        book.item = draft.decided(LedgerVerdict.WRITTEN_OFF).item
    assert MOST_LOSSES == len(book.item.losses)
    assert "loss 5" == book.item.losses[0].key


KEPT_IN_PART = "receive 10 E time 1; ask a 8 from E at once; adjust -4 E time 2"
SENT = "receive 5 E time 1; ask a 5 from E W at once; send 5 E to W of T1 time 2"


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (f"{KEPT_IN_PART}; give a 2", "count 6 E time 3", "SHRINKAGE RESOLVED"),
        (f"{KEPT_IN_PART}; count 6 E time 3", "give a 2", "SHRINKAGE RESOLVED"),
        (f"{KEPT_IN_PART}; give a 0 keeping 2", "count 6 E time 3", ""),
        (f"{KEPT_IN_PART}; give a 0 keeping 2; count 6 E time 3", "miss a 2 at E time 4", "SHRINKAGE RESOLVED"),
        (f"{KEPT_IN_PART}; give a 2", "count 6 W time 3", ""),
        (f"{KEPT_IN_PART}; give a 2", "count 10 E time 1", ""),
        (f"{SENT}; give a 5", "receive 5 W of T1 from E time 3", "fills a 5 at W; SHRINKAGE RESOLVED"),
        (
            f"{SENT}; give a 5; receive 2 W of T1 from E time 3",
            "receive 3 W of T1 time 4",
            "fills a 3 at W; SHRINKAGE RESOLVED",
        ),
        (f"{SENT}; give a 5", "receive 2 W of T1 from E time 3", "fills a 2 at W"),
        (f"{SENT}; give a 5", "receive 5 W time 3", "fills a 5 at W"),
        (f"{SENT}; give a 0 keeping 5", "receive 5 W of T1 from E time 3", ""),
        (f"{SENT}; give a 5; ask b 1 from E", "receive 5 W of T1 from E time 3", "fills a 5 at W"),
        (
            f"{SENT}; give a 0 keeping 5; receive 5 W of T1 from E time 3",
            "miss a 5 at E time 4",
            "fills a 5 at W; SHRINKAGE RESOLVED",
        ),
        (f"{SENT}; give a 5", "count 0 E time 3", "SHRINKAGE RESOLVED"),
        (
            "receive 5 E time 1; ask a 5 from E W at once; count 0 E time 3; give a 5",
            "send 5 E to W of T1 time 2",
            "SHRINKAGE RESOLVED",
        ),
        (
            "receive 5 E time 1; ask a 5 from E at once; count 1 E time 3; give a 4",
            "adjust -4 E time 2",
            "SHRINKAGE RESOLVED",
        ),
        ("receive 5 E time 1; ask a 5 from E at once; count 1 E time 3; give a 4", "adjust -3 E time 2", ""),
        (
            "receive 5 E time 1; ask a 5 from E at once; count 1 E time 3; give a 4; adjust -3 E time 2",
            "change 1 E AVAILABLE to SCRAPPED time 2",
            "SHRINKAGE RESOLVED",
        ),
        (
            "receive 5 E time 1; ask a 5 from E at once; count 1 E time 3; give a 4",
            "adjust -1 E time 4",
            "recalls a 1; SHRINKAGE",
        ),
        (
            "receive 5 E time 1; ask a 5 from E at once; pick a 5 at E; count 3 E time 3",
            "unpick a 2 missing at E time 2",
            "SHRINKAGE RESOLVED",
        ),
        (
            "receive 5 E time 1; ask a 5 from E at once; count 3 E time 3; give a 0 keeping 2",
            "miss a 2 at E time 2",
            "SHRINKAGE RESOLVED",
        ),
    ),
)
def test_a_loss_is_resolved_when_nobody_has_to_look_for_its_units(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(book_of(given).do(when))


def test_it_is_the_same_when_what_was_sent_is_received_before() -> None:
    book = book_of("receive 5 E time 1; ask a 5 from E W at once; receive 5 W of T1 from E time 3")
    book.do("send 5 E to W of T1 time 2")
    assert "fills a 5 at W; SHRINKAGE RESOLVED" == effects_of(book.do("give a 5"))
