"""Orders and the ledger together, under histories that Hypothesis writes: late messages, timers, absurd facts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, example, given, settings

from domain.identifiers import CorrelationId
from domain.inventory.accounts import balances
from domain.messages.dispatch import Outcome
from domain.messages.orders import (
    OrderAmendRequested,
    OrderReturned,
    OrderShipmentReversed,
    OrderShipped,
    PromisePolicy,
    ReleaseGate,
)
from domain.orders.amending.early import was_refused
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.state import Order, Stage
from domain.returns import ReturnCondition
from operators.engine.tables import Table
from operators.engine.timers import TIMERS
from operators.machines.claims.rows import RESERVATIONS, WAITING
from operators.machines.inventory import ITEMS
from operators.machines.orders import ORDERS
from operators.machines.parked_events import PARKED, PARKED_EVENTS, PARKED_UNITS
from operators.steps.deduplication import PASSED
from tests.orders_and_ledger import audit
from tests.orders_and_ledger.histories import (
    Amend,
    AskReturn,
    Book,
    History,
    Miss,
    Pick,
    Place,
    ReadAll,
    Receive,
    Refuse,
    Reverse,
    Ship,
    Step,
    Unpick,
    Wait,
    play,
)
from tests.orders_and_ledger.world import Wanted, World
from tests.property.order_scenes import Scene, ample_scenes, any_history, receipt_scenes, scarce_scenes

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_REVISION_TOO_EARLY = History(
    (Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED, (("lamp", 1), ("chair", 1))),),
    (Place(0), Amend(0, 2, 1, 0), Wait()),
)
TABLES: tuple[tuple[str, Table[Any]], ...] = (
    ("orders", ORDERS),
    ("orders", PARKED),
    ("orders", PARKED_EVENTS),
    ("orders", PARKED_UNITS),
    ("orders", TIMERS),
    ("ledger", ITEMS),
    ("ledger", RESERVATIONS),
    ("ledger", WAITING),
)


def world_after(history: History, world: World | None = None) -> World:
    """The world when all is read; the laws hold after every step."""
    world = world or World()
    for number in range(len(history.steps)):
        play(world, history, number)
        audit.every_law_holds(world)
        audit.nothing_is_oversold(world)
    world.drain()
    return world


@SETTINGS
@given(any_history)
def test_any_history_conserves_units(history: History) -> None:
    audit.units_are_conserved(world_after(history), history)


@SETTINGS
@given(any_history)
def test_any_history_never_oversells(history: History) -> None:
    world = world_after(history)
    audit.nothing_is_oversold(world)
    audit.nothing_is_left_to_recall(world)


@SETTINGS
@given(any_history)
def test_any_history_leaves_nothing_stranded_on_either_side(history: History) -> None:
    world = world_after(history)
    audit.both_sides_agree(world, history)
    audit.nobody_waits_for_nothing(world)
    audit.held_orders_are_not_released(world)
    audit.refused_orders_are_not_released(world)
    audit.refusals_have_cases(world)
    audit.retries_are_new_commands(world)


FIVE_LAMPS = Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("lamp", 5),))
RETURNED_WHILE_ITS_SHIPMENT_IS_REFUSED = History(
    (FIVE_LAMPS,), (Place(0), ReadAll(), Book(Outcome.APPLIED), Ship(0, 1, "W", 6), Refuse(), AskReturn(0, 1, 1, 1))
)


A_SERVICE_IS_SHIPPED_AND_THE_OTHER_LINE_OF_ITS_ITEM_REVERSED = History(
    (
        Wanted(
            PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED, (("chair", 1), ("chair", 1)), nothing_leaves=frozenset({2})
        ),
    ),
    (Place(0), Ship(0, 2, "E", 1), Reverse(0, 1, "E", 1, ReturnCondition.RESTOCKED)),
)


@SETTINGS
@given(any_history)
@example(RETURNED_WHILE_ITS_SHIPMENT_IS_REFUSED)
@example(A_SERVICE_IS_SHIPPED_AND_THE_OTHER_LINE_OF_ITS_ITEM_REVERSED)
def test_any_history_counts_every_fact_and_asks_the_erp_in_order(history: History) -> None:
    world = world_after(history)
    audit.facts_are_counted(world, history)
    audit.the_erp_is_asked_in_order(world)
    audit.what_was_shipped_is_credited(world)
    audit.returns_are_expected(world)


def awaits_a_shipment(order: Order) -> bool:
    """Of units that are returned, reversed, delivered or invoiced already; or invoices that agree with the order."""
    kinds = (Awaited.REVERSED_SHIPMENT, Awaited.DELIVERED_SHIPMENT, *audit.OF_INVOICES)
    shipments = awaiting.all_of(order, *kinds)
    return any(held.due_at_ms for held in order.held_credits) or any(not each.is_late for each in shipments)


@SETTINGS
@given(any_history)
def test_any_history_reports_every_excess_credit_once_its_shipment_had_time_to_arrive(history: History) -> None:
    world = world_after(history)
    while any(map(awaits_a_shipment, audit.orders_of(world).values())):
        assert world.fire_timer()
        world.drain()
    audit.every_credit_too_much_is_a_case(world)


@SETTINGS
@given(any_history)
def test_any_history_publishes_the_acceptance_first(history: History) -> None:
    world = world_after(history)
    audit.acceptance_comes_first(world)
    audit.nothing_is_parked_for_nobody(world)
    audit.the_events_add_up(world)


def everything(world: World) -> tuple[object, ...]:
    rows = tuple(dict(world.rows[flow].rows(table)) for flow, table in TABLES)
    return (*rows, tuple(world.published), tuple(world.erp_requests))


def without_horizons(world: World) -> tuple[object, ...]:
    """Another message is known until a horizon of its own."""
    *rows, published, requests = everything(world)
    lasting = [
        {key: row for key, row in dict(table).items() if getattr(row, "kind", "") != PASSED}  # type: ignore[call-overload]  # one of TABLES
        for table in rows
    ]
    return (*lasting, published, requests)


def repeats_change_nothing(history: History, once: World) -> None:
    """Every message of a source comes twice, then all of them once more, then all documents in other messages.

    A revision that was refused, because the one before it had not come in time, is taken when it is sent again.
    """
    twice = world_after(history, World(twice=True))
    assert everything(once) == everything(twice)
    for flow, message in twice.said:
        if not is_taken_again(once, message):
            twice.say_again(flow, message)
    assert everything(once) == everything(twice)
    for number, (flow, message) in enumerate(twice.said):
        if isinstance(message, OrderShipped | OrderShipmentReversed | OrderReturned):
            provenance = replace(message.provenance, correlation_id=CorrelationId(f"another {number}"))
            twice.say_again(flow, replace(message, provenance=provenance))
    assert without_horizons(once) == without_horizons(twice)


def is_taken_again(world: World, message: object) -> bool:
    if not isinstance(message, OrderAmendRequested):
        return False
    order = audit.orders_of(world).get(message.order_id)
    return order is not None and was_refused(order, message.provenance.revision)


@SETTINGS
@given(any_history)
@example(_REVISION_TOO_EARLY)
def test_is_idempotent(history: History) -> None:
    repeats_change_nothing(history, world_after(history))


def check(history: History) -> None:
    """All that must hold for any history."""
    world = world_after(history)
    audit.units_are_conserved(world, history)
    audit.both_sides_agree(world, history)
    audit.nothing_is_left_to_recall(world)
    audit.nobody_waits_for_nothing(world)
    audit.acceptance_comes_first(world)
    audit.nothing_is_parked_for_nobody(world)
    audit.the_events_add_up(world)
    audit.facts_are_counted(world, history)
    audit.the_erp_is_asked_in_order(world)
    audit.what_was_shipped_is_credited(world)
    audit.returns_are_expected(world)
    audit.refused_orders_are_not_released(world)
    audit.refusals_have_cases(world)
    audit.retries_are_new_commands(world)
    repeats_change_nothing(history, world)


_UNDECIDED = frozenset({Stage.WAITING, Stage.RETRYING})


def settled_view(world: World) -> tuple[object, ...]:
    """What an order line counts, and what the accounts hold, once every order is decided and every try is done.

    And once no shipment is awaited of what is reversed: then it is posted, as that of an orphan is.
    """
    world.drain()
    for _ in range(60):
        orders = audit.orders_of(world).values()
        is_decided = all(order.accepted or order.stage not in _UNDECIDED for order in orders)
        if is_decided and not any(map(awaits_a_shipment, orders)):
            break
        world.fire_timer()
        world.drain()
    lines = {
        (order.order_id, line.line_id): (
            line.cancelled,
            line.reserved,
            line.allocated,
            line.backordered,
            line.picked,
            line.shipped,
            line.excess,
            line.returned,
            line.missing,
            line.delivered,
            line.invoiced,
        )
        for order in audit.orders_of(world).values()
        for line in order.lines
    }
    accounts = {
        (item.item_id, node.node_id): balances(node) for item in audit.items_of(world).values() for node in item.nodes
    }
    return lines, accounts


def view_after(scene: Scene, steps: Sequence[Step]) -> tuple[object, ...]:
    return settled_view(world_after(History(scene.wanted, tuple(steps), scene.nodes)))


@SETTINGS
@given(ample_scenes())
def test_any_permutation_converges_for_any_order_while_there_is_stock(scene: Scene) -> None:
    assert view_after(scene, scene.in_order) == view_after(scene, scene.shuffled)


MORE_CHAIRS = Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("chair", 6),))
PICKS_ARE_UNDONE = (
    Pick(0, 1, "E", 1),
    Unpick(0, 1, "E", 1, ReturnCondition.DAMAGED),
    Miss(0, 1, "E", 1),
    Pick(0, 1, "E", 1),
)
RECALLED_BEFORE_IT_KNEW_WHAT_IT_HAS = Scene(
    (MORE_CHAIRS,),
    (Receive("chair", "E", 3), Place(0), ReadAll(), *PICKS_ARE_UNDONE),
    (Receive("chair", "E", 3), PICKS_ARE_UNDONE[0], Place(0), *PICKS_ARE_UNDONE[1:]),
    ("E",),
)


@SETTINGS
@given(scarce_scenes())
@example(RECALLED_BEFORE_IT_KNEW_WHAT_IT_HAS)
def test_any_permutation_converges_for_ship_available_with_too_little_stock(scene: Scene) -> None:
    assert view_after(scene, scene.in_order) == view_after(scene, scene.shuffled)


@SETTINGS
@given(receipt_scenes())
def test_any_permutation_converges_whenever_receipts_come(scene: Scene) -> None:
    assert view_after(scene, scene.in_order) == view_after(scene, scene.shuffled)
