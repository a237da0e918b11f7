"""The payments of an order: kept by their references, and compared with what the customer has to pay.

What services report are facts, so they count in whichever order they come. Of what a payment is good for the latest
counts; what was captured or charged back adds up. An order is held where a payment has failed, is given up or charged
back, and the others do not cover what is due; in a channel that holds all orders for their payment it is held until
they do. An amount that is not stated covers everything. What a customer says that he has paid holds and releases
nothing. A hold that a person has set or ended later than all payments stays as it is.
"""

from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.decisions.events import CheckOutcome, OrderDecided
from domain.messages.orders import HoldKind
from domain.money.amounts import format_amount
from domain.orders.cases import state_case
from domain.orders.checks.paid import covers, good_for, to_be_paid
from domain.orders.checks.rows import MOST_PAYMENTS, Payment
from domain.orders.decision import OrderDecision
from domain.orders.holds import holding
from domain.orders.holds.sleeping import has_ended
from domain.orders.money.worth import value_of
from domain.orders.state import Order
from domain.values import replace

_STANDS = frozenset({CheckOutcome.AUTHORISED, CheckOutcome.FAILED, CheckOutcome.VOIDED})
_VERBS = {
    CheckOutcome.FAILED: "has failed",
    CheckOutcome.VOIDED: "is given up",
    CheckOutcome.CHARGED_BACK: "is charged back",
}


def told(decision: OrderDecision, event: OrderDecided) -> bool:
    """Keep what is said of a payment; amounts in another currency do not count. Returns whether it does."""
    if event.currency not in {"", decision.order.currency}:
        _in_other_currency(decision, event)
        return False
    rows = {row.reference: row for row in decision.order.payments}
    reference = event.reference if event.reference in rows or len(rows) < MOST_PAYMENTS else ""
    rows[reference] = _with(rows.get(reference, Payment(reference)), event)
    decision.order = replace(decision.order, payments=tuple(rows.values()))
    return event.outcome is not CheckOutcome.REMITTED


def _in_other_currency(decision: OrderDecision, event: OrderDecided) -> None:
    reason = (
        f"{event.provenance.source_id} states a payment of {format_amount(event.value)} {event.currency} "
        f"({event.outcome.lower()}), and the order is in {decision.order.currency}: it is not counted"
    )
    action = "ask the source what was paid in the currency of the order, and have it sent so"
    key = f"payment/{decision.cause.event_id}"
    state_case(decision, CaseClass.PAYMENT_FAILED, CaseOrigin.CHANNEL_MAPPING, key, CaseState.OPEN, reason, action)


def _with(row: Payment, event: OrderDecided) -> Payment:
    decided_us = event.provenance.occurred_at_us
    match event.outcome:
        case CheckOutcome.REMITTED:
            return row._replace(remitted=row.remitted + event.value, remittances=row.remittances + 1)
        case CheckOutcome.CAPTURED:
            row = row._replace(
                captured=row.captured + event.value,
                captures=row.captures + 1,
                is_unstated=row.is_unstated or not event.value,
            )
        case CheckOutcome.CHARGED_BACK:
            row = row._replace(charged_back=row.charged_back + event.value, chargebacks=row.chargebacks + 1)
        case _ if event.outcome in _STANDS and decided_us >= row.stands_since_us:
            authorised = event.value if event.outcome is CheckOutcome.AUTHORISED else 0
            row = row._replace(stands=event.outcome.value, stands_since_us=decided_us, authorised=authorised)
    return row._replace(decided_us=max(row.decided_us, decided_us))


def settle(decision: OrderDecision, event: OrderDecided) -> None:
    """Hold the order, or release it, as its payments are now."""
    order = decision.order
    decided_us = max(row.decided_us for row in order.payments)
    if has_ended(order) or holding.is_overtaken(order, HoldKind.PAYMENT, decided_us):
        return
    holding.note(decision, HoldKind.PAYMENT, decided_us)
    held = holding.of_kind(order, HoldKind.PAYMENT)
    by = event.decided_by or event.provenance.source_id
    if not _is_held_for(order):
        if held is not None:
            holding.end(decision, held, by, event.reason)
    elif held is None:
        holding.hold(decision, HoldKind.PAYMENT, by, _reason(order, event))
    else:
        holding.restate(decision, held, _reason(order, event))


def _is_held_for(order: Order) -> bool:
    if covers(order.payments, to_be_paid(order, value_of(order))):
        return False
    return HoldKind.PAYMENT in order.policy.holds or any(row.has_failed for row in order.payments)


def _reason(order: Order, event: OrderDecided) -> str:
    named = f"payment {event.reference}".strip()
    good = sum(good_for(row) or 0 for row in order.payments)
    due = to_be_paid(order, value_of(order))
    covered = f"{format_amount(good)} of {format_amount(due)} {order.currency} are covered"
    verb = _VERBS.get(event.outcome)
    why = f": {event.reason}" if event.reason else ""
    return f"{named} {verb}{why}; {covered}" if verb else covered
