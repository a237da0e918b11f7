"""Asked of one warehouse, shipped by another: the first is asked to stop, the customer's line is left alone.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`).
"""

import pytest

from domain.identifiers import NodeId
from domain.messages.cases import Case, CaseState
from domain.messages.warehouse import WarehouseReleaseCommanded
from domain.orders.pending.answers import MOST_SETTLED, Awaited
from domain.orders.warehouses import releases
from domain.orders.warehouses.releases import ReleasedUnits
from tests.unit.orders.story import effects_of, flow_status_of, story_of

BOOKED = "place available 5; answer 1:5; booked; timer"


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            BOOKED,
            "ship@W 1:5",
            "shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5; asks the warehouse to stop 1",
            "ACCEPTED; 1: shipped 5",
        ),
        (f"{BOOKED}; ship@W 1:5", "warehouse accepts", "", "ACCEPTED; 1: shipped 5"),
        (f"{BOOKED}; ship@W 1:5", "warehouse refuses", "case ALLOCATION_CONFLICT", "ACCEPTED; 1: shipped 5"),
        (f"{BOOKED}; ship@W 1:5", "timer", "case DEPENDENCY_TIMEOUT", "ACCEPTED; 1: shipped 5"),
        (
            f"{BOOKED}; ship@W 1:5; timer",
            "warehouse accepts",
            "case DEPENDENCY_TIMEOUT RESOLVED",
            "ACCEPTED; 1: shipped 5",
        ),
        (
            BOOKED,
            "ship@W 1:3",
            "shipped 1:3; ShipmentConfirmed; POST_SHIPMENT 1:3; asks the warehouse to stop 1",
            "ACCEPTED; 1: allocated 2 shipped 3",
        ),
        (
            f"{BOOKED}; ship@W 1:3",
            "warehouse accepts",
            "releases 1:2; PickReleased",
            "ACCEPTED; 1: allocated 2 shipped 3",
        ),
        (
            f"{BOOKED}; ship@W 1:3",
            "warehouse refuses",
            "case ALLOCATION_CONFLICT",
            "ACCEPTED; 1: allocated 2 shipped 3",
        ),
        (
            f"{BOOKED}; ship@W 1:3; warehouse refuses",
            "ship 1:2",
            "shipped 1:2; ShipmentConfirmed; POST_SHIPMENT 1:2",
            "ACCEPTED; 1: shipped 5",
        ),
        (
            f"{BOOKED}; ship@W 1:5; timer",
            "ship 1:5",
            ("shipped 1:5; case OVER_SHIPMENT; ShipmentConfirmed; POST_SHIPMENT 1:5; case DEPENDENCY_TIMEOUT RESOLVED"),
            "ACCEPTED; 1: shipped 10 excess 5",
        ),
        (
            f"{BOOKED}; ship@W 1:3",
            "ship@W 1:1",
            "shipped 1:1; ShipmentConfirmed; POST_SHIPMENT 1:1",
            "ACCEPTED; 1: allocated 1 shipped 4",
        ),
        (
            f"{BOOKED}; ship 1:3",
            "ship 1:2",
            "shipped 1:2; ShipmentConfirmed; POST_SHIPMENT 1:2",
            "ACCEPTED; 1: shipped 5",
        ),
        (
            "place available 5; answer 1:5; timer",
            "ship@W 1:5",
            "shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5",
            "ACCEPTED; 1: shipped 5",
        ),
        (
            f"{BOOKED}; cancel",
            "ship@W 1:3",
            "shipped 1:3; ShipmentConfirmed; POST_SHIPMENT 1:3",
            "ACCEPTED; 1: allocated 2 shipped 3",
        ),
        (
            f"{BOOKED}; cancel; ship@W 1:3",
            "warehouse accepts",
            "gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled",
            "CANCELLED; 1: cancelled 2 shipped 3",
        ),
    ),
)
def test_what_another_warehouse_has_shipped_is_not_needed_any_more(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


def test_new_units_of_the_line_wait_for_the_answer() -> None:
    story = story_of("place available 5; answer 1:3; booked; timer; ship@W 1:2")
    assert "InventoryAllocated" == effects_of(story.do("fill 1:2"))
    assert "releases 1:3; PickReleased" == effects_of(story.do("warehouse accepts"))


def test_a_warehouse_that_refuses_twice_has_one_case() -> None:
    story = story_of("place available 5 5; answer 1:5 2:5; booked; timer; ship@W 1:5; warehouse refuses; ship@W 2:5")
    verdict = story.do("warehouse refuses")
    (case,) = (message for message in verdict.messages if isinstance(message, Case))
    assert "E refuses to stop line 1, 2, which another warehouse has shipped: picked already" == case.reason
    assert "case ALLOCATION_CONFLICT" not in effects_of(story.do("ship 1:5"))
    shipped = story.do("ship 2:5")
    resolved = [each.key for each in shipped.messages if isinstance(each, Case) and each.state is CaseState.RESOLVED]
    assert [case.key] == resolved


def test_late_answers_to_the_last_hundred_commands_are_recognised() -> None:
    story = story_of("place available 999; answer 1:999; booked")
    answers = []
    for _ in range(MOST_SETTLED + 1):
        story.do("cancel")
        answers.append(story.event("warehouse refuses"))
        story.take(answers[-1])
    assert MOST_SETTLED == len(story.order.settled_commands)
    assert "case ORPHAN_EVENT" == effects_of(story.take(answers[0]))
    assert "dropped: answer to a warehouse command that waits for none" == effects_of(story.take(answers[1]))


def test_a_contrary_answer_to_a_stop_is_a_case() -> None:
    story = story_of(f"{BOOKED}; ship@W 1:5; warehouse accepts")
    assert "case CONFLICTING_DUPLICATE" == effects_of(story.do("warehouse refuses"))


@pytest.mark.parametrize(("asked", "most", "left"), ((3, 2, 2), (3, 3, 3), (3, 5, 3)))
def test_what_a_warehouse_was_asked_for_is_limited_and_never_raised(asked: int, most: int, left: int) -> None:
    east = NodeId("E")
    assert left == releases.at_node(releases.at_most((ReleasedUnits(east, asked),), east, most), east)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (f"{BOOKED}; ship@W 1:3", "cancel", "CancelRequested", "ACCEPTED; 1: allocated 2 shipped 3"),
        (
            f"{BOOKED}; ship@W 1:3; cancel",
            "warehouse accepts",
            "gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled",
            "CANCELLED; 1: cancelled 2 shipped 3",
        ),
        (
            f"{BOOKED}; ship@W 1:3; cancel",
            "warehouse refuses",
            "CancelRefused; case ALLOCATION_CONFLICT",
            "ACCEPTED; 1: allocated 2 shipped 3",
        ),
        (f"{BOOKED}; ship@W 1:3", "cancel 1:1", "CancelRequested", "ACCEPTED; 1: allocated 2 shipped 3"),
        (
            f"{BOOKED}; ship@W 1:3; cancel 1:1",
            "warehouse accepts",
            "gives up 1:1; CANCEL_SALES_ORDER 1:1; OrderCancelled; releases 1:1; PickReleased",
            "ACCEPTED; 1: cancelled 1 allocated 1 shipped 3",
        ),
        (
            f"{BOOKED}; ship@W 1:3; amend 1 1:4; amendment applied",
            "warehouse accepts",
            "gives up 1:1; OrderAmended; releases 1:1; PickReleased",
            "ACCEPTED; 1: allocated 1 shipped 3",
        ),
        (
            f"{BOOKED}; cancel",
            "ship@W 1:5",
            "shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5; CancelRefused",
            "ACCEPTED; 1: shipped 5",
        ),
        (f"{BOOKED}; cancel; ship@W 1:5", "warehouse accepts", "", "ACCEPTED; 1: shipped 5"),
        (f"{BOOKED}; cancel; ship@W 1:5", "warehouse refuses", "case ALLOCATION_CONFLICT", "ACCEPTED; 1: shipped 5"),
        (
            f"{BOOKED}; cancel; ship@W 1:2",
            "warehouse refuses",
            "CancelRefused; case ALLOCATION_CONFLICT",
            "ACCEPTED; 1: allocated 3 shipped 2",
        ),
        (
            f"{BOOKED}; amend 1 1:4; amendment applied",
            "ship@W 1:5",
            (
                "shipped 1:5; ShipmentConfirmed; AMEND_SALES_ORDER 1:5; "
                "case ALLOCATION_CONFLICT; AMEND_SALES_ORDER 1:5; OrderAmended"
            ),
            "ACCEPTED; 1: shipped 5",
        ),
    ),
)
def test_a_warehouse_gets_one_command_to_stop_a_line_whatever_its_answer_decides(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


def test_what_one_answer_decides_has_one_case() -> None:
    story = story_of(f"{BOOKED}; ship@W 1:3; cancel")
    effects = [effects_of(story.do("timer")), effects_of(story.do("timer"))]
    assert 1 == "; ".join(effects).count("case DEPENDENCY_TIMEOUT")
    assert 1 == effects_of(story.do("warehouse accepts")).count("case DEPENDENCY_TIMEOUT RESOLVED")


def test_a_case_is_open_while_anything_awaits_the_answer() -> None:
    story = story_of(f"{BOOKED}; cancel; ship@W 1:2")
    while not any(isinstance(each, Case) for each in story.do("timer").messages):
        pass
    assert "DEPENDENCY_TIMEOUT" not in effects_of(story.do("ship@W 1:3"))
    assert "case DEPENDENCY_TIMEOUT RESOLVED" == effects_of(story.do("warehouse accepts"))


def test_a_second_line_joins_what_is_stopped_of_the_first_one() -> None:
    story = story_of("place available 5 5; answer 1:5 2:5; booked; timer; ship@W 1:3 2:3; cancel 1; cancel 2")
    expected = "gives up 1:2 2:2; CANCEL_SALES_ORDER 1:2 2:2; OrderCancelled"
    assert expected == effects_of(story.do("warehouse accepts"))


BOTH_ASKED = "place available 5; answer 1:5; state 1:3; fill 1:2:W; booked; timer"


@pytest.mark.parametrize(
    ("given", "when", "stopped", "in_picking"),
    (
        (f"{BOTH_ASKED}; pick 1:3", "ship@W 1:2", False, 3),
        (f"{BOTH_ASKED}; pick 1:3; pick@W 1:2", "ship 1:3", False, 2),
        (f"{BOTH_ASKED}; ship 1:3; pick@W 1:2", "pick 1:3", False, 2),
        (f"{BOTH_ASKED}; pick 1:3", "ship@W 1:5", True, 3),
    ),
    ids=("what it was asked for", "both have picked", "a late pick", "what the other one was asked for"),
)
def test_what_a_warehouse_ships_is_not_what_another_one_has_picked(
    given: str, when: str, stopped: bool, in_picking: int
) -> None:
    story = story_of(given)
    assert stopped is ("asks the warehouse to stop" in effects_of(story.do(when)))
    (line,) = story.order.lines
    assert in_picking == line.in_picking == sum(line.picked_at(NodeId(node)) for node in "EW")


def test_a_warehouse_that_stops_what_it_has_picked_is_not_asked_again_and_puts_it_back() -> None:
    story = story_of(f"{BOTH_ASKED}; pick 1:3; ship@W 1:5; warehouse accepts")
    assert "stop" not in effects_of(story.do("ship@W 1:1"))
    story.do("unpick 1:3")
    assert (0, 0) == (story.order.lines[0].in_picking, story.order.lines[0].allocated)


REFUSED = f"{BOOKED}; ship@W 1:5 as S; warehouse refuses; unship@W 1:5"
"""E has refused to stop what W had shipped, and W has its goods back: E has 5 in hands, and 5 are open."""
IN_PART = f"{BOOKED}; ship@W 1:2 as S; warehouse refuses; unship@W 1:2"
"""Likewise, and 3 of E's are held there."""


@pytest.mark.parametrize(
    ("given", "when", "releases_at"),
    (
        (f"{BOOKED}; ship@W 1:5 as S; warehouse refuses", "unship@W 1:5", {}),
        (f"{BOOKED}; ship@W 1:5 as S; unship@W 1:5", "warehouse refuses", {}),
        (f"{BOOKED}; ship@W 1:2 as S; warehouse refuses", "unship@W 1:2", {}),
        (f"{BOOKED}; ship@W 1:5 as S; warehouse refuses; unship@W 1:5:damaged", "fill 1:5", {}),
        (f"{BOOKED}; ship@W 1:5 as S; warehouse refuses; unship@W 1:5:damaged", "fill 1:5:W", {}),
        (REFUSED, "pick 1:5", {}),
        (REFUSED, "ship 1:3", {}),
        (IN_PART, "ship 1:3", {}),
        (REFUSED, "ship@W 1:2", {}),
        (f"{BOOKED}; ship@W 1:5 as S; unship@W 1:5", "warehouse accepts", {"W": 5}),
        (REFUSED, "miss 1:5", {"W": 5}),
        (REFUSED, "miss 1:2", {"W": 2}),
        (REFUSED, "unpick 1:5", {"W": 5}),
        (IN_PART, "unpick 1:2", {"W": 2}),
        (f"{REFUSED}; pick 1:2", "unpick 1:2", {"W": 2}),
        (f"{REFUSED}; pick 1:5", "unpick 1:5", {}),
        (f"{REFUSED}; ship 1:3", "unpick 1:2", {"W": 2}),
        (f"{BOOKED}; ship@W 1:2 as S; warehouse refuses; ship 1:2; unship@W 1:2", "amend 1 1:9; amendment applied", {}),
    ),
)
def test_what_a_warehouse_that_refused_to_stop_has_in_hands_is_released_to_nobody_else(
    given: str, when: str, releases_at: dict[str, int]
) -> None:
    story = story_of(given)
    verdicts = [story.do(each) for each in when.split("; ")]
    released = {
        message.node_id: sum(line.quantity for line in message.lines)
        for verdict in verdicts
        for message in verdict.messages
        if isinstance(message, WarehouseReleaseCommanded)
    }
    assert releases_at == released


@pytest.mark.parametrize(
    ("given", "when", "is_open"),
    (
        (f"{BOOKED}; ship@W 1:2; warehouse refuses", "ship 1:3", True),
        (f"{BOOKED}; ship@W 1:2; warehouse refuses; ship 1:3", "ship 1:1", True),
        (f"{BOOKED}; ship@W 1:2; warehouse refuses; ship 1:3", "ship 1:2", False),
        (f"{BOOKED}; ship@W 1:2; warehouse refuses; ship 1:3", "unpick 1:2", False),
        (f"{BOOKED}; ship@W 1:2; warehouse refuses; ship 1:3", "miss 1:2", False),
        (f"{BOOKED}; ship@W 1:2; warehouse refuses; ship 1:3", "miss 1:1", True),
        (REFUSED, "timer", True),
        (REFUSED, "ship 1:3", True),
        (REFUSED, "ship 1:5", False),
        (REFUSED, "miss 1:5", False),
        (f"{REFUSED}; cancel", "warehouse accepts", False),
        (f"{REFUSED}; cancel", "warehouse refuses", True),
    ),
)
def test_a_refusal_is_a_case_until_nothing_is_left_that_is_too_much(given: str, when: str, is_open: bool) -> None:
    story = story_of(given)
    story.do(when)
    assert is_open is (story.pending(Awaited.SURPLUS) is not None)


@pytest.mark.parametrize(
    ("given", "reason"),
    (
        (f"{BOOKED}; ship@W 1:2", "E refuses to stop line 1, which another warehouse has shipped: picked already"),
        (
            f"{BOOKED}; ship@W 1:5 as S; unship@W 1:5",
            "E refuses to stop line 1: it is open again, and nobody else is asked for it: picked already",
        ),
        (
            f"{BOOKED}; pick 1:5; pick@W 1:5; unpick 1:5",
            "E refuses to stop line 1, which another warehouse has picked: picked already",
        ),
    ),
)
def test_the_case_says_whether_too_much_will_be_shipped(given: str, reason: str) -> None:
    (case,) = (each for each in story_of(given).do("warehouse refuses").messages if isinstance(each, Case))
    assert reason == case.reason


def test_a_warehouse_that_is_to_ship_what_it_refuses_to_stop_has_no_case() -> None:
    story = story_of(f"{BOOKED}; ship@W 1:5 as S; unship@W 1:5:damaged; fill 1:5")
    assert "" == effects_of(story.do("warehouse refuses"))
    assert story.pending(Awaited.ACTION) is not None


@pytest.mark.parametrize("decision", ("dismiss", "resolve"))
@pytest.mark.parametrize(
    ("given", "effects"),
    ((REFUSED, "releases 1:5; PickReleased"), (IN_PART, "releases 1:2; PickReleased"), (f"{REFUSED}; ship 1:5", "")),
)
def test_when_a_person_closes_the_case_the_rest_is_released_elsewhere(decision: str, given: str, effects: str) -> None:
    story = story_of(f"{BOOKED}; ship@W 1:{2 if given == IN_PART else 5} as S")
    (case,) = (each for each in story.do("warehouse refuses").messages if isinstance(each, Case))
    for sentence in given.split("warehouse refuses; ")[1].split("; "):
        story.do(sentence)
    _, action = story.decision(f"{decision} {case.case_class}")
    assert effects == effects_of(story.take_decision(case, action))
    assert story.pending(Awaited.SURPLUS) is None


def test_a_customer_who_cancels_what_such_a_warehouse_ships_hears_its_answer() -> None:
    story = story_of(REFUSED)
    assert "asks the warehouse to stop 1; CancelRequested" == effects_of(story.do("cancel"))
    assert "CancelRefused" == effects_of(story.do("warehouse refuses"))
    assert "gives up 1:5; CANCEL_SALES_ORDER; OrderCancelled" in effects_of(story.do("miss 1:5"))


def test_a_warehouse_is_asked_again_only_to_stop_more_than_it_has_refused() -> None:
    story = story_of(f"{BOOKED}; ship@W 1:2 as S; warehouse refuses; unship@W 1:2")
    assert "asks the warehouse to stop" not in effects_of(story.do("ship@W 1:2"))
    assert "asks the warehouse to stop 1" in effects_of(story.do("ship@W 1:1"))


@pytest.mark.parametrize("elsewhere", ("pick@W 1:3", "ship@W 1:3", "pick@W 1:3; ship@W 1:3"))
def test_what_a_warehouse_puts_back_of_its_command_is_not_asked_for_again_because_of_what_another_one_did(
    elsewhere: str,
) -> None:
    story = story_of(f"place available 10; answer 1:5; booked; timer; pick 1:5; {elsewhere}")
    assert "took out of picking 1:2; PickReversed" == effects_of(story.do("unpick 1:2"))
    assert 5 == releases.at_node(story.order.lines[0].released_at, NodeId("E"))


def test_what_a_warehouse_has_picked_unasked_and_puts_back_is_asked_of_it() -> None:
    story = story_of("place available 10; answer 1:5; booked; timer; pick 1:5; pick@W 1:3")
    assert "took out of picking 1:2; PickReversed; releases 1:2; PickReleased" == effects_of(story.do("unpick@W 1:2"))


BOTH_PICKED = f"{BOOKED}; pick 1:5; pick@W 1:5"


@pytest.mark.parametrize(
    ("given", "when"),
    (
        (BOTH_PICKED, "unpick 1:5"),
        (BOTH_PICKED, "unpick 1:2"),
        (f"{BOOKED}; pick@W 1:5", "unpick 1:5"),
        (f"{BOOKED}; pick 1:5; cancel 1:2; pick@W 1:5", "unpick 1:5"),
        (f"{BOOKED}; pick 1:5; unpick 1:5; pick@W 1:5", "ship@W 1:5"),
        (f"{BOOKED}; pick@W 1:5", "ship@W 1:5"),
        ("place available 5; answer 1:5; booked; pick 1:5; pick@W 1:3", "unpick 1:5"),
    ),
)
def test_a_command_for_what_others_have_is_stopped_before_its_units_are_free(given: str, when: str) -> None:
    assert "asks the warehouse to stop 1" in effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("answer", "left"),
    (
        ("warehouse accepts", 0),
        ("warehouse refuses", 5),
        ("ship@W 1:5", 5),
        ("ship 1:5", 0),
        ("pick 1:5; unpick 1:5", 5),
        ("ship@W 1:5; warehouse accepts", 0),
        ("warehouse refuses; unpick 1:5", 0),
        ("miss 1:5", 0),
    ),
)
def test_what_is_put_back_is_asked_for_until_its_warehouse_has_answered(answer: str, left: int) -> None:
    story = story_of(f"{BOTH_PICKED}; unpick 1:5; {answer}")
    assert left == releases.at_node(story.order.lines[0].released_at, NodeId("E"))


@pytest.mark.parametrize(
    ("answer", "effects"), (("warehouse accepts", "releases 1:5; PickReleased"), ("warehouse refuses", ""))
)
def test_what_both_have_put_back_is_released_to_one_of_them(answer: str, effects: str) -> None:
    story = story_of(f"{BOTH_PICKED}; unpick 1:5")
    assert "releases" not in effects_of(story.do("unpick@W 1:5"))
    assert effects == effects_of(story.do(answer)).replace("case ALLOCATION_CONFLICT", "")


def test_it_is_asked_to_stop_once() -> None:
    story = story_of(f"{BOTH_PICKED}; unpick 1:2")
    later = ("unpick 1:3", "ship@W 1:5", "unship@W 1:5", "pick 1:5", "unpick 1:5")
    assert "stop" not in "; ".join(effects_of(story.do(each)) for each in later)
