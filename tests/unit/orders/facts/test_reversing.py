"""Shipments reversed: goods that did not leave, or came back before they were delivered.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`).
"""

import pytest

from domain.identifiers import NO_RESERVATION
from domain.messages.cases import Case, CaseClass, CaseState
from domain.messages.dispatch import CommandType, ErpRequested
from domain.messages.inventory import UnitsReversed
from domain.messages.orders import Numbered
from domain.messages.status import OrderStatus
from domain.orders import parking
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.status import status_of
from tests.unit.orders.story import Story, effects_of, flow_status_of, story_of

BOOKED = "place available 5; answer 1:5; booked"
SHIPPED = f"{BOOKED}; ship 1:5; posted"
LATE = "reversed 1:2; ShipmentReversed; REVERSE_SHIPMENT 1:2"


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            SHIPPED,
            "unship 1:3",
            "reversed 1:3; ShipmentReversed; REVERSE_SHIPMENT 1:3; releases 1:3; PickReleased",
            "ACCEPTED; 1: allocated 3 picked -3 shipped 2",
        ),
        (
            f"{BOOKED}; pick 1:5; ship 1:2; posted",
            "unship 1:2",
            "reversed 1:2; ShipmentReversed; REVERSE_SHIPMENT 1:2; releases 1:2; PickReleased",
            "ACCEPTED; 1: allocated 5 picked 3",
        ),
        (
            f"{BOOKED}; ship 1:7; posted",
            "unship 1:3",
            (
                "reversed 1:1 1:2; ShipmentReversed; REVERSE_SHIPMENT 1:3; releases 1:1; PickReleased; "
                "case OVER_SHIPMENT RESOLVED"
            ),
            "ACCEPTED; 1: allocated 1 picked -3 shipped 4",
        ),
        (
            "place complete 5 5; ship 1:5",
            "unship 1:5",
            "reversed 1:5; ShipmentReversed",
            "RESERVING; 1: reserved 5 picked -5; 2: unanswered 5",
        ),
        (
            f"{SHIPPED}; timer",
            "unship 1:5",
            "reversed 1:5; ShipmentReversed; REVERSE_SHIPMENT 1:5; releases 1:5; PickReleased",
            "ACCEPTED; 1: allocated 5 picked -5",
        ),
    ),
)
def test_what_is_open_again_is_held_for_the_order_and_released(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            SHIPPED,
            "unship 1:1:damaged 1:2:missing",
            (
                "reversed 1:1 1:2; ShipmentReversed; REVERSE_SHIPMENT 1:3; case ALLOCATION_CONFLICT; "
                "case ALLOCATION_CONFLICT; asks 1:3"
            ),
            "RESERVING; 1: unanswered 3 picked -3 shipped 2",
        ),
        (
            SHIPPED,
            "unship 1:1:damaged 1:2",
            (
                "reversed 1:2 1:1; ShipmentReversed; REVERSE_SHIPMENT 1:3; case ALLOCATION_CONFLICT; releases 1:2; "
                "PickReleased; asks 1:1"
            ),
            "RESERVING; 1: unanswered 1 allocated 2 picked -3 shipped 2",
        ),
    ),
)
def test_others_are_waited_for_when_goods_are_damaged_or_gone(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize("policy", ("available", "complete", "kill"))
def test_an_order_tells_that_it_waits_for_others(policy: str) -> None:
    story = story_of(f"place {policy} 5; answer 1:5; booked; ship 1:5; posted; unship 1:2:missing")
    assert "InventoryBackordered" in effects_of(story.do("answer 1:0")).split("; ")
    assert 2 == story.order.lines[0].backordered


def test_what_a_fill_or_kill_order_has_lost_again_is_waited_for() -> None:
    story = story_of("place kill 5; answer 1:5; booked; ship 1:5; posted; unship 1:5:damaged")
    assert "InventoryBackordered; confirms 1:5" == effects_of(story.do("answer 1:0"))
    assert "ACCEPTED; 1: backordered 5 picked -5" == flow_status_of(story)
    assert "InventoryAllocated; releases 1:5; PickReleased" == effects_of(story.do("fill 1:5"))


def test_of_a_filled_order_no_more_is_killed_than_is_added_to_it() -> None:
    lost = "place kill 5; answer 1:5; booked; ship 1:5; posted; unship 1:2:missing; answer 1:0"
    story = story_of(f"{lost}; amend 1 1:8; answer 1:0; timer")
    assert "ACCEPTED; 1: cancelled 3 backordered 2 picked -2 shipped 3" == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            f"{BOOKED}; pick 1:2; cancel; warehouse accepts; cancellation done; ship 1:2; posted",
            "unship 1:2",
            ("reversed 1:2; ShipmentReversed; REVERSE_SHIPMENT 1:2; gives up 1:2; CANCEL_SALES_ORDER; OrderCancelled"),
            "CANCELLED; 1: cancelled 5",
        ),
        (
            f"{BOOKED}; ship 1:2; posted; cancel; warehouse accepts; cancellation done",
            "unship 1:1",
            (
                "reversed 1:1; ShipmentReversed; REVERSE_SHIPMENT 1:1; gives up 1:1; CANCEL_SALES_ORDER 1:1; "
                "OrderCancelled"
            ),
            "CANCELLED; 1: cancelled 4 picked -1 shipped 1",
        ),
        (
            f"{BOOKED}; ship 1:2; posted; cancel 1:3; warehouse accepts; cancellation done",
            "unship 1:2",
            "reversed 1:2; ShipmentReversed; REVERSE_SHIPMENT 1:2; releases 1:2; PickReleased",
            "ACCEPTED; 1: cancelled 3 allocated 2 picked -2",
        ),
    ),
)
def test_what_was_shipped_although_it_was_cancelled_is_cancelled_when_it_comes_back(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "ends"),
    (
        (f"{SHIPPED}; cancel", ""),
        (f"{SHIPPED}; cancel 1", ""),
        (f"{BOOKED}; cancel; ship 1:5; posted", ""),
        (f"{BOOKED}; ship 1:5; picture 7 1:5 cancelled; posted", "; case ALLOCATION_CONFLICT RESOLVED"),
    ),
)
def test_what_was_shipped_whole_before_it_could_be_cancelled_is_cancelled_when_it_comes_back(
    given: str, ends: str
) -> None:
    story = story_of(given)
    expected = "reversed 1:5; ShipmentReversed; REVERSE_SHIPMENT 1:5; gives up 1:5; CANCEL_SALES_ORDER; OrderCancelled"
    assert expected + ends == effects_of(story.do("unship 1:5"))
    assert "CANCELLED; 1: cancelled 5 picked -5" == flow_status_of(story)


def test_what_was_shipped_before_the_warehouse_refused_is_cancelled_when_it_comes_back() -> None:
    story = story_of(f"{BOOKED}; ship 1:3; cancel; warehouse refuses; posted; unship 1:3")
    assert "ACCEPTED; 1: cancelled 3 allocated 2 picked -3" == flow_status_of(story)


REFUSED = f"{BOOKED}; cancel; warehouse refuses"


@pytest.mark.parametrize(
    ("given", "when", "status"),
    (
        (f"{REFUSED}; ship 1:5; posted", "unship 1:5", "CANCELLED; 1: cancelled 5 picked -5"),
        (f"{REFUSED}; pick 1:5; ship 1:5; posted", "unship 1:2", "CANCELLED; 1: cancelled 2 picked 3 shipped 3"),
        (f"{REFUSED}; ship 1:2; posted", "unship 1:2", "ACCEPTED; 1: cancelled 2 allocated 3 picked -2"),
        (f"{REFUSED}; pick 1:5", "unpick 1:5", "ACCEPTED; 1: allocated 5"),
        (REFUSED, "miss 1:2", "ACCEPTED; 1: cancelled 2 allocated 3"),
        (f"{BOOKED}; cancel 1:2; warehouse refuses", "miss 1:3", "ACCEPTED; 1: cancelled 2 allocated 2 backordered 1"),
        (f"{BOOKED}; cancel 1:2; warehouse refuses; ship 1:5", "unship 1:3", "1: cancelled 2 allocated 1"),
        (f"{SHIPPED}; cancel 1:2", "unship 1:3", "1: cancelled 2 allocated 1 picked -3 shipped 2"),
        (f"{BOOKED}; ship 1:4; posted; cancel 1:2; ship 1:1", "unship 1:3", "1: cancelled 2 allocated 1"),
        (
            f"{BOOKED}; amend 1 1:2; amendment applied; ship 1:5; posted",
            "unship 1:4",
            "ACCEPTED; 1: cancelled 3 allocated 1 picked -4 shipped 1",
        ),
        (f"{SHIPPED}; picture 7 1:3", "unship 1:3", "1: cancelled 2 allocated 1 picked -3 shipped 2"),
        (f"{SHIPPED}; picture 7 1:3; picture 8 1:5", "unship 1:3", "ACCEPTED; 1: allocated 3 picked -3 shipped 2"),
        (f"{SHIPPED}; picture 7 1:3; picture 8 1:4", "unship 1:3", "1: cancelled 1 allocated 2"),
    ),
)
def test_what_could_not_be_cancelled_is_cancelled_when_nobody_has_it_in_hands_any_more(
    given: str, when: str, status: str
) -> None:
    story = story_of(given)
    story.do(when)
    assert status in flow_status_of(story)


def test_every_part_that_one_event_cancels_is_a_document_of_its_own_in_the_erp() -> None:
    story = story_of(f"{BOOKED}; cancel; unship 1:1; unship 1:2")
    requests = [each for each in story.do("ship 1:5").messages if isinstance(each, ErpRequested)]
    cancelled = [each for each in requests if each.command_type is CommandType.CANCEL_SALES_ORDER]
    assert [1, 2] == [each.document.lines[0].quantity for each in cancelled]
    assert 2 == len({each.business_key for each in cancelled}) == len({each.command_id for each in cancelled})


def test_no_more_of_a_part_that_was_shipped_is_cancelled_than_was_asked_for() -> None:
    story = story_of(f"{BOOKED}; cancel 1:2; ship 1:5; posted; unship 1:4")
    assert "ACCEPTED; 1: cancelled 2 allocated 2 picked -4 shipped 1" == flow_status_of(story)


def test_what_comes_out_of_picking_counts_once_against_a_part_that_was_to_be_cancelled() -> None:
    story = story_of(f"{BOOKED}; cancel 1:2; pick 1:5; unpick 1:3; unpick 1:2; warehouse accepts")
    assert "ACCEPTED; 1: cancelled 2 allocated 3" == flow_status_of(story)


def test_what_an_amendment_wants_again_is_not_cancelled_when_it_comes_back() -> None:
    story = story_of(f"{SHIPPED}; cancel; amend 1 1:8; answer 1:3; amendment applied; unship 1:5")
    assert 0 == story.order.lines[0].cancelled


def test_an_order_is_not_shipped_any_more() -> None:
    story = story_of(SHIPPED)
    assert OrderStatus.SHIPPED == status_of(story.order)
    story.do("unship 1:2")
    assert OrderStatus.PARTIALLY_SHIPPED == status_of(story.order)


def test_a_closed_order_has_open_work_again() -> None:
    story = story_of(SHIPPED)
    while not story.order.closed:
        story.do("timer")
    story.do("unship 1:2")
    assert not story.order.closed
    assert 0 == story.order.leaves_at_ms


def test_a_reversal_ahead_of_its_shipment_is_taken_off_it() -> None:
    story = story_of(BOOKED)
    assert "" == effects_of(story.do("unship 1:2"))
    assert "ACCEPTED; 1: allocated 5" == flow_status_of(story)
    expected = f"shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5; {LATE}; releases 1:2; PickReleased"
    assert expected == effects_of(story.do("ship 1:5"))
    assert "ACCEPTED; 1: allocated 2 picked -2 shipped 3" == flow_status_of(story)
    assert story.pending(Awaited.REVERSED_SHIPMENT) is None


def test_more_reversed_than_shipped_is_a_case_until_the_shipment_comes() -> None:
    story = story_of(f"{SHIPPED}; unship 1:7")
    assert "ACCEPTED; 1: allocated 5 picked -5" == flow_status_of(story)
    assert "" == effects_of(story.do("timer"))
    verdict = story.do("timer")
    assert "case INVOICE_MISMATCH; reversed 1:2" == effects_of(verdict)
    (case,) = (each for each in verdict.messages if isinstance(each, Case))
    assert (CaseClass.INVOICE_MISMATCH, CaseState.OPEN) == (case.case_class, case.state)
    assert case.reason.endswith(
        "0.000002 of line 1 of S, beyond what it had shipped by then and was not reversed before"
    )
    resolved = f"{LATE.removeprefix('reversed 1:2; ')}; case INVOICE_MISMATCH RESOLVED; asks 1:2"
    assert effects_of(story.do("late ship 1:2")).endswith(resolved)


def test_the_case_says_what_is_left_when_a_part_of_the_shipment_comes() -> None:
    story = story_of(f"{BOOKED}; unship 1:4 of S1; wait 1h")
    (case,) = (each for each in story.do("late ship 1:1 as S1").messages if isinstance(each, Case))
    assert CaseState.OPEN is case.state
    assert "reverses 0.000003 of line 1 of S1" in case.reason
    (case,) = (each for each in story.do("late ship 1:3 as S1").messages if isinstance(each, Case))
    assert CaseState.RESOLVED is case.state


@pytest.mark.parametrize(
    ("given", "when", "taken_off", "why"),
    (
        (f"{BOOKED}; ship 1:2 as S1; ship 1:3 as S2", "unship 1:5 of S9", 0, "of S9, which nobody has shipped"),
        (f"{BOOKED}; ship 1:2 as S1; ship 1:3 as S2; unship 1:2 of S1", "unship 1:2 of S1", 0, "not reversed before"),
        (f"{BOOKED}; ship 1:5 as S1; unship 1:2 of S1; ship 1:2 as S2", "unship 1:4 of S1", 3, "not reversed before"),
        (f"{BOOKED}; ship 1:5 as S1", "unship 1=lamp:5 of S1", 0, "not reversed before"),
        (f"{BOOKED}; ship 1=lamp:5 as S1", "unship 1=lamp:5 of S2", 0, "of S2, which nobody has shipped"),
    ),
    ids=("of no shipment", "twice", "more than is left of it", "of another item", "of an item that it does not have"),
)
def test_what_its_shipment_does_not_have_is_not_taken_off_another_one(
    given: str, when: str, taken_off: int, why: str
) -> None:
    story = story_of(given)
    shipped = story.order.lines[0].shipped
    story.do(when)
    assert shipped - taken_off == story.order.lines[0].shipped
    verdict = story.do("timer")
    while not any(isinstance(each, Case) for each in verdict.messages):
        verdict = story.do("timer")
    (case,) = (each for each in verdict.messages if isinstance(each, Case))
    assert CaseClass.INVOICE_MISMATCH is case.case_class
    assert case.reason.endswith(why)
    assert any(isinstance(each, UnitsReversed) for each in verdict.messages)


def test_each_reversal_waits_for_its_own_shipment() -> None:
    story = story_of(f"{BOOKED}; unship 1:1 of S1; unship 1:2 of S2; ship 1:3 as S2")
    assert ["S1"] == [held.shipment_id for held in story.order.held_reversals]
    assert "ACCEPTED; 1: allocated 4 picked -2 shipped 1" == flow_status_of(story)
    story.do("ship 1:1 as S1")
    assert () == story.order.held_reversals


def test_the_parts_of_a_shipment_are_reversed_together() -> None:
    story = story_of(f"{BOOKED}; ship 1:2 as S1; ship 1:3 as S1; unship 1:5 of S1")
    assert "ACCEPTED; 1: allocated 5 picked -5" == flow_status_of(story)


def test_a_shipment_of_an_earlier_life_is_not_taken_off_the_next_one() -> None:
    story = story_of(SHIPPED)
    while story.known is not None:
        story.do("timer")
    story.do("place available 5")
    story.do("answer 1:5")
    story.do("not found")
    story.do("booked")
    story.do("ship 1:5 as S2")
    story.do("unship 1:5 of S")
    assert 5 == story.order.lines[0].shipped


def test_nothing_is_credited_twice_when_returned_goods_are_shipped_again() -> None:
    story = story_of(f"{SHIPPED}; return 1:8; credited; unship 1:5")
    assert "POST_CREDIT_MEMO" not in effects_of(story.do("ship 1:5"))
    assert "POST_CREDIT_MEMO 1:1" in effects_of(story.do("ship 1:1"))


def test_the_erp_hears_of_a_reversal_after_the_order_and_the_shipment() -> None:
    story = story_of("place complete 5 5; ship 1:2; unship 1:1")
    expected = "CREATE_SALES_ORDER 1:5 2:5; OrderAccepted; POST_SHIPMENT 1:2; REVERSE_SHIPMENT 1:1"
    assert expected in effects_of(story.do("answer 1:4 2:5"))


def test_another_item_than_the_lines_is_moved_as_what_it_is_and_its_case_ends_when_all_is_back() -> None:
    story = story_of(f"{BOOKED}; ship 1=lamp:2")
    assert "reversed 1:1; ShipmentReversed" == effects_of(story.do("unship 1=lamp:1"))
    verdict = story.do("unship 1=lamp:1")
    assert "reversed 1:1; ShipmentReversed; case WRONG_ITEM RESOLVED" == effects_of(verdict)
    (reason,) = (message.reason for message in verdict.messages if isinstance(message, Case))
    assert "nothing of lamp is picked, or with the customer, on line '1' any more" == reason


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (f"{BOOKED}; pick 1=lamp:2; unpick 1=lamp:2", "WRONG_ITEM"),
        (f"{BOOKED}; pick 1=lamp:2; ship 1=lamp:2; unship 1=lamp:2", "WRONG_ITEM"),
        (f"{BOOKED}; unship 1=lamp:2; ship 1=lamp:2", "WRONG_ITEM"),
        (f"{BOOKED}; pick 1=lamp:2; ship 1=lamp:2; return 1=lamp:2", "WRONG_ITEM"),
        (f"{BOOKED}; ship 1=lamp:2; return 1=lamp:2; pick 1=lamp:2", "WRONG_ITEM"),
        (f"{BOOKED}; pick 1=lamp:2; return 1=lamp:2; ship 1=lamp:2", "WRONG_ITEM"),
        (f"ship 1=lamp:2; return 1=lamp:2; {BOOKED}", "WRONG_ITEM"),
        (f"{BOOKED}; ship 7:2; return 7:1; unship 7:1", "OVER_SHIPMENT"),
        (f"ship 1=lamp:2; unship 1=lamp:2; {BOOKED}", "WRONG_ITEM"),
        (f"{BOOKED}; ship 7:2; unship 7:2", "OVER_SHIPMENT"),
        (f"{BOOKED}; ship 3:2; amend 1 +3:2; amendment applied", "OVER_SHIPMENT"),
    ),
)
def test_the_case_of_what_moved_for_no_line_is_open_while_any_of_it_is_out(history: str, expected: str) -> None:
    story, states = story_of(""), dict[str, CaseState]()
    for sentence in history.split("; "):
        for said in story.do(sentence).messages:
            if isinstance(said, Case) and said.key.startswith("out/"):
                assert expected == said.case_class
                states[said.key] = said.state
    assert {CaseState.RESOLVED} >= set(states.values())


def test_what_one_warehouse_has_picked_for_no_line_is_out_when_what_another_shipped_is_back() -> None:
    story = story_of(f"{BOOKED}; pick@W 1=lamp:2; ship 1=lamp:2")
    assert "RESOLVED" not in effects_of(story.do("unship 1=lamp:2"))
    assert "case WRONG_ITEM RESOLVED" in effects_of(story.do("unpick@W 1=lamp:2"))


@pytest.mark.parametrize(
    ("history", "released"),
    (
        (f"{BOOKED}; ship 1:5; unship 1:5", 5),
        (f"{BOOKED}; ship@W 1:5 as S; unship@W 1:5", 5),
        (f"{BOOKED}; ship@W 1:5 as S; warehouse refuses; unship@W 1:5", 5),
        (f"{BOOKED}; pick 1:5; ship@W 1:5 as S; warehouse refuses; unship@W 1:2", 5),
        (f"{BOOKED}; ship@W 1:2 as S; unship@W 1:2; ship 1:5", 5),
        ("place available 5; answer 1:3; booked; ship@W 1:2 as S; unship@W 1:2", 3),
        (f"{BOOKED}; ship@W 1:5 as S; warehouse accepts; unship@W 1:5", 5),
    ),
)
def test_what_another_warehouse_was_asked_for_and_works_on_stays_released(history: str, released: int) -> None:
    line = story_of(history).order.lines[0]
    assert released == line.released
    assert released >= sum(asked.quantity for asked in line.released_at)


@pytest.mark.parametrize(
    "history",
    (
        (f"{BOOKED}; unship 1=lamp:2; ship 1=lamp:2"),
        (f"ship 1=lamp:2; unship 1=lamp:2; {BOOKED}"),
        (f"ship 1=lamp:2; return 1=lamp:2:restocked:unpriced; {BOOKED}"),
        (f"{BOOKED}; unship 1:2; ship 1:7"),
        (f"ship 1:7; unship 1:2; {BOOKED}"),
        (f"ship 1:7; return 1:2; {BOOKED}"),
    ),
)
def test_what_is_over_before_its_decision_is_made_is_no_case(history: str) -> None:
    story = story_of("")
    said = [message for sentence in history.split("; ") for message in story.do(sentence).messages]
    assert [] == [each.reason for each in said if isinstance(each, Case)]


def test_a_surplus_is_one_case_however_often_its_decision_changes_it() -> None:
    said = story_of(f"{BOOKED}; unship 1:1").do("ship 1:7").messages
    assert ["line 1: 0.000006 shipped, 0.000005 ordered, 0 cancelled"] == [
        each.reason for each in said if isinstance(each, Case)
    ]


def test_a_reversal_waits_for_its_order() -> None:
    story = story_of("unship 1:2; ship 1:5")
    expected = "OrderReceived; shipped 1:5; ShipmentConfirmed; reversed 1:2; ShipmentReversed; asks 1:2"
    assert expected == effects_of(story.do("place available 5"))


def test_goods_of_an_orphan_are_back_in_stock_and_do_not_come_twice_when_its_order_comes() -> None:
    story = story_of("unship 1:2; ship 1:5; pick 1:5")
    verdict = story.do("timer")
    assert "reversed 1:2; shipped 1:5; case ORPHAN_EVENT" == effects_of(verdict)
    (moved,) = (each for each in verdict.messages if isinstance(each, UnitsReversed))
    assert [NO_RESERVATION] == [line.reservation_id for line in moved.lines]
    expected = "OrderReceived; ShipmentConfirmed; ShipmentReversed; PickConfirmed"
    assert effects_of(story.do("place available 5")).startswith(expected)


def test_goods_of_an_orphan_do_not_come_twice_when_the_shipment_is_later_than_its_order() -> None:
    story = story_of("unship 1:2; timer; place available 5; answer 1:5; booked")
    expected = f"shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5; {LATE.removeprefix('reversed 1:2; ')}; asks 1:2"
    assert expected == effects_of(story.do("late ship 1:5"))
    assert "RESERVING; 1: unanswered 2 picked -2 shipped 3" == flow_status_of(story)


def test_a_reversal_is_parked_as_every_numbered_document() -> None:
    event = story_of("").event("unship 1:2")
    assert isinstance(event, Numbered)
    assert 1 == parking.lines_of(event)


@pytest.mark.parametrize(
    ("returned", "reversed_units", "reasons"),
    (
        (5, 5, ["0.000005 of line 1 came back beyond what was shipped: returned, and reversed with V6"]),
        (2, 4, ["0.000001 of line 1 came back beyond what was shipped: returned, and reversed with V6"]),
        (2, 3, []),
    ),
)
def test_goods_that_were_returned_and_are_reversed_as_well_are_a_case(
    returned: int, reversed_units: int, reasons: list[str]
) -> None:
    story = story_of(f"place available 5; answer 1:5; booked; ship 1:5; return 1:{returned}")
    cases = (each for each in story.do(f"unship 1:{reversed_units}").messages if isinstance(each, Case))
    assert reasons == [case.reason for case in cases]


def test_a_shipment_from_before_the_reversal_explains_what_was_returned() -> None:
    story = story_of("place available 5; answer 1:5; booked; ship 1:3; return 1:5; unship 1:3")
    late = story.now_ms
    story.now_ms -= 1_000_000
    part = effects_of(story.do("ship 1:2 as S2"))
    rest = effects_of(story.do("ship 1:3 as S3"))
    story.now_ms = late
    assert ("INVOICE_MISMATCH RESOLVED" in part, "INVOICE_MISMATCH RESOLVED" in rest) == (False, True)


def test_what_is_shipped_again_after_the_reversal_explains_nothing() -> None:
    story = story_of("place available 5; answer 1:5; booked; ship 1:5; return 1:5; unship 1:5; wait 1h")
    assert "INVOICE_MISMATCH RESOLVED" not in effects_of(story.do("ship 1:5 as S2"))
    assert [Awaited.RETURNED_SHIPMENT] == [each.awaited for each in story.order.pending_answers if each.is_late]


BOTH = f"{BOOKED}; ship 1:3 as S1; ship@W 1:2 as S1"


def test_a_reversal_ahead_of_its_shipment_is_not_taken_off_another_warehouses_of_the_same_number() -> None:
    story = story_of(f"{BOOKED}; ship 1:3 as S1; unship@W 1:2 of S1")
    assert 3 == story.order.lines[0].shipped
    story.do("ship@W 1:2 as S1")
    assert 3 == story.order.lines[0].shipped
    assert () == story.order.held_reversals


def test_what_a_warehouse_reverses_beyond_its_own_shipment_is_not_taken_off_another_warehouses() -> None:
    story = story_of(f"{BOTH}; unship@W 1:3 of S1")
    assert 3 == story.order.lines[0].shipped
    (reason,) = _reasons_of_mismatches(story)
    assert (
        " of W reverses 0.000001 of line 1 of S1, beyond what it had shipped by then and was not reversed before"
        in reason
    )
    assert 3 == story.order.lines[0].shipped


def test_a_reversal_that_another_warehouse_tells_is_taken_off_the_shipment_at_its_deadline_without_a_case() -> None:
    story = story_of(f"{BOOKED}; ship 1:5 as S1; unship@W 1:2 of S1")
    assert 5 == story.order.lines[0].shipped
    effects = []
    while story.order.held_reversals:
        effects.append(effects_of(story.do("timer")))
    assert "reversed 1:2; ShipmentReversed; REVERSE_SHIPMENT 1:2; releases 1:2; PickReleased" == effects[-1]
    assert not any("INVOICE_MISMATCH" in each for each in effects)
    assert 3 == story.order.lines[0].shipped


def test_a_reversal_whose_deadline_has_passed_is_taken_off_the_first_shipment_of_its_number() -> None:
    story = story_of(f"{BOOKED}; unship@W 1:2 of S1")
    assert 1 == len(_reasons_of_mismatches(story))
    assert "case INVOICE_MISMATCH RESOLVED" in effects_of(story.do("late ship 1:5 as S1"))
    assert 3 == story.order.lines[0].shipped


def test_a_warehouse_takes_its_own_shipment_back_before_another_one_does_whose_deadline_has_passed() -> None:
    story = story_of(f"{BOOKED}; unship@W 1:2 of S1")
    _reasons_of_mismatches(story)
    story.do("unship 1:3 of S1")
    story.do("late ship 1:3 as S1")
    assert ["W"] == [held.node_id for held in story.order.held_reversals]
    story.do("late ship@W 1:2 as S1")
    assert () == story.order.held_reversals
    assert 0 == story.order.lines[0].shipped


def test_a_shipment_that_comes_after_its_reversal_was_taken_off_another_one_gives_that_one_back() -> None:
    story = story_of(f"{BOOKED}; ship 1:3 as S1; unship@W 1:2 of S1")
    while story.order.held_reversals:
        story.do("timer")
    assert 1 == story.order.lines[0].shipped
    story.do("ship@W 1:2 as S1")
    story.do("unship 1:3 of S1")
    assert (0, ()) == (story.order.lines[0].shipped, story.order.held_reversals)


TWICE = f"{BOOKED}; ship 1:5 as S1; wait 1h; unship 1:5 of S1; unship 1:5 of S1"


@pytest.mark.parametrize("waited", ("wait 1m", "wait 20m"), ids=("while it waits", "after its case"))
def test_a_reversal_is_never_of_a_shipment_that_left_after_it(waited: str) -> None:
    story = story_of(f"{TWICE}; {waited}")
    assert "REVERSE_SHIPMENT" not in effects_of(story.do("ship 1:5 as S1"))
    said = story.do("wait 2h").messages
    assert not any(isinstance(each, ErpRequested) for each in said)
    assert 5 == story.order.lines[0].shipped
    (waits,) = awaiting.all_of(story.order, Awaited.REVERSED_SHIPMENT)
    assert waits.is_late


def test_the_new_shipment_of_a_number_is_reversed_by_what_occurs_after_it() -> None:
    story = story_of(f"{TWICE}; wait 20m; ship 1:5 as S1; wait 1m; unship 1:2 of S1")
    assert 3 == story.order.lines[0].shipped
    assert [5] == [line.quantity for held in story.order.held_reversals for line in held.lines]


def test_a_part_of_a_shipment_that_left_after_a_reversal_is_not_taken_back_by_it() -> None:
    story = story_of(f"{BOOKED}; ship 1:2 as S1; wait 1m; unship 1:3 of S1; wait 1m; ship 1:3 as S1")
    assert 3 == story.order.lines[0].shipped
    assert [1] == [line.quantity for held in story.order.held_reversals for line in held.lines]


def test_an_older_reversal_finds_its_part_after_a_later_one_took_the_part_that_left_last() -> None:
    story = story_of(f"{BOOKED}; ship 1:2 as S1; wait 1m; ship 1:3 as S1; wait 1m; unship 1:3 of S1")
    assert 2 == story.order.lines[0].shipped
    story.do("late unship 1:2 of S1")
    assert (0, ()) == (story.order.lines[0].shipped, story.order.held_reversals)


def test_another_warehouse_takes_back_no_shipment_that_left_after_it() -> None:
    story = story_of(f"{BOOKED}; unship@W 1:2 of S1; wait 1m; ship 1:5 as S1; wait 1h")
    assert 5 == story.order.lines[0].shipped
    assert ["W"] == [held.node_id for held in story.order.held_reversals]


def test_a_reversal_that_overtakes_its_shipment_finds_it() -> None:
    story = story_of(f"{BOOKED}; wait 1h; unship 1:5 of S1; wait 1m; late ship 1:5 as S1")
    assert (0, ()) == (story.order.lines[0].shipped, story.order.held_reversals)


def _reasons_of_mismatches(story: Story) -> list[str]:
    """After as many deadlines as the first of them needs."""
    while True:
        cases = [each for each in story.do("timer").messages if isinstance(each, Case)]
        if reasons := [case.reason for case in cases if case.case_class is CaseClass.INVOICE_MISMATCH]:
            return reasons
