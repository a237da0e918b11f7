"""Goods for a place of which only its code is known wait until somebody says where that is."""

import pytest

from domain.messages.cases import Case
from domain.messages.orders import HoldKind
from tests.unit.orders.story import effects_of, story_of

HELD = "place available 5 to-store"
READY = f"{HELD}; answer 1:5; booked"


def holds_of(history: str) -> list[HoldKind]:
    return [held.kind for held in story_of(history).order.holds]


def test_it_is_held_with_a_case_that_names_the_code() -> None:
    (case,) = [each for each in story_of("").do(HELD).messages if isinstance(each, Case)]
    assert ("ADDRESS_INVALID", True) == (case.case_class, "the code 17 alone" in case.reason)


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (f"{HELD}; answer 1:5", "booked", "OrderBooked"),
        (READY, "unhold ADDRESS", "case ADDRESS_INVALID RESOLVED; OrderHoldReleased; releases 1:5; PickReleased"),
    ),
)
def test_it_is_booked_and_not_released(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("history", "holds"),
    (
        ("place available 5", []),
        ("place available 5none to-store", []),
        (HELD, ["ADDRESS"]),
        ("place available 5 3none to-store", ["ADDRESS"]),
        (f"{READY}; amend 1 1:5 address; amendment applied", []),
        (f"{READY}; amend 1 1:4; amendment applied", ["ADDRESS"]),
        (f"{READY}; hold ADDRESS; amend 1 1:5 address; amendment applied", ["ADDRESS"]),
        ("place available 5 ADDRESS to-store; answer 1:5; booked; amend 1 1:5 address; amendment applied", ["ADDRESS"]),
    ),
)
def test_an_address_ends_the_hold_if_nobody_else_has_set_it(history: str, holds: list[str]) -> None:
    assert holds == holds_of(history)
