"""Holds: reasons that keep an order from being released to a warehouse, until somebody releases it from them.

A hold does not take back what a warehouse was asked for already: only a cancellation stops it. An order whose content
is in doubt is not even accepted, so its ERP is not asked to book it. What other teams have to settle is a case at once;
any other hold that has no end of its own becomes one after `OrderRules.held_within_ms`, so no order is forgotten.
"""

from collections.abc import Mapping

from domain.durations import duration_text
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.orders import HoldKind, HoldRequest, OrderHoldReleaseRequested, OrderHoldRequested
from domain.messages.status import OrderHeld, OrderHoldRefused, OrderHoldReleased
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision, OrderTimer, awaits_booking
from domain.orders.state import Hold, Order, Stage
from domain.orders.warehouses.releasing import release_what_is_ready
from domain.values import replace

_DISPUTED = frozenset({HoldKind.CUSTOMER, HoldKind.DUPLICATE, HoldKind.PRICING})
"""What would be booked is in doubt."""

_CLASSES: Mapping[HoldKind, CaseClass] = {
    HoldKind.ADDRESS: CaseClass.ADDRESS_INVALID,
    HoldKind.CREDIT: CaseClass.CREDIT_HOLD,
    HoldKind.CUSTOMER: CaseClass.INVALID_CUSTOMER,
    HoldKind.DUPLICATE: CaseClass.DUPLICATE_ORDER,
    HoldKind.PRICING: CaseClass.PRICING_DISPUTE,
    HoldKind.TAX: CaseClass.TAX_UNAVAILABLE,
}
"""Holds that are a case at once; the others are one when they have lasted too long."""


def is_disputed(order: Order) -> bool:
    """Whether a hold keeps the order from being accepted and booked."""
    return any(hold.kind in _DISPUTED for hold in order.holds)


def begin(decision: OrderDecision) -> None:
    """A new order is held as its channel's policy says, until decisions release it."""
    for kind in decision.order.policy.holds:
        hold(decision, kind, decision.order.channel_id, "every order of the channel waits for this decision")


def requested(decision: OrderDecision, event: HoldRequest) -> None:
    """Hold the order, or release it from a hold."""
    if isinstance(event, OrderHoldRequested):
        _hold_requested(decision, event)
    else:
        _release_requested(decision, event)


def _hold_requested(decision: OrderDecision, event: OrderHoldRequested) -> None:
    if is_over(decision.order):
        reason = "nothing of the order is left to release"
        decision.publish(OrderHoldRefused, hold=event.hold, reason=reason)
        return
    held_by = event.requested_by or event.provenance.source_id
    hold(decision, event.hold, held_by, event.reason, -(-event.until_us // 1_000))


def hold(decision: OrderDecision, kind: HoldKind, held_by: str, reason: str, ends_at_ms: int = 0) -> None:
    """Set a hold, in place of an earlier one of the kind; `ends_at_ms` is 0 where only a release ends it."""
    before = of_kind(decision.order, kind)
    overdue_at_ms = 0 if ends_at_ms or kind in _CLASSES else decision.cause.now_ms + decision.rules.held_within_ms
    case_key = before.case_key if before is not None else ""
    now = Hold(kind, held_by, reason, ends_at_ms, overdue_at_ms, case_key)
    if kind in _CLASSES and not case_key:
        now = replace(now, case_key=f"held/{decision.cause.event_id}/{kind}")
        _state(decision, now, CaseState.OPEN, f"held by {held_by}: {reason or 'no reason given'}")
    _keep(decision, kind, now)
    for due_at_ms in filter(None, (ends_at_ms, overdue_at_ms)):
        decision.timers.append(OrderTimer(decision.order.order_id, due_at_ms))
    decision.publish(OrderHeld, hold=kind, held_by=held_by, reason=reason, until_us=ends_at_ms * 1_000)


def restate(decision: OrderDecision, held: Hold, reason: str) -> None:
    """The reason of a hold is another one now, and so is that of its case."""
    now = replace(held, reason=reason)
    holds = tuple(now if each is held else each for each in decision.order.holds)
    decision.order = replace(decision.order, holds=holds)
    if held.case_key:
        _state(decision, now, CaseState.OPEN, f"held by {held.held_by}: {reason}")
    until_us = held.ends_at_ms * 1_000
    decision.publish(OrderHeld, hold=held.kind, held_by=held.held_by, reason=reason, until_us=until_us)


def _release_requested(decision: OrderDecision, event: OrderHoldReleaseRequested) -> None:
    held = of_kind(decision.order, event.hold)
    if held is None:
        decision.dropped = "release from a hold that the order does not have"
        return
    end(decision, held, event.requested_by or event.provenance.source_id, event.reason)


def release(decision: OrderDecision, kind: HoldKind, held_by: str, released_by: str, reason: str) -> None:
    """End a hold that somebody has set, if it is still his."""
    held = of_kind(decision.order, kind)
    if held is not None and held.held_by == held_by:
        end(decision, held, released_by, reason)


def woken(decision: OrderDecision, due_at_ms: int) -> None:
    """A hold ends by itself, or has lasted so long that a person is asked."""
    for held in decision.order.holds:
        if held.ends_at_ms == due_at_ms != 0:
            end(decision, held, "", "its time is over")
        elif held.overdue_at_ms == due_at_ms != 0:
            _report(decision, held)


def watch(decision: OrderDecision) -> None:
    """After every change: an order of which nothing is left to release is not held any more."""
    if decision.order.holds and is_over(decision.order):
        for held in decision.order.holds:
            end(decision, held, "", "nothing of the order is left to release")


def is_over(order: Order) -> bool:
    """Whether nothing is left to release, or to be booked; what left before it was accepted is still to be accepted."""
    if awaits_booking(order):
        return False
    if order.stage in {Stage.CANCELLED, Stage.REJECTED}:
        return True
    return order.accepted and not any(line.open_quantity for line in order.lines)


def of_kind(order: Order, kind: HoldKind) -> Hold | None:
    """The order's hold of this kind."""
    return next((held for held in order.holds if held.kind is kind), None)


def _keep(decision: OrderDecision, kind: HoldKind, now: Hold | None) -> None:
    others = tuple(held for held in decision.order.holds if held.kind is not kind)
    decision.order = replace(decision.order, holds=others if now is None else (*others, now))


def end(decision: OrderDecision, held: Hold, released_by: str, reason: str) -> None:
    """End a hold of the order, and release what it kept back; `released_by` is empty when it ends by itself."""
    if held.case_key:
        _state(decision, held, CaseState.RESOLVED, f"the hold has ended: {reason or 'no reason given'}")
    _keep(decision, held.kind, None)
    decision.publish(OrderHoldReleased, hold=held.kind, released_by=released_by, reason=reason)
    release_what_is_ready(decision)


def _report(decision: OrderDecision, held: Hold) -> None:
    reported = replace(held, overdue_at_ms=0, case_key=f"held/{decision.cause.event_id}/{held.kind}")
    lasted = duration_text(decision.rules.held_within_ms)
    _state(decision, reported, CaseState.OPEN, f"held for {lasted} by {held.held_by}: {held.reason}")
    holds = tuple(reported if each is held else each for each in decision.order.holds)
    decision.order = replace(decision.order, holds=holds)


def _state(decision: OrderDecision, held: Hold, state: CaseState, reason: str) -> None:
    case_class = _CLASSES.get(held.kind, CaseClass.DEPENDENCY_TIMEOUT)
    action = f"settle it, then release the order from its {held.kind} hold, or cancel it"
    origin = CaseOrigin.MASTER_DATA if held.kind is HoldKind.CUSTOMER else CaseOrigin.ORDER
    state_case(decision, case_class, origin, held.case_key, state, reason, action)
