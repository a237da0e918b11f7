"""Whatever happens while a dependency is away: units are conserved, and nobody waits for it when it is back."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.identifiers import ChannelId, CorrelationId, NodeId, SourceId
from domain.messages.dispatch import Outcome
from domain.messages.failure_policy import (
    Dependency,
    DependencyReported,
    FailureAction,
    FailurePolicySet,
    PolicyRow,
    Workflow,
)
from domain.messages.orders import FallbackNodes, PromisePolicy, ReleaseGate
from domain.messages.status import FallbackNodesAsked
from domain.messages.warehouse import WarehouseReleaseCommanded
from domain.orders.erp.booking import is_posted_to
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.state import Stage
from domain.provenance import Provenance
from operators.machines.outages.outage_rows import WAITING_ORDERS
from tests.orders_and_ledger import audit
from tests.orders_and_ledger.histories import Book, History, Pick, Place, ReadAll, Receive, play
from tests.orders_and_ledger.world import Wanted, World
from tests.property.order_scenes import any_history

_DEPENDENCIES = (Dependency.TAX, Dependency.WMS)
_ACTIONS = (FailureAction.HOLD, FailureAction.PAUSE, FailureAction.DEGRADE, FailureAction.REJECT)
_A_MINUTE_MS = 60_000
_RECALLED_AND_FILLED = History(
    (
        Wanted(PromisePolicy.FILL_OR_KILL, ReleaseGate.BOOKED, (("chair", 5), ("chair", 5))),
        Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED, (("lamp", 1), ("chair", 1))),
    ),
    (
        *(Receive("lamp", "E", 9), Receive("chair", "W", 9), Place(0), Place(1), ReadAll()),
        *(Book(Outcome.APPLIED), Book(Outcome.APPLIED), Pick(1, 1, "W", 5, True), Receive("chair", "W", 1)),
    ),
)
"""At its end one decision of the ledger states a claim, and fills it after that."""
EAST, WEST = NodeId("E"), NodeId("W")


@st.composite
def _rows(draw: st.DrawFn) -> tuple[PolicyRow, ...]:
    everybody = ChannelId("")
    rows = [
        PolicyRow(each, Workflow.ORDER_ACCEPTANCE, everybody, draw(st.sampled_from(_ACTIONS)), _A_MINUTE_MS)
        for each in _DEPENDENCIES
    ]
    waits = (FailureAction.HOLD, FailureAction.PAUSE, FailureAction.CONTINUE)
    rows.append(PolicyRow(Dependency.WMS, Workflow.RELEASE, everybody, draw(st.sampled_from(waits))))
    rows.append(PolicyRow(Dependency.TAX, Workflow.BOOKING, everybody, draw(st.sampled_from(waits))))
    rows.extend(
        PolicyRow(Dependency.TAX, each, everybody, draw(st.sampled_from(waits[1:])))
        for each in (Workflow.SHIPMENT, Workflow.RETURNS)
    )
    return tuple(rows)


def report(world: World, *, is_away: bool) -> None:
    for dependency in _DEPENDENCIES:
        provenance = Provenance(SourceId("d"), CorrelationId(f"{world.records}"), 0, "", world.now_ms * 1_000, 0)
        world.say("orders", DependencyReported(dependency, is_away, world.now_ms * 1_000, "", provenance))


def world_after(history: History, rows: Sequence[PolicyRow], back_after: int) -> World:
    """Both are away from the beginning, and come back after so many steps, or at the end; all is read then."""
    world = World()
    provenance = Provenance(SourceId("d"), CorrelationId("p"), 0, "", 0, 0)
    world.say("orders", FailurePolicySet("1", provenance, tuple(rows)))
    report(world, is_away=True)
    for number in range(len(history.steps)):
        if number == back_after:
            report(world, is_away=False)
        play(world, history, number)
        audit.every_law_holds(world)
        audit.nothing_is_oversold(world)
    report(world, is_away=False)
    world.wait_until(world.now_ms + 1_000)
    world.drain()
    return world


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_history, _rows(), st.integers(0, 12))
@example(_RECALLED_AND_FILLED, (PolicyRow(Dependency.WMS, Workflow.RELEASE, ChannelId(""), FailureAction.HOLD),), 0)
def test_any_history_survives_an_outage(history: History, rows: tuple[PolicyRow, ...], back_after: int) -> None:
    world = world_after(history, rows, back_after)
    audit.units_are_conserved(world, history)
    audit.both_sides_agree(world, history)
    audit.nothing_is_left_to_recall(world)
    audit.nobody_waits_for_nothing(world)
    audit.held_orders_are_not_released(world)
    audit.the_events_add_up(world)
    nobody_waits_for_what_is_back(world)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_history, st.sampled_from((FailureAction.HOLD, FailureAction.PAUSE, None)), st.integers(0, 12))
def test_any_history_survives_the_outage_of_a_warehouse(
    history: History, action: FailureAction | None, back_after: int
) -> None:
    instead = (FallbackNodes(EAST, (WEST,)),)
    history = replace(history, wanted=tuple(replace(each, fallbacks=instead) for each in history.wanted))
    rows = () if action is None else (PolicyRow(Dependency.WMS, Workflow.RELEASE, ChannelId(""), action),)
    world = World()
    world.say("orders", FailurePolicySet("1", Provenance(SourceId("d"), CorrelationId("p"), 0, "", 0, 0), rows))
    report_east(world, is_away=True)
    for number in range(len(history.steps)):
        if number == back_after:
            report_east(world, is_away=False)
        play(world, history, number)
        audit.every_law_holds(world)
        audit.nothing_is_oversold(world)
        if number < back_after:
            assert action is not FailureAction.PAUSE or EAST not in released_at(world)
            assert all(node == WEST for each in fallbacks_of(world) for node in each.nodes)
    report_east(world, is_away=False)
    world.wait_until(world.now_ms + 1_000)
    world.drain()
    audit.units_are_conserved(world, history)
    audit.both_sides_agree(world, history)
    audit.nobody_waits_for_nothing(world)
    nobody_waits_for_what_is_back(world)


def report_east(world: World, *, is_away: bool) -> None:
    provenance = Provenance(SourceId("d"), CorrelationId(f"{world.records}"), 0, "", world.now_ms * 1_000, 0)
    since_us = world.now_ms * 1_000
    world.say("orders", DependencyReported(Dependency.WMS, is_away, since_us, "", provenance, node_id=EAST))


def released_at(world: World) -> set[NodeId]:
    return {each.node_id for each in world.published if isinstance(each, WarehouseReleaseCommanded)}


def fallbacks_of(world: World) -> list[FallbackNodesAsked]:
    return [each for each in world.published if isinstance(each, FallbackNodesAsked)]


def nobody_waits_for_what_is_back(world: World) -> None:
    """An order that was amended meanwhile may be in the queue: it went on with the end of its amendment."""
    for order in audit.orders_of(world).values():
        assert () == order.outage_waits
        assert not (is_posted_to(order) and (order.unposted or order.unposted_returns))
        assert not order.booking_due or order.stage is Stage.CANCELLED
        assert () == order.failed_policies
        assert () == order.sourced_instead_of or order.amendments
        assert [] == list(awaiting.all_of(order, Awaited.DEPENDENCY))
        assert "failure policy" not in {held.held_by for held in order.holds}
    amended = {order.order_id for order in audit.orders_of(world).values() if order.amended_to or order.picture}
    assert amended >= {order_id for _, order_id in world.rows["orders"].rows(WAITING_ORDERS)}
