"""Orders that another system's complete list does not name.

An order is expected in the list of the ERP that has booked it, and of the channel that it is of, for as long as
something of it is open. One that was expected there before the list could know of it, that has not changed around the
time of the list, and is not named, is missing there: a case `DRIFT`, until a later list or report names it, or until it
is not open here any more.
"""

from domain.identifiers import SourceId
from domain.messages.orders import ReportedStatus
from domain.messages.snapshots.orders import OrderListCompleted
from domain.messages.snapshots.stock import Reporter
from domain.messages.status import ErpStatus
from domain.orders.decision import OrderDecision
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.reports import watching
from domain.orders.reports.comparing import status_here
from domain.orders.state import LastReport, Order, Stage
from domain.values import replace


def systems_of(order: Order) -> frozenset[str]:
    """The systems whose lists are to name the order now."""
    if not _is_open(order):
        return frozenset()
    channel = system_name(Reporter.CHANNEL, order.channel_id)
    if order.erp_status is not ErpStatus.BOOKED:
        return frozenset({channel})
    return frozenset({channel, system_name(Reporter.ERP, order.policy.erp_id)})


def _is_open(order: Order) -> bool:
    """As `status_here` says, mostly without a look at all lines."""
    if order.stage in {Stage.CANCELLED, Stage.REJECTED}:
        return status_here(order) is ReportedStatus.OPEN
    return any(line.open_quantity for line in order.lines)


def system_name(reporter: Reporter, system_id: str) -> str:
    """One name for an ERP or a channel."""
    return f"{reporter}/{system_id}"


def must_be_named(listed: OrderListCompleted, expected_since_ms: int) -> bool:
    """Whether an order that is expected for so long cannot be in flight at the time of the list."""
    return expected_since_ms < listed.taken_at_us // 1_000 - listed.in_flight_s * 1_000


def judged_at_ms(listed: OrderListCompleted) -> int:
    """When what was in flight at the time of the list has arrived."""
    return listed.taken_at_us // 1_000 + listed.in_flight_s * 1_000


def is_missing(order: Order) -> bool:
    """Whether a list has not named it, and no later one has."""
    return any(report.is_missing for report in order.reports)


def not_named(decision: OrderDecision, listed: OrderListCompleted) -> None:
    """A list does not name the order: a case, unless the order is changing, or its case is there already."""
    fresh = _report_of(listed)
    known = watching.named(decision.order, fresh.key)
    if known is not None:
        watching.keep(decision, replace(fresh, is_accepted=known.is_accepted))
        return
    if len(decision.order.reports) >= watching.MOST_KEPT:
        decision.dropped = "report of an order by too many systems"
        return
    watching.keep(decision, fresh)
    pending = PendingAnswer(Awaited.AGREEMENT, fresh.key, decision.cause.now_ms, 0)
    awaiting.expect(decision, pending)
    watching.is_late(decision, pending)
    if watching.pending_of(decision.order, fresh.key) is None:
        watching.forget(decision, fresh)
        decision.dropped = "order that changed around the time of a list that does not name it"


def named(decision: OrderDecision, source_id: SourceId, taken_at_us: int) -> None:
    """A list, or a report, of this time names the order: it is there."""
    for report in decision.order.reports:
        if report.is_missing and report.source_id == source_id and report.taken_at_us < taken_at_us:
            watching.agrees(decision, report, "a later list, or a report, names it")


def _report_of(listed: OrderListCompleted) -> LastReport:
    return LastReport(
        listed.source_id,
        listed.reporter,
        "",
        listed.taken_at_us,
        listed.in_flight_s,
        ReportedStatus.CANCELLED,
        is_missing=True,
    )
