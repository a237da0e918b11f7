"""Returns that are late: nobody decides, the goods do not come, or are not inspected."""

from domain.durations import duration_text
from domain.identifiers import ReturnId
from domain.orders.decision import OrderDecision
from domain.orders.pending import awaiting
from domain.orders.pending.answers import PendingAnswer
from domain.orders.returns import deciding


def decision_is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """A person is asked; the return waits for him."""
    within = duration_text(decision.order.policy.returns.decided_within_ms)
    awaiting.report(decision, pending, f"nobody has decided within {within} about return {pending.reason}")


def goods_are_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """A person is asked; when they are late once more, the return is closed without them."""
    policy = decision.order.policy.returns
    if pending.is_late:
        known = decision.return_named(ReturnId(pending.reason))
        deciding.close(decision, known, "its goods did not come in time")
        return
    within = duration_text(policy.arrives_within_ms)
    awaiting.report(decision, pending, f"the goods of return {pending.reason} have not come within {within}")
    due_at_ms = decision.cause.now_ms + policy.given_up_after_ms
    awaiting.expect(decision, pending._replace(due_at_ms=due_at_ms, is_late=True))


def inspection_is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """A person is asked; nothing is credited until the goods are inspected."""
    within = duration_text(decision.order.policy.returns.inspected_within_ms)
    awaiting.report(decision, pending, f"goods of return {pending.reason} are not inspected after {within}")
