"""Releases an order to the warehouse, when its channel's rule allows it, and gathers what is released.

A channel with a release window has what is ready wait for the rest, so that a picker walks once. The window begins when
the first units are ready, whatever made them so, and ends with one command a node for all that is ready then. An order
to which nothing more can come does not wait. No warehouse knows of what waits: it is cancelled at once.
"""

from collections import Counter
from collections.abc import Container, Iterator, Sequence

from domain.identifiers import LineId, NodeId
from domain.messages.failure_policy import Dependency, Workflow
from domain.messages.orders import PromisePolicy, ReleaseGate
from domain.messages.status import ErpStatus, PickReleased
from domain.messages.warehouse import ReleasedLine, WarehouseReleaseCommanded
from domain.orders import counters
from domain.orders.alike_lines.groups import first_by_line
from domain.orders.alike_lines.surplus import surplus_of
from domain.orders.amending.holding_back import held_back
from domain.orders.decision import OrderDecision
from domain.orders.erp.refusals import is_booking_refused
from domain.orders.lines import OrderLine
from domain.orders.outages.pausing import goes_on_degraded, is_kept_back
from domain.orders.pending import awaiting
from domain.orders.pending.answers import TO_STOP, Awaited, PendingAnswer
from domain.orders.state import Order
from domain.orders.without_stock.finishing import finish


def gate_is_open(order: Order) -> bool:
    """Whether the order may be released, and is booked if it has to be."""
    is_booked = order.policy.release_gate is ReleaseGate.ACCEPTED or order.erp_status is ErpStatus.BOOKED
    return is_booked and _may_be_released(order)


def _may_be_released(order: Order) -> bool:
    """Whether the order is accepted, not held, and not refused by its ERP (nor retried).

    An order that ships complete also has all its units.
    """
    if not order.accepted or order.holds or is_booking_refused(order):
        return False
    return order.policy.promise is not PromisePolicy.SHIP_COMPLETE or not any(line.backordered for line in order.lines)


def release_what_is_ready(decision: OrderDecision) -> None:
    """Send one command per node, for units that are allocated there and not released yet; what needs none is done.

    The order is booked before, if it has to be; while its ERP is away the failure policy may let it go unbooked.
    Lines that a warehouse was asked to stop wait for its answer, the others do not. Nor does what needs no release,
    where it is to stop only what is too much: it is done, whatever was picked of it by mistake.
    """
    order = decision.order
    is_open = gate_is_open(order)
    if not is_open and not (decision.rules.conditions.outages and _may_be_released(order)):
        return
    kept = held_back(order)
    waiting = _lines_of(order, *TO_STOP) | kept
    ready: dict[NodeId, list[ReleasedLine]] = {}
    for line, node_id, quantity in _to_release(order):
        if line.line_id not in waiting:
            ready.setdefault(node_id, []).append(ReleasedLine(line.line_id, line.item_id, quantity))
    done = _done(order, kept)
    if not (ready or done) or not (is_open or _goes_on_unbooked(decision)):
        return
    if done and not is_kept_back(decision, Workflow.RELEASE):
        finish(decision, done)
    if not ready or _waits_for_more(decision) or is_kept_back(decision, Workflow.RELEASE, ready):
        return
    _end_window(decision)
    for node_id, lines in ready.items():
        _release_at(decision, node_id, tuple(lines))


def _to_release(order: Order) -> Iterator[tuple[OrderLine, NodeId, int]]:
    """Units by line and node that no warehouse was asked for yet.

    What the customer has too many of an item on one line is not sent once more for another one: a case is open for it
    (`overshipping`), and until that ends nobody knows which of them it is for.
    """
    first_of = first_by_line(order.lines)
    surplus = _surplus(order.lines)
    for line in order.lines:
        first = first_of.get(line.line_id, line.line_id)
        for node_id, quantity in line.to_release if line.claims else ():
            kept = min(quantity, surplus[first])
            surplus[first] -= kept
            if quantity > kept:
                yield line, node_id, quantity - kept


def _surplus(lines: Sequence[OrderLine]) -> Counter[LineId]:
    """What the customer has too many of the lines that are alike, by the first of them."""
    first_of = first_by_line(lines)
    surplus: Counter[LineId] = Counter()
    for line_id, units in surplus_of(lines, first_of).items():
        surplus[first_of[line_id]] += units
    return surplus


def _done(order: Order, kept: Container[LineId]) -> tuple[OrderLine, ...]:
    """The lines that need nothing else than the order's release, and are not to be cancelled."""
    lines = tuple(line for line in order.lines if line.to_be_done and line.line_id not in kept)
    if not lines:
        return ()
    cancelling = _lines_of(order, *(each for each in TO_STOP if each is not Awaited.STOP))
    return tuple(line for line in lines if line.line_id not in cancelling)


def _lines_of(order: Order, *awaited: Awaited) -> set[LineId]:
    return {line_id for pending in awaiting.all_of(order, *awaited) for line_id in pending.line_ids}


def _waits_for_more(decision: OrderDecision) -> bool:
    """Whether the window is open; the first units that are ready open it."""
    order = decision.order
    window_ms = order.policy.release_window_ms
    if not window_ms or not _more_may_come(order):
        return False
    window = awaiting.one_of(order, Awaited.RELEASE_WINDOW)
    if window is None:
        awaiting.expect_within(decision, Awaited.RELEASE_WINDOW, "release", window_ms)
    return window is None or window.due_at_ms > 0


def _more_may_come(order: Order) -> bool:
    """Whether anything of it is backordered, or the ledger has not said yet whether it is."""
    return any(line.backordered or not line.is_answered for line in order.lines)


def _end_window(decision: OrderDecision) -> None:
    if window := awaiting.one_of(decision.order, Awaited.RELEASE_WINDOW):
        awaiting.drop(decision, window)


def window_has_passed(decision: OrderDecision, window: PendingAnswer) -> None:
    """Release what is ready. What a hold, an outage or an amendment keeps back goes when that ends, at once."""
    awaiting.change(decision, window._replace(due_at_ms=0))
    release_what_is_ready(decision)


def settle(decision: OrderDecision) -> None:
    """After every event: what waits for more is released when nothing can come any more; or nothing of it is left.

    So is what a surplus of another line kept back, when that is gone.
    """
    order, before = decision.order, decision.first.lines
    if order.lines is not before and _surplus(order.lines).total() < _surplus(before).total():
        release_what_is_ready(decision)
    if awaiting.one_of(order, Awaited.RELEASE_WINDOW) is None:
        return
    if not any(line.to_release for line in order.lines):
        _end_window(decision)
    elif not _more_may_come(order):
        release_what_is_ready(decision)


def _goes_on_unbooked(decision: OrderDecision) -> bool:
    """Its ERP is away, and the failure policy lets go what is not booked yet."""
    return goes_on_degraded(decision, Dependency.ERP, Workflow.RELEASE)


def _release_at(decision: OrderDecision, node_id: NodeId, ready: tuple[ReleasedLine, ...]) -> None:
    order = decision.order
    command_id = decision.next_command_id(node_id, "RELEASE")
    decision.send(
        WarehouseReleaseCommanded(
            command_id=command_id,
            order_id=order.order_id,
            node_id=node_id,
            ship_to=order.ship_to,
            lines=ready,
            channel_order_id=order.channel_order_id,
        )
    )
    released = {line.line_id: line.quantity for line in ready}
    awaiting.no_longer_assume(decision, node_id, released)
    decision.change_lines(
        lambda line: counters.release(line, node_id, released[line.line_id]) if line.line_id in released else line
    )
    decision.publish(PickReleased, command_id=command_id)
