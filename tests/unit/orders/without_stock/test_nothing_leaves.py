"""Lines of which nothing leaves (`1none`): the ledger is not asked, and they are done when their order is released."""

import pytest

from domain.messages.cases import Case, CaseState
from domain.messages.status import OrderSnapshot, OrderStatus
from domain.orders.state import Order
from domain.orders.status import status_of
from tests.unit.orders.story import Story, effects_of, flow_status_of, story_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            "",
            "place available 1none",
            "OrderReceived; CREATE_SALES_ORDER 1:1; OrderAccepted",
            "ACCEPTED; 1: without_stock 1",
        ),
        ("place available 1none", "booked", "OrderBooked; LinesDone", "ACCEPTED; 1: shipped 1 done 1"),
        (
            "",
            "place kill 1none gate accepted",
            "OrderReceived; CREATE_SALES_ORDER 1:1; OrderAccepted; LinesDone",
            "ACCEPTED; 1: shipped 1 done 1",
        ),
        (
            "place available 1none CREDIT; booked",
            "unhold CREDIT",
            "case CREDIT_HOLD RESOLVED; OrderHoldReleased; LinesDone",
            "ACCEPTED; 1: shipped 1 done 1",
        ),
        (
            "place available 2none; erp refuses; retry booking",
            "booked",
            "case ORDER_REJECTED RESOLVED; OrderBooked; LinesDone",
            "ACCEPTED; 1: shipped 2 done 2",
        ),
        (
            "place available 1none numbered; no duplicate",
            "booked",
            "OrderBooked; LinesDone",
            "ACCEPTED; 1: shipped 1 done 1",
        ),
    ),
)
def test_an_order_of_a_service_is_accepted_booked_and_done(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            "place available 5 1none; answer 1:2",
            "booked",
            "OrderBooked; LinesDone; releases 1:2; PickReleased",
            "ACCEPTED; 1: allocated 2 backordered 3; 2: shipped 1 done 1",
        ),
        (
            "place complete 5 1none",
            "answer 1:5",
            "confirms 1:5; CREATE_SALES_ORDER 1:5 2:1; OrderAccepted; InventoryAllocated",
            "ACCEPTED; 1: allocated 5; 2: without_stock 1",
        ),
        (
            "place complete 5 1none; answer 1:2; timer; booked",
            "fill 1:3",
            "LinesDone; confirms 1:5; InventoryAllocated; releases 1:5; PickReleased",
            "ACCEPTED; 1: allocated 5; 2: shipped 1 done 1",
        ),
        (
            "place kill 5 1none; answer 1:0",
            "timer",
            "gives up 1:5; CREATE_SALES_ORDER 2:1; OrderAccepted; OrderCancelled",
            "ACCEPTED; 1: cancelled 5; 2: without_stock 1",
        ),
        (
            "place available 5 1none gathered; answer 1:2",
            "booked",
            "OrderBooked; LinesDone",
            "ACCEPTED; 1: allocated 2 backordered 3; 2: shipped 1 done 1",
        ),
    ),
)
def test_beside_goods_they_wait_for_the_release_and_are_no_missing_stock(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("place available 1none", "cancel", "CANCEL_SALES_ORDER; OrderCancelled", "CANCELLED; 1: cancelled 1"),
        (
            "place available 3none; cancel 1:2",
            "booked",
            "OrderBooked; LinesDone",
            "ACCEPTED; 1: cancelled 2 shipped 1 done 1",
        ),
        ("place available 1none; booked", "cancel", "CancelRefused", "ACCEPTED; 1: shipped 1 done 1"),
        (
            "place available 1none; booked; ship 1:1; posted; cancel",
            "unship 1:1",
            "reversed 1:1; ShipmentReversed; REVERSE_SHIPMENT 1:1; CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 1 picked -1",
        ),
        (
            "place available 1none; pick 1:1; cancel; booked",
            "unpick 1:1",
            "took out of picking 1:1; PickReversed; CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 1",
        ),
    ),
)
def test_they_can_be_cancelled_until_they_are_done(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            "place available 5; answer 1:5; booked; amend 1 +2:1none",
            "amendment applied",
            "OrderAmended; LinesDone",
            "ACCEPTED; 1: allocated 5; 2: shipped 1 done 1",
        ),
        (
            "place available 1none; booked; amend 1 1:3",
            "amendment applied",
            "OrderAmended; LinesDone",
            "ACCEPTED; 1: shipped 3 done 3",
        ),
        (
            "place available 1none; booked; amend 1 1:3",
            "amendment refused",
            "case ORDER_REJECTED; OrderAmendmentRefused",
            "ACCEPTED; 1: shipped 1 done 1",
        ),
        (
            "place available 3none; amend 1 1:1; booked",
            "amendment applied",
            "OrderAmended; LinesDone",
            "ACCEPTED; 1: shipped 1 done 1",
        ),
        (
            "place available 3none; booked",
            "amend 1 1:1",
            "OrderAmendmentRequested; case ALLOCATION_CONFLICT; OrderAmendmentRefused",
            "ACCEPTED; 1: shipped 3 done 3",
        ),
        (
            "picture 1 1:2none; booked; picture 2 1:3none",
            "amendment applied",
            "OrderAmended; LinesDone",
            "ACCEPTED; 1: shipped 3 done 3",
        ),
    ),
)
def test_an_amendment_is_done_when_it_is_carried_out(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("history", "status"),
    (
        ("place available 1none; booked; ship 1:1", "ACCEPTED; 1: shipped 1"),
        ("place available 1none; ship 1:1; booked", "ACCEPTED; 1: shipped 1"),
        ("ship 1:1; place available 1none; booked", "ACCEPTED; 1: shipped 1"),
        ("place available 3none; booked; ship 1:1", "ACCEPTED; 1: shipped 3 done 2"),
        ("place available 3none; ship 1:1; booked", "ACCEPTED; 1: shipped 3 done 2"),
        ("place available 1none; booked; pick 1:1; ship 1:1", "ACCEPTED; 1: picked 1 shipped 1"),
        ("place available 1none; pick 1:1; booked; ship 1:1", "ACCEPTED; 1: picked 1 shipped 1"),
        ("place available 1none; booked; ship 1:3", "ACCEPTED; 1: shipped 3 excess 2"),
        ("place available 1none; ship 1:3; booked", "ACCEPTED; 1: shipped 3 excess 2"),
        ("place available 1none; booked; ship 1:1; unship 1:1", "ACCEPTED; 1: picked -1 shipped 1 done 1"),
        ("place available 1none; ship 1:1; unship 1:1; booked", "ACCEPTED; 1: picked -1 shipped 1 done 1"),
        ("place available 1none; unship 1:1; booked; ship 1:1", "ACCEPTED; 1: picked -1 shipped 1 done 1"),
    ),
)
def test_what_a_warehouse_ships_all_the_same_is_not_counted_twice_whatever_came_first(
    history: str, status: str
) -> None:
    assert status == flow_status_of(story_of(history))


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        ("place available 2none; booked", "return 1:1:missing", "ReturnReceived; POST_CREDIT_MEMO 1:1"),
        (
            "place available 2none; return 1:1:missing",
            "booked",
            "OrderBooked; LinesDone; ReturnCredited; POST_CREDIT_MEMO 1:1",
        ),
        (
            "place available 2none; return 1:1:missing; wait 1h",
            "booked",
            "OrderBooked; LinesDone; ReturnCredited; POST_CREDIT_MEMO 1:1; case INVOICE_MISMATCH RESOLVED",
        ),
    ),
)
def test_a_refund_of_what_is_done_is_credited(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        ("place available 1none", OrderStatus.ACCEPTED),
        ("place available 1none; booked", OrderStatus.DELIVERED),
        ("place available 1none; ship 1:1; booked", OrderStatus.SHIPPED),
        ("place available 5 1none; answer 1:5; booked", OrderStatus.RELEASED),
        ("place available 5 1none; answer 1:0; booked", OrderStatus.BOOKED),
        ("place available 5 1none; answer 1:5; booked; ship 1:2", OrderStatus.PARTIALLY_SHIPPED),
        ("place available 5 1none; answer 1:5; booked; ship 1:5", OrderStatus.SHIPPED),
        ("place available 5 1none; answer 1:5; booked; ship 1:5; deliver 1:5", OrderStatus.DELIVERED),
        ("place available 1none; booked; timer", OrderStatus.CLOSED),
        ("place available 5 1none; answer 1:0; booked; cancel 1", OrderStatus.BOOKED),
        (
            "place available 5 1none; answer 1:5; booked; ship 1:2; unship 1:2; cancel; warehouse accepts",
            OrderStatus.BOOKED,
        ),
        ("place available 2channel 1none; booked; cancel", OrderStatus.BOOKED),
        ("place available 5 1none; answer 1:2; booked; ship 1:2; cancel", OrderStatus.SHIPPED),
    ),
)
def test_the_status_says_what_has_left(history: str, expected: OrderStatus) -> None:
    assert expected == status_of(order_of(story_of(history)))


def test_nobody_waits_for_its_delivery_but_for_its_invoice() -> None:
    story = story_of("place available 1none DELIVERY<60! INVOICE<60!; booked")
    assert "SlaBreached; case DEPENDENCY_TIMEOUT" == effects_of(story.do("timer"))
    assert "INVOICE" == order_of(story).budgets.breached[0].stage  # type: ignore[union-attr]  # it has budgets


def test_another_system_may_say_that_nothing_of_it_is_shipped_or_all() -> None:
    for said in ("1:2:0", "1:2:2"):
        story = story_of(f"place available 2none; booked; report ERP OPEN {said}")
        assert "" == effects_of(story.do("wait 2h"))


def test_the_summary_says_from_whose_stock_a_line_is_served() -> None:
    verdict = story_of("").do("place available 5 1none 2channel")
    (shown,) = (each.order for each in verdict.messages if isinstance(each, OrderSnapshot))
    assert ["STOCK", "NONE", "CHANNEL"] == [line.fulfilment for line in shown.lines]


def order_of(story: Story) -> Order:
    assert isinstance(story.known, Order)
    return story.known


@pytest.mark.parametrize(
    ("history", "when"),
    (
        ("place available 1 1none; answer 1:0; booked", "cancel 1"),
        ("place available 1 1none; answer 1:0; cancel 1", "booked"),
        ("place available 1 1none; answer 1:1; booked; miss 1:1", "cancel 1"),
        ("place available 2channel 1none; booked", "cancel"),
    ),
)
def test_a_service_that_falls_due_without_its_goods_is_asked_about(history: str, when: str) -> None:
    story = story_of(history)
    (case,) = (each for each in story.do(when).messages if isinstance(each, Case) and "services" in each.reason)
    due = "0.000001 of item 2 on line 2"
    assert f"all goods of the order are cancelled, and its services are done and fall due: {due}" == case.reason
    ended = story.do("return 2:1:missing").messages
    assert [(case.key, CaseState.RESOLVED)] == [(each.key, each.state) for each in ended if isinstance(each, Case)]


@pytest.mark.parametrize(
    "history",
    (
        "place available 1none; booked",
        "place available 1 1none; answer 1:1; booked; ship 1:1; posted",
        "place available 1 1none; answer 1:1; cancel",
        "place available 2 1none; answer 1:2; booked; ship 1:1; cancel; warehouse accepts",
    ),
)
def test_a_service_that_goes_with_goods_or_alone_is_not(history: str) -> None:
    story = story_of("")
    for step in history.split("; "):
        assert "case INVOICE_MISMATCH" not in effects_of(story.do(step))
