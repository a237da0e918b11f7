"""Revisions of an order that arrive before those that they follow: they wait for them, for a while.

Messages of one source may overtake each other on the way. What is missing is taken first when it comes, so the order
ends as it would have; when it does not come in time it was lost, and those that wait are refused. Refused for its time,
a revision may be sent again: in the same message, or in another one.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Final

from domain.durations import duration_text
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.status import OrderAmendmentRefused
from domain.orders.amending.amendments import MOST_AMENDMENTS, MOST_LINES, Amendment
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import Order
from domain.orders.watched_cases import watching
from domain.orders.watched_cases.rows import EndsWhen, WatchedCase
from domain.values import replace

_KEY: Final = "revision"


def keep(decision: OrderDecision, amendment: Amendment) -> None:
    """Let it wait for the revisions between; the same one again changes nothing."""
    order = decision.order
    known = next((each for each in order.early_amendments if each.revision == amendment.revision), None)
    if (
        known is not None
        and known._replace(asked_at_us=amendment.asked_at_us, asked_by=amendment.asked_by) == amendment
    ):
        decision.dropped = "duplicate"
        return
    waiting = tuple(sorted((*order.early_amendments, amendment), key=attrgetter("revision")))
    is_too_much = len(waiting) > MOST_AMENDMENTS or sum(each.size for each in waiting) > MOST_LINES
    if known is not None or is_too_much:
        refuse(decision, amendment.revision)
        return
    decision.order = replace(order, early_amendments=waiting)
    if awaiting.one_of(order, Awaited.REVISION) is None:
        awaiting.expect_within(decision, Awaited.REVISION, _KEY, decision.rules.revision_within_ms)


def was_refused(order: Order, revision: int) -> bool:
    """Whether nothing came of a revision that was sent: it is not taken, and does not wait."""
    return revision > order.amended_to and all(each.revision != revision for each in order.early_amendments)


def take_those_that_follow(decision: OrderDecision, take: Callable[[OrderDecision, Amendment], bool]) -> None:
    """A revision was taken: so are those that wait for nothing else now. One that was overtaken is refused."""
    while decision.order.early_amendments:
        first, *others = decision.order.early_amendments
        if first.revision > decision.order.amended_to + 1:
            return
        decision.order = replace(decision.order, early_amendments=tuple(others))
        if first.revision <= decision.order.amended_to:
            refuse(decision, first.revision)
        else:
            take(decision, first)
    for pending in tuple(awaiting.all_of(decision.order, Awaited.REVISION)):
        awaiting.settle(decision, pending, "")


def is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """What is missing was lost: those that wait for it are refused, for the channel to send again."""
    waiting = decision.order.early_amendments
    decision.order = replace(decision.order, early_amendments=())
    awaiting.settle(decision, pending, "")
    for amendment in waiting:
        refuse(decision, amendment.revision, f" within {duration_text(decision.rules.revision_within_ms)}")


def refuse(decision: OrderDecision, revision: int, within: str = "") -> None:
    """It is not the next one of the order, and a person at the channel has to know."""
    late = f" and has not come{within}" if within else ""
    reason = f"revision {revision} was sent, {decision.order.amended_to + 1} is the next{late}"
    action = "ask the channel for the revisions between, or what the order should be now"
    key = f"{_KEY}/{decision.cause.event_id}" + (f"/{revision}" if within else "")
    case_class, origin = CaseClass.CONFLICTING_DUPLICATE, CaseOrigin.CHANNEL_MAPPING
    state_case(decision, case_class, origin, key, CaseState.OPEN, reason, action)
    if revision > decision.order.amended_to:
        row = WatchedCase(case_class, origin, key, EndsWhen.REVISION_TAKEN, revision=revision)
        watching.until(decision, row)
    decision.publish(OrderAmendmentRefused, refused_revision=revision, reason=reason)
