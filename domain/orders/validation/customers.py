"""The customer of an order is checked before anything is reserved, where its channel wants it.

```
 order ── CustomerAsked ──▶ home of the customer ── CustomerAnswered ──▶ order
 source ── CustomerDescribed ──▶ home ── CustomerAnswered ──▶ every order that waits for him
```
An order whose customer is unknown or blocked gets the hold CUSTOMER: it keeps its place for stock, and is not accepted.
The hold ends when master data says that he may order, or when a person releases it; what changes about a customer later
does not touch an order that was validated.
"""

from domain.messages.customers import CustomerAsked, CustomerNoLongerAwaited
from domain.messages.orders import CustomerAnswered, HoldKind
from domain.orders.decision import OrderDecision
from domain.orders.holds import holding
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.state import Hold, Order
from domain.orders.validation.references import customer_checked

_ORDERLINE = "orderline"


def ask(decision: OrderDecision) -> None:
    """Ask the home of the customer."""
    decision.send(CustomerAsked(decision.order.customer_id, decision.order.order_id))
    awaiting.expect_within(decision, Awaited.CUSTOMER, "customer", decision.rules.answer_within_ms)


def answered(decision: OrderDecision, event: CustomerAnswered, *, was_due: bool) -> None:
    """The home has answered, or the customer has changed while the order waits for him."""
    held = _held(decision.order)
    if not (was_due or held):
        decision.dropped = "answer about a customer that nobody waits for"
        return
    is_valid = event.is_known and not event.is_blocked
    customer_checked(decision, event.described_at_us, is_valid=is_valid)
    if is_valid:
        if held:
            holding.end(decision, held, _ORDERLINE, "the customer's master data is in order")
    elif holding.is_over(decision.order):
        _wait_no_longer(decision)
    else:
        holding.hold(decision, HoldKind.CUSTOMER, _ORDERLINE, _reason(event))


def watch(decision: OrderDecision) -> None:
    """After every change: an order that does not wait for its customer any more says so."""
    if _held(decision.first) and not _held(decision.order):
        _wait_no_longer(decision)


def _wait_no_longer(decision: OrderDecision) -> None:
    decision.send(CustomerNoLongerAwaited(decision.order.customer_id, decision.order.order_id))


def _held(order: Order) -> Hold | None:
    """Its hold, unless a person has put another one in its place."""
    held = holding.of_kind(order, HoldKind.CUSTOMER)
    return held if held is not None and held.held_by == _ORDERLINE else None


def _reason(event: CustomerAnswered) -> str:
    if not event.is_known:
        return f"no master data has come of the customer {event.customer_id}"
    return f"the customer {event.customer_id} is blocked" + (f": {event.reason}" if event.reason else "")
