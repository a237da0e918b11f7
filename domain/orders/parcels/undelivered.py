"""Parcels that carriers do not deliver: a shipment of which nobody says that it has arrived is lost without a word.

Not every warehouse's carriers report what they deliver. So an order waits for its deliveries from the first word of a
carrier about any of its parcels, be it only that one is on its way. Each further shipment gives all of it new time. At
the deadline a case names what is not delivered, unless the channel has a budget for that with a case of its own; at
once where the carrier says itself that a parcel is lost. Their delivery ends it, and so does what comes back, or is
credited as missing.
"""

from typing import Final

from domain.durations import duration_text
from domain.messages.orders import BudgetStage, ParcelTold
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.service_levels.deadlines import is_owed, owed
from domain.orders.state import Order
from domain.quantities import format_quantity
from domain.values import replace

_KEY: Final = "shipped and not delivered"


def watch(decision: OrderDecision) -> None:
    """After every change: begin to wait, give more time, or end it."""
    order, first = decision.order, decision.first
    if order.lines is first.lines and order.is_tracked is first.is_tracked:
        return
    pending = awaiting.one_of(order, Awaited.DELIVERY)
    is_awaited = _is_tracked(order) and is_owed(order, BudgetStage.DELIVERY)
    if is_awaited and (pending is None or _has_new_time(decision, pending)):
        awaiting.expect_within(decision, Awaited.DELIVERY, _KEY, decision.rules.undelivered_within_ms)
    elif pending is not None and not is_awaited:
        awaiting.settle(decision, pending, _why_nothing_is_owed(decision))


def _is_tracked(order: Order) -> bool:
    return order.is_tracked or any(line.delivered for line in order.lines)


def _has_new_time(decision: OrderDecision, pending: PendingAnswer) -> bool:
    """Goods have left once more, and later; a case that is open stays open."""
    return not pending.is_late and decision.order.last_shipped_us > decision.first.last_shipped_us


def _why_nothing_is_owed(decision: OrderDecision) -> str:
    before = {line.line_id: line for line in decision.first.lines}
    pairs = [(before[line.line_id], line) for line in decision.changed_lines() if line.line_id in before]
    if any(now.shipped < then.shipped for then, now in pairs):
        return "what was not delivered is reversed"
    if any(now.taken_back > then.taken_back for then, now in pairs):
        return "what was not delivered came back, or is credited as missing"
    return "all that was shipped is delivered"


def is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """The delivery may still come, and resolves the case."""
    if _has_budget(decision.order):
        awaiting.change(decision, pending._replace(due_at_ms=0))
        return
    within = duration_text(decision.rules.undelivered_within_ms)
    awaiting.report(decision, pending, f"not delivered within {within}: {_named(decision.order)}")


def _has_budget(order: Order) -> bool:
    """The channel says itself by when goods have to be delivered, and has a case opened when they are not."""
    return any(each.stage is BudgetStage.DELIVERY and each.opens_case for each in order.policy.budgets)


def lost(decision: OrderDecision, told: ParcelTold) -> None:
    """A carrier says that a parcel is lost, or destroyed: nobody has to wait for the deadline."""
    if not is_owed(decision.order, BudgetStage.DELIVERY):
        return
    watch(decision)
    pending = awaiting.one_of(decision.order, Awaited.DELIVERY)
    if pending is None:
        return
    report = told.report
    said = f"{report.carrier or 'its carrier'} says that parcel {report.parcel_id} is lost"
    why = f" ({report.reason})" if report.reason else ""
    reason = f"{said}{why}, sent with {told.shipment_id}; not delivered: {_named(decision.order)}"
    if pending.is_late:
        awaiting.report_again(decision, pending, reason)
    else:
        awaiting.report(decision, pending, reason)


def _named(order: Order) -> str:
    units = ((line.line_id, owed(line, BudgetStage.DELIVERY)) for line in order.lines)
    return shortened([f"{format_quantity(left)} of line {line_id}" for line_id, left in units if left])


def heard(decision: OrderDecision) -> None:
    """A carrier has said something of a parcel of the order."""
    if not decision.order.is_tracked:
        decision.order = replace(decision.order, is_tracked=True)
