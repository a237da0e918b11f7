"""Budgets: by when an order should have reached a stage, as its channel promises (docs/domain.md#budgets).

```
 due ──the stage is reached──▶ gone
  └──its time has passed──▶ breached: SlaBreached, and a case if the channel wants one ──reached──▶ gone, case resolved
```
So a stage is breached at most once. An order has one timer for all of its budgets: that of the shortest one left.
"""

from dataclasses import replace
from typing import assert_never

from domain.durations import duration_text
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.orders import BudgetStage, OrderPolicy, StageBudget
from domain.messages.status import ErpStatus, SlaBreached
from domain.orders.cases import state_case
from domain.orders.closing import is_finished
from domain.orders.decision import OrderDecision, OrderTimer
from domain.orders.state import OpenBudgets, Order, Stage

_ORIGINS = {
    BudgetStage.ACCEPTANCE: CaseOrigin.ORDER,
    BudgetStage.BOOKING: CaseOrigin.ERP,
    BudgetStage.RELEASE: CaseOrigin.ORDER,
    BudgetStage.SHIPMENT: CaseOrigin.WAREHOUSE,
}
_WORDS = {
    BudgetStage.ACCEPTANCE: "accepted",
    BudgetStage.BOOKING: "booked by its ERP",
    BudgetStage.RELEASE: "released to a warehouse in full",
    BudgetStage.SHIPMENT: "shipped in full",
}


def opened(policy: OrderPolicy) -> OpenBudgets | None:
    """Those of a new order."""
    return OpenBudgets(policy.budgets) if policy.budgets else None


def watch(decision: OrderDecision) -> None:
    """After every change, and when the timer is due: settle what is reached, breach what has passed."""
    order = decision.order
    if order.budgets is None:
        return
    if _is_over(order):
        _settle(decision, order.budgets.breached, "nothing of the order is left to do")
        decision.order = replace(decision.order, budgets=None)
        return
    _keep_time(decision, order.budgets)
    _breach(decision)
    _reach(decision)
    _set_timer(decision)


def _is_over(order: Order) -> bool:
    """Whether it ended with nothing shipped, or nothing of it is open any more."""
    has_ended = order.stage in {Stage.CANCELLED, Stage.REJECTED} and not any(line.shipped for line in order.lines)
    return has_ended or is_finished(order)


def _keep_time(decision: OrderDecision, budgets: OpenBudgets) -> None:
    """A hold that pauses the budgets has begun, or the last one has ended."""
    order, now_ms = decision.order, decision.cause.now_ms
    is_paused = any(held.kind in order.policy.budgets_paused_by for held in order.holds)
    if is_paused and not budgets.paused_at_ms:
        _keep(decision, replace(budgets, paused_at_ms=now_ms))
    elif budgets.paused_at_ms and not is_paused:
        paused_ms = budgets.paused_ms + now_ms - budgets.paused_at_ms
        _keep(decision, replace(budgets, paused_at_ms=0, paused_ms=paused_ms))


def _breach(decision: OrderDecision) -> None:
    """A stage that is reached after its time was late as well, even if no timer came in between."""
    order, budgets = decision.order, decision.order.budgets
    if budgets is None or budgets.paused_at_ms:
        return
    passed = tuple(each for each in budgets.due if _due_at_ms(order, budgets, each) <= decision.cause.now_ms)
    if not passed:
        return
    due = tuple(each for each in budgets.due if each not in passed)
    _keep(decision, replace(budgets, due=due, breached=(*budgets.breached, *passed)))
    for budget in passed:
        due_us = _due_at_ms(order, budgets, budget) * 1_000
        decision.publish(SlaBreached, budget.stage, budget.within_ms, order.ingested_at_us, due_us)
        if budget.opens_case:
            allowed = duration_text(budget.within_ms)
            reason = f"not {_WORDS[budget.stage]} within {allowed}"
            _state(decision, budget, CaseState.OPEN, reason)


def _reach(decision: OrderDecision) -> None:
    order, budgets = decision.order, decision.order.budgets
    if budgets is None:
        return
    due = tuple(each for each in budgets.due if not _is_reached(order, each.stage))
    breached = tuple(each for each in budgets.breached if not _is_reached(order, each.stage))
    if (due, breached) == (budgets.due, budgets.breached):
        return
    late = tuple(each for each in budgets.breached if each not in breached)
    decision.order = replace(order, budgets=replace(budgets, due=due, breached=breached) if due or breached else None)
    _settle(decision, late, "the stage is reached, late")


def _is_reached(order: Order, stage: BudgetStage) -> bool:
    if not order.accepted:
        return False
    match stage:
        case BudgetStage.ACCEPTANCE:
            return True
        case BudgetStage.BOOKING:
            return order.erp_status is ErpStatus.BOOKED
        case BudgetStage.RELEASE:
            return not any(line.open_quantity > line.known_to_warehouse for line in order.lines)
        case BudgetStage.SHIPMENT:
            return not any(line.open_quantity for line in order.lines)
        case _:
            assert_never(stage)


def _set_timer(decision: OrderDecision) -> None:
    """One timer at a time: the next one is set when the last one has fired."""
    order, budgets = decision.order, decision.order.budgets
    if budgets is None or not budgets.due or budgets.paused_at_ms or budgets.wakes_at_ms > decision.cause.now_ms:
        return
    due_at_ms = _due_at_ms(order, budgets, budgets.due[0])
    _keep(decision, replace(budgets, wakes_at_ms=due_at_ms))
    decision.timers.append(OrderTimer(order.order_id, due_at_ms))


def _due_at_ms(order: Order, budgets: OpenBudgets, budget: StageBudget) -> int:
    return order.ingested_at_us // 1_000 + budget.within_ms + budgets.paused_ms


def _keep(decision: OrderDecision, budgets: OpenBudgets) -> None:
    decision.order = replace(decision.order, budgets=budgets)


def _settle(decision: OrderDecision, late: tuple[StageBudget, ...], reason: str) -> None:
    for budget in late:
        if budget.opens_case:
            _state(decision, budget, CaseState.RESOLVED, reason)


def _state(decision: OrderDecision, budget: StageBudget, state: CaseState, reason: str) -> None:
    action = "see what the order waits for (orderline show order) and hurry it, or tell the customer"
    key, origin = f"budget/{budget.stage}", _ORIGINS[budget.stage]
    state_case(decision, CaseClass.DEPENDENCY_TIMEOUT, origin, key, state, reason, action)
