"""Answers of warehouses to commands. None vanishes: what no command waits for contradicts, repeats, or is unknown."""

from domain.identifiers import command_id_of, in_life
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.orders import WarehouseAccepted, WarehouseRefused
from domain.orders.amending import proceeding
from domain.orders.decision import OrderDecision
from domain.orders.pending import awaiting
from domain.orders.pending.answers import MOST_SETTLED, Awaited
from domain.orders.state import Order
from domain.orders.warehouses import cancelling, stopping

Answer = WarehouseAccepted | WarehouseRefused

_ANSWERS = {
    Awaited.CANCELLATION: cancelling.answered,
    Awaited.STOP: stopping.answered,
    Awaited.AMENDMENT: proceeding.warehouse_answered,
}


def answered(decision: OrderDecision, event: Answer) -> None:
    """Apply an answer to the command that waits for it, for all that it decides about."""
    is_awaited = False
    for awaited, answer in _ANSWERS.items():
        for pending in tuple(awaiting.all_of(decision.order, awaited)):
            if pending.key == event.command_id:
                is_awaited = True
                answer(decision, pending, event)
    if not is_awaited:
        _not_awaited(decision, event)


def answer_to_unknown_order(event: Answer) -> Case:
    """An answer about an order that was never placed, or is purged."""
    return _case(
        event,
        CaseClass.ORPHAN_EVENT,
        f"{event.provenance.source_id} {_verb(event)} command {event.command_id} of an order that is not known",
        "ask the warehouse which order it means",
    )


def _not_awaited(decision: OrderDecision, event: Answer) -> None:
    known = {each.command_id: each.accepted for each in decision.order.settled_commands}
    source_id, verb = event.provenance.source_id, _verb(event)
    if event.command_id in known:
        if known[event.command_id] is isinstance(event, WarehouseAccepted):
            decision.dropped = "answer to a warehouse command that waits for none"
            return
        before = "accepted" if known[event.command_id] else "refused, or picked and shipped"
        decision.open_case(
            _case(
                event,
                CaseClass.CONFLICTING_DUPLICATE,
                f"{source_id} {verb} command {event.command_id}, which it had {before} before; that stays in force",
                "ask the warehouse what became of the goods",
            )
        )
    elif not _is_release(decision.order, event):
        decision.open_case(
            _case(
                event,
                CaseClass.ORPHAN_EVENT,
                f"{source_id} {verb} command {event.command_id}, which the order has not sent",
                "ask the warehouse which order it means",
            )
        )
    elif isinstance(event, WarehouseRefused):
        decision.open_case(
            _case(
                event,
                CaseClass.ALLOCATION_CONFLICT,
                f"{source_id} refuses to pick (command {event.command_id}): {event.reason or 'no reason given'}",
                "ask the warehouse what is missing; cancel the lines, or have them picked",
            )
        )
    else:
        decision.dropped = "answer to a warehouse command that waits for none"


def _is_release(order: Order, event: Answer) -> bool:
    """Whether the command is one of the last by which the order was released: their ids follow from their numbers."""
    return any(
        event.command_id == command_id_of(node_id, order.order_id, "RELEASE", in_life(str(number), order.life))
        for number in range(max(1, order.commands - MOST_SETTLED + 1), order.commands + 1)
        for node_id in order.policy.all_nodes
    )


def _verb(event: Answer) -> str:
    return "carried out" if isinstance(event, WarehouseAccepted) else "refused"


def _case(event: Answer, case_class: CaseClass, reason: str, suggested_action: str) -> Case:
    return Case(
        case_class,
        CaseOrigin.WAREHOUSE,
        subject=event.order_id,
        reason=reason,
        suggested_action=suggested_action,
        source_id=event.provenance.source_id,
    )
