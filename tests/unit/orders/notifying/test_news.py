"""The customer hears of each fact of his order once, and of nothing that concerns only us."""

from dataclasses import replace

import pytest

from domain.identifiers import SourceId
from domain.messages.notifications.events import CustomerNotification
from domain.messages.status import StatusEvent
from domain.orders.transitions import OrderVerdict
from domain.quantities import UNIT
from tests.unit.orders.story import RULES, Story

NOTIFYING = replace(RULES, notifying=frozenset({SourceId("source")}))
BOOKED = "place available 5 3; answer 1:5 2:3; booked"
WORTH = f"place available CLF {5 * UNIT}; answer 1:{5 * UNIT}; booked"
"""A millionth of a piece is worth nothing."""


def news(verdict: OrderVerdict) -> str:
    """`SHIPPED 1:2 2:3` for each notification."""
    return "; ".join(
        " ".join([each.kind, *(f"{line.line_id}:{line.quantity}" for line in each.lines)])
        for each in verdict.messages
        if isinstance(each, CustomerNotification)
    )


def story_with(history: str) -> Story:
    story = Story()
    story.rules = NOTIFYING
    for sentence in filter(None, history.split("; ")):
        story.do(sentence)
    return story


@pytest.mark.parametrize(
    ("given", "when", "told"),
    (
        ("", "place available 5 3", ""),
        ("place available 5 3; answer 1:5", "answer 2:3", "ACCEPTED 1:5 2:3"),
        ("place available 5 3; answer 1:2", "answer 2:0", "ACCEPTED 1:5 2:3; BACKORDERED 1:3 2:3"),
        ("place available 5 3; answer 1:2 2:0", "fill 1:2", ""),
        ("place available 5 3; answer 1:2 2:0", "promise 1:3", "REPROMISED 1:3"),
        ("place available 5 3; answer 1:2 2:0; promise 1:3", "promise 1:3", ""),
        ("place kill 5; answer 1:0", "timer", "REJECTED"),
        (BOOKED, "pick 1:5", ""),
        (BOOKED, "ship 1:2 2:3", "SHIPPED 1:2 2:3"),
        (BOOKED, "ship 1:2 2=lamp:3", "SHIPPED 1:2 2:3"),
        (f"{BOOKED}; ship 1:2", "unship 1:2", "SHIPMENT_REVERSED 1:2"),
        (f"{BOOKED}; ship 1:2", "deliver 1:2", "DELIVERED 1:2"),
        (f"{WORTH}; ship 1:{UNIT}", f"return 1:{UNIT}", f"REFUNDED 1:{UNIT}"),
        (f"{WORTH}; ship 1:{UNIT}", f"return 1=lamp:{UNIT}", ""),
        (f"{BOOKED}; ship 1:2", "invoice 1:2@700", ""),
        ("place available 5 3; answer 1:5 2:3", "cancel", "CANCELLED 1:5 2:3"),
        ("place available 5 3; answer 1:5 2:3; cancel 2", "cancel", "CANCELLED 1:5"),
        ("place available 5 3; answer 1:5 2:3", "cancel 1:2", "CANCELLED 1:2"),
        ("place available 5 3; answer 1:5 2:3; cancel", "ship 1:2", "SHIPPED 1:2"),
        (f"{BOOKED}; amend 1 1:5 2:1", "amendment applied", ""),
        ("cancel", "place available 5 3", "CANCELLED 1:5 2:3"),
        (BOOKED, "hold FRAUD", ""),
    ),
)
def test_the_customer_hears_of_what_happened(given: str, when: str, told: str) -> None:
    assert told == news(story_with(given).do(when))


@pytest.mark.parametrize("history", (BOOKED, f"{BOOKED}; ship 1:5", "place available 5; answer 1:2; cancel"))
def test_of_other_channels_nobody_hears(history: str) -> None:
    story, other = story_with(""), Story()
    for sentence in history.split("; "):
        told, untold = story.do(sentence), other.do(sentence)
        rest = [each for each in told.messages if not isinstance(each, CustomerNotification)]
        assert list(untold.messages) == rest
        assert other.known == story.known


def test_a_notification_has_the_facts_of_its_event_right_behind_it() -> None:
    story = story_with(BOOKED)
    messages = list(story.do("ship 1:2 2=lamp:3").messages)
    (place,) = (number for number, each in enumerate(messages) if isinstance(each, CustomerNotification))
    told, event = messages[place], messages[place - 1]
    assert isinstance(told, CustomerNotification)
    assert isinstance(event, StatusEvent)
    assert (story.order.order_id, event.order.version, event.cause_event_id) == (
        told.order_id,
        told.version,
        told.cause_event_id,
    )
    assert ("S", story.order.customer_id) == (told.shipment_id, told.customer_id)
    assert event.order.grand_total == told.value
    assert ["EA", ""] == [line.unit for line in told.lines]


def test_a_refund_says_what_is_credited() -> None:
    (told,) = (
        each
        for each in story_with(f"{WORTH}; ship 1:{2 * UNIT}").do(f"return 1:{2 * UNIT}").messages
        if isinstance(each, CustomerNotification)
    )
    assert ("R5", 20) == (told.return_id, told.value)


def test_versions_of_an_order_only_go_up() -> None:
    story = story_with("")
    history = "place available 5 3; answer 1:2 2:3; booked; promise 1:3; ship 1:2; ship 2:3 as T; deliver 1:2; cancel 1"
    told = [
        each.version
        for sentence in history.split("; ")
        for each in story.do(sentence).messages
        if isinstance(each, CustomerNotification)
    ]
    assert sorted(set(told)) == told
    assert len(told) > 5
