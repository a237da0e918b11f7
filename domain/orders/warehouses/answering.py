"""Answers of warehouses to commands. None vanishes: what no command waits for contradicts, repeats, or is unknown."""

from domain.identifiers import NodeId, command_id_of, in_life
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.orders import WarehouseAccepted, WarehouseRefused
from domain.orders.amending import proceeding
from domain.orders.decision import OrderDecision
from domain.orders.pending import awaiting
from domain.orders.pending.answers import MOST_SETTLED, Awaited
from domain.orders.state import Order
from domain.orders.warehouses import assumed, cancelling, stopping
from domain.orders.watched_cases import watching
from domain.orders.watched_cases.rows import EndsWhen, WatchedCase
from domain.values import replace

Answer = WarehouseAccepted | WarehouseRefused

_ANSWERS = {
    Awaited.CANCELLATION: cancelling.answered,
    Awaited.STOP: stopping.answered,
    Awaited.AMENDMENT: proceeding.warehouse_answered,
}


def answered(decision: OrderDecision, event: Answer) -> None:
    """Apply an answer to the command that waits for it, for all that it decides about."""
    is_awaited = assumed.answered(decision, event)
    for awaited, answer in _ANSWERS.items():
        for pending in tuple(awaiting.all_of(decision.order, awaited)):
            if pending.key == event.command_id:
                is_awaited = True
                answer(decision, pending, event)
                if isinstance(event, WarehouseAccepted):
                    stopping.has_stopped(decision, pending)
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
    elif (node_id := _released_from(decision.order, event)) is None:
        decision.open_case(
            _case(
                event,
                CaseClass.ORPHAN_EVENT,
                f"{source_id} {verb} command {event.command_id}, which the order has not sent",
                "ask the warehouse which order it means",
            )
        )
    elif isinstance(event, WarehouseRefused):
        _refuses_to_pick(decision, event, node_id)
    else:
        decision.dropped = "answer to a warehouse command that waits for none"


def _refuses_to_pick(decision: OrderDecision, event: WarehouseRefused, node_id: NodeId) -> None:
    """A person finds out why, until nothing is left that it was asked to pick."""
    case_class, origin, key = CaseClass.ALLOCATION_CONFLICT, CaseOrigin.WAREHOUSE, f"refused/{event.command_id}"
    case = _case(
        event,
        case_class,
        f"{event.provenance.source_id} refuses to pick (command {event.command_id}): "
        f"{event.reason or 'no reason given'}",
        "ask the warehouse what is missing; cancel the lines, or have them picked",
    )
    decision.open_case(replace(case, key=key))
    watching.until(decision, WatchedCase(case_class, origin, key, EndsWhen.NOTHING_TO_PICK, node_id=node_id))


def _released_from(order: Order, event: Answer) -> NodeId | None:
    """The warehouse of the command, if it is one of the last by which the order was released: numbers name these."""
    released = (
        node_id
        for number in range(max(1, order.commands - MOST_SETTLED + 1), order.commands + 1)
        for node_id in order.policy.all_nodes
        if event.command_id == command_id_of(node_id, order.order_id, "RELEASE", in_life(str(number), order.life))
    )
    return next(released, None)


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
