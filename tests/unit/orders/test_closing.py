"""The end of an order: finished, closed, purged; and what arrives for a purged one.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`). The first
timer of an order is the deadline of the answer, which no longer applies.
"""

import pytest

from domain.messages.cases import Case
from domain.messages.orders import BackorderFilled
from domain.messages.status import OrderArchived, OrderClosed, OrderPurged, OrderSnapshot, OrderStatus
from domain.orders.state import Order
from domain.orders.status import status_of
from domain.values import replace
from tests.unit.orders.story import ORDER_ID, RULES, Story, effects_of, flow_status_of, story_of

SHIPPED = "place available 5; answer 1:5; booked; ship 1:5; posted; timer"
CLOSED = f"{SHIPPED}; timer"
FORGOTTEN = f"{CLOSED}; timer"


def status_in(story: Story) -> str:
    return status_of(story.known).value if isinstance(story.known, Order) else flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (SHIPPED, "timer", "OrderClosed", "CLOSED"),
        (CLOSED, "timer", "OrderArchived; OrderPurged", "unknown"),
        ("place available 5; cancel; answer 1:5; timer", "timer", "OrderClosed", "CANCELLED"),
        ("place kill 5; answer 1:0; timer; timer", "timer", "OrderClosed", "REJECTED"),
        ("place available charged; booked", "timer", "OrderClosed", "CLOSED"),
    ),
)
def test_an_order_with_nothing_open_leaves(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == status_in(story)


@pytest.mark.parametrize(
    "given",
    (
        pytest.param("place available 5", id="the ledger has not answered"),
        pytest.param("place available 5; cancel", id="the ledger has not answered, and it is cancelled"),
        pytest.param("place available 5; answer 1:5", id="the ERP has not booked"),
        pytest.param("place available 5; answer 1:3; booked; ship 1:3; posted", id="a part is backordered"),
        pytest.param("place available charged; erp refuses", id="the ERP has refused it"),
        pytest.param("place available 5; answer 1:5; booked; ship 1:5; posting refused", id="the posting is refused"),
        pytest.param("place available 5; answer 1:5; booked; pick 1:5", id="it is picked"),
        pytest.param("place available 5; answer 1:5; booked; pick 1:6; ship 1:5; posted", id="too much is picked"),
        pytest.param("place available 5; answer 1:5; booked; ship 1:5", id="the shipment is not posted"),
        pytest.param("place available 5; answer 1:5; booked; cancel", id="the warehouse has not answered"),
        pytest.param("place complete 5; answer 1:2", id="it asks again"),
        pytest.param(
            "place available 5; answer 1:5; booked; ship 1:5; posted; return 1:6; credited", id="return ahead"
        ),
    ),
)
def test_an_order_with_something_open_stays(given: str) -> None:
    assert 0 == story_of(given).order.leaves_at_ms


def test_an_answer_to_a_try_that_was_given_up_is_waited_for() -> None:
    story = story_of("place available 5; timer; ship 1:5; answer 1:0; booked; posted")
    assert (1, 0) == (story.order.answers_due, story.order.leaves_at_ms)
    story.do("old answer 1")
    assert (0, story.now_ms + RULES.close_after_ms) == (story.order.answers_due, story.order.leaves_at_ms)


def test_every_change_puts_the_end_off() -> None:
    story = story_of(SHIPPED)
    story.now_ms += 1_000
    story.do("return 1:1")
    assert 0 == story.order.leaves_at_ms, "the credit memo is asked for"
    story.do("credited")
    assert story.now_ms + RULES.close_after_ms == story.order.leaves_at_ms
    assert "" == effects_of(story.do("timer")), "the timer of before means nothing"
    assert "OrderClosed" == effects_of(story.do("timer"))


def test_a_return_finds_a_closed_order_and_keeps_it_until_its_credit_memo_is_booked() -> None:
    story = story_of(CLOSED)
    assert "took back 1:2; ReturnReceived; POST_CREDIT_MEMO 1:2" == effects_of(story.do("return 1:2"))
    assert OrderStatus.CLOSED == status_of(story.order)
    assert "" == effects_of(story.do("timer"))
    story.do("credited")
    assert story.now_ms + RULES.purge_after_ms == story.order.leaves_at_ms
    assert "OrderArchived; OrderPurged" == effects_of(story.do("timer"))


def test_the_snapshot_says_closed_and_the_last_message_is_the_end_of_the_snapshots() -> None:
    story = story_of(SHIPPED)
    closed, snapshot = story.do("timer").messages
    assert isinstance(closed, OrderClosed)
    assert isinstance(snapshot, OrderSnapshot)
    assert (OrderStatus.CLOSED, closed.order) == (snapshot.order.status, snapshot.order)
    archived, purged = story.do("timer").messages
    assert (OrderArchived(snapshot.order, 1), OrderPurged(ORDER_ID)) == (archived, purged)


def test_the_archive_has_all_lines_and_says_which_life_has_ended() -> None:
    story = story_of(f"{CLOSED}; return 1:2; credited")
    order = story.order
    story.known = replace(order, life=3)
    archived, _ = story.do("timer").messages
    assert isinstance(archived, OrderArchived)
    assert (3, order.version) == (archived.life, archived.order.version)
    assert [(each.line_id, 5, 2) for each in order.lines] == [
        (each.line_id, each.shipped, each.returned) for each in archived.order.lines
    ]


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            FORGOTTEN,
            "place available 5",
            "OrderReceived; looks up CREATE_SALES_ORDER",
            "CHECKING; 1: backordered 5",
        ),
        (FORGOTTEN, "picture 7 1:5", "dropped: picture of an order that was closed and forgotten", "unknown"),
        (
            f"{FORGOTTEN}; return 1:2",
            "picture 7 1:5",
            "dropped: picture of an order that was closed and forgotten",
            "parked",
        ),
        (FORGOTTEN, "return 1:2", "", "parked"),
        (f"{FORGOTTEN}; return 1:2", "timer", "took back 1:2; case ORPHAN_EVENT", "parked"),
        (f"{FORGOTTEN}; return 1:2; timer", "timer", "", "unknown"),
        (f"{FORGOTTEN}; ship 1:2", "timer", "shipped 1:2; case ORPHAN_EVENT", "parked"),
        (f"{FORGOTTEN}; cancel", "timer", "case ORPHAN_EVENT", "parked"),
        (f"{FORGOTTEN}; pick 1:2; timer", "timer", "", "parked"),
        (f"{FORGOTTEN}; pick 1:2; timer; ship 1:2", "timer", "", "unknown"),
        (
            FORGOTTEN,
            "warehouse accepts",
            "case ORPHAN_EVENT",
            "unknown",
        ),
    ),
)
def test_what_arrives_for_a_purged_order_ends_too(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


def test_stock_that_crossed_the_end_of_a_claim_is_dropped() -> None:
    story = story_of("place available 5; answer 1:3; booked")
    fill = story.event("fill 1:2")
    assert isinstance(fill, BackorderFilled)
    for step in ("ship 1:5", "posted", "wait 2400h"):
        story.do(step)
    assert "unknown" == flow_status_of(story)
    assert "dropped: message of a flow to an order that is forgotten" == effects_of(story.take(fill))


REFUSED = "place available 5; answer 1:5; erp refuses"


RETURNED = "place available 5; answer 1:5; booked; ship 1:5; posted; return 1:6; credited"


def closed_after(history: str) -> Story:
    story = story_of(history)
    while not story.order.closed:
        story.do("timer")
    return story


def test_a_closed_order_is_not_purged_while_it_knows_of_an_open_case() -> None:
    assert 0 == closed_after(RETURNED).order.leaves_at_ms


def test_it_is_purged_after_the_case_is_resolved() -> None:
    story = closed_after(RETURNED)
    story.do("late ship 1:1")
    for step in ("posted", "credited"):
        story.do(step)
    assert story.now_ms + RULES.purge_after_ms == story.order.leaves_at_ms


def test_a_refused_order_that_is_cancelled_leaves_as_any_other() -> None:
    story = story_of(f"{REFUSED}; cancel; timer")
    assert "OrderClosed" == effects_of(story.do("timer"))
    assert "OrderArchived; OrderPurged" == effects_of(story.do("timer"))


@pytest.mark.parametrize("decision", ("dismiss", "resolve"))
@pytest.mark.parametrize(
    "history",
    (
        "place available 5; answer 1:5; booked; ship 1:5; posted; invoice 1:7",
        "place available 5; answer 1:5; booked; ship 1:5; posted; invoice 1:5@700",
        "place available 5; answer 1:5; booked; ship 1:5; posted; return 1:7; credited",
        "place available 5; answer 1:5; booked; ship 1:5; posted; deliver 1:7",
        "place available 5; answer 1:5; booked; ship 1:5; posted; uninvoice 1:5",
    ),
)
def test_a_person_who_closes_the_case_of_a_fact_ends_the_wait_for_what_agrees_with_it(
    history: str, decision: str
) -> None:
    story = story_of(history)
    (case,) = [each for each in story.do("wait 48h").messages if isinstance(each, Case)]
    story.do(f"wait {24 * 200}h")
    assert isinstance(story.known, Order), "its case is open"
    _, action = story.decision(f"{decision} {case.case_class}")
    assert "RESOLVED" not in effects_of(story.take_decision(case, action))
    assert "OrderPurged" in effects_of(story.do(f"wait {24 * 200}h"))
