"""Holds: reasons that keep an order from being released to a warehouse, until somebody releases it from them.

A hold does not take back what a warehouse was asked for already: only a cancellation stops it. An order whose content
is in doubt is not even accepted, so its ERP is not asked to book it. What other teams have to settle is a case at once;
any other hold that has no end of its own becomes one after `OrderRules.held_within_ms`, so no order is forgotten.

```
 awake ──everything has left──▶ asleep: no case, and nothing is kept back
   ▲                              │
   └──units are open again: case──┘
 either ──a release, its time, or everything is cancelled or withdrawn──▶ ended
```
"""

from collections.abc import Mapping

from domain.durations import duration_text
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.orders import HoldKind, HoldRequest, OrderHoldReleaseRequested, OrderHoldRequested
from domain.messages.status import OrderHeld, OrderHoldRefused, OrderHoldReleased
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision, OrderTimer
from domain.orders.holds.sleeping import OWED, has_ended, is_over, owes_nothing
from domain.orders.holds.withdrawn import is_withdrawn
from domain.orders.state import Hold, HoldDecision, Order
from domain.orders.warehouses.releasing import release_what_is_ready
from domain.values import replace

_DISPUTED = frozenset({HoldKind.CUSTOMER, HoldKind.DUPLICATE, HoldKind.PRICING})
"""What would be booked is in doubt."""

_CLASSES: Mapping[HoldKind, CaseClass] = {
    HoldKind.ADDRESS: CaseClass.ADDRESS_INVALID,
    HoldKind.CREDIT: CaseClass.CREDIT_HOLD,
    HoldKind.CUSTOMER: CaseClass.INVALID_CUSTOMER,
    HoldKind.DUPLICATE: CaseClass.DUPLICATE_ORDER,
    HoldKind.PAYMENT: CaseClass.PAYMENT_FAILED,
    HoldKind.PRICING: CaseClass.PRICING_DISPUTE,
    HoldKind.TAX: CaseClass.TAX_UNAVAILABLE,
}
"""Holds that are a case at once; the others are one when they have lasted too long, or wake."""
_CANCELLED = "all of the order is cancelled"
_WITHDRAWN = "all that has left of the order is back, and nothing of it is left to send"
_NOTHING_OWED = "all that has left is back: nothing is owed for it"
_OVERTAKEN = "it was decided before the last decision about this hold, which has come first"


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
    if has_ended(decision.order):
        decision.publish(OrderHoldRefused, hold=event.hold, reason=_why_ended(decision.order))
        return
    if is_overtaken(decision.order, event.hold, event.provenance.occurred_at_us):
        decision.publish(OrderHoldRefused, hold=event.hold, reason=_OVERTAKEN)
        return
    note(decision, event.hold, event.provenance.occurred_at_us)
    held_by = event.requested_by or event.provenance.source_id
    hold(decision, event.hold, held_by, event.reason, -(-event.until_us // 1_000))


def is_overtaken(order: Order, kind: HoldKind, decided_us: int) -> bool:
    """Whether something was decided later about this kind of hold, and came before."""
    return any(each.kind is kind and each.decided_us > decided_us for each in order.hold_decisions)


def note(decision: OrderDecision, kind: HoldKind, decided_us: int) -> None:
    """This is the latest decision about this kind of hold."""
    known = {each.kind: each for each in decision.order.hold_decisions}
    known[kind] = HoldDecision(kind, decided_us)
    decision.order = replace(decision.order, hold_decisions=tuple(known.values()))


def hold(decision: OrderDecision, kind: HoldKind, held_by: str, reason: str, ends_at_ms: int = 0) -> None:
    """Set a hold, in place of an earlier one of the kind; `ends_at_ms` is 0 where only a release ends it.

    It sleeps where all of the order has left; what is owed for it is a case all the same.
    """
    before = of_kind(decision.order, kind)
    now = Hold(kind, held_by, reason, ends_at_ms, 0, before.case_key if before is not None else "")
    is_quiet = is_over(decision.order) and (kind not in OWED or owes_nothing(decision.order))
    _keep(decision, kind, now if is_quiet else _watched(decision, now))
    if ends_at_ms:
        decision.timers.append(OrderTimer(decision.order.order_id, ends_at_ms))
    _publish(decision, now)


def _watched(decision: OrderDecision, held: Hold) -> Hold:
    """A hold in force with its case, or with the time at which it becomes one, unless it ends by itself before."""
    if held.case_key:
        return held
    if held.kind in _CLASSES:
        return _with_case(decision, held, "held")
    if held.ends_at_ms:
        return held
    overdue_at_ms = decision.cause.now_ms + decision.rules.held_within_ms
    decision.timers.append(OrderTimer(decision.order.order_id, overdue_at_ms))
    return replace(held, overdue_at_ms=overdue_at_ms)


def _with_case(decision: OrderDecision, held: Hold, how: str) -> Hold:
    now = replace(held, overdue_at_ms=0, case_key=f"held/{decision.cause.event_id}/{held.kind}")
    _state(decision, now, CaseState.OPEN, f"{how} by {held.held_by}: {held.reason or 'no reason given'}")
    return now


def _publish(decision: OrderDecision, held: Hold) -> None:
    decision.publish(
        OrderHeld,
        hold=held.kind,
        held_by=held.held_by,
        reason=held.reason,
        until_us=held.ends_at_ms * 1_000,
        sleeps=is_over(decision.order),
    )


def restate(decision: OrderDecision, held: Hold, reason: str) -> None:
    """The reason of a hold is another one now, and so is that of its case."""
    now = replace(held, reason=reason)
    _change(decision, held, now)
    if held.case_key:
        _state(decision, now, CaseState.OPEN, f"held by {held.held_by}: {reason}")
    _publish(decision, now)


def _release_requested(decision: OrderDecision, event: OrderHoldReleaseRequested) -> None:
    held = of_kind(decision.order, event.hold)
    if is_overtaken(decision.order, event.hold, event.provenance.occurred_at_us):
        decision.dropped = "release from a hold that was set later"
        return
    note(decision, event.hold, event.provenance.occurred_at_us)
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
    """After every change: holds end with their order, sleep once all of it has left, wake when some is open again."""
    order = decision.order
    if not order.holds:
        return
    sleep, slept = is_over(order), is_over(decision.first)
    for held in order.holds:
        if has_ended(order):
            end(decision, held, "", _why_ended(order))
        elif sleep and not slept:
            _fall_asleep(decision, held)
        elif sleep and held.kind in OWED:
            _follow_what_is_owed(decision, held)
        elif slept and not sleep and held in decision.first.holds:
            _wake(decision, held)


def _why_ended(order: Order) -> str:
    return _WITHDRAWN if is_withdrawn(order) else _CANCELLED


def _fall_asleep(decision: OrderDecision, held: Hold) -> None:
    if held.kind in OWED:
        _follow_what_is_owed(decision, held)
        _publish(decision, held)
        return
    if held.case_key:
        _state(decision, held, CaseState.RESOLVED, "everything has left: the hold sleeps until units are open again")
    now = replace(held, overdue_at_ms=0, case_key="")
    _change(decision, held, now)
    _publish(decision, now)


def _follow_what_is_owed(decision: OrderDecision, held: Hold) -> None:
    """Its case ends when all that has left is back, and there is one again when more leaves."""
    is_settled, was_settled = owes_nothing(decision.order), owes_nothing(decision.first)
    if is_settled and held.case_key:
        _state(decision, held, CaseState.RESOLVED, _NOTHING_OWED)
        _change(decision, held, replace(held, overdue_at_ms=0, case_key=""))
    elif was_settled and not (is_settled or held.case_key):
        _change(decision, held, _with_case(decision, held, "held again"))


def _wake(decision: OrderDecision, held: Hold) -> None:
    """Nobody expects it any more, so it is a case at once, unless it ends by itself, or is one still."""
    ends_itself = bool(held.ends_at_ms) and held.kind not in _CLASSES
    now = held if ends_itself or held.case_key else _with_case(decision, held, "held again")
    _change(decision, held, now)
    _publish(decision, now)


def let_go(decision: OrderDecision, case_key: str) -> None:
    """A person has closed the case of what is owed for goods that have left: nobody waits for it."""
    for held in decision.order.holds:
        if held.case_key == case_key and held.kind in OWED and is_over(decision.order):
            _change(decision, held, replace(held, case_key=""))


def _change(decision: OrderDecision, held: Hold, now: Hold) -> None:
    holds = tuple(now if each is held else each for each in decision.order.holds)
    decision.order = replace(decision.order, holds=holds)


def of_kind(order: Order, kind: HoldKind) -> Hold | None:
    """The order's hold of this kind."""
    return next((held for held in order.holds if held.kind is kind), None)


def _keep(decision: OrderDecision, kind: HoldKind, now: Hold | None) -> None:
    others = tuple(held for held in decision.order.holds if held.kind is not kind)
    decision.order = replace(decision.order, holds=others if now is None else (*others, now))


def end(decision: OrderDecision, held: Hold, released_by: str, reason: str) -> None:
    """End a hold of the order, and release what it kept back; `released_by` is empty when it ends by itself."""
    if held.case_key:
        why = reason or (f"{released_by} has released it" if released_by else "no reason given")
        _state(decision, held, CaseState.RESOLVED, f"the hold has ended: {why}")
    _keep(decision, held.kind, None)
    decision.publish(OrderHoldReleased, hold=held.kind, released_by=released_by, reason=reason)
    release_what_is_ready(decision)


def _report(decision: OrderDecision, held: Hold) -> None:
    lasted = duration_text(decision.rules.held_within_ms)
    _change(decision, held, _with_case(decision, held, f"held for {lasted}"))


def _state(decision: OrderDecision, held: Hold, state: CaseState, reason: str) -> None:
    case_class = _CLASSES.get(held.kind, CaseClass.DEPENDENCY_TIMEOUT)
    action = f"settle it, then release the order from its {held.kind} hold, or cancel it"
    origin = CaseOrigin.MASTER_DATA if held.kind is HoldKind.CUSTOMER else CaseOrigin.ORDER
    state_case(decision, case_class, origin, held.case_key, state, reason, action)
