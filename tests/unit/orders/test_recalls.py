"""Recalls: what the ledger asks back after a fact took it, an order gives back as far as no warehouse knows of it."""

import pytest

from tests.unit.orders.story import effects_of, flow_status_of, story_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "state"),
    (
        (
            "place available 5; answer 1:5",
            "recall 1:2",
            "gives back 1:2; InventoryBackordered",
            "ACCEPTED; 1: allocated 3 backordered 2",
        ),
        (
            "place available 5; answer 1:5; recall 1:2",
            "fill 1:2",
            "InventoryAllocated",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place available 5; answer 1:3; fill 1:2",
            "overtaken state 1:3",
            "",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place available 5; answer 1:5; booked",
            "recall 1:2",
            "gives back 1:0 keeps 2",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place available 5; answer 1:3; booked; fill 1:2; pick 1:4",
            "recall 1:2",
            "gives back 1:0 keeps 2",
            "ACCEPTED; 1: allocated 5 picked 4",
        ),
        (
            "place available 5; answer 1:5; pick 1:4",
            "recall 1:2",
            "gives back 1:1 keeps 1; InventoryBackordered",
            "ACCEPTED; 1: allocated 4 backordered 1 picked 4",
        ),
        (
            "place available 5 2; answer 1:5",
            "recall 1:2",
            "gives back 1:2",
            "RESERVING; 1: allocated 3 backordered 2; 2: unanswered 2",
        ),
        (
            "place complete 5 2; answer 1:5",
            "recall 1:2",
            "gives back 1:2",
            "RESERVING; 1: reserved 3 backordered 2; 2: unanswered 2",
        ),
        (
            "place complete 5 2; answer 1:5; recall 1:2",
            "answer 2:2",
            "",
            "WAITING; 1: reserved 3 backordered 2; 2: reserved 2",
        ),
        (
            "place complete 5 2; answer 1:5 2:0; timer",
            "recall 1:2 for earlier",
            "gives back 1:2; InventoryBackordered",
            "WAITING; 1: reserved 3 backordered 2; 2: backordered 2",
        ),
        (
            "place complete 5; answer 1:5",
            "recall 1:2 for earlier",
            "gives back 1:0 keeps 2",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place complete 5 2; answer 1:5 2:2",
            "recall 1:2",
            "gives back 1:2; InventoryBackordered",
            "ACCEPTED; 1: allocated 3 backordered 2; 2: allocated 2",
        ),
        (
            "place complete 5 2; answer 1:5 2:2; recall 1:2",
            "booked",
            "OrderBooked",
            "ACCEPTED; 1: allocated 3 backordered 2; 2: allocated 2",
        ),
        (
            "place complete 5 2; answer 1:5 2:2; recall 1:2; booked",
            "fill 1:2",
            "InventoryAllocated; releases 1:5 2:2; PickReleased",
            "ACCEPTED; 1: allocated 5; 2: allocated 2",
        ),
        (
            "place complete 5; answer 1:5; recall 1:2",
            "cancel",
            "gives up 1:5; CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 5",
        ),
        (
            "place kill 5; answer 1:5",
            "recall 1:5",
            "gives back 1:5; InventoryBackordered",
            "ACCEPTED; 1: backordered 5",
        ),
        (
            "place available 5; answer 1:5; erp refuses",
            "recall 1:2",
            "gives back 1:2; InventoryBackordered",
            "ACCEPTED; 1: allocated 3 backordered 2",
        ),
        (
            "place complete 5; answer 1:2; timer; timer; timer",
            "recall 1:2",
            "dropped: recall of a reservation that was given up",
            "RETRYING; 1: backordered 5",
        ),
        (
            "place complete 5; answer 1:2; timer; timer; timer; timer",
            "old recall 1:2",
            "dropped: recall of a reservation that was given up",
            "RESERVING; 1: unanswered 5",
        ),
    ),
)
def test_a_recall(given: str, when: str, effects: str, state: str) -> None:
    story = story_of(given)
    assert (effects, state) == (effects_of(story.do(when)), flow_status_of(story))
