"""Orders that meet an outage: what the failure policy does with them, and what happens when the dependency is back.

```
 placed ──CONTINUE──▶ as ever
        ├─DEGRADE──▶ as ever, flagged; too old: as HOLD, case POLICY_FAILED
        ├─HOLD─────▶ accepted, with a hold ──the dependency is back, or a person──▶ released
        ├─PAUSE────▶ CHECKING: nothing is asked of the ledger ──back──▶ goes on, in the order of arrival
        └─REJECT───▶ REJECTED
 to be booked, to be released ──DEGRADE, HOLD──▶ as above
                              └─PAUSE──▶ waits ──back──▶ booked, released
 shipment, return ──PAUSE──▶ counted and published, not posted ──back──▶ posted
```
A hold of the policy is not set where the order has one of that kind already; it ends with the outage only while it is
still the policy's own.
"""

from dataclasses import replace
from typing import Final, assert_never

from domain.durations import duration_text
from domain.messages.failure_policy import Dependency, FailureAction, Workflow
from domain.messages.status import OrderRejected
from domain.orders import counters
from domain.orders.decision import OrderDecision
from domain.orders.erp.posting import post_what_waits
from domain.orders.holds import holding
from domain.orders.holds.sleeping import has_ended
from domain.orders.outages import asking_again
from domain.orders.outages.pausing import (
    fail,
    fails_no_longer,
    hold_kind,
    is_too_old,
    return_key,
    say,
    wait,
)
from domain.orders.outages.table import Applies
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import OutageWait, Stage
from domain.orders.warehouses.releasing import release_what_is_ready

_POLICY: Final = "failure policy"
"""Who holds an order, or releases it."""


def begin(decision: OrderDecision) -> None:
    """Ask the table about a new order; what was picked or shipped already is not rejected any more."""
    order = decision.order
    found = tuple(decision.rules.conditions.applying(Workflow.ORDER_ACCEPTANCE, order.channel_id, order.policy.erp_id))
    has_left = any(line.shipped or line.in_picking for line in order.lines)
    for applies in found:
        if applies.row.action is FailureAction.REJECT and not has_left:
            _reject(decision, applies)
            return
    for applies in found:
        _apply(decision, applies)


def _apply(decision: OrderDecision, applies: Applies) -> None:
    match applies.row.action:
        case FailureAction.DEGRADE:
            _degrade(decision, applies)
        case FailureAction.HOLD:
            _hold(decision, applies)
        case FailureAction.PAUSE:
            wait(decision, applies)
        case FailureAction.CONTINUE | FailureAction.REJECT:
            pass
        case _:
            assert_never(applies.row.action)


def _degrade(decision: OrderDecision, applies: Applies) -> None:
    """Go on without the decision that the channel would wait for, as long as what is known is not too old."""
    if is_too_old(decision, applies):
        _hold(decision, applies)
        fail(decision, applies)
        return
    say(decision, applies)
    kind = hold_kind(applies.report.dependency)
    holding.release(decision, kind, decision.order.channel_id, _POLICY, applies.reason)


def _hold(decision: OrderDecision, applies: Applies) -> None:
    wait(decision, applies, FailureAction.HOLD)
    _set_hold(decision, applies.report.dependency, applies.reason)


def _set_hold(decision: OrderDecision, dependency: Dependency, reason: str) -> None:
    kind = hold_kind(dependency)
    if not any(held.kind is kind for held in decision.order.holds):
        holding.hold(decision, kind, _POLICY, reason)


def settle(decision: OrderDecision) -> None:
    """After every event: an order that began to wait with a hold before its booking or its release is held."""
    order, conditions = decision.order, decision.rules.conditions
    for waits in order.outage_waits:
        if waits.action is not FailureAction.HOLD or waits in decision.first.outage_waits:
            continue
        for applies in conditions.applying(waits.workflow, order.channel_id, order.policy.erp_id, (waits.node_id,)):
            away = (applies.report.dependency, applies.report.node_id)
            if away == (waits.dependency, waits.node_id) and not has_ended(order):
                _set_hold(decision, waits.dependency, applies.reason)


def _reject(decision: OrderDecision, applies: Applies) -> None:
    """Nothing was asked of the ledger yet, so nothing has to be given back."""
    say(decision, applies)
    decision.change_claims(lambda line: counters.cancel(line, line.open_quantity))
    decision.order = replace(decision.order, stage=Stage.REJECTED)
    decision.publish(OrderRejected, reason=applies.reason)


def dependency_is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """A dependency has been away for so long that a person is told, unless the order has ended meanwhile."""
    if decision.order.stage in {Stage.CANCELLED, Stage.REJECTED}:
        return
    waited = duration_text(decision.rules.held_within_ms)
    awaiting.report(decision, pending, f"paused for {waited}: the order waits for {pending.key}")


def restored(decision: OrderDecision, dependency: Dependency) -> None:
    """The dependency is back: the order goes on where it waited for it, but not for a warehouse that is still away."""
    waits = tuple(each for each in decision.order.outage_waits if _is_back(decision, each, dependency))
    if not waits:
        if asking_again.is_due(decision):
            return
        decision.dropped = "end of an outage for which the order does not wait"
        return
    left = tuple(each for each in decision.order.outage_waits if each not in waits)
    decision.order = replace(decision.order, outage_waits=left)
    keys = {return_key(each) for each in waits}
    for pending in awaiting.all_of(decision.order, Awaited.DEPENDENCY):
        if pending.key in keys:
            awaiting.settle(decision, pending, f"{dependency} is back")
    fails_no_longer(decision, dependency)
    if not any(hold_kind(each.dependency) is hold_kind(dependency) for each in left):
        holding.release(decision, hold_kind(dependency), _POLICY, _POLICY, f"{dependency} is back")
    post_what_waits(decision)
    release_what_is_ready(decision)


def _is_back(decision: OrderDecision, waits: OutageWait, dependency: Dependency) -> bool:
    is_one_warehouse = bool(waits.node_id) and decision.rules.conditions.is_away(dependency, waits.node_id)
    return waits.dependency is dependency and not is_one_warehouse
