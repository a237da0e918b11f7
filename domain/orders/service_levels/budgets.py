"""Budgets: by when an order should have reached a stage, as its channel promises (docs/domain.md#budgets).

```
 due ──the stage is reached──▶ gone
  └──its time has passed──▶ breached: SlaBreached, and a case if the channel wants one ──reached──▶ gone, case resolved
```
So a stage is breached at most once. That all that was shipped is delivered, or invoiced, is not reached for good while
more may be shipped, or taken back: it stays due as long as the order is known. When it is breached, or a person has
closed its case, the next shipment makes it due again. An order has one timer for all of its budgets: that of the one
which passes first.
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
from domain.orders.holds.sleeping import in_force
from domain.orders.service_levels.deadlines import allowed_ms, due_at_ms, is_owed, runs_from_shipment, since_us
from domain.orders.service_levels.explaining import is_explained
from domain.orders.state import OpenBudgets, Order, Stage

_ORIGINS = {
    BudgetStage.ACCEPTANCE: CaseOrigin.ORDER,
    BudgetStage.BOOKING: CaseOrigin.ERP,
    BudgetStage.RELEASE: CaseOrigin.ORDER,
    BudgetStage.SHIPMENT: CaseOrigin.WAREHOUSE,
    BudgetStage.DELIVERY: CaseOrigin.CARRIER,
    BudgetStage.INVOICE: CaseOrigin.ERP,
}
_REASONS = {
    BudgetStage.ACCEPTANCE: "not accepted within {}",
    BudgetStage.BOOKING: "not booked by its ERP within {}",
    BudgetStage.RELEASE: "not released to a warehouse in full within {}",
    BudgetStage.SHIPMENT: "not shipped in full within {}",
    BudgetStage.DELIVERY: "not delivered within {} of its last shipment",
    BudgetStage.INVOICE: "not invoiced within {} of its last shipment",
}

_Stages = tuple[BudgetStage, ...]

_EXPLAINED = "another case of the order says why"
_REACHED = "the stage is reached, late"
_REVERSED = "nothing that was shipped is owed any more: a shipment is reversed"
_RETURNED = "nothing that was shipped is owed any more: the rest came back"


def opened(policy: OrderPolicy) -> OpenBudgets | None:
    """Those of a new order."""
    return OpenBudgets(policy.budgets) if policy.budgets else None


def without_those_watched_once(policy: OrderPolicy) -> OrderPolicy:
    """The policy that an order keeps: with the budgets that begin anew with each further shipment."""
    if not policy.budgets:
        return policy
    return replace(policy, budgets=tuple(filter(runs_from_shipment, policy.budgets)))


def watch(decision: OrderDecision) -> None:
    """After every change, and when the timer is due: settle what is reached, breach what has passed."""
    _watch_next_shipment(decision)
    if decision.order.budgets is not None and _is_over(decision.order):
        _end(decision, decision.order.budgets)
    if decision.order.budgets is None:
        return
    _keep_time(decision, decision.order.budgets)
    _breach(decision)
    _reach(decision)
    _explain(decision)
    _set_timer(decision)


def let_go(decision: OrderDecision, case_key: str) -> None:
    """A person closes the case of a breach: nobody waits for the stage any more."""
    budgets = decision.order.budgets
    if budgets is not None:
        _keep(decision, budgets.due, tuple(each for each in budgets.breached if _key(each) != case_key))


def _watch_next_shipment(decision: OrderDecision) -> None:
    """Goods have left once more, and later: they are to be delivered, and invoiced, in time as well."""
    order = decision.order
    if order.last_shipped_us <= decision.first.last_shipped_us:
        return
    budgets = order.budgets or OpenBudgets(())
    again = tuple(each for each in order.policy.budgets if runs_from_shipment(each) and each not in budgets.due)
    if again:
        decision.order = replace(order, budgets=replace(budgets, due=(*budgets.due, *again)))


def _is_over(order: Order) -> bool:
    """Whether it ended with nothing shipped, or nothing of it is open any more."""
    has_ended = order.stage in {Stage.CANCELLED, Stage.REJECTED} and not any(line.shipped for line in order.lines)
    return has_ended or is_finished(order)


def _end(decision: OrderDecision, budgets: OpenBudgets) -> None:
    """Only what was shipped, or will be in spite of that, is waited for."""
    late = tuple(each for each in budgets.breached if not runs_from_shipment(each))
    _settle(decision, late, "nothing of the order is left to do", budgets.explained)
    due, breached = (tuple(filter(runs_from_shipment, each)) for each in (budgets.due, budgets.breached))
    _keep(decision, due, breached)


def _keep_time(decision: OrderDecision, budgets: OpenBudgets) -> None:
    """A hold that pauses the budgets has begun, or the last one has ended."""
    order, now_ms = decision.order, decision.cause.now_ms
    is_paused = any(held.kind in order.policy.budgets_paused_by for held in in_force(order))
    if is_paused and not budgets.paused_at_ms:
        decision.order = replace(order, budgets=replace(budgets, paused_at_ms=now_ms))
    elif budgets.paused_at_ms and not is_paused:
        paused_ms = budgets.paused_ms + now_ms - budgets.paused_at_ms
        decision.order = replace(order, budgets=replace(budgets, paused_at_ms=0, paused_ms=paused_ms))


def _breach(decision: OrderDecision) -> None:
    """A stage that is reached after its time was late as well, even if no timer came in between."""
    order, budgets, now_ms = decision.order, decision.order.budgets, decision.cause.now_ms
    if budgets is None:
        return
    times = ((each, due_at_ms(order, budgets, each)) for each in budgets.due)
    passed = {each: due_ms for each, due_ms in times if due_ms is not None and due_ms <= now_ms}
    fresh = tuple(each for each in passed if each not in budgets.breached)
    _keep(decision, tuple(each for each in budgets.due if each not in passed), (*budgets.breached, *fresh))
    for budget, due_ms in passed.items():
        within_ms = allowed_ms(order, budget)
        decision.publish(SlaBreached, budget.stage, within_ms, since_us(order, budget), due_ms * 1_000)
    _explained(decision, (*budgets.explained, *(each.stage for each in fresh if each.opens_case)))


def _explain(decision: OrderDecision) -> None:
    """The case of a breach is open while no other one says why the stage is not reached."""
    order, budgets = decision.order, decision.order.budgets
    if budgets is None or not budgets.breached:
        return
    watched = [each for each in budgets.breached if each.opens_case]
    explained = tuple(each.stage for each in watched if is_explained(order, budgets, each))
    for budget in watched:
        if budget.stage in budgets.explained and budget.stage not in explained:
            within = duration_text(allowed_ms(order, budget))
            _state(decision, budget, CaseState.OPEN, _REASONS[budget.stage].format(within))
        elif budget.stage in explained and budget.stage not in budgets.explained:
            _state(decision, budget, CaseState.RESOLVED, _EXPLAINED)
    _explained(decision, explained)


def _explained(decision: OrderDecision, stages: tuple[BudgetStage, ...]) -> None:
    budgets = decision.order.budgets
    if budgets is not None and budgets.explained != stages:
        decision.order = replace(decision.order, budgets=replace(budgets, explained=stages))


def _reach(decision: OrderDecision) -> None:
    order, budgets = decision.order, decision.order.budgets
    if budgets is None:
        return
    due = tuple(each for each in budgets.due if runs_from_shipment(each) or not _is_reached(order, each.stage))
    breached = tuple(each for each in budgets.breached if not _is_reached(order, each.stage))
    late = tuple(each for each in budgets.breached if each not in breached)
    _keep(decision, due, breached)
    shipped = tuple(filter(runs_from_shipment, late))
    _settle(decision, tuple(each for each in late if each not in shipped), _REACHED, budgets.explained)
    _settle(decision, shipped, _why_reached(decision), budgets.explained)


def _why_reached(decision: OrderDecision) -> str:
    """Whether a shipment is reversed now, or goods came back."""
    before = {line.line_id: line for line in decision.first.lines}
    pairs = [(before[line.line_id], line) for line in decision.changed_lines() if line.line_id in before]
    if any(now.shipped < then.shipped for then, now in pairs):
        return _REVERSED
    return _RETURNED if any(now.taken_back > then.taken_back for then, now in pairs) else _REACHED


def _is_reached(order: Order, stage: BudgetStage) -> bool:
    match stage:
        case BudgetStage.ACCEPTANCE:
            return order.accepted
        case BudgetStage.BOOKING:
            return order.accepted and order.erp_status is ErpStatus.BOOKED
        case BudgetStage.RELEASE:
            return order.accepted and not any(line.is_left_to_release for line in order.lines)
        case BudgetStage.SHIPMENT:
            return order.accepted and not any(line.open_quantity for line in order.lines)
        case BudgetStage.DELIVERY | BudgetStage.INVOICE:
            return not is_owed(order, stage)
        case _:
            assert_never(stage)


def _set_timer(decision: OrderDecision) -> None:
    """One timer at a time: the next one is set when the last one has fired, or comes too late."""
    order, budgets = decision.order, decision.order.budgets
    if budgets is None:
        return
    times = [due for each in budgets.due if (due := due_at_ms(order, budgets, each)) is not None]
    if not times or decision.cause.now_ms < budgets.wakes_at_ms <= min(times):
        return
    decision.order = replace(order, budgets=replace(budgets, wakes_at_ms=min(times)))
    decision.timers.append(OrderTimer(order.order_id, min(times)))


def _keep(decision: OrderDecision, due: tuple[StageBudget, ...], breached: tuple[StageBudget, ...]) -> None:
    budgets = decision.order.budgets
    if budgets is not None and (due, breached) != (budgets.due, budgets.breached):
        stages = {each.stage for each in breached}
        explained = tuple(stage for stage in budgets.explained if stage in stages)
        kept = replace(budgets, due=due, breached=breached, explained=explained) if due or breached else None
        decision.order = replace(decision.order, budgets=kept)


def _settle(decision: OrderDecision, late: tuple[StageBudget, ...], reason: str, explained: _Stages = ()) -> None:
    """`explained`: those that have no open case."""
    for budget in late:
        if budget.opens_case and budget.stage not in explained:
            _state(decision, budget, CaseState.RESOLVED, reason)


def _key(budget: StageBudget) -> str:
    return f"budget/{budget.stage}"


def _state(decision: OrderDecision, budget: StageBudget, state: CaseState, reason: str) -> None:
    action = "see what the order waits for (orderline show order) and hurry it, or tell the customer"
    origin = _ORIGINS[budget.stage]
    state_case(decision, CaseClass.DEPENDENCY_TIMEOUT, origin, _key(budget), state, reason, action)
