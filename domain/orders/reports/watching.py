"""Reports of other systems are compared with the order, and watched until they agree.

Two systems do not hear of a change at the same moment. A difference is judged when `in_flight_s` have passed since the
report was taken, and only if the order did not change from so long before it until now: what changes meanwhile may be
in one of the two and not in the other, so the next report is to be asked. A change here that arrives later may explain
a difference that has its case; then the case is resolved, as it is by a later report that agrees.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from domain.messages.cases import CaseClass, CaseState
from domain.messages.orders import OrderReported, ReportedLine
from domain.messages.snapshots.stock import Reporter
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.reports.comparing import ReportCause, ReportDifference, differences
from domain.orders.state import LastReport, Order
from domain.snapshots import ORIGINS
from domain.values import replace

MOST_KEPT: Final = 8
"""Reports of systems, and of documents there; what a ninth one says is not compared."""
_ACTIONS: Final = {
    ReportCause.DUPLICATE_DOCUMENT: "have one of the two documents cancelled in the ERP",
    ReportCause.CANCELLED_THERE: "have the cancellation sent, or the order opened again there",
    ReportCause.CANCELLED_HERE: "have the order cancelled there, or placed again",
    ReportCause.MISSED_EVENT: "find the shipment, and have it reported",
    ReportCause.NOT_BOOKED_THERE: "have the shipment booked there, or its reversal reported",
    ReportCause.CHANGED_HERE: "have the change of the order carried out there",
    ReportCause.MISSING_THERE: "have the order entered there, or find out why it was deleted",
    ReportCause.CHANGED_THERE: "ask who changed the order there, and have it amended, or changed back",
}


def reported(decision: OrderDecision, event: OrderReported) -> None:
    """Compare a report with the order, unless a newer one of that system was compared before."""
    fresh = _report_of(event)
    known = named(decision.order, fresh.key)
    if known is not None and event.taken_at_us <= known.taken_at_us:
        decision.dropped = "report of an order that is older than the last one"
        return
    if known is None and len(decision.order.reports) >= MOST_KEPT:
        decision.dropped = "report of an order by too many systems"
        return
    found = differences(decision.order, fresh)
    pending = pending_of(decision.order, fresh.key)
    before = () if known is None else differences(decision.order, known)
    if not found:
        keep(decision, replace(fresh, lines=()))
        if pending is not None:
            awaiting.drop(decision, pending)
            _resolve(decision, fresh, pending, "a later report agrees")
    elif known is not None and known.is_accepted and found == before:
        keep(decision, replace(fresh, lines=_differing(fresh, found), is_accepted=True))
    else:
        _expect(decision, fresh, found, before, pending)


def _expect(
    decision: OrderDecision,
    fresh: LastReport,
    found: Sequence[ReportDifference],
    before: Sequence[ReportDifference],
    pending: PendingAnswer | None,
) -> None:
    """Judge it in time. What an earlier report said as well is judged when that one is, however often they come."""
    now_ms = decision.cause.now_ms
    if pending is not None and (pending.is_late or set(found) & set(before)):
        lasting = found if pending.is_late else tuple(each for each in found if each in before)
        keep(decision, replace(fresh, lines=_differing(fresh, lasting)))
        return
    keep(decision, replace(fresh, lines=_differing(fresh, found)))
    due_at_ms = max(now_ms + 1, _judged_at_ms(fresh))
    awaiting.expect(decision, PendingAnswer(Awaited.AGREEMENT, fresh.key, now_ms, due_at_ms))


def let_go(decision: OrderDecision, case_key: str) -> None:
    """A person closes the case of a difference: nobody waits for an agreement any more."""
    pending, report = pending_of(decision.order, case_key), named(decision.order, case_key)
    if pending is not None and report is not None:
        awaiting.drop(decision, pending)
        keep(decision, replace(report, is_accepted=True))


def watch(decision: OrderDecision) -> None:
    """After every change: note when it was, and whether what a system says agrees now."""
    if not _has_changed(decision):
        return
    decision.order = replace(decision.order, changed_at_ms=decision.cause.now_ms)
    for pending in tuple(awaiting.all_of(decision.order, Awaited.AGREEMENT)):
        report = named(decision.order, pending.key)
        if report is not None and not differences(decision.order, report):
            agrees(decision, report, "it agrees now: the event that was missing has arrived")


def agrees(decision: OrderDecision, report: LastReport, why: str) -> None:
    """What a system says of the order agrees with it now; that it has no such order is not kept any longer."""
    pending = pending_of(decision.order, report.key)
    if report.is_missing:
        forget(decision, report)
    if pending is not None:
        awaiting.drop(decision, pending)
        _resolve(decision, report, pending, why)


def is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """What was in flight has arrived: judge the difference, or leave it to the next report."""
    report = named(decision.order, pending.key)
    found = () if report is None else differences(decision.order, report)
    if report is None or not found or _is_changing(decision.order, report):
        awaiting.drop(decision, pending)
        return
    awaiting.change(decision, pending._replace(due_at_ms=0, is_late=True))
    first = found[0]
    evidence = shortened([f"{each.cause}: {each.evidence}" for each in found])
    reason = f"{report.source_id} differs {_as_of(report)}: {evidence}"
    _state(decision, report, CaseState.OPEN, reason, _ACTIONS[first.cause])


def _is_changing(order: Order, report: LastReport) -> bool:
    """Whether a change is under way, or was around the time of the report."""
    is_asked_for = bool(order.amendments) or any(awaiting.all_of(order, Awaited.CANCELLATION))
    return is_asked_for or order.changed_at_ms >= _changed_since_ms(report)


def _as_of(report: LastReport) -> str:
    if report.is_missing:
        return "in its list of orders"
    return f"in document {report.document_number}" if report.document_number else "about the order"


def _report_of(event: OrderReported) -> LastReport:
    number = event.document_number if event.reporter is Reporter.ERP else ""
    said = event.provenance.source_id
    return LastReport(said, event.reporter, number, event.taken_at_us, event.in_flight_s, event.status, event.lines)


def _differing(report: LastReport, found: Iterable[ReportDifference]) -> tuple[ReportedLine, ...]:
    line_ids = {each.line_id for each in found}
    return tuple(line for line in report.lines if line.line_id in line_ids)


def _judged_at_ms(report: LastReport) -> int:
    return report.taken_at_us // 1_000 + report.in_flight_s * 1_000


def _changed_since_ms(report: LastReport) -> int:
    return report.taken_at_us // 1_000 - report.in_flight_s * 1_000


def _has_changed(decision: OrderDecision) -> bool:
    """Whether something changed that another system has to know as well."""
    order, first = decision.order, decision.first
    if order.stage is not first.stage or len(order.lines) != len(first.lines):
        return True
    if order.lines is first.lines:
        return False
    pairs = zip(first.lines, order.lines, strict=True)
    return any(then is not now and _counted(then) != _counted(now) for then, now in pairs)


def _counted(line: OrderLine) -> tuple[int, int, int]:
    return line.ordered, line.cancelled, line.shipped


def named(order: Order, key: str) -> LastReport | None:
    """The report of this key."""
    return next((each for each in order.reports if each.key == key), None)


def pending_of(order: Order, key: str) -> PendingAnswer | None:
    """Whether somebody waits until the order agrees with this report."""
    return next((each for each in awaiting.all_of(order, Awaited.AGREEMENT) if each.key == key), None)


def keep(decision: OrderDecision, report: LastReport) -> None:
    """In place of the one of this key."""
    forget(decision, report)
    decision.order = replace(decision.order, reports=(*decision.order.reports, report))


def forget(decision: OrderDecision, report: LastReport) -> None:
    """Nothing is kept of it."""
    others = tuple(each for each in decision.order.reports if each.key != report.key)
    decision.order = replace(decision.order, reports=others)


def _resolve(decision: OrderDecision, report: LastReport, pending: PendingAnswer, why: str) -> None:
    if pending.is_late:
        _state(decision, report, CaseState.RESOLVED, why, "")


def _state(decision: OrderDecision, report: LastReport, state: CaseState, reason: str, action: str) -> None:
    state_case(decision, CaseClass.DRIFT, ORIGINS[report.reporter], report.key, state, reason, action)
