"""Whether the failure policy pauses the release of an order; how an order comes to wait for a dependency."""

from dataclasses import replace

from domain.messages.failure_policy import Dependency, FailureAction, Workflow
from domain.messages.status import FailurePolicyApplied
from domain.orders.decision import OrderDecision
from domain.orders.outages.table import Applies
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import Order, OutageWait


def release_is_paused(decision: OrderDecision) -> bool:
    """Whether the table keeps the order from being released to a warehouse; then it waits for the dependency."""
    order = decision.order
    paused = tuple(decision.rules.conditions.applying(Workflow.RELEASE, order.channel_id, order.policy.erp_id))
    for applies in paused:
        if not _waits(decision.order, applies.report.dependency, Workflow.RELEASE):
            wait(decision, applies)
    return bool(paused)


def wait(decision: OrderDecision, applies: Applies) -> None:
    """The order waits for a dependency. A pause is a case when it lasts as long as a hold may."""
    row = applies.row
    waits = OutageWait(row.dependency, row.workflow, row.action)
    decision.order = replace(decision.order, outage_waits=(*decision.order.outage_waits, waits))
    if row.action is FailureAction.PAUSE:
        now_ms = decision.cause.now_ms
        due_at_ms = now_ms + decision.rules.held_within_ms
        awaiting.expect(decision, PendingAnswer(Awaited.DEPENDENCY, return_key(waits), now_ms, due_at_ms))
    say(decision, applies)


def return_key(waits: OutageWait) -> str:
    """Names the return of a dependency among the pending answers of an order."""
    return f"{waits.dependency} for {waits.workflow}"


def is_paused(order: Order) -> bool:
    """Whether the order waits for a dependency before it asks for its stock."""
    return any(
        each.workflow is Workflow.ORDER_ACCEPTANCE and each.action is FailureAction.PAUSE for each in order.outage_waits
    )


def say(decision: OrderDecision, applies: Applies) -> None:
    """Publish what the policy says about the order."""
    decision.publish(
        FailurePolicyApplied,
        dependency=applies.row.dependency,
        workflow=applies.row.workflow,
        action=applies.row.action,
        policy_version=applies.policy_version,
        away_since_us=applies.report.since_us,
        validated_on_cache=applies.row.action is FailureAction.DEGRADE
        and age_ms(decision, applies) <= applies.row.within_ms,
    )


def age_ms(decision: OrderDecision, applies: Applies) -> int:
    """How long the dependency has been away."""
    return max(0, decision.cause.now_ms - applies.report.since_us // 1_000)


def _waits(order: Order, dependency: Dependency, workflow: Workflow) -> bool:
    return any(each.dependency is dependency and each.workflow is workflow for each in order.outage_waits)
