"""What services decide about an order: the hold of the check is set or released, address and taxes are changed.

A decision that is older than the last one about its check changes nothing, whichever comes first. What it changes of
the order is an amendment, which waits for its turn and reaches the ERP and warehouses like any other; but it is no
revision of the channel's, which counts its own.
"""

from domain.messages.decisions.events import Check, CheckOutcome, OrderDecided
from domain.messages.orders import HoldKind, OrderHoldRequested
from domain.messages.status import DecisionRecorded
from domain.money.adjustments import WHOLE_ORDER
from domain.orders.amending.amendments import Amendment
from domain.orders.amending.requesting import take
from domain.orders.cases import shortened
from domain.orders.checks import paying
from domain.orders.decision import OrderDecision
from domain.orders.holds import holding
from domain.orders.pictures.order_to_be import order_to_be
from domain.orders.state import Order

_OVERTAKEN = "decision that a later one has overtaken"
_AGAINST = frozenset({CheckOutcome.REFUSED, CheckOutcome.FAILED})


def decided(decision: OrderDecision, event: OrderDecided) -> None:
    """Each outcome to what comes of it; what a person has to settle is the case of the hold."""
    if event.check is Check.PAYMENT:
        counts = paying.told(decision, event)
        _record(decision, event)
        if counts:
            paying.settle(decision, event)
        return
    kind, decided_us = HoldKind(event.check), event.provenance.occurred_at_us
    if holding.is_overtaken(decision.order, kind, decided_us):
        decision.dropped = _OVERTAKEN
        return
    _record(decision, event)
    by = event.decided_by or event.provenance.source_id
    why_not = event.reason if event.outcome in _AGAINST else _why_not(decision.order, event)
    if event.outcome in _AGAINST or why_not:
        _hold(decision, OrderHoldRequested(event.order_id, event.provenance, kind, by, why_not))
        return
    holding.note(decision, kind, decided_us)
    if event.outcome is CheckOutcome.CORRECTED:
        _correct(decision, event)
    elif event.outcome is CheckOutcome.CALCULATED:
        _tax(decision, event)
    if held := holding.of_kind(decision.order, kind):
        holding.end(decision, held, by, event.reason)


def _hold(decision: OrderDecision, request: OrderHoldRequested) -> None:
    """An order that waits for the decision already is held for another reason now, and so is its case."""
    if held := holding.of_kind(decision.order, request.hold):
        holding.note(decision, request.hold, request.provenance.occurred_at_us)
        holding.restate(decision, held, request.reason)
    else:
        holding.requested(decision, request)


def _why_not(order: Order, event: OrderDecided) -> str:
    """Why its taxes are not the order's; empty where they may be."""
    if event.currency not in {"", order.currency}:
        return f"it states taxes in {event.currency}, and the order is in {order.currency}"
    known = {WHOLE_ORDER, *(line.line_id for line in order.lines), *(charge.line_id for charge in order.charges)}
    unknown = dict.fromkeys(tax.line_id for tax in event.taxes if tax.line_id not in known)
    named = shortened([str(line_id) for line_id in unknown])
    return f"it states taxes of lines or charges that the order does not have: {named}" if unknown else ""


def _record(decision: OrderDecision, event: OrderDecided) -> None:
    decision.publish(
        DecisionRecorded,
        check=event.check,
        outcome=event.outcome,
        decided_by=event.decided_by or event.provenance.source_id,
        reference=event.reference,
        reason=event.reason,
        value=event.value,
        currency=event.currency or (decision.order.currency if event.value else ""),
    )


def _correct(decision: OrderDecision, event: OrderDecided) -> None:
    """Nothing is corrected of an order of which nothing is left to ship."""
    order = decision.order
    is_over = order.accepted and not any(line.open_quantity for line in order.lines)
    if not is_over and event.address != (order_to_be(order).ship_to,):
        reason = event.reason or f"{event.provenance.source_id} has corrected the address"
        take(decision, _amendment(decision, event, reason)._replace(ship_to=event.address))


def _tax(decision: OrderDecision, event: OrderDecided) -> None:
    reason = event.reason or f"{event.provenance.source_id} has calculated the taxes"
    amendment = _amendment(decision, event, reason)
    take(decision, amendment._replace(taxes=event.taxes, states_taxes=True))


def _amendment(decision: OrderDecision, event: OrderDecided, reason: str) -> Amendment:
    return Amendment(
        decision.order.amended_to,
        reason,
        (),
        asked_at_us=event.provenance.occurred_at_us,
        asked_by=event.provenance.source_id,
        decided_by=decision.cause.event_id,
    )
