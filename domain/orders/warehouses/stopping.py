"""A warehouse that was asked to pick what another one has shipped is asked to stop.

So is one that has put that back, when another one has picked it: its command stands, and its units are free.

Its answer decides about its own work only: what is still open of the customer's line is released again, or is still
picked there. A warehouse that refuses will ship too much, so a person has to call it. If the goods of the other one
come back meanwhile, it does not ship too much after all: what it has in hands is asked from nobody else, until it
reports that it has not got it, or a person closes the case.
"""

from collections.abc import Container, Sequence

from domain.identifiers import LineId, NodeId
from domain.messages.cases import CaseState
from domain.messages.orders import WarehouseAccepted, WarehouseRefused
from domain.orders import counters
from domain.orders.decision import OrderDecision
from domain.orders.erp.cancellations import parts_of
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import Order
from domain.orders.warehouses import releases
from domain.orders.warehouses.asking import ask_to_stop
from domain.orders.warehouses.releasing import release_what_is_ready


def stop_others(decision: OrderDecision, shipped_at: NodeId, line_ids: Container[LineId]) -> None:
    """After a shipment of these lines: whatever others were asked for beyond what is open is not needed any more."""
    too_many: dict[NodeId, list[LineId]] = {}
    for line in decision.order.lines:
        if line.line_id in line_ids:
            for units in releases.without_node(line.released_at, shipped_at):
                if not _is_asked(decision.order, line, units.node_id):
                    too_many.setdefault(units.node_id, []).append(line.line_id)
    for node_id, lines in too_many.items():
        ask_to_stop(decision, Awaited.STOP, node_id, tuple(lines))


def stop_here(decision: OrderDecision, node_id: NodeId, line_ids: Container[LineId]) -> None:
    """After units of these lines came back there: what others have meanwhile is not needed from it any more."""
    lines = [line for line in decision.order.lines if line.line_id in line_ids and line.asked_too_much(node_id)]
    if too_many := tuple(line.line_id for line in lines if not _is_asked(decision.order, line, node_id)):
        ask_to_stop(decision, Awaited.STOP, node_id, too_many)


def _is_asked(order: Order, line: OrderLine, node_id: NodeId) -> bool:
    """Whether there is no more to stop there than it is asked, or has refused, to stop."""
    rows = [each for each in awaiting.all_of(order, Awaited.STOP, Awaited.SURPLUS) if each.node_id == node_id]
    if any(each.awaited is Awaited.STOP and line.line_id in each.line_ids for each in rows):
        return True
    return line.too_much_at(node_id) <= sum(each.part_of(line.line_id) for each in rows)


def shipped(decision: OrderDecision, node_id: NodeId, line_ids: Container[LineId]) -> None:
    """A warehouse that has shipped all that it was asked for has answered; one that worked on has done so."""
    _settle(decision, node_id, is_stopped=False)
    _settle_refused(decision, node_id, line_ids, "has shipped")


def put_back(decision: OrderDecision, node_id: NodeId, line_ids: Container[LineId]) -> None:
    """A warehouse that has put back what it had picked unasked has nothing left to ship: it has stopped."""
    _settle(decision, node_id, is_stopped=True)
    _settle_refused(decision, node_id, line_ids, "has put back, or has not found, what it was asked for too much")


def _settle_refused(decision: OrderDecision, node_id: NodeId, line_ids: Container[LineId], deed: str) -> None:
    """Its case ends when it has nothing left of any line that it was asked for too much."""
    for refused in tuple(awaiting.all_of(decision.order, Awaited.SURPLUS)):
        lines = [line for line in decision.order.lines if line.line_id in refused.line_ids]
        is_about = refused.node_id == node_id and any(line.line_id in line_ids for line in lines)
        if is_about and not any(line.is_to_stop(node_id) for line in lines):
            awaiting.settle(decision, refused, f"{node_id} {deed}")


def has_stopped(decision: OrderDecision, pending: PendingAnswer) -> None:
    """A warehouse that had refused stops these lines at last, whatever it was asked to stop them for."""
    _settle_refused(decision, pending.node_id, pending.line_ids, "has stopped")


def let_go(decision: OrderDecision, case_key: str) -> None:
    """A person has closed its case: nobody counts on what it has in hands, so what is open is released elsewhere."""
    for refused in tuple(awaiting.all_of(decision.order, Awaited.SURPLUS)):
        if refused.key == case_key:
            awaiting.drop(decision, refused)
            _let_go_surplus(decision, refused)
            release_what_is_ready(decision)


def _let_go_surplus(decision: OrderDecision, refused: PendingAnswer) -> None:
    decision.change_named_lines(refused.line_ids, lambda line: counters.let_go_surplus(line, refused.node_id))


def _settle(decision: OrderDecision, node_id: NodeId, *, is_stopped: bool) -> None:
    """What waited for its answer goes on."""
    for pending in tuple(awaiting.all_of(decision.order, Awaited.STOP)):
        lines = [line for line in decision.order.lines if line.line_id in pending.line_ids]
        if pending.node_id == node_id and not any(releases.at_node(line.released_at, node_id) for line in lines):
            awaiting.settle_command(decision, pending, accepted=is_stopped)
            release_what_is_ready(decision)


def answered(decision: OrderDecision, pending: PendingAnswer, event: WarehouseAccepted | WarehouseRefused) -> None:
    """The warehouse stopped, so what is open is released again; or it works on, and a case says so."""
    accepted = isinstance(event, WarehouseAccepted)
    awaiting.settle_command(decision, pending, accepted=accepted)
    decision.change_lines(
        lambda line: (
            line
            if line.line_id not in pending.line_ids
            else counters.stop(line, pending.node_id)
            if accepted
            else counters.work_on(line, pending.node_id)
        )
    )
    lines = [line for line in decision.order.lines if line.line_id in pending.line_ids]
    surplus = tuple(line.line_id for line in lines if line.is_to_stop(pending.node_id))
    if isinstance(event, WarehouseRefused) and surplus:
        _works_on(decision, pending._replace(line_ids=surplus), event.reason)
    release_what_is_ready(decision)


def _works_on(decision: OrderDecision, stop: PendingAnswer, reason: str) -> None:
    """One row a warehouse: if it refuses again, its case says so with all of the lines."""
    refusals = awaiting.all_of(decision.order, Awaited.SURPLUS)
    known = next((each for each in refusals if each.node_id == stop.node_id), stop)
    line_ids = tuple(dict.fromkeys((*known.line_ids, *stop.line_ids)))
    lines = [line for line in decision.order.lines if line.line_id in line_ids]
    parts = parts_of({line.line_id: line.too_much_at(stop.node_id) for line in lines})
    refused = known._replace(awaited=Awaited.SURPLUS, due_at_ms=0, is_late=True, line_ids=line_ids, parts=parts)
    awaiting.expect(decision, refused)
    words = f"{stop.node_id} refuses to stop line {', '.join(line_ids)}{_who_has_it(stop.node_id, lines)}"
    awaiting.state(decision, refused, CaseState.OPEN, f"{words}: {reason or 'no reason given'}")


def _who_has_it(node_id: NodeId, lines: Sequence[OrderLine]) -> str:
    """What has become of the units that the warehouse will ship all the same."""
    asked = [(line, releases.at_node(line.released_at, node_id)) for line in lines]
    if any(units > line.open_quantity for line, units in asked):
        return ", which another warehouse has shipped"
    if any(units > line.open_quantity - (line.in_picking - line.picked_at(node_id)) for line, units in asked):
        return ", which another warehouse has picked"
    return ": it is open again, and nobody else is asked for it"
