"""Whether the failure policy keeps back a workflow of an order; how the order comes to wait for a dependency.

The table is asked when something is about to happen: an order is to be booked or released, a shipment or a return to be
posted. An order that waits already waits for the return of the dependency, or, where it is held, for whoever ends the
hold; it is not asked about again.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final, assert_never

from domain.durations import duration_text
from domain.identifiers import NodeId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.failure_policy import Dependency, FailureAction, Workflow
from domain.messages.orders import HoldKind
from domain.messages.status import FailurePolicyApplied
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision
from domain.orders.outages.table import Applies, name_of
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import Order, OutageWait

_KINDS: Final[Mapping[Dependency, HoldKind]] = {
    Dependency.ADDRESS: HoldKind.ADDRESS,
    Dependency.CREDIT: HoldKind.CREDIT,
    Dependency.FRAUD: HoldKind.FRAUD,
    Dependency.PAYMENT: HoldKind.PAYMENT,
    Dependency.TAX: HoldKind.TAX,
}


def hold_kind(dependency: Dependency) -> HoldKind:
    """The hold of a dependency; MANUAL for those that have none of their own."""
    return _KINDS.get(dependency, HoldKind.MANUAL)


def is_kept_back(decision: OrderDecision, workflow: Workflow, nodes: Collection[NodeId] = ()) -> bool:
    """Whether a workflow of the order has to wait; what the table says for the first time is published.

    `nodes`: where it is about to happen.
    """
    for applies in _applying(decision, workflow, nodes):
        _ask(decision, applies)
    return any(_keeps_back(decision, each) for each in decision.order.outage_waits if each.workflow is workflow)


def goes_on_degraded(decision: OrderDecision, dependency: Dependency, workflow: Workflow) -> bool:
    """Whether the workflow goes on without what the dependency would say, because the table allows it for a while."""
    for applies in _applying(decision, workflow):
        if applies.report.dependency is dependency:
            _ask(decision, applies)
    known = _known(decision.order, dependency, workflow, NodeId(""))
    return known is not None and known.action is FailureAction.DEGRADE


def _applying(decision: OrderDecision, workflow: Workflow, nodes: Collection[NodeId] = ()) -> tuple[Applies, ...]:
    order = decision.order
    return tuple(decision.rules.conditions.applying(workflow, order.channel_id, order.policy.erp_id, nodes))


def _ask(decision: OrderDecision, applies: Applies) -> None:
    known = _known(decision.order, applies.report.dependency, applies.row.workflow, applies.report.node_id)
    match applies.row.action:
        case FailureAction.DEGRADE:
            if not is_too_old(decision, applies):
                if known is None:
                    wait(decision, applies)
            elif known is None or known.action is FailureAction.DEGRADE:
                _forget(decision, known)
                wait(decision, applies, FailureAction.HOLD)
                fail(decision, applies)
        case FailureAction.HOLD | FailureAction.PAUSE:
            if known is None:
                wait(decision, applies)
        case FailureAction.CONTINUE | FailureAction.REJECT:
            pass
        case _:
            assert_never(applies.row.action)


def _keeps_back(decision: OrderDecision, waits: OutageWait) -> bool:
    """A hold keeps back until it ends; it is set at the end of the decision in which the wait began."""
    if waits.action is FailureAction.HOLD:
        kind = hold_kind(waits.dependency)
        return waits not in decision.first.outage_waits or any(held.kind is kind for held in decision.order.holds)
    return waits.action is FailureAction.PAUSE


def wait(decision: OrderDecision, applies: Applies, action: FailureAction | None = None) -> None:
    """The order waits for a dependency. A pause is a case when it lasts as long as a hold may."""
    row = applies.row
    waits = OutageWait(row.dependency, row.workflow, action or row.action, applies.report.node_id)
    decision.order = replace(decision.order, outage_waits=(*decision.order.outage_waits, waits))
    if row.action is FailureAction.PAUSE:
        now_ms = decision.cause.now_ms
        due_at_ms = now_ms + decision.rules.held_within_ms
        awaiting.expect(decision, PendingAnswer(Awaited.DEPENDENCY, return_key(waits), now_ms, due_at_ms))
    say(decision, applies)


def return_key(waits: OutageWait) -> str:
    """Names the return of a dependency among the pending answers of an order."""
    return f"{name_of(waits.dependency, waits.node_id)} for {waits.workflow}"


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
        validated_on_cache=applies.row.action is FailureAction.DEGRADE and not is_too_old(decision, applies),
        node_id=applies.report.node_id,
    )


def is_too_old(decision: OrderDecision, applies: Applies) -> bool:
    """Whether the dependency has been away for longer than the row allows to go on without it."""
    return max(0, decision.cause.now_ms - applies.report.since_us // 1_000) > applies.row.within_ms


def fail(decision: OrderDecision, applies: Applies) -> None:
    """What is known of the dependency is too old to go on with: a person is told, once a dependency."""
    dependency = applies.report.dependency
    if dependency in decision.order.failed_policies:
        return
    allowed = duration_text(applies.row.within_ms)
    _state(decision, dependency, CaseState.OPEN, f"{applies.reason}, but for more than {allowed}")
    decision.order = replace(decision.order, failed_policies=(*decision.order.failed_policies, dependency))


def fails_no_longer(decision: OrderDecision, dependency: Dependency) -> None:
    """The dependency is back."""
    if dependency in decision.order.failed_policies:
        failed = tuple(each for each in decision.order.failed_policies if each is not dependency)
        decision.order = replace(decision.order, failed_policies=failed)
        _state(decision, dependency, CaseState.RESOLVED, f"{dependency} is back")


def _state(decision: OrderDecision, dependency: Dependency, state: CaseState, reason: str) -> None:
    action = "decide about the order: release it from its hold, or cancel it; or give the policy a longer age"
    key = f"outage/{dependency}"
    state_case(decision, CaseClass.POLICY_FAILED, CaseOrigin.PLATFORM, key, state, reason, action)


def _known(order: Order, dependency: Dependency, workflow: Workflow, node_id: NodeId) -> OutageWait | None:
    named = (dependency, workflow, node_id)
    found = (each for each in order.outage_waits if (each.dependency, each.workflow, each.node_id) == named)
    return next(found, None)


def _forget(decision: OrderDecision, known: OutageWait | None) -> None:
    others = tuple(each for each in decision.order.outage_waits if each is not known)
    decision.order = replace(decision.order, outage_waits=others)
