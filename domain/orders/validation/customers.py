"""The customer of an order is checked before anything is reserved, where its channel wants it.

```
 order ── CustomerAsked ──▶ home of the customer ── CustomerAnswered ──▶ order
 source ── CustomerDescribed ──▶ home ── CustomerAnswered ──▶ every order of his that is not released yet
order, all of it released, or purged ── CustomerNoLongerAwaited ──▶ home
```
An order whose customer is unknown or blocked gets the hold CUSTOMER: it keeps its place for stock, and is not accepted.
One that was accepted already is not released any further. The hold ends when master data says that he may order, or
when a person releases it. The home tells an order of changes as long as something of it is left to release, or its hold
sleeps.
"""

from dataclasses import replace

from domain.messages.customers import CustomerAsked, CustomerNoLongerAwaited
from domain.messages.orders import CustomerAnswered, HoldKind
from domain.orders.decision import OrderDecision
from domain.orders.holds import holding
from domain.orders.holds.sleeping import has_ended, is_over
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.state import Hold, Order
from domain.orders.validation.references import customer_checked

_ORDERLINE = "orderline"


def ask(decision: OrderDecision) -> None:
    """Ask the home of the customer; from now on it tells the order what changes about him."""
    decision.send(CustomerAsked(decision.order.customer_id, decision.order.order_id))
    decision.order = replace(decision.order, follows_customer=True)
    awaiting.expect_within(decision, Awaited.CUSTOMER, "customer", decision.rules.answer_within_ms)


def answered(decision: OrderDecision, event: CustomerAnswered, *, was_due: bool) -> None:
    """The home has answered, or something has changed about the customer."""
    is_valid = event.is_known and not event.is_blocked
    held = holding.of_kind(decision.order, HoldKind.CUSTOMER)
    if reason := "" if was_due else _not_concerned(decision.order, held, is_valid=is_valid):
        decision.dropped = reason
        return
    customer_checked(decision, event.described_at_us, is_valid=is_valid)
    if not is_valid and not has_ended(decision.order):
        holding.hold(decision, HoldKind.CUSTOMER, _ORDERLINE, _reason(event))
    elif is_valid and held is not None and held.held_by == _ORDERLINE:
        holding.end(decision, held, _ORDERLINE, "the customer's master data is in order")


def _not_concerned(order: Order, held: Hold | None, *, is_valid: bool) -> str:
    """Why a change does not concern the order; empty if it does."""
    if not order.follows_customer:
        return "change of a customer after all of the order was released"
    if held is not None and held.held_by != _ORDERLINE:
        return "change of a customer for whom a person holds the order"
    if held is None and is_valid:
        return "change of a customer who may order as before"
    return ""


def watch(decision: OrderDecision) -> None:
    """After every change: the home need not tell an order any more of which all is released."""
    order = decision.order
    if order.follows_customer and not _held(order) and not _is_left_to_release(order):
        decision.order = replace(order, follows_customer=False)
        decision.send(_no_longer_awaited(order))


def forgotten(order: Order) -> tuple[CustomerNoLongerAwaited, ...]:
    """What the home is told when the order is purged: a hold of his may sleep to the end."""
    return (_no_longer_awaited(order),) if order.follows_customer else ()


def _no_longer_awaited(order: Order) -> CustomerNoLongerAwaited:
    return CustomerNoLongerAwaited(order.customer_id, order.order_id)


def _is_left_to_release(order: Order) -> bool:
    if is_over(order):
        return False
    return not order.accepted or any(line.is_left_to_release for line in order.lines)


def _held(order: Order) -> Hold | None:
    """Its hold, unless a person has put another one in its place."""
    held = holding.of_kind(order, HoldKind.CUSTOMER)
    return held if held is not None and held.held_by == _ORDERLINE else None


def _reason(event: CustomerAnswered) -> str:
    if not event.is_known:
        return f"no master data has come of the customer {event.customer_id}"
    return f"the customer {event.customer_id} is blocked" + (f": {event.reason}" if event.reason else "")
