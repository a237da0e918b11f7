"""Goods that are to be inspected are credited when their inspection says so, whichever is reported first.

`given` is a history, `when` the event; `effects` are what comes of it (see `story`), `status` is the return status.
"""

import pytest

from domain.messages.inventory import UnitsInspected
from domain.orders.status import return_status_of
from tests.unit.orders.story import effects_of, story_of

SHIPPED = "place available authorised 5; answer 1:5; booked; ship 1:5; posted"
ASKED = f"{SHIPPED}; ask return R 1:3; numbered"


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (SHIPPED, "bring R 1:3:inspect", "took back 1:3; ReturnReceived", "INSPECTING"),
        (ASKED, "bring R 1:3:inspect", "took back 1:3; ReturnReceived", "INSPECTING"),
        (ASKED, "bring R 1:2:inspect", "took back 1:2; ReturnReceived", "AUTHORISED"),
        (ASKED, "bring R 1:2:inspect 1:1", "took back 1:2 1:1; ReturnReceived; POST_CREDIT_MEMO 1:1", "INSPECTING"),
        (
            f"{ASKED}; bring R 1:3:inspect",
            "inspect R 1:2 1:1:damaged!",
            "inspected 1:2 1:1; ReturnInspected; POST_CREDIT_MEMO 1:2; ReturnClosed",
            "PARTIAL",
        ),
        (
            f"{ASKED}; bring R 1:3:inspect",
            "inspect R 1:3:missing!",
            "inspected 1:3; ReturnInspected; ReturnClosed",
            "PARTIAL",
        ),
        (
            f"{ASKED}; bring R 1:3:inspect",
            "inspect R 1:2",
            "inspected 1:2; ReturnInspected; POST_CREDIT_MEMO 1:2",
            "INSPECTING",
        ),
        (
            f"{ASKED}; inspect R 1:2",
            "bring R 1:2:inspect",
            "took back 1:2; ReturnReceived; POST_CREDIT_MEMO 1:2",
            "AUTHORISED",
        ),
        (ASKED, "inspect R 1:2", "inspected 1:2; ReturnInspected", "AUTHORISED"),
        (
            f"{SHIPPED}; bring R 1:3:inspect",
            "inspect R 1:3",
            "inspected 1:3; ReturnInspected; POST_CREDIT_MEMO 1:3",
            "PARTIAL",
        ),
        (
            "place available 5; answer 1:5; booked; bring R 1:3:inspect; inspect R 1:3",
            "ship 1:5",
            "shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5; ReturnCredited; POST_CREDIT_MEMO 1:3",
            "PARTIAL",
        ),
        (
            f"{ASKED}; bring R 1:3:inspect",
            "ask return Q 1:3",
            "ReturnRequested; ReturnDeclined",
            "INSPECTING",
        ),
    ),
)
def test_goods_are_credited_by_their_inspection(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == return_status_of(story.order)


def test_an_inspection_of_an_unknown_order_waits_for_it_and_is_posted_when_that_does_not_come() -> None:
    story = story_of("inspect R 1:3")
    assert "inspected 1:3; case ORPHAN_EVENT" == effects_of(story.do("timer"))


def test_a_late_inspection_is_a_case_until_it_comes() -> None:
    story = story_of(f"{SHIPPED}; bring R 1:3:inspect")
    while not (verdict := story.do("timer")).messages:
        pass
    assert "case DEPENDENCY_TIMEOUT" == effects_of(verdict)
    assert "case DEPENDENCY_TIMEOUT RESOLVED" in effects_of(story.do("inspect R 1:3"))


def test_what_is_refused_stays_uncredited_until_it_is_accepted_after_all() -> None:
    story = story_of(f"{SHIPPED}; bring R 1:3:inspect; inspect R 1:3!")
    assert (3, 0) == (story.order.lines[0].uncredited, story.order.lines[0].credited)
    assert "POST_CREDIT_MEMO 1:2" in effects_of(story.do("inspect R 1:2"))


@pytest.mark.parametrize(
    ("moves", "given", "when"),
    (
        ((), "bring R 1:2:inspect; inspect R 1:2!", "inspect R 1:2"),
        (("DAMAGED to RESTOCKED 2",), "bring R 1:2:inspect; inspect R 1:2:damaged!", "inspect R 1:2"),
        (("MISSING to RESTOCKED 2",), "bring R 1:2:inspect; inspect R 1:2:missing!", "inspect R 1:2"),
        (("RESTOCKED to DAMAGED 1",), "bring R 1:2:inspect; inspect R 1:2", "inspect R 1:1:damaged!"),
        (("INSPECT to RESTOCKED 1",), "bring R 1:2:inspect; inspect R 1:1!", "inspect R 1:1"),
        (("INSPECT to RESTOCKED 2",), "inspect R 1:2:damaged!", "inspect R 1:2"),
        (("DAMAGED to INSPECT 2",), "inspect R 1:2:damaged!; inspect R 1:2", "bring R 1:2:inspect"),
        ((), "inspect R 1:2", "bring R 1:2:inspect"),
    ),
)
def test_an_inspection_moves_each_unit_from_what_it_was_to_what_it_is(
    moves: tuple[str, ...], given: str, when: str
) -> None:
    sent = [message for message in story_of(f"{SHIPPED}; {given}").do(when).messages if type(message) is UnitsInspected]
    told = [f"{line.was} to {line.condition} {line.quantity}" for message in sent for line in message.lines]
    assert moves == tuple(told)


def test_an_order_that_comes_after_its_inspections_were_posted_puts_right_what_is_said_twice() -> None:
    story = story_of("bring R 1:2:inspect; inspect R 1:2:damaged!; inspect R 1:2; timer")
    sent = [message for message in story.do("place available authorised 5").messages if type(message) is UnitsInspected]
    assert ["DAMAGED to INSPECT 2"] == [f"{line.was} to {line.condition} {line.quantity}" for line in sent[-1].lines]


def test_units_of_several_prices_are_credited_in_the_order_in_which_they_came() -> None:
    story = story_of(f"{SHIPPED}; bring R 1:1:inspect; bring R 1:1:inspect")
    (kept,) = story.documents.returns()
    assert [2] == [line.quantity for line in kept.uncredited]
