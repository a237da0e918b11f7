"""Warehouses that are away by name: others stand in for them, and only what is about to happen there waits."""

from dataclasses import replace

import pytest

from domain.identifiers import EventId, NodeId
from domain.messages.failure_policy import Dependency, DependencyReported, FailurePolicySet
from domain.messages.inventory import ReservationsReleased, ReservationsRequested
from domain.messages.status import FailurePolicyApplied, FallbackNodesAsked
from domain.messages.warehouse import WarehouseReleaseCommanded
from domain.orders.decision import Cause
from domain.orders.outages.table import Conditions
from domain.orders.transitions import OrderVerdict, restored
from tests.unit.orders.outages.test_failure_policy import PROVENANCE, row
from tests.unit.orders.story import RULES, Story, effects_of, story_of

PAUSED = "WMS RELEASE * PAUSE"
HELD = "WMS RELEASE * HOLD"


def while_away(story: Story, nodes: str, *rows: str) -> Story:
    """From now on these warehouses are away, and no other."""
    outages = tuple(
        DependencyReported(
            Dependency.WMS, is_away=True, since_us=0, reason="", provenance=PROVENANCE, node_id=NodeId(node)
        )
        for node in nodes.split()
    )
    story.rules = replace(
        RULES, conditions=Conditions(outages, FailurePolicySet("7", PROVENANCE, tuple(map(row, rows))))
    )
    return story


def is_back(story: Story, *rows: str, away: str = "") -> OrderVerdict:
    """A warehouse for which the order waited is back; these are still away."""
    while_away(story, away, *rows)
    story.events += 1
    cause = Cause(EventId(f"event {story.events}"), story.now_ms)
    return story._became(restored(story.known, Dependency.WMS, cause, story.rules))


def asked(verdict: OrderVerdict) -> str:
    (request,) = (each for each in verdict.messages if isinstance(each, ReservationsRequested))
    return " ".join(request.nodes)


def said(verdict: OrderVerdict) -> list[tuple[str, str]]:
    found = (each for each in verdict.messages if isinstance(each, FallbackNodesAsked))
    return [(" ".join(each.away), " ".join(each.nodes)) for each in found]


@pytest.mark.parametrize(
    ("away", "order", "nodes"),
    (
        ("", "place available fallback 5", "E"),
        ("W", "place available fallback 5", "E"),
        ("E", "place available 5", "E"),
        ("E W N", "place available fallback 5", "E"),
    ),
)
def test_an_order_asks_at_the_nodes_of_its_channel(away: str, order: str, nodes: str) -> None:
    verdict = while_away(story_of(""), away).do(order)
    assert nodes == asked(verdict)
    assert [] == said(verdict)


@pytest.mark.parametrize(("away", "nodes"), (("E", "W N"), ("E W", "N")))
def test_while_a_warehouse_is_away_those_are_asked_that_stand_in_for_it_and_the_order_says_so(
    away: str, nodes: str
) -> None:
    verdict = while_away(story_of(""), away).do("place available fallback 5")
    assert nodes == asked(verdict)
    assert [("E", nodes)] == said(verdict)
    assert "OrderReceived; FallbackNodesAsked; asks 1:5" == effects_of(verdict)


def test_what_is_asked_when_the_warehouse_is_back_is_asked_there_again() -> None:
    story = while_away(story_of(""), "E")
    story.do("place complete fallback 5")
    while_away(story, "")
    story.do("answer 1:0")
    retried = OrderVerdict(None)
    while not any(isinstance(each, ReservationsRequested) for each in retried.messages):
        retried = story.do("timer")
    assert "E" == asked(retried)
    assert [] == said(retried)


def test_what_an_order_has_or_waits_for_already_stays_where_it_is() -> None:
    story = story_of("place available fallback 5; answer 1:2; booked")
    while_away(story, "E")
    assert "InventoryAllocated; releases 1:3; PickReleased" == effects_of(story.do("fill 1:3"))


def test_what_waits_at_nodes_that_stood_in_is_asked_for_again_when_the_warehouse_is_back() -> None:
    story = while_away(story_of(""), "E")
    for sentence in ("place available fallback 5 3", "answer 1:2 2:3", "booked"):
        story.do(sentence)
    back = is_back(story)
    assert ("gives up 1:3; asks 1:3", "E") == (effects_of(back), asked(back))
    assert 5 == sum(line.allocated for line in story.order.lines)
    assert "InventoryAllocated; releases 1:3; PickReleased" == effects_of(story.do("answer 1:3"))
    assert "dropped: end of an outage for which the order does not wait" == effects_of(is_back(story))


def test_what_was_not_answered_is_asked_for_again_as_well_and_the_old_answer_says_nothing() -> None:
    story = while_away(story_of(""), "E")
    story.do("place available fallback 5")
    assert "gives up 1:5; asks 1:5" == effects_of(is_back(story))
    assert "dropped: answer to a reservation that was given up" == effects_of(story.do("old answer 1"))
    assert "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated" == effects_of(story.do("answer 1:5"))


@pytest.mark.parametrize("away", ("E", "E W"), ids=("the same one", "two"))
def test_while_all_in_whose_place_others_were_asked_are_away_what_waits_stays(away: str) -> None:
    story = while_away(story_of(""), away)
    for sentence in ("place available fallback 5", "answer 1:0", "booked"):
        story.do(sentence)
    assert "dropped: end of an outage for which the order does not wait" == effects_of(is_back(story, away=away))


def test_a_fill_that_has_crossed_is_freed_by_the_ledger() -> None:
    story = while_away(story_of(""), "E")
    for sentence in ("place available fallback 5", "answer 1:0", "booked"):
        story.do(sentence)
    crossed = story.event("fill 1:5:W")
    (given_up,) = (each for each in is_back(story).messages if isinstance(each, ReservationsReleased))
    assert [(5, ())] == [(line.quantity, line.holds) for line in given_up.lines]
    story.take(crossed)
    assert 0 == sum(line.allocated for line in story.order.lines)


def test_an_amendment_under_way_ends_first() -> None:
    story = while_away(story_of(""), "E")
    for sentence in ("place available fallback 5", "answer 1:0", "booked", "amend 1 1:4"):
        story.do(sentence)
    assert not any(isinstance(each, ReservationsRequested) for each in is_back(story).messages)
    assert "E" == asked(story.do("amendment applied"))


def test_a_line_that_one_node_is_to_serve_waits_where_it_has_units() -> None:
    story = while_away(story_of(""), "E")
    for sentence in ("place available fallback whole 5", "answer 1:2", "booked"):
        story.do(sentence)
    assert not any(isinstance(each, ReservationsRequested) for each in is_back(story).messages)


def test_a_release_waits_only_for_the_warehouse_from_which_it_goes() -> None:
    story = while_away(story_of("place available 5; answer 1:5"), "W", PAUSED)
    assert "OrderBooked; releases 1:5; PickReleased" == effects_of(story.do("booked"))
    story = while_away(story_of("place available 5; answer 1:5"), "E", PAUSED)
    verdict = story.do("booked")
    assert "OrderBooked; FailurePolicyApplied" == effects_of(verdict)
    assert ["E"] == [each.node_id for each in verdict.messages if isinstance(each, FailurePolicyApplied)]


def test_a_single_warehouse_keeps_no_order_from_being_accepted() -> None:
    story = while_away(story_of(""), "E", "WMS ORDER_ACCEPTANCE * REJECT", "WMS BOOKING * PAUSE")
    story.do("place available 5")
    assert "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated" == effects_of(story.do("answer 1:5"))


@pytest.mark.parametrize("policy", (PAUSED, HELD))
def test_the_return_of_another_warehouse_is_not_the_one_that_the_order_waits_for(policy: str) -> None:
    story = while_away(story_of("place available 5; answer 1:5"), "E W", policy)
    story.do("booked")
    assert not any(isinstance(each, WarehouseReleaseCommanded) for each in is_back(story, policy, away="E").messages)
    released = is_back(story, policy, away="W")
    assert any(isinstance(each, WarehouseReleaseCommanded) for each in released.messages)
    assert () == story.order.outage_waits
