"""Charges are part of what an order is worth and of its sales order, and nothing that anybody reserves or ships."""

import pytest

from domain.messages.status import OrderStatus
from domain.orders.money.worth import value_of
from domain.quantities import UNIT
from tests.unit.orders.story import effects_of, flow_status_of, story_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("", "place available 5 charged", "OrderReceived; asks 1:5", "RESERVING; 1: unanswered 5"),
        (
            "place available 5 charged",
            "answer 1:5",
            "CREATE_SALES_ORDER 1:5 POST:18; OrderAccepted; InventoryAllocated",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place available 5 charged; answer 1:5; booked",
            "ship 1:5",
            "shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5",
            "ACCEPTED; 1: shipped 5",
        ),
        *(
            (
                "",
                f"place {promise} charged",
                "OrderReceived; CREATE_SALES_ORDER POST:18; OrderAccepted",
                "ACCEPTED",
            )
            for promise in ("available", "complete", "kill")
        ),
        ("place available charged", "booked", "OrderBooked", "ACCEPTED"),
        ("place available charged; booked", "cancel", "CANCEL_SALES_ORDER; OrderCancelled", "CANCELLED"),
        ("place available charged; booked; cancel", "cancel", "CancelRefused", "CANCELLED"),
        ("place available charged", "cancel 1", "CancelRefused", "ACCEPTED"),
        ("cancel", "place available charged", "OrderReceived; OrderCancelled", "CANCELLED"),
    ),
)
def test_an_order_with_charges_is_processed_like_any_other(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("history", "worth"),
    (
        (f"place available CLF {2 * UNIT}", 20),
        (f"place available CLF {2 * UNIT} charged", 38),
        (f"place available CLF {2 * UNIT} charged; answer 1:{UNIT}; cancel", 0),
        (f"place available CLF {2 * UNIT} charged; answer 1:{UNIT}; ship 1:{UNIT}; cancel", 28),
        (f"place kill CLF {2 * UNIT} charged; answer 1:0; timer", 0),
        ("place available CLF charged", 18),
        ("place available CLF charged; cancel", 0),
    ),
)
def test_charges_are_owed_until_the_order_ends_with_nothing_shipped(history: str, worth: int) -> None:
    assert worth == value_of(story_of(history).order)


def test_an_order_of_charges_alone_ends_booked() -> None:
    story = story_of("place available charged")
    published = [message for message in story.do("booked").messages if hasattr(message, "order")]
    assert [OrderStatus.BOOKED] * 2 == [message.order.status for message in published]
    assert [story.order.charges] * 2 == [message.order.charges for message in published]
