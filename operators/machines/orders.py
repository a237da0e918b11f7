"""The order machine's rows: the order, or what is parked for it, and the messages and documents seen about it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from domain.deduplication import Arrival, Horizons, SeenDocument, arrival_of
from domain.identifiers import EventId, NodeId, OrderId
from domain.messages.case_actions import CaseAction
from domain.messages.cases import Case
from domain.messages.customers import CustomerEvent
from domain.messages.failure_policy import Dependency, OutageEvent
from domain.messages.orders import (
    ChangeRequest,
    FromFlow,
    Numbered,
    OrderAmendRequested,
    OrderEvent,
    OrderPictured,
    ParcelEvent,
    PurchaseOrderEvent,
)
from domain.messages.snapshots.orders import OrderListCompleted, OrderListPart, OrdersListed
from domain.orders import transitions
from domain.orders.amending import early
from domain.orders.decision import Cause, OrderEffect, OrderRules
from domain.orders.documents.counted import Counted, is_another, name_of
from domain.orders.documents.identity import document_in
from domain.orders.state import Order, ParkedOrder
from domain.orders.transitions import Known, OrderVerdict
from operators.engine.event import Event
from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table, as_it_is
from operators.engine.timers import Timer
from operators.machines.cases.kept_cases import CaseReaction
from operators.machines.document_rows import DocumentRows
from operators.machines.forgotten_orders import FORGOTTEN_PASSED, ForgottenOrders
from operators.machines.fulfilment_rows import with_fulfilment
from operators.machines.homes.customers import CUSTOMER_CHANGED, Customers
from operators.machines.homes.parcels import PARCEL_PASSED, Parcels
from operators.machines.homes.purchase_orders import PURCHASE_ORDER_PASSED, PurchaseOrders
from operators.machines.order_lists import expected_orders
from operators.machines.order_lists.gathered import OrderLists
from operators.machines.order_rows import (
    with_all_lines_published,
    with_amendments,
    with_birth_in_erp,
    with_bookings_due,
    with_budgets,
    with_budgets_from_shipment,
    with_cancelled_invoices,
    with_checks,
    with_claims,
    with_clocks_by_warehouse,
    with_commands_counted,
    with_deadlines,
    with_deadlines_of_warehouses,
    with_deliveries_of_others,
    with_duplicates,
    with_early_amendments,
    with_emptied_pictures,
    with_facts_in_full,
    with_fallbacks,
    with_followed_customers,
    with_held_lines,
    with_hold_decisions,
    with_holds,
    with_inspections,
    with_invoice_amounts,
    with_kept_units,
    with_lists,
    with_more_told,
    with_outages,
    with_overbooked_units,
    with_own_number,
    with_parts_of_lines,
    with_pending_answers,
    with_picks,
    with_pictures,
    with_promise_dates,
    with_raised_lines,
    with_raises_answered,
    with_refusals_to_stop,
    with_refused_lines,
    with_refused_postings,
    with_release_window,
    with_reports,
    with_requested_days,
    with_returns,
    with_returns_of_others,
    with_reversals,
    with_sourcing,
    with_unasked_picks,
    with_untold_cancellations,
    with_unwanted_units,
    with_validation,
    with_watched_cases,
    with_what_has_left_of_pictures,
)
from operators.machines.outages import outage_rows
from operators.machines.parked_events import ParkedRows
from operators.machines.snapshot_home import TIMERS as LIST_TIMERS
from operators.machines.snapshot_home import SnapshotHome
from operators.steps.deduplication import PASSED, Deduplication

_ORDER_UPGRADES = {
    1: with_deadlines,
    2: with_facts_in_full,
    3: with_claims,
    4: with_own_number,
    5: with_all_lines_published,
    6: with_held_lines,
    7: with_deadlines_of_warehouses,
    8: with_commands_counted,
    9: with_holds,
    10: with_checks,
    11: with_unwanted_units,
    12: with_refused_postings,
    13: with_budgets,
    14: with_pending_answers,
    15: with_parts_of_lines,
    16: with_validation,
    17: with_promise_dates,
    18: with_outages,
    19: with_amendments,
    20: with_requested_days,
    21: with_followed_customers,
    22: with_returns,
    23: with_pictures,
    24: with_bookings_due,
    25: with_inspections,
    26: with_birth_in_erp,
    27: with_reversals,
    28: with_raised_lines,
    29: with_duplicates,
    30: with_early_amendments,
    31: with_budgets_from_shipment,
    32: with_invoice_amounts,
    33: with_fallbacks,
    34: with_reports,
    35: with_deliveries_of_others,
    36: with_more_told,
    37: with_lists,
    38: with_sourcing,
    39: with_refusals_to_stop,
    40: with_overbooked_units,
    41: with_emptied_pictures,
    42: with_release_window,
    43: with_watched_cases,
    44: with_untold_cancellations,
    45: with_kept_units,
    46: with_picks,
    47: with_hold_decisions,
    48: with_raises_answered,
    49: with_refused_lines,
    50: with_clocks_by_warehouse,
    51: with_returns_of_others,
    52: with_cancelled_invoices,
    53: with_unasked_picks,
    54: with_what_has_left_of_pictures,
    55: with_fulfilment,
    56: as_it_is,
    57: as_it_is,
    58: as_it_is,
    59: as_it_is,
    60: as_it_is,
    61: as_it_is,
    62: as_it_is,
    63: as_it_is,
    64: as_it_is,
    65: as_it_is,
    66: as_it_is,
    67: as_it_is,
    68: as_it_is,
    69: as_it_is,
    70: as_it_is,
    71: as_it_is,
    72: as_it_is,
    73: as_it_is,
    74: as_it_is,
}
ORDERS: Table[Order] = Table("order", Order, version=75, upgrades=_ORDER_UPGRADES)

_TIMER = "order"
_OF_LISTS = LIST_TIMERS | expected_orders.PAGES | expected_orders.OF_ORDERS


class OrderMachine:
    """Deduplicates by message id and by document, then lets `domain.orders.transitions` decide."""

    def __init__(self, rules: OrderRules, horizons: Horizons) -> None:
        self._rules = rules
        self._deduplication = Deduplication(horizons, _is_known)
        self._purchase_orders = PurchaseOrders(rules.remembered_ms)
        self._forgotten = ForgottenOrders(rules.remembered_ms)
        self._customers = Customers()
        self._parcels = Parcels()
        self._order_lists = SnapshotHome(horizons, OrderLists())
        self._forgets: Mapping[str, Callable[[Partition], None]] = {
            PASSED: self._deduplication.forget,
            PURCHASE_ORDER_PASSED: self._purchase_orders.forget,
            FORGOTTEN_PASSED: self._forgotten.forget,
            PARCEL_PASSED: self._parcels.forget,
        }

    def apply(  # noqa: PLR0911  one return a kind of event
        self, partition: Partition, event: Event, now_ms: int
    ) -> Sequence[OrderEffect]:
        """The effect of one event of `orders.inbox.v1`."""
        message = event.message
        if isinstance(message, OutageEvent):
            outage_rows.take(partition, message)
            return ()
        if isinstance(message, PurchaseOrderEvent):
            return self._purchase_orders.apply(partition, message, now_ms)
        if isinstance(message, ParcelEvent):
            return self._parcels.apply(partition, message, now_ms)
        if isinstance(message, CustomerEvent):
            return self._customers.apply(partition, message)
        if isinstance(message, OrderListPart):
            return self._order_lists.apply(partition, message, now_ms)
        if isinstance(message, OrdersListed | OrderListCompleted):
            expected_orders.take(partition, message)
            return ()
        if not isinstance(message, OrderEvent):
            raise TypeError(f"{type(message).__name__} is on the inbox's allow-list, but the order machine has no row")
        cause = Cause(event.event_id, now_ms, len(event.record.value or b""))
        known = _known(partition.state, message.order_id)
        verdict = self._repeated(partition, known, message, cause)
        if verdict is None:
            parked = ParkedRows(partition.state, message.order_id)
            lives = (
                0 if isinstance(known, Order) else self._forgotten.lives_of(partition.state, message.order_id, now_ms)
            )
            documents = DocumentRows(partition.state, message.order_id)
            verdict = transitions.apply(known, message, cause, self._rules_of(partition), parked, lives, documents)
        return self._carry_out(partition, message.order_id, known, verdict, now_ms)

    def react(self, partition: Partition, case: Case, action: CaseAction, event: Event, now_ms: int) -> CaseReaction:
        """What an order does when a person decides about one of its cases."""
        order_id = OrderId(case.subject)
        known = _known(partition.state, order_id)
        cause, documents = Cause(event.event_id, now_ms), DocumentRows(partition.state, order_id)
        verdict = transitions.acted(known, case, action, cause, self._rules_of(partition), documents)
        return CaseReaction(self._carry_out(partition, order_id, known, verdict, now_ms), verdict.refused)

    def _repeated(self, partition: Partition, known: Known, message: OrderEvent, cause: Cause) -> OrderVerdict | None:
        """The verdict on a message or document that came before; None for a first one."""
        arrival = _arrival(self._deduplication, partition, message, cause)
        if arrival is not Arrival.FIRST:
            if not (isinstance(message, OrderAmendRequested) and _was_refused_for_its_time(known, message)):
                return transitions.repeated(known, message, cause, self._rules, arrival)
            self._deduplication.keep_message(partition, message.order_id, message, cause.event_id, cause.now_ms)
        if not isinstance(message, Numbered | ChangeRequest) or _may_come_again(known, message):
            return None
        document = document_in(message)
        if document is None:
            return None
        first = self._deduplication.first_of(partition, message.order_id, document, message, cause.now_ms)
        if first is None:
            return None
        if _is_of_this_life(known, message, first) or _is_another(partition.state, message, first):
            self._deduplication.keep_document(partition, message.order_id, document, message, cause.now_ms)
            return None
        return transitions.repeated_document(known, message, first, arrival_of(first, document.content_hash))

    def fire(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[OrderEffect]:
        """An order's timer, or the horizon of messages.

        What an order waits for from now on counts from the time that has come: after a pause of days a retry is due
        once, and the ledger has all of `answer_within_ms` to answer it.
        """
        if timer.kind in self._forgets:
            self._forgets[timer.kind](partition)
            return ()
        if timer.kind == CUSTOMER_CHANGED:
            return self._customers.tell_more(partition, timer)
        if timer.kind in _OF_LISTS:
            return self._fire_of_lists(partition, timer, cause_event_id)
        if dependency := outage_rows.IS_BACK.get(timer.kind):
            outage_rows.let_go_on(partition, dependency, timer.subject)
            return ()
        order_id = OrderId(timer.subject)
        known = _known(partition.state, order_id)
        cause = Cause(cause_event_id, partition.now_ms)
        rules = self._rules_of(partition)
        documents = DocumentRows(partition.state, order_id)
        if back := outage_rows.GOES_ON.get(timer.kind):
            verdict = transitions.restored(known, back, cause, rules, documents)
        else:
            parked = ParkedRows(partition.state, order_id)
            lives = 0 if isinstance(known, Order) else self._forgotten.lives_of(partition.state, order_id, cause.now_ms)
            verdict = transitions.woken(known, timer.due_at_ms, cause, rules, parked, documents, lives)
        return self._carry_out(partition, order_id, known, verdict, cause.now_ms, back)

    def _fire_of_lists(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[OrderEffect]:
        """A page of a list at its home, a page of its comparison, or an order that is missing in it, or was."""
        if timer.kind in LIST_TIMERS:
            return self._order_lists.fire(partition, timer)
        if timer.kind in expected_orders.PAGES:
            expected_orders.turn_page(partition, timer)
            return ()
        return self._compared_with_list(partition, timer, cause_event_id)

    def _compared_with_list(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[OrderEffect]:
        order_id, listed = expected_orders.completed(partition, timer)
        if listed is None:
            partition.count("order of a list that is forgotten")
            return ()
        known, cause = _known(partition.state, order_id), Cause(cause_event_id, partition.now_ms)
        is_named = timer.kind == expected_orders.NAMED_AGAIN
        verdict = transitions.compared_with_list(known, listed, cause, self._rules_of(partition), is_named=is_named)
        return self._carry_out(partition, order_id, known, verdict, cause.now_ms)

    def _carry_out(  # noqa: PLR0913, PLR0917 - everything that is stored
        self,
        partition: Partition,
        order_id: OrderId,
        known: Known,
        verdict: OrderVerdict,
        now_ms: int,
        back: Dependency | None = None,
    ) -> Sequence[OrderEffect]:
        """Store the verdict. `back`: the order was in the queue of this dependency, and is not any more."""
        if verdict.state is not known or verdict.parks is not None:
            _store(partition, order_id, known, verdict)
            _expect_in_lists(partition, order_id, known, verdict.state, now_ms)
            self._remember(partition, order_id, known, verdict.state, now_ms)
        if verdict.state is not known or back:
            _queue(partition, order_id, known, verdict.state, back)
        for timer in verdict.timers:
            partition.timers.set(Timer(timer.due_at_ms, _TIMER, timer.order_id))
        if verdict.dropped:
            partition.count(verdict.dropped)
        return verdict.messages

    def _rules_of(self, partition: Partition) -> OrderRules:
        """With what is away there now."""
        conditions = outage_rows.conditions(partition.state)
        return replace(self._rules, conditions=conditions) if conditions.outages else self._rules

    def _remember(self, partition: Partition, order_id: OrderId, known: Known, state: Known, now_ms: int) -> None:
        """A purged order is recognised when it is placed again."""
        if isinstance(known, Order) and state is None:
            self._forgotten.purged(partition, order_id, known.life, now_ms)
        elif isinstance(state, Order) and not isinstance(known, Order):
            self._forgotten.placed_again(partition, order_id)


def _expect_in_lists(partition: Partition, order_id: OrderId, known: Known, state: Known, now_ms: int) -> None:
    before = known if isinstance(known, Order) else None
    expected_orders.keep(partition, order_id, before, state if isinstance(state, Order) else None, now_ms)


def _queue(partition: Partition, order_id: OrderId, known: Known, state: Known, back: Dependency | None) -> None:
    """The order goes on in its turn when a dependency for which it began to wait is back; it may be away again."""
    if not isinstance(state, Order):
        return
    before = set(_waits_for(known)) if isinstance(known, Order) else set()
    for dependency, node_id in dict.fromkeys(_waits_for(state)):
        if dependency is back or (dependency, node_id) not in before:
            of = state.policy.erp_id if dependency is Dependency.ERP else node_id
            outage_rows.wait(partition, dependency, order_id, of)


def _waits_for(order: Order) -> Iterator[tuple[Dependency, NodeId]]:
    yield from ((each.dependency, each.node_id) for each in order.outage_waits)
    yield from ((Dependency.WMS, node_id) for node_id in order.sourced_instead_of)


def _may_come_again(known: Known, message: Numbered | ChangeRequest) -> bool:
    """Whether it is a revision that waits now and may be refused, and is taken when those before it have come."""
    if not isinstance(message, OrderAmendRequested):
        return False
    return not isinstance(known, Order) or message.provenance.revision > known.amended_to + 1


def _was_refused_for_its_time(known: Known, message: OrderAmendRequested) -> bool:
    """Whether nothing has come of a revision that has come before, so that it may be sent again."""
    if not isinstance(known, Order):
        return False
    is_of_this_life = known.life == 1 or known.ingested_at_us <= message.provenance.occurred_at_us
    return is_of_this_life and early.was_refused(known, message.provenance.revision)


def _is_of_this_life(known: Known, message: Numbered | ChangeRequest, first: SeenDocument) -> bool:
    """Whether the number was used in an earlier life of the order, and this occurred after the order came again."""
    if not isinstance(known, Order) or known.life == 1:
        return False
    return first.occurred_at_us < known.ingested_at_us <= message.provenance.occurred_at_us


def _is_another(state: PartitionState, message: Numbered | ChangeRequest, first: SeenDocument) -> bool:
    """Whether the document that came first under the number was taken back, and this one is of after that."""
    if not isinstance(message, Counted):
        return False
    counted = DocumentRows(state, message.order_id).counted(name_of(message))
    return is_another(message, counted, first.occurred_at_us)


def _known(state: PartitionState, order_id: OrderId) -> Known:
    return state.get(ORDERS, order_id) or ParkedRows(state, order_id).head()


def _is_known(state: PartitionState, subject: str) -> bool:
    return _known(state, OrderId(subject)) is not None


def _arrival(deduplication: Deduplication, partition: Partition, message: OrderEvent, cause: Cause) -> Arrival:
    """Whether a source sent this before; what our own flows send arrives exactly once without a check.

    A picture is recognised by its number, which the order keeps.
    """
    if isinstance(message, FromFlow | OrderPictured):
        return Arrival.FIRST
    return deduplication.arrival(partition, message.order_id, message, cause.event_id, cause.now_ms)


def _store(partition: Partition, order_id: OrderId, known: Known, verdict: OrderVerdict) -> None:
    parked = ParkedRows(partition.state, order_id)
    if isinstance(known, ParkedOrder) and not isinstance(verdict.state, ParkedOrder):
        parked.delete()
    match verdict.state:
        case Order() as order:
            partition.state.put(ORDERS, order_id, order)
            DocumentRows(partition.state, order_id).keep(verdict.returns, verdict.documents)
        case ParkedOrder() as head:
            parked.keep(head, verdict.parks)
        case None:
            partition.state.delete(ORDERS, order_id)
            DocumentRows(partition.state, order_id).delete()
