"""An amendment goes step by step: units, ERP, warehouses; a refusal takes back the steps before it.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`).
"""

from itertools import permutations

import pytest

from domain.messages.cases import Case, CaseState
from domain.messages.status import OrderAmended, OrderAmendmentRefused, OrderSnapshot, OrderStatus, StatusEvent
from domain.messages.warehouse import WarehouseReleaseCommanded
from domain.orders.amending.amendments import MOST_AMENDMENTS
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.status import status_of
from tests.unit.orders.story import effects_of, flow_status_of, story_of

BOOKED = "place available 5 4; answer 1:5 2:4; booked"
TAKEN = "OrderAmendmentRequested"


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (BOOKED, "amend 1 1:8", f"{TAKEN}; asks 1:3", "RESERVING; 1: unanswered 3 allocated 5; 2: allocated 4"),
        (
            f"{BOOKED}; amend 1 1:8",
            "answer 1:3",
            "InventoryAllocated; AMEND_SALES_ORDER 1:8 2:4",
            "ACCEPTED; 1: allocated 8; 2: allocated 4",
        ),
        (
            f"{BOOKED}; amend 1 1:8; answer 1:3",
            "amendment applied",
            "OrderAmended; releases 1:3; PickReleased",
            "ACCEPTED; 1: allocated 8; 2: allocated 4",
        ),
        (
            f"{BOOKED}; amend 1 1:8; answer 1:3",
            "amendment refused",
            "gives up 1:3; case ORDER_REJECTED; OrderAmendmentRefused",
            "ACCEPTED; 1: allocated 5; 2: allocated 4",
        ),
        (
            BOOKED,
            "amend 1 1:2",
            f"{TAKEN}; AMEND_SALES_ORDER 1:2 2:4",
            "ACCEPTED; 1: allocated 5; 2: allocated 4",
        ),
        (
            f"{BOOKED}; amend 1 1:2",
            "amendment applied",
            "asks the warehouse to stop 1",
            "ACCEPTED; 1: allocated 5; 2: allocated 4",
        ),
        (
            f"{BOOKED}; amend 1 1:2; amendment applied",
            "warehouse accepts",
            "gives up 1:3; OrderAmended; releases 1:2; PickReleased",
            "ACCEPTED; 1: allocated 2; 2: allocated 4",
        ),
        (
            f"{BOOKED}; amend 1 1:2; amendment applied",
            "warehouse refuses",
            "case ALLOCATION_CONFLICT; AMEND_SALES_ORDER 1:5 2:4; OrderAmended",
            "ACCEPTED; 1: allocated 5; 2: allocated 4",
        ),
        (
            f"{BOOKED}; amend 1 1:2; amendment applied; pick 1:4",
            "warehouse accepts",
            ("gives up 1:1; case ALLOCATION_CONFLICT; AMEND_SALES_ORDER 1:4 2:4; OrderAmended"),
            "ACCEPTED; 1: allocated 4 picked 4; 2: allocated 4",
        ),
        (
            f"{BOOKED}; amend 1 1:2; amendment applied",
            "ship 1:5",
            (
                "shipped 1:5; ShipmentConfirmed; AMEND_SALES_ORDER 1:5 2:4; "
                "case ALLOCATION_CONFLICT; AMEND_SALES_ORDER 1:5 2:4; OrderAmended"
            ),
            "ACCEPTED; 1: shipped 5; 2: allocated 4",
        ),
        (
            f"{BOOKED}; amend 1 1:2; amendment applied; pick 1:3; ship 1:3; unship 1:3",
            "warehouse accepts",
            "gives up 1:3; AMEND_SALES_ORDER 1:2 2:4; OrderAmended; releases 1:2; PickReleased",
            "ACCEPTED; 1: allocated 2; 2: allocated 4",
        ),
        (
            f"{BOOKED}; amend 1 1:0; amendment applied",
            "warehouse accepts",
            "gives up 1:5; OrderAmended",
            "ACCEPTED; 1:; 2: allocated 4",
        ),
        (
            "place available 5; answer 1:2; booked",
            "amend 1 1:3",
            f"{TAKEN}; AMEND_SALES_ORDER 1:3",
            "ACCEPTED; 1: allocated 2 backordered 3",
        ),
        (
            "place available 5; answer 1:2; booked; amend 1 1:3",
            "amendment applied",
            "gives up 1:2; OrderAmended",
            "ACCEPTED; 1: allocated 2 backordered 1",
        ),
        (
            f"{BOOKED}; amend 1 1:8 2:1; answer 1:3; amendment applied",
            "warehouse accepts",
            "gives up 2:3; OrderAmended; releases 1:3 2:1; PickReleased",
            "ACCEPTED; 1: allocated 8; 2: allocated 1",
        ),
        (
            BOOKED,
            "amend 1 +3:6",
            f"{TAKEN}; asks 3:6",
            "RESERVING; 1: allocated 5; 2: allocated 4; 3: unanswered 6",
        ),
        (
            f"{BOOKED}; amend 1 +3:6; answer 3:6",
            "amendment applied",
            "OrderAmended; releases 3:6; PickReleased",
            "ACCEPTED; 1: allocated 5; 2: allocated 4; 3: allocated 6",
        ),
        (
            f"{BOOKED}; amend 1 +3:6; answer 3:6",
            "amendment refused",
            "gives up 3:6; case ORDER_REJECTED; OrderAmendmentRefused",
            "ACCEPTED; 1: allocated 5; 2: allocated 4; 3:",
        ),
        (
            f"{BOOKED}; pick 3:4; ship 3:1",
            "amend 1 +3:6",
            f"{TAKEN}; asks 3:2; case OVER_SHIPMENT RESOLVED",
            "RESERVING; 1: allocated 5; 2: allocated 4; 3: unanswered 2 allocated 3 picked 4 shipped 1",
        ),
        (
            f"{BOOKED}; pick 3:4; ship 3:1; amend 1 +3:6; answer 3:2",
            "amendment applied",
            "POST_SHIPMENT 3:1; OrderAmended; releases 3:2; PickReleased",
            "ACCEPTED; 1: allocated 5; 2: allocated 4; 3: allocated 5 picked 4 shipped 1",
        ),
        (
            f"{BOOKED}; ship 3:8",
            "amend 1 +3:6",
            f"{TAKEN}; asks 3:0; case OVER_SHIPMENT; case OVER_SHIPMENT RESOLVED",
            "RESERVING; 1: allocated 5; 2: allocated 4; 3: shipped 8 excess 2",
        ),
        (
            f"{BOOKED}; ship 3:8; amend 1 +3:6",
            "answer 3:0",
            "InventoryAllocated; AMEND_SALES_ORDER 1:5 2:4 3:6",
            "ACCEPTED; 1: allocated 5; 2: allocated 4; 3: shipped 8 excess 2",
        ),
        (
            f"{BOOKED}; pick 3=lamp:2",
            "amend 1 +3:6",
            f"{TAKEN}; asks 3:6; case OVER_SHIPMENT RESOLVED; case WRONG_ITEM",
            "RESERVING; 1: allocated 5; 2: allocated 4; 3: unanswered 6",
        ),
    ),
)
def test_each_step_waits_for_the_last(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


def test_an_address_changes_when_every_warehouse_has_stopped() -> None:
    story = story_of(BOOKED)
    assert f"{TAKEN}; asks the warehouse to stop 1 2" == effects_of(story.do("amend 1 address"))
    verdict = story.do("warehouse accepts")
    assert "AMEND_SALES_ORDER 1:5 2:4; OrderAmended; releases 1:5 2:4; PickReleased" == effects_of(verdict)
    (command,) = (message for message in verdict.messages if isinstance(message, WarehouseReleaseCommanded))
    assert ("other", 1) == (command.ship_to.street, story.order.revision)


def test_an_address_stays_when_a_warehouse_does_not_stop() -> None:
    story = story_of(f"{BOOKED}; amend 1 address")
    verdict = story.do("warehouse refuses")
    assert "case ALLOCATION_CONFLICT; OrderAmended" == effects_of(verdict)
    assert "s" == story.order.ship_to.street


def test_the_case_of_an_address_that_stays_ends_with_the_next_amendment_that_asks_for_another() -> None:
    story = story_of(f"{BOOKED}; pick 1:2; amend 1 address; warehouse accepts")
    said = [message for step in ("amend 2 address", "warehouse accepts") for message in story.do(step).messages]
    cases = [(each.state, each.reason) for each in said if isinstance(each, Case)]
    assert (CaseState.RESOLVED, "amendment 2 asks for another address") in cases
    (waits,) = story.order.watched_cases
    assert 2 == waits.revision


def test_an_address_stays_when_something_is_picked() -> None:
    story = story_of(f"{BOOKED}; pick 1:2; amend 1 address")
    verdict = story.do("warehouse accepts")
    assert "case ALLOCATION_CONFLICT; OrderAmended; releases 1:3 2:4; PickReleased" == effects_of(verdict)
    assert "s" == story.order.ship_to.street


KILLS = "place kill 5; answer 1:5; booked; timer"
RAISED = "amend 1 1:8; answer 1:1; timer"


def test_what_is_killed_of_what_is_added_is_not_told_to_the_erp() -> None:
    story = story_of(KILLS)
    assert f"{TAKEN}; asks 1:3" == effects_of(story.do("amend 1 1:8"))
    assert "" == effects_of(story.do("answer 1:1"))
    assert "AMEND_SALES_ORDER 1:6" in effects_of(story.do("timer"))


@pytest.mark.parametrize(
    ("given", "ordered", "cancelled"),
    (
        (f"{KILLS}; {RAISED}", 5, 0),
        (
            "place kill 5; answer 1:5; booked; timer; amend 1 1:8; answer 1:1; timer; cancel 1:2; warehouse accepts",
            5,
            2,
        ),
        (
            "place kill 5; answer 1:5; booked; timer; cancel 1:1; warehouse accepts; amend 1 1:8; answer 1:1; timer",
            5,
            1,
        ),
    ),
)
def test_what_is_killed_of_what_is_added_was_never_ordered_when_the_erp_refuses(
    given: str, ordered: int, cancelled: int
) -> None:
    story = story_of(given)
    assert "AMEND_SALES_ORDER" in story.asked
    story.do("amendment refused")
    (line,) = story.order.lines
    assert (ordered, cancelled) == (line.ordered, line.cancelled)


@pytest.mark.parametrize(
    ("given", "when", "reason"),
    (
        (BOOKED, "amend 1 +3:1 +3:2", "the order has a line 3 already"),
        ("place available 5 4; answer 1:5 2:0:held; booked", "amend 1 2:6", "line 2 is held for its item or unit"),
        (BOOKED, "amend 1 9:1", "the order has no line 9"),
        (BOOKED, "amend 1 +1:1", "the order has a line 1 already"),
        (BOOKED, "amend 1 1:0 2:0", "nothing would be left of the order: cancel it"),
        (f"{BOOKED}; cancel; warehouse accepts", "amend 1 1:3", "the order has ended"),
    ),
)
def test_what_cannot_be_is_refused_as_a_whole(given: str, when: str, reason: str) -> None:
    story = story_of(given)
    before = story.order.lines
    refused = [each for each in story.do(when).messages if isinstance(each, OrderAmendmentRefused)]
    assert [(1, reason)] == [(each.refused_revision, each.reason) for each in refused]
    assert (before, 0) == (story.order.lines, story.order.revision)


@pytest.mark.parametrize(
    ("given", "when", "reason"),
    (
        (f"{BOOKED}; amend 2 1:3", "amend 2 1:4", "revision 2 was sent, 1 is the next"),
        (f"{BOOKED}; timer; amend 2 1:3", "timer", "revision 2 was sent, 1 is the next and has not come within 15 min"),
        (f"{BOOKED}; amend 1 1:3", "amend 1 1:2", "revision 1 was sent, 2 is the next"),
    ),
)
def test_a_revision_that_is_not_the_next_is_a_case(given: str, when: str, reason: str) -> None:
    verdict = story_of(given).do(when)
    assert "case CONFLICTING_DUPLICATE; OrderAmendmentRefused" == effects_of(verdict)
    (case,) = (message for message in verdict.messages if isinstance(message, Case))
    assert reason == case.reason


@pytest.mark.parametrize(
    ("then", "status"),
    (
        ("unship 1:3", "1: cancelled 3 allocated 2 picked -3"),
        ("unship 1:1", "1: cancelled 1 allocated 2 picked -1 shipped 2"),
        ("amend 2 1:5; unship 1:3", "1: allocated 5 picked -3"),
    ),
)
def test_what_an_amendment_took_off_too_late_is_cancelled_when_it_comes_back(then: str, status: str) -> None:
    story = story_of(f"{BOOKED}; ship 1:3")
    verdict = story.do("amend 1 1:2")
    refused = "0.000003 of line 1 are picked or shipped"
    assert [refused] == [each.reason for each in verdict.messages if isinstance(each, OrderAmendmentRefused)]
    (case,) = (each for each in verdict.messages if isinstance(each, Case))
    assert f"amendment 1: nothing of it is carried out: {refused}" == case.reason
    for sentence in then.split("; "):
        story.do(sentence)
    assert status in flow_status_of(story)


def test_a_second_amendment_waits_for_the_first() -> None:
    story = story_of(f"{BOOKED}; amend 1 1:8")
    assert TAKEN == effects_of(story.do("amend 2 1:9"))
    story.do("answer 1:3")
    assert "OrderAmended; releases 1:3; PickReleased; asks 1:1" == effects_of(story.do("amendment applied"))
    story.do("answer 1:1")
    assert "OrderAmended; releases 1:1; PickReleased" == effects_of(story.do("amendment applied"))
    assert 2 == story.order.revision


def test_twenty_amendments_wait_and_a_further_one_is_refused() -> None:
    story = story_of(f"{BOOKED}; amend 1 1:8")
    for revision in range(2, MOST_AMENDMENTS + 1):
        assert TAKEN == effects_of(story.do(f"amend {revision} 1:8"))
    assert "OrderAmendmentRefused" == effects_of(story.do(f"amend {MOST_AMENDMENTS + 1} 1:8"))
    assert MOST_AMENDMENTS == len(story.order.amendments)


def test_an_amendment_may_come_before_its_order_is_accepted_or_placed() -> None:
    story = story_of("amend 1 1:3")
    assert "OrderReceived; OrderAmendmentRequested; asks 1:5" == effects_of(story.do("place available 5"))
    accepted = "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated; AMEND_SALES_ORDER 1:3"
    assert accepted == effects_of(story.do("answer 1:5"))
    story.do("booked")
    assert "gives up 1:2; OrderAmended; releases 1:3; PickReleased" == effects_of(story.do("amendment applied"))


def test_an_order_is_amend_pending_until_its_amendment_is_carried_out() -> None:
    story = story_of(f"{BOOKED}; amend 1 1:8; answer 1:3")
    assert OrderStatus.AMEND_PENDING == status_of(story.order)
    verdict = story.do("amendment applied")
    view = next(message for message in verdict.messages if isinstance(message, OrderSnapshot))
    assert (OrderStatus.RELEASED, 1, 8) == (view.order.status, view.order.revision, view.order.lines[0].ordered)


@pytest.mark.parametrize(
    ("given", "when", "statuses"),
    (
        (BOOKED, "amend 1 1:8", ["AMEND_PENDING"]),
        (f"{BOOKED}; ship 1:5 2:4", "amend 1 1:8", ["AMEND_PENDING"]),
        (f"{BOOKED}; ship 1:5 2:4; deliver 1:5 2:4", "amend 1 +3:2", ["AMEND_PENDING"]),
        (f"{BOOKED}; ship 1:5 2:4; amend 1 1:8; answer 1:3", "ship 1:3", ["AMEND_PENDING"]),
        (f"{BOOKED}; ship 1:5 2:4", "amend 1 1:3", ["AMEND_PENDING", "SHIPPED"]),
        (f"{BOOKED}; ship 1:5 2:4; deliver 1:5 2:4", "amend 1 1:3", ["AMEND_PENDING", "DELIVERED"]),
    ),
)
def test_what_is_published_of_an_amendment_says_the_status_after_it(
    given: str, when: str, statuses: list[OrderStatus]
) -> None:
    said = story_of(given).do(when).messages
    published = [
        each.order.status for each in said if isinstance(each, StatusEvent) and not isinstance(each, OrderSnapshot)
    ]
    assert statuses == published


AMENDMENTS = ("amend 1 1:8 2:1", "amend 2 1:3", "amend 3 2:2")


@pytest.mark.parametrize("arrival", tuple(permutations(AMENDMENTS)))
@pytest.mark.parametrize("begins", (BOOKED, ""))
def test_revisions_may_arrive_in_any_order(begins: str, arrival: tuple[str, ...]) -> None:
    """Also before their order."""
    told = "; ".join((*filter(None, (begins,)), *arrival, *(("place available 5 4",) if not begins else ())))
    story = story_of(told)
    assert (3, ()) == (story.order.amended_to, story.order.early_amendments)
    assert [1, 2, 3] == [each.revision for each in story.order.amendments]
    assert not any(awaiting.all_of(story.order, Awaited.REVISION))


def test_an_amendment_that_nobody_numbers_is_the_next_one() -> None:
    story = story_of(f"{BOOKED}; amend 1 1:8; amend 0 1:9; amend 3 1:7; amend 0 1:6")
    assert [1, 2, 3, 4] == [each.revision for each in story.order.amendments]
    assert 4 == story.order.amended_to


def test_an_amendment_that_nobody_numbers_takes_the_place_of_one_that_others_wait_for() -> None:
    story = story_of(f"{BOOKED}; amend 2 1:3; amend 0 1:9")
    assert ([(1, 9), (2, 3)], ()) == (
        [(each.revision, each.quantities[0].quantity) for each in story.order.amendments],
        story.order.early_amendments,
    )


def test_a_revision_that_waits_is_known_again() -> None:
    story = story_of(f"{BOOKED}; amend 2 1:3")
    assert "dropped: duplicate" == effects_of(story.do("amend 2 1:3"))
    assert "OrderAmendmentRequested; OrderAmendmentRequested; asks 1:3" == effects_of(story.do("amend 1 1:8"))


def test_a_revision_whose_time_has_passed_may_be_sent_again() -> None:
    story = story_of(f"{BOOKED}; timer; amend 2 1:3; amend 3 1:1")
    refused = "case CONFLICTING_DUPLICATE; OrderAmendmentRefused"
    assert f"{refused}; {refused}" == effects_of(story.do("timer"))
    assert "OrderAmendmentRequested; asks 1:3" == effects_of(story.do("amend 1 1:8"))
    assert "OrderAmendmentRequested; case CONFLICTING_DUPLICATE RESOLVED" == effects_of(story.do("amend 2 1:3"))


def test_only_so_many_revisions_wait() -> None:
    story = story_of("; ".join((BOOKED, *(f"amend {number} 1:3" for number in range(2, MOST_AMENDMENTS + 2)))))
    assert "case CONFLICTING_DUPLICATE; OrderAmendmentRefused" == effects_of(
        story.do(f"amend {MOST_AMENDMENTS + 2} 1:3")
    )


GIVEN_BACK = "place complete 4 2; answer 1:4 2:0; timer; booked; timer; timer"


@pytest.mark.parametrize(
    ("given", "when", "asked"),
    (
        (GIVEN_BACK, "cancel 2", True),
        (GIVEN_BACK, "cancel 2:1", True),
        (f"{GIVEN_BACK}; amend 1 2:0", "amendment applied", True),
        (f"{GIVEN_BACK}; amend 1 2:3", "amendment applied", False),
        (GIVEN_BACK, "cancel", False),
        (f"{GIVEN_BACK}; amend 1 2:0", "amendment refused", False),
    ),
)
def test_an_order_that_has_given_everything_back_asks_at_once_when_it_is_lowered(
    given: str, when: str, asked: bool
) -> None:
    assert asked == ("; asks 1:4" in effects_of(story_of(given).do(when)))


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (
            f"{BOOKED}; amend 1 1:2; amendment applied; ship 1:3",
            "warehouse accepts",
            "gives up 1:2; case ALLOCATION_CONFLICT; AMEND_SALES_ORDER 1:3 2:4; OrderAmended",
        ),
        (f"{BOOKED}; amend 1 1:2; amendment applied", "ship 1:2", "shipped 1:2; ShipmentConfirmed; POST_SHIPMENT 1:2"),
        (
            f"{BOOKED}; amend 1 1:2; amendment applied",
            "ship 1:3",
            "shipped 1:3; ShipmentConfirmed; AMEND_SALES_ORDER 1:3 2:4",
        ),
        (f"{BOOKED}; amend 1 1:2; amendment applied; ship 1:3", "amendment applied", "POST_SHIPMENT 1:3"),
        (
            f"{BOOKED}; amend 1 1:2; amendment applied; ship 1:3",
            "amendment refused",
            "ErpCommandRefused; case ORDER_REJECTED",
        ),
        (
            f"{BOOKED}; amend 1 1:2; amendment applied; ship 1:3; amendment applied",
            "ship 1:1",
            "shipped 1:1; ShipmentConfirmed; AMEND_SALES_ORDER 1:4 2:4",
        ),
        (
            f"{BOOKED}; amend 1 1:2; amendment applied; ship 1:3",
            "ship 2:1",
            "shipped 2:1; ShipmentConfirmed; POST_SHIPMENT 2:1",
        ),
        (
            f"{BOOKED}; amend 1 1:2; ship 1:3",
            "amendment applied",
            "asks the warehouse to stop 1; AMEND_SALES_ORDER 1:3 2:4",
        ),
        (f"{BOOKED}; amend 1 1:2", "ship 1:3", "shipped 1:3; ShipmentConfirmed"),
        (
            f"{BOOKED}; amend 1 1:2; ship 1:3",
            "amendment refused",
            "case ORDER_REJECTED; OrderAmendmentRefused; POST_SHIPMENT 1:3",
        ),
        (f"{BOOKED}; amend 1 1:8", "ship 1:6", "shipped 1:5 1:1; ShipmentConfirmed"),
        (
            f"{BOOKED}; amend 1 1:8; ship 1:6; answer 1:3",
            "amendment applied",
            "POST_SHIPMENT 1:6; OrderAmended; releases 1:2; PickReleased",
        ),
    ),
)
def test_the_erp_is_told_of_a_change_before_the_goods_of_it_that_have_left(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(("step", "cancelled"), (("", 8), ("; answer 1:3", 5)))
def test_a_cancelled_order_is_amended_no_more(step: str, cancelled: int) -> None:
    """What the ERP refuses was never ordered."""
    story = story_of(f"place available 5; answer 1:5; amend 1 1:8{step}")
    story.do("cancel")
    if step:
        story.do("amendment refused")
    assert f"CANCELLED; 1: cancelled {cancelled}" == flow_status_of(story)
    assert () == story.order.amendments


def test_a_warehouse_that_does_not_answer_an_amendment_has_to_be_called() -> None:
    story = story_of(f"{BOOKED}; timer; amend 1 1:2; amendment applied")
    verdict = story.do("timer")
    assert "case DEPENDENCY_TIMEOUT" == effects_of(verdict)
    (case,) = (message for message in verdict.messages if isinstance(message, Case))
    assert "E has not answered the amendment of line 1 within 1 h" == case.reason


@pytest.mark.parametrize(
    ("given", "when", "event", "status"),
    (
        (f"{BOOKED}; amend 1 1:8; answer 1:3", "amendment refused", OrderAmendmentRefused, OrderStatus.RELEASED),
        (f"{BOOKED}; amend 1 1:8; answer 1:3", "amendment applied", OrderAmended, OrderStatus.RELEASED),
        (f"{BOOKED}; pick 1:5", "amend 1 1:2", OrderAmendmentRefused, OrderStatus.RELEASED),
    ),
)
def test_the_end_of_an_amendment_says_the_status_after_it(
    given: str, when: str, event: type[OrderAmended | OrderAmendmentRefused], status: OrderStatus
) -> None:
    (said,) = (each for each in story_of(given).do(when).messages if isinstance(each, event))
    assert status == said.order.status


def test_a_later_amendment_says_anew_what_is_wanted_of_a_line() -> None:
    story = story_of("place available 5; answer 1:5; booked; pick 1:3; amend 1 1:2; amend 2 1:3; amendment applied")
    story.do("warehouse accepts")
    assert "ACCEPTED; 1: allocated 3 picked 3" == flow_status_of(story)
    story.do("unpick 1:3")
    assert "ACCEPTED; 1: allocated 3" == flow_status_of(story)


RAISE = "place available 2 3 FRAUD; answer 1:2 2:3; booked; amend 1 1:4; answer 1:2"


@pytest.mark.parametrize(
    ("cancel", "answer", "told"),
    (
        ("cancel 1:3", "amendment applied", "CANCEL_SALES_ORDER 1:3; OrderAmended"),
        ("cancel 1:1", "amendment applied", "CANCEL_SALES_ORDER 1:1; OrderAmended"),
        (
            "cancel 1:3",
            "amendment refused",
            "CANCEL_SALES_ORDER 1:2; case ORDER_REJECTED; OrderAmendmentRefused",
        ),
        (
            "cancel 1:1",
            "amendment refused",
            "CANCEL_SALES_ORDER 1:1; case ORDER_REJECTED; OrderAmendmentRefused",
        ),
    ),
)
def test_what_is_cancelled_while_the_erp_is_asked_for_more_is_told_when_it_has_answered(
    cancel: str, answer: str, told: str
) -> None:
    story = story_of(RAISE)
    assert "CANCEL_SALES_ORDER" not in effects_of(story.do(cancel))
    assert effects_of(story.do(answer)).endswith(told)


def test_a_line_that_is_not_raised_is_cancelled_in_the_erp_at_once() -> None:
    assert "CANCEL_SALES_ORDER 2:1" in effects_of(story_of(RAISE).do("cancel 1:3 2:1"))


def test_what_has_left_of_a_raise_is_told_though_the_rest_of_a_fill_or_kill_order_is_cancelled() -> None:
    story = story_of("ship 1:3; place kill 1; answer 1:0; amend 1 1:2; amendment refused; amend 2 1:8; answer 1:3")
    assert "AMEND_SALES_ORDER 1:3" in effects_of(story.do("cancel"))
    story.do("amendment applied")
    assert () == story.order.amendments


ADDRESSED = "place available 5; answer 1:5; booked; amend 1 address"


@pytest.mark.parametrize(
    "then",
    (
        "pick 1:5; unpick 1:5; warehouse accepts",
        "pick 1:5; warehouse accepts; unpick 1:5",
        "pick 1:2; warehouse accepts; unpick 1:2; warehouse accepts",
        "pick 1:2; unpick 1:2; warehouse accepts",
        "pick 1:5; unpick 1:2; unpick 1:3; warehouse accepts",
        "ship 1:5 as S; unship 1:5 of S",
        "pick 1:5; unpick 1:5:damaged; fill 1:5",
        "pick 1:5; warehouse refuses; unpick 1:5; warehouse accepts",
    ),
)
def test_an_address_that_stays_is_changed_when_the_goods_are_there_again(then: str) -> None:
    story = story_of(ADDRESSED)
    effects = "; ".join(effects_of(story.do(each)) for each in then.split("; "))
    assert "other" == story.order.ship_to.street
    after = effects.rsplit("OrderAmended", 1)[1]
    assert "releases 1:5; PickReleased" in after
    assert ("case ALLOCATION_CONFLICT RESOLVED" in after) is ("case ALLOCATION_CONFLICT" in effects)
    assert "case CONFLICTING_DUPLICATE" not in effects


@pytest.mark.parametrize(
    "then",
    (
        "pick 1:5; unpick 1:5; warehouse refuses",
        "pick 1:5; unpick 1:2; warehouse accepts",
        "pick 1:5; ship 1:2; unpick 1:3; warehouse accepts",
        "warehouse refuses",
        "pick 1:5; dismiss ALLOCATION_CONFLICT; unpick 1:5",
    ),
)
def test_it_stays_while_goods_are_on_their_way_to_it(then: str) -> None:
    story = story_of(ADDRESSED)
    said = [message for each in then.split("; ") for message in story.do(each).messages]
    assert "other" != story.order.ship_to.street
    assert any(isinstance(each, Case) and each.reason.endswith("picked or shipped") for each in said)
