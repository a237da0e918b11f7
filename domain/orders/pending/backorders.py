"""What an order waits for in the queues of its items: for some time without a word, then a person is asked.

The queue has no end of its own: an item that nobody buys any more would keep its orders for ever. The time begins when
something of an accepted order is backordered, and anew when none is left and some is again. Where supply is announced
that covers all of it, the case waits for that day; one that is open ends.

Where no file of a warehouse has any of the nodes at which the order asks, nobody will ever report units there: that is
a case at once, which names the nodes.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from domain.durations import duration_text
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import Order
from domain.quantities import format_quantity

_KEY: Final = "waits for stock"
_KEY_OF_NODES: Final = "waits at nodes without a warehouse"
_US_IN_MS: Final = 1_000


def watch(decision: OrderDecision) -> None:
    """After every change: begin to wait, or end it."""
    order, first = decision.order, decision.first
    if order.lines is first.lines and order.accepted is first.accepted and order.held_lines is first.held_lines:
        return
    waits = order.accepted and any(_waiting(order))
    wanted = Awaited.STOCK if _has_warehouse(decision) else Awaited.WAREHOUSE
    for pending in (*awaiting.all_of(order, Awaited.STOCK, Awaited.WAREHOUSE),):
        if not waits:
            awaiting.settle(decision, pending, "nothing of the order waits for stock any more")
        elif pending.awaited is not wanted:
            awaiting.settle(decision, pending, "the files of the warehouses have changed")
    if waits and wanted is Awaited.STOCK:
        _wait(decision, awaiting.one_of(decision.order, wanted))
    elif waits and awaiting.one_of(decision.order, wanted) is None:
        _report_nodes(decision)


def _has_warehouse(decision: OrderDecision) -> bool:
    """Whether a file reports the stock of a node at which the order asks for its units, or no file of any node."""
    stocked = decision.rules.stocked_nodes
    return not stocked or any(node_id in stocked for node_id in decision.order.policy.nodes)


def _wait(decision: OrderDecision, pending: PendingAnswer | None) -> None:
    if pending is None:
        awaiting.expect_within(decision, Awaited.STOCK, _KEY, decision.rules.stocked_within_ms)
    elif pending.is_late and (day := _covered_at_ms(_waiting(decision.order), decision.cause.now_ms)):
        awaiting.resolve(decision, pending, "announced supply covers what waits")
        awaiting.expect(decision, pending._replace(due_at_ms=day, is_late=False))


def _report_nodes(decision: OrderDecision) -> None:
    """No units can come: a person hears of it at once."""
    pending = PendingAnswer(Awaited.WAREHOUSE, _KEY_OF_NODES, decision.cause.now_ms, due_at_ms=0)
    awaiting.expect(decision, pending)
    nodes = shortened([repr(node_id) for node_id in decision.order.policy.nodes])
    reason = f"waits at {nodes}, and no file of a warehouse has that: {_units(decision.order)}"
    awaiting.report(decision, pending, reason)


def _waiting(order: Order) -> Iterator[OrderLine]:
    """The lines that wait; one that is held for its item or unit has a case of its own."""
    return (line for line in order.lines if line.backordered and line.line_id not in order.held_lines)


def is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """The units may still come, and resolve the case."""
    if covered_at_ms := _covered_at_ms(_waiting(decision.order), decision.cause.now_ms):
        awaiting.expect(decision, pending._replace(due_at_ms=covered_at_ms))
        return
    since = duration_text(decision.cause.now_ms - pending.since_ms)
    awaiting.report(decision, pending, f"waits for stock for {since}: {_units(decision.order)}")


def _units(order: Order) -> str:
    lines = _waiting(order)
    return shortened(
        [f"{format_quantity(line.backordered)} of {line.item_id} for line {line.line_id}" for line in lines]
    )


def _covered_at_ms(lines: Iterable[OrderLine], now_ms: int) -> int:
    """The day to come on which supply covers all of it; 0: none does."""
    days = [line.promised_us // _US_IN_MS for line in lines]
    return max(days) if days and all(days) and max(days) > now_ms else 0


def let_go(decision: OrderDecision, case_key: str) -> None:
    """A person has closed the case: the order waits on without one, until nothing of it does."""
    order: Order = decision.order
    for pending in awaiting.all_of(order, Awaited.STOCK, Awaited.WAREHOUSE):
        if pending.key == case_key and pending.is_late:
            awaiting.change(decision, pending._replace(is_late=False, due_at_ms=0))
