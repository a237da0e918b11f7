"""The order machine: one row per event, total over every state of an order.

| event | order unknown | order known |
|---|---|---|
| OrderPlaced | received; what was parked applies; stock asked for | equal: duplicate; other content: conflict |
| OrderPictured | likewise, and cancelled if shown so | older or equal: dropped, counted; else asks for differences |
| OrderPicked, OrderUnpicked, OrderShortPicked | parked until the order comes | applies |
| OrderShipped, OrderShipmentReversed | parked until the order comes | applies |
| OrderDelivered, OrderInvoiced | parked until the order comes | applies |
| OrderReturned, OrderReturnInspected | parked until the order comes | applies |
| requests to cancel, amend or hold it | parked until the order comes | applies, or is refused |
| OrderDecided | parked until the order comes | applies; one that was overtaken: dropped, counted |
| OrderReturnRequested, what is decided about a return | parked until the order comes | applies, or is refused |
| OrderHoldReleaseRequested | parked until the order comes | ends the hold; without one: dropped, counted |
| WarehouseAccepted, WarehouseRefused | case | ends the pending cancellation or stop; unknown or contrary: case |
| BackorderFilled, ReservationsRecalled, ReservationsStated | of a purged one: dropped, counted | applies |
| PurchaseOrderAnswered | likewise | no second order: goes on; else it is held |
| ParcelTold | likewise | published; a delivery is counted once |
| CustomerAnswered | likewise | he may order: goes on, or its hold ends; else it is held, unless all of it is released |
| ReservationsAnswered, ErpOutcomeReceived | cannot be: a bug, stops | applies |
| a person's decision about a case | retry: refused | retry: the ERP is asked again; else nobody waits for it any more |
| timer | parked: orphaned, later purged | next try; something is late: an answer, a shipment, the end of a hold |
| timer of a finished order | | closed, later purged |
| a dependency is back | dropped, counted | goes on where it waited for that |
| a complete list of another system does not name it, or does again | dropped, counted | compared |
| timer of a budget | | the stage that was not reached is breached |

An order is unknown before it is placed, and again after it is purged (`domain.orders.closing`). No order is purged
while an answer is due; but a fill may cross the shipment or the cancellation that ends the claim. The ledger learns of
that after the fill, and takes the units back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, assert_never

from domain.deduplication import Arrival, SeenDocument
from domain.durations import duration_text
from domain.identifiers import CommandId, OrderId, SourceId
from domain.invariants import InvariantViolated, Law, Violation
from domain.messages.case_actions import CaseAction, CaseRetried, CaseReversed
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.decisions.events import OrderDecided
from domain.messages.failure_policy import Dependency
from domain.messages.orders import (
    BackorderFilled,
    ChangeRequest,
    CustomerAnswered,
    ErpOutcomeReceived,
    FromFlow,
    Numbered,
    OrderAmendRequested,
    OrderCancelRequested,
    OrderDelivered,
    OrderEvent,
    OrderHoldReleaseRequested,
    OrderHoldRequested,
    OrderInvoiced,
    OrderPicked,
    OrderPictured,
    OrderPlaced,
    OrderReported,
    OrderReturned,
    OrderShipmentReversed,
    OrderShipped,
    OrderShortPicked,
    OrderUnpicked,
    ParcelTold,
    Parkable,
    PurchaseOrderAnswered,
    ReservationsAnswered,
    ReservationsRecalled,
    ReservationsStated,
    WarehouseAccepted,
    WarehouseRefused,
)
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.returns.requests import OrderReturnAuthorised, OrderReturnDeclined, OrderReturnRequested
from domain.messages.snapshots.orders import OrderListCompleted
from domain.messages.status import OrderArchived, OrderDuplicateReceived, OrderPurged
from domain.orders import closing, gathering, parking, placing
from domain.orders.alike_lines import invoiced_together
from domain.orders.amending import proceeding
from domain.orders.arriving import arrived
from domain.orders.cases import shortened
from domain.orders.decision import Cause, OrderDecision, OrderEffect, OrderRules, OrderTimer
from domain.orders.documents.counted import CountedNumber
from domain.orders.documents.identity import conflicting_document
from domain.orders.documents.known import KnownDocuments, NoDocuments
from domain.orders.erp import booked_after_all, outcomes, overbooked, refusals
from domain.orders.erp.posting import post_what_waits
from domain.orders.facts import (
    after_shipping,
    coming_back_twice,
    crediting,
    invoicing,
    misdirected_cases,
    overshipping,
    taken_back,
)
from domain.orders.holds import holding, unknown_places, withdrawing
from domain.orders.identity import checking, left_meanwhile
from domain.orders.lines import violations
from domain.orders.outages import asking_again, waiting
from domain.orders.parcels import telling, undelivered
from domain.orders.parking import Parked, ParkedAsWell
from domain.orders.pending import backorders, inaction, lateness
from domain.orders.pictures import comparing
from domain.orders.publication import OrderPublication
from domain.orders.reports import missing, watching
from domain.orders.returns import nothing_to_come, unsent
from domain.orders.returns.rows import OrderReturn
from domain.orders.service_levels import budgets
from domain.orders.state import Order, ParkedOrder
from domain.orders.status import impact_of
from domain.orders.validation import customers, held_lines
from domain.orders.warehouses import answering, releasing, stopping
from domain.orders.watched_cases import watching as watched
from domain.orders.without_stock import left_without_goods, shipped_by_channel

Known = Order | ParkedOrder | None
NO_DOCUMENTS = NoDocuments()


@dataclass(frozen=True, slots=True)
class OrderVerdict:
    """The outcome of an event: the new state, the messages, the timers, and why it had no effect."""

    state: Known
    messages: Sequence[OrderEffect] = ()
    timers: Sequence[OrderTimer] = ()
    dropped: str = ""
    refused: str = ""
    """Why nothing comes of what a person decided."""
    parks: ParkedAsWell | None = None
    """An event that waits for its order from now on; when the state is not parked any more, none waits."""
    returns: Sequence[OrderReturn] = ()
    """Those of the order that have changed."""
    documents: Sequence[CountedNumber] = ()
    """Likewise."""


def apply(  # noqa: PLR0913, PLR0917 - everything that a decision reads
    known: Known,
    event: OrderEvent,
    cause: Cause,
    rules: OrderRules,
    parked: Parked,
    lives: int = 0,
    documents: KnownDocuments = NO_DOCUMENTS,
) -> OrderVerdict:
    """The effect of one event that is no duplicate by its correlation id.

    `parked`: what waits for the order; `lives`: how often it was placed and forgotten; `documents`: those of the order.
    """
    match event:
        case OrderPlaced() | OrderPictured():
            return _shown(known, event, cause, rules, parked, lives, documents)
        case (
            OrderCancelRequested()
            | OrderAmendRequested()
            | OrderDecided()
            | OrderHoldRequested()
            | OrderHoldReleaseRequested()
            | OrderPicked()
            | OrderUnpicked()
            | OrderShortPicked()
            | OrderShipped()
            | OrderShipmentReversed()
            | OrderDelivered()
            | OrderInvoiced()
            | OrderReported()
            | OrderReturned()
            | OrderReturnRequested()
            | OrderReturnAuthorised()
            | OrderReturnDeclined()
            | OrderReturnInspected()
        ):
            if not isinstance(known, Order):
                return _park(known, event, cause, rules, parked, lives)
            decision = OrderDecision(known, cause, rules, documents=documents)
            arrived(decision, event)
            return _verdict(decision)
        case WarehouseAccepted() | WarehouseRefused():
            if not isinstance(known, Order):
                return OrderVerdict(known, (answering.answer_to_unknown_order(event),))
        case (
            BackorderFilled()
            | ReservationsRecalled()
            | ReservationsStated()
            | PurchaseOrderAnswered()
            | CustomerAnswered()
            | ParcelTold()
        ):
            if not isinstance(known, Order):
                return OrderVerdict(known, dropped="message of a flow to an order that is forgotten")
        case ReservationsAnswered() | ErpOutcomeReceived():
            if not isinstance(known, Order):
                raise _never_sent(event, f"{type(event).__name__} for the unknown order {event.order_id}")
        case _:
            assert_never(event)
    decision = OrderDecision(known, cause, rules, documents=documents)
    _apply_to_known(decision, event)
    return _verdict(decision)


def _apply_to_known(decision: OrderDecision, event: WarehouseAccepted | WarehouseRefused | FromFlow) -> None:
    match event:
        case WarehouseAccepted() | WarehouseRefused():
            answering.answered(decision, event)
        case ReservationsAnswered() | BackorderFilled() | ReservationsStated() | ReservationsRecalled():
            gathering.heard(decision, event)
            post_what_waits(decision)
        case ErpOutcomeReceived():
            outcomes.heard(decision, event)
        case PurchaseOrderAnswered():
            checking.home_answered(decision, event)
        case CustomerAnswered():
            checking.customer_answered(decision, event)
        case ParcelTold():
            telling.heard(decision, event)
        case _:
            assert_never(event)


def _verdict(decision: OrderDecision) -> OrderVerdict:
    withdrawing.settle(decision)
    checking.settle(decision)
    gathering.settle(decision)
    while proceeding.proceed(decision):
        gathering.settle(decision)
    if asking_again.settle(decision):
        gathering.settle(decision)
    releasing.settle(decision)
    broken = [law for line in decision.changed_lines() for law in violations(line)]
    if broken:
        order_id = decision.order.order_id
        raise InvariantViolated(
            *(each._replace(subject=order_id, reason=f"{order_id}: {each.reason}") for each in broken)
        )
    waiting.settle(decision)
    checking.watch(decision)
    left_meanwhile.watch(decision)
    held_lines.watch(decision)
    unknown_places.watch(decision)
    holding.watch(decision)
    customers.watch(decision)
    gathering.watch(decision)
    inaction.watch(decision)
    backorders.watch(decision)
    shipped_by_channel.watch(decision)
    left_without_goods.watch(decision)
    overshipping.watch(decision)
    misdirected_cases.watch(decision)
    watched.watch(decision)
    comparing.watch(decision)
    unsent.watch(decision)
    nothing_to_come.watch(decision)
    crediting.watch(decision)
    invoiced_together.even_out(decision)
    after_shipping.watch(decision)
    undelivered.watch(decision)
    taken_back.watch(decision)
    invoicing.watch(decision)
    watching.watch(decision)
    booked_after_all.watch(decision)
    overbooked.watch(decision)
    refusals.watch(decision)
    budgets.watch(decision)
    closing.schedule_end(decision)
    finished = decision.finished()
    return OrderVerdict(
        finished.order,
        tuple(finished.messages),
        tuple(finished.timers),
        finished.dropped,
        returns=tuple(finished.changed_returns.values()),
        documents=tuple(finished.changed_documents.values()),
    )


def _shown(  # noqa: PLR0913, PLR0917 - as `apply`
    known: Known,
    event: OrderPlaced | OrderPictured,
    cause: Cause,
    rules: OrderRules,
    parked: Parked,
    lives: int,
    documents: KnownDocuments,
) -> OrderVerdict:
    """A whole order: placed if it is not known, and otherwise compared with what is.

    A channel shows an order as long as it likes: one that was closed and forgotten is not placed again by it.
    """
    if isinstance(known, Order):
        return _shown_again(known, event, cause, rules, documents)
    if lives and isinstance(event, OrderPictured):
        return OrderVerdict(known, dropped="picture of an order that was closed and forgotten")
    if isinstance(event, OrderPlaced):
        decision = _received(known, event, cause, rules, parked, lives)
    else:
        decision = _received(known, event.placed, cause, rules, parked, lives)
        comparing.first_seen(decision, event)
    placing.begin(decision)
    return _verdict(decision)


def _shown_again(
    known: Order, event: OrderPlaced | OrderPictured, cause: Cause, rules: OrderRules, documents: KnownDocuments
) -> OrderVerdict:
    """What was placed is older than any picture of it."""
    if isinstance(event, OrderPlaced):
        same = known.content_hash == event.provenance.content_hash or known.picture is not None
        if event.erp_document_number and not known.is_born_in_erp:
            return OrderVerdict(known, dropped="order that its ERP has from us")
        if not same:
            return OrderVerdict(known, (_about(known, _placed_otherwise(event)),), dropped=_CONFLICTING)
        return repeated(known, event, cause, rules, Arrival.DUPLICATE)
    decision = OrderDecision(known, cause, rules, documents=documents)
    comparing.compare(decision, event)
    return _verdict(decision)


def _received(  # noqa: PLR0913, PLR0917 - as `apply`
    known: ParkedOrder | None, event: OrderPlaced, cause: Cause, rules: OrderRules, parked: Parked, lives: int
) -> OrderDecision:
    """A new order, and what was parked for it."""
    decision = placing.place(event, cause, rules, life=lives + 1)
    if known is not None:
        for kept in parked.events():
            decision.cause = Cause(kept.event_id, cause.now_ms)
            parking.unpark(decision, kept, forward=not known.orphaned)
        decision.cause = cause
        if known.orphaned:
            parking.move_picks(decision, parked)
        _resolve_orphan(decision, known)
    return decision


def _resolve_orphan(decision: OrderDecision, known: ParkedOrder) -> None:
    if known.case_key:
        decision.open_case(
            Case(
                CaseClass.ORPHAN_EVENT,
                CaseOrigin.CHANNEL_MAPPING,
                subject=known.order_id,
                reason="the order has arrived",
                state=CaseState.RESOLVED,
                key=known.case_key,
            )
        )


def _park(  # noqa: PLR0913, PLR0917 - as `apply`
    known: ParkedOrder | None, event: Parkable, cause: Cause, rules: OrderRules, parked: Parked, lives: int
) -> OrderVerdict:
    if isinstance(event, OrderReported) and not parking.is_news(known, event, lives):
        return OrderVerdict(known, dropped="report of an order that nobody has to find")
    waits = parking.parked_as_well(parking.parked(event, cause.event_id), parked.units)
    if known is None:
        deadline_ms = cause.now_ms + rules.orphan_after_ms
        state = ParkedOrder(
            event.order_id,
            deadline_ms,
            orphaned=False,
            first_event_id=cause.event_id,
            parked=1,
            size_bytes=cause.size_bytes,
            lines=parking.lines_of(event),
        )
        return OrderVerdict(state, timers=(OrderTimer(event.order_id, deadline_ms),), parks=waits)
    grown = replace(
        known,
        parked=known.parked + 1,
        size_bytes=known.size_bytes + cause.size_bytes,
        lines=known.lines + parking.lines_of(event),
    )
    limits = (rules.parked_events, rules.parked_bytes, rules.parked_lines)
    if any(now > most for now, most in zip((grown.parked, grown.size_bytes, grown.lines), limits, strict=True)):
        return _beyond_limit(known, event, waits, rules, parked, lives)
    return _joined(grown, event, cause, waits, rules, lives) if known.orphaned else OrderVerdict(grown, parks=waits)


def _joined(  # noqa: PLR0913, PLR0917 - as `apply`
    grown: ParkedOrder, event: Parkable, cause: Cause, waits: ParkedAsWell, rules: OrderRules, lives: int
) -> OrderVerdict:
    """It has waited for no order, but a case is open; if a person has closed that, it is one of its own."""
    moved = (waits.movement,) if waits.movement else ()
    if grown.case_key:
        return OrderVerdict(grown, moved, parks=waits)
    what = f"{type(event).__name__} {event.provenance.correlation_id!r}"
    case = _orphan_case(grown.order_id, f"{what}, after a case was closed, {_for_no_order(rules, lives)}", lives)
    case = replace(case, key=cause.event_id)
    return OrderVerdict(replace(grown, case_key=case.key), (*moved, case), parks=waits)


def _beyond_limit(  # noqa: PLR0913, PLR0917 - as `apply`
    known: ParkedOrder, event: Parkable, waits: ParkedAsWell, rules: OrderRules, parked: Parked, lives: int
) -> OrderVerdict:
    """It does not wait: what it moved is posted at once, after what the others moved, and a person is told."""
    source_id, correlation_id = event.provenance.source_id, event.provenance.correlation_id
    case = Case(
        CaseClass.ORPHAN_EVENT,
        CaseOrigin.CHANNEL_MAPPING,
        subject=event.order_id,
        source_id=source_id,
        reason=f"{source_id} sent {type(event).__name__} {correlation_id!r} for an order that is not here, and "
        f"{known.parked} events wait for it already: this one does not wait",
        suggested_action="find the order at its channel and have it sent, unless it was here before; the goods are "
        "posted, but it will not know of them",
    )
    before = OrderVerdict(known) if known.orphaned else _orphaned(known, rules, parked, lives)
    own = (waits.movement, case) if waits.movement else (case,)
    return replace(before, messages=(*before.messages, *own), parks=waits._replace(event=None))


_CONFLICTING: Final = "conflicting duplicate"


def repeated(known: Known, event: OrderEvent, cause: Cause, rules: OrderRules, arrival: Arrival) -> OrderVerdict:
    """Handle a repeated message: no effect, the order's state, or a conflict. The state does not change."""
    if arrival is Arrival.CONFLICT:
        return OrderVerdict(known, (_about(known, _conflict(event)),), dropped=_CONFLICTING)
    answers = isinstance(known, Order) and isinstance(event, OrderPlaced) and known.policy.answer_duplicates
    if not (answers and isinstance(known, Order) and isinstance(event, OrderPlaced)):
        return OrderVerdict(known, dropped="duplicate")
    decision = OrderDecision(known, cause, rules)
    decision.publish(OrderDuplicateReceived, correlation_id=event.provenance.correlation_id)
    finished = decision.finished()
    return OrderVerdict(finished.order, tuple(finished.messages), dropped="duplicate")


def repeated_document(
    known: Known, event: Numbered | ChangeRequest, first: SeenDocument, arrival: Arrival
) -> OrderVerdict:
    """Handle a business document that came before in another message: no effect, or a conflict."""
    if arrival is Arrival.CONFLICT:
        case = _about(known, conflicting_document(event, first))
        return OrderVerdict(known, (case,), dropped=_CONFLICTING)
    return OrderVerdict(known, dropped="duplicate")


def _never_sent(event: FromFlow, reason: str) -> InvariantViolated:
    """Another flow of ours sent what it never may."""
    return InvariantViolated(Violation(Law.PROTOCOL, event.order_id, reason))


def _about(known: Known, case: Case) -> Case:
    return replace(case, impact=impact_of(known)) if isinstance(known, Order) else case


def _placed_otherwise(event: OrderPlaced) -> Case:
    """Its number is that of an order which another message has placed; the name of that one is not kept."""
    source_id, correlation_id = event.provenance.source_id, event.provenance.correlation_id
    reason = f"{source_id} sent order {event.channel_order_id} with message {correlation_id!r} again with other content"
    reason = f"{reason} than the message that placed it, which stays in force"
    return _conflicting(event.order_id, source_id, reason)


def _conflict(event: OrderEvent) -> Case:
    if isinstance(event, FromFlow):
        raise _never_sent(event, f"{type(event).__name__} has no source that could send it twice")
    source_id, correlation_id = event.provenance.source_id, event.provenance.correlation_id
    reason = f"{source_id} sent {correlation_id!r} again with other content; the first one stays in force"
    return _conflicting(event.order_id, source_id, reason)


def _conflicting(order_id: OrderId, source_id: SourceId, reason: str) -> Case:
    return Case(
        CaseClass.CONFLICTING_DUPLICATE,
        CaseOrigin.CHANNEL_MAPPING,
        subject=order_id,
        source_id=source_id,
        reason=reason,
        suggested_action="ask the channel which of the two is right",
    )


def acted(  # noqa: PLR0913, PLR0917 - as `apply`
    known: Known,
    case: Case,
    action: CaseAction,
    cause: Cause,
    rules: OrderRules,
    documents: KnownDocuments = NO_DOCUMENTS,
) -> OrderVerdict:
    """A person decides about an open case of the order; only what the ERP refused can be retried."""
    if isinstance(action, CaseReversed):
        return OrderVerdict(known, refused=f"no adjustment is in force for this case {case.case_class}")
    is_retry = isinstance(action, CaseRetried)
    if is_retry and case.case_class is not CaseClass.ORDER_REJECTED:
        return OrderVerdict(known, refused=f"a case {case.case_class} cannot be retried: {case.suggested_action}")
    if isinstance(known, ParkedOrder) and known.case_key == case.key:
        return OrderVerdict(replace(known, case_key=""))
    if not isinstance(known, Order):
        return OrderVerdict(known, refused="the order is not known any more" if is_retry else "")
    decision = OrderDecision(known, cause, rules, documents=documents)
    decide = refusals.retry if is_retry else refusals.let_go
    if reason := decide(decision, CommandId(case.key)):
        return OrderVerdict(known, refused=reason)
    post_what_waits(decision)
    if not is_retry:
        budgets.let_go(decision, case.key)
        backorders.let_go(decision, case.key)
        watching.let_go(decision, case.key)
        closing.let_go(decision, case.key)
        crediting.let_go(decision, case.key)
        watched.let_go(decision, case.key)
        stopping.let_go(decision, case.key)
        misdirected_cases.let_go(decision, case.key)
        coming_back_twice.let_go(decision, case.key)
        holding.let_go(decision, case.key)
    return _verdict(decision)


def restored(
    known: Known,
    dependency: Dependency,
    cause: Cause,
    rules: OrderRules,
    documents: KnownDocuments = NO_DOCUMENTS,
) -> OrderVerdict:
    """A dependency is back for which the order waits."""
    if not isinstance(known, Order):
        return OrderVerdict(known, dropped="end of an outage for an order that is forgotten")
    decision = OrderDecision(known, cause, rules, documents=documents)
    waiting.restored(decision, dependency)
    return _verdict(decision)


def compared_with_list(
    known: Known, listed: OrderListCompleted, cause: Cause, rules: OrderRules, *, is_named: bool
) -> OrderVerdict:
    """A complete list of another system does not name the order; or it does, after an earlier one did not."""
    if not isinstance(known, Order):
        return OrderVerdict(known, dropped="list without an order that is forgotten")
    decision = OrderDecision(known, cause, rules)
    if is_named:
        missing.named(decision, listed.source_id, listed.taken_at_us)
    else:
        missing.not_named(decision, listed)
    return _verdict(decision)


def woken(  # noqa: PLR0913, PLR0917 - as `apply`
    known: Known,
    due_at_ms: int,
    cause: Cause,
    rules: OrderRules,
    parked: Parked,
    documents: KnownDocuments = NO_DOCUMENTS,
    lives: int = 0,
) -> OrderVerdict:
    """The timer of an order, or of what is parked for one. `lives`: as in `apply`."""
    match known:
        case Order():
            return _order_woken(known, due_at_ms, cause, rules, documents)
        case ParkedOrder(deadline_ms=deadline_ms) if deadline_ms == due_at_ms:
            if known.orphaned and not parking.is_in_picking(parked.all_units()):
                return OrderVerdict(None)
            return _kept_on(known, rules) if known.orphaned else _orphaned(known, rules, parked, lives)
        case ParkedOrder() | None:
            return OrderVerdict(known)


def _order_woken(
    known: Order, due_at_ms: int, cause: Cause, rules: OrderRules, documents: KnownDocuments
) -> OrderVerdict:
    if closing.is_due_for_purge(known, due_at_ms):
        archived = OrderArchived(OrderPublication(known).of_view(known), known.life)
        return OrderVerdict(None, (*customers.forgotten(known), archived, OrderPurged(known.order_id)))
    decision = OrderDecision(known, cause, rules, documents=documents)
    lateness.woken(decision, due_at_ms)
    holding.woken(decision, due_at_ms)
    crediting.woken(decision, due_at_ms)
    closing.woken(decision, due_at_ms)
    return _verdict(decision)


def _orphaned(known: ParkedOrder, rules: OrderRules, parked: Parked, lives: int) -> OrderVerdict:
    movements = tuple(parking.movements(parked.events()))
    count = len(known.events) + known.parked
    reason = f"{count} event{'s' * (count != 1)} {_for_no_order(rules, lives)}"
    if named := [words for each in parked.events() if (words := parking.described(each))]:
        reason = f"{reason}: {shortened(named)}"
    key = known.events[0].event_id if known.events else known.first_event_id
    case = replace(_orphan_case(known.order_id, reason, lives), key=key)
    kept = _kept_on(replace(known, orphaned=True, case_key=case.key), rules)
    return replace(kept, messages=(*movements, case))


_FIND_IT = "find the order at its channel and have it sent, unless it was here before; movements of goods are posted"
_FIND_WHAT_WAS_HERE = (
    "do not have the order sent again; movements of goods are posted, credit a return in the ERP by hand"
)


def _orphan_case(order_id: OrderId, reason: str, lives: int) -> Case:
    """Of an order that was here its channel has nothing to send: whoever credits returns has to act."""
    if lives:
        return Case(CaseClass.ORPHAN_EVENT, CaseOrigin.ORDER, order_id, reason, _FIND_WHAT_WAS_HERE)
    return Case(CaseClass.ORPHAN_EVENT, CaseOrigin.CHANNEL_MAPPING, order_id, reason, _FIND_IT)


def _for_no_order(rules: OrderRules, lives: int) -> str:
    """`lives` is 0 as well for one that has been gone for so long that nothing remembers it."""
    within = duration_text(rules.orphan_after_ms)
    if lives:
        return f"for an order that was here, has ended and is purged; none came again under its number within {within}"
    return f"for an order that is not here, and did not come within {within}"


def _kept_on(known: ParkedOrder, rules: OrderRules) -> OrderVerdict:
    """Keep parked events for as long as a closed order: the order may still arrive, and picked goods are shipped."""
    deadline_ms = known.deadline_ms + rules.purge_after_ms
    return OrderVerdict(replace(known, deadline_ms=deadline_ms), timers=(OrderTimer(known.order_id, deadline_ms),))
