"""The end of an order: when nothing of it is open any more it is closed, and later forgotten.

```
 open work ──nothing is open──▶ finished ──close_after_ms──▶ closed ──forget_after_ms──▶ forgotten
     ▲                             │ ▲                        │   ▲
     └───a fact opens work─────────┘ └─any change: from now───┘   └─any change: from now
```
A closed order stays closed, and is there: a return finds it, and it stays until the credit memo is booked. Nothing is
known of a forgotten one: what comes for it waits as for an order that never came, and becomes an ORPHAN_EVENT; placed
once more, behind the horizon of its channel, it is an order again, with version 1.
"""

from dataclasses import replace

from domain.messages.status import OrderClosed
from domain.orders.decision import OrderDecision, OrderTimer
from domain.orders.state import Order, Stage

_ENDS = frozenset({Stage.ACCEPTED, Stage.CANCELLED, Stage.REJECTED})
"""What waits for the acceptance (`unposted`) waits in vain behind these, or is posted: it is no open work."""


def is_finished(order: Order) -> bool:
    """Whether nobody owes it an answer, and nothing of it is to be promised, picked or shipped.

    Units that were picked and not shipped are open work whatever else became of the order: only a shipment ends it.
    """
    return (
        order.stage in _ENDS
        and not (order.answers_due or order.open_commands or order.pending_cancels or order.returns_ahead)
        and not any(line.open_quantity or line.in_picking for line in order.lines)
    )


def look_ahead(decision: OrderDecision) -> None:
    """Behind every change: when a finished order leaves; an earlier time means nothing any more."""
    order = decision.order
    if order is decision.first:
        return
    if not is_finished(order):
        decision.order = replace(order, leaves_at_ms=0) if order.leaves_at_ms else order
        return
    rules = decision.rules
    leaves_at_ms = decision.cause.now_ms + (rules.purge_after_ms if order.closed else rules.close_after_ms)
    decision.order = replace(order, leaves_at_ms=leaves_at_ms)
    decision.timers.append(OrderTimer(order.order_id, leaves_at_ms))


def is_due_for_purge(order: Order, due_at_ms: int) -> bool:
    """Whether this timer is the last of the order."""
    return order.closed and _leaves_at(order, due_at_ms)


def woken(decision: OrderDecision, due_at_ms: int) -> None:
    """The order has been finished for long enough."""
    if not decision.order.closed and _leaves_at(decision.order, due_at_ms):
        decision.order = replace(decision.order, closed=True)
        decision.tell(OrderClosed)


def _leaves_at(order: Order, due_at_ms: int) -> bool:
    return order.leaves_at_ms == due_at_ms != 0
