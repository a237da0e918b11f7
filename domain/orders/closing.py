"""The end of an order: closed some time after nothing of it is open, and purged some time after that.

```
 open work ──nothing is open──▶ finished ──close_after_ms──▶ closed ──purge_after_ms──▶ purged
     ▲                             │ ▲                        │   ▲
     └───a fact opens work─────────┘ └─any change restarts────┘   └─any change restarts
```
What the ERP refused is open work, until it is accepted or its case is closed. A closed order stays closed and can still
be found: a return applies to it, and it is kept until the credit memo is booked. Nor is it purged while a case is open
that it knows of: a return, reversal, delivery or invoice without a shipment, a parcel that carriers do not deliver, a
delivery or invoice that is taken back and never came, an invoice or another system that disagrees with the order, a
shipment that is not delivered or invoiced within its budget, or goods whose payment has failed.
A reversed shipment opens work: then it is not closed any more.
A purged order is unknown: events for it are parked as for an order that never arrived, and become an ORPHAN_EVENT. If
it is placed again after the horizon of its channel, it is a new order with version 1.
"""

from domain.messages.status import OrderClosed
from domain.orders.decision import OrderDecision, OrderTimer
from domain.orders.erp.booking import awaits_booking, is_posted_to
from domain.orders.facts import crediting
from domain.orders.holds.sleeping import is_owed
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.service_levels.deadlines import awaits_shipped_goods
from domain.orders.state import ENDS, Order
from domain.orders.warehouses.picks import in_picking
from domain.values import replace

_OPEN_WORK = frozenset(
    {
        Awaited.CANCELLATION,
        Awaited.STOP,
        Awaited.AMENDMENT,
        Awaited.REVISION,
        Awaited.RETURN_DECISION,
        Awaited.RETURNED_GOODS,
        Awaited.INSPECTION,
    }
)
"""Answers without which an order is not finished; the others are about open work, or only end a case."""


_TO_AGREE_WITH_FACTS = frozenset(
    {
        Awaited.REVERSED_SHIPMENT,
        Awaited.DELIVERED_SHIPMENT,
        Awaited.INVOICED_SHIPMENT,
        Awaited.REVERSED_DELIVERY,
        Awaited.CANCELLED_INVOICE,
        Awaited.INVOICE_CANCELLATION,
        Awaited.INVOICE_CORRECTION,
        Awaited.INVOICE_OF_CREDIT,
        Awaited.INVOICE_BEFORE_CREDIT,
        Awaited.AGREEMENT,
    }
)
"""Shipments of what is reversed, delivered or invoiced already, what is taken back already, and what disagrees."""


_KEEPS = _TO_AGREE_WITH_FACTS | {Awaited.DELIVERY}
"""Likewise, and parcels that are not delivered: an order may be closed before they are, and is not purged."""


def is_finished(order: Order) -> bool:
    """Whether no answer is outstanding, and nothing is left to promise, pick or ship.

    Units that are picked and not shipped are open work even if the order was cancelled, or if they are of another item:
    only a shipment ends it.
    """
    return (
        order.stage in ENDS
        and not (order.answers_due or order.open_commands)
        and not any(pending.awaited in _OPEN_WORK for pending in order.pending_answers)
        and not (order.refusals or order.amendments)
        and not any(line.open_quantity or line.in_picking for line in order.lines)
        and not awaits_booking(order)
        and not (is_posted_to(order) and (order.unposted or order.unposted_returns))
        and not (_awaits_agreement(order) or any(in_picking(units.picks) for units in order.misdirected))
    )


def _awaits_agreement(order: Order) -> bool:
    """Whether what facts lack is not late yet; once its case is open, nobody waits for it."""
    lacking = (each for each in order.pending_answers if each.awaited in _TO_AGREE_WITH_FACTS)
    return any(held.due_at_ms for held in order.held_credits) or any(
        each.due_at_ms and not each.is_late for each in lacking
    )


def has_open_case(order: Order) -> bool:
    """As far as the order knows: a return that no shipment or no invoice covers; a fact that nothing agrees with.

    Or what was shipped is to be delivered, or invoiced, within a budget that is to open one; or it is not paid.
    """
    disagrees = any(each.awaited in _KEEPS and not _is_let_go(each) for each in order.pending_answers)
    waits = disagrees or awaits_shipped_goods(order)
    return bool(order.held_credits or crediting.keeps(order) or waits or is_owed(order))


def let_go(decision: OrderDecision, case_key: str) -> None:
    """A person closes the case of a fact that nothing agrees with: the order waits no longer.

    What is not credited is not credited any more.
    """
    for pending in decision.order.pending_answers:
        if pending.key == case_key and pending.is_late and pending.awaited in _KEEPS:
            awaiting.change(decision, pending._replace(is_late=False, due_at_ms=0))
    held = tuple(each for each in decision.order.held_credits if each.due_at_ms or each.business_key != case_key)
    if len(held) < len(decision.order.held_credits):
        decision.order = replace(decision.order, held_credits=held)


def _is_let_go(pending: PendingAnswer) -> bool:
    """It stays, so that it is not waited for anew; it has neither a deadline nor an open case."""
    return not (pending.is_late or pending.due_at_ms)


def schedule_end(decision: OrderDecision) -> None:
    """After every change: set the time at which a finished order is closed or purged. It replaces an earlier one."""
    order = decision.order
    if order is decision.first or _only_agrees(decision):
        return
    if not is_finished(order) or (order.closed and has_open_case(order)):
        decision.order = replace(order, leaves_at_ms=0) if order.leaves_at_ms else order
        return
    rules = decision.rules
    leaves_at_ms = decision.cause.now_ms + (rules.purge_after_ms if order.closed else rules.close_after_ms)
    decision.order = replace(order, leaves_at_ms=leaves_at_ms)
    decision.timers.append(OrderTimer(order.order_id, leaves_at_ms))


def is_due_for_purge(order: Order, due_at_ms: int) -> bool:
    """Whether the order is purged when this timer fires."""
    return order.closed and _leaves_at(order, due_at_ms)


def woken(decision: OrderDecision, due_at_ms: int) -> None:
    """Close the order if it has been finished for `close_after_ms`."""
    if not decision.order.closed and _leaves_at(decision.order, due_at_ms):
        decision.order = replace(decision.order, closed=True)
        decision.publish(OrderClosed)


def _leaves_at(order: Order, due_at_ms: int) -> bool:
    return order.leaves_at_ms == due_at_ms != 0


def _only_agrees(decision: OrderDecision) -> bool:
    """Whether all that came is what another system says each day, and it says nothing new."""
    order, first = decision.order, decision.first
    return order.reports is not first.reports and replace(order, reports=first.reports) == first
