"""Carries an amendment out, each step after the one before; a refusal takes back the steps before it, the last first.

```
 its turn ──more units──▶ UNITS ──answered──▶ ERP ──applied──▶ WAREHOUSES ──stopped──▶ amended
     │                                         │                   └──a warehouse does not stop──▶ ERP: as it is
     └──cannot be──▶ refused                   └──refused──▶ the units are given back; refused
```
What is added is not released before the ERP has it, and what is changed not before the end. Facts apply meanwhile: what
is picked or shipped stays.
"""

from collections.abc import Iterable
from dataclasses import replace

from domain.identifiers import NO_COMMAND, LineId, NodeId
from domain.messages.dispatch import Outcome
from domain.messages.inventory import ReservationsReleased
from domain.messages.orders import ErpOutcomeReceived, PartOfLine, PromisePolicy, WarehouseAccepted, WarehouseRefused
from domain.messages.status import ErpStatus, OrderAmended, OrderAmendmentRefused, RepricedLine
from domain.orders import counters
from domain.orders.amending import described_lines, disagreements, later_cancellations, taking_back, too_late
from domain.orders.amending.adding import add_lines, as_raise_of_refused
from domain.orders.amending.amendments import Amendment, AmendmentStep
from domain.orders.amending.ending import ends_with_amendment
from domain.orders.amending.holding_back import held_back
from domain.orders.amending.places import raise_lines
from domain.orders.amending.requesting import why_not
from domain.orders.amending.telling import AS_ASKED, tell, waits_for_reversals, with_papers
from domain.orders.decision import OrderDecision, units_due
from domain.orders.erp import overbooked, raises
from domain.orders.erp.booking import has_ended_unshipped
from domain.orders.erp.cancellations import parts_of, tell_what_waited, units_of
from domain.orders.erp.posting import post_what_waits
from domain.orders.erp.refusals import is_booking_refused
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.requested_days import change_days
from domain.orders.state import ENDS, Order, Stage
from domain.orders.warehouses.asking import ask_to_stop, settle_unanswered
from domain.orders.warehouses.cancelling import cancel_units
from domain.orders.warehouses.releasing import release_what_is_ready
from domain.quantities import format_quantity

_IN_ERP = frozenset({ErpStatus.QUEUED, ErpStatus.SENT, ErpStatus.BOOKED})
_ENDED = frozenset({Stage.CANCELLED, Stage.REJECTED})


def proceed(decision: OrderDecision) -> bool:
    """After every event: the next step of the amendment whose turn it is, if it waits for nothing.

    Returns whether it took one; then the next may be due as well.
    """
    if not decision.order.amendments:
        return False
    settle(decision)
    order, amendment = decision.order, decision.order.amendments[0]
    is_stopping = any(awaiting.all_of(order, Awaited.AMENDMENT))
    match amendment.step:
        case AmendmentStep.TURN | AmendmentStep.UNITS | AmendmentStep.WAREHOUSES if _is_over(order, amendment):
            if is_stopping:
                return False
            if amendment.told and not has_ended_unshipped(order):
                _tell_as_it_is(decision, amendment)
            _refuse(decision, amendment, "the order has ended")
        case AmendmentStep.TURN if _has_its_turn(order, amendment):
            _begin(decision, amendment)
        case AmendmentStep.UNITS if _is_answered(order) and not waits_for_reversals(order, amendment):
            _ask_erp(decision, amendment)
        case AmendmentStep.WAREHOUSES if not is_stopping:
            _finish(decision, amendment)
        case _:
            return False
    return True


def _is_over(order: Order, amendment: Amendment) -> bool:
    """Whether nothing is left to amend; if units have left that it has raised, the ERP is told of them all the same."""
    return order.stage in _ENDED and (amendment.step is AmendmentStep.TURN or not _has_left(order, amendment))


def _has_left(order: Order, amendment: Amendment) -> bool:
    """Whether more is out of a line that it has raised than was wanted of it before: so much the ERP has."""
    wanted = {part.line_id: part.quantity for part in amendment.quantities}
    before = {part.line_id: wanted.get(part.line_id, part.quantity) - part.quantity for part in amendment.more}
    raised = (line for line in order.lines if line.line_id in before)
    is_lowered_there = amendment.fewer and amendment.step is AmendmentStep.WAREHOUSES
    return not is_lowered_there and any(line.due_quantity > before[line.line_id] for line in raised)


def _has_its_turn(order: Order, amendment: Amendment) -> bool:
    """Whether all is known that it counts from: no line of it may be about to be cancelled."""
    changed = {part.line_id for part in amendment.quantities}
    is_cancelling = any(changed.intersection(each.line_ids) for each in awaiting.all_of(order, Awaited.CANCELLATION))
    return order.accepted and not is_cancelling and all(line.is_answered for line in order.lines)


def _is_answered(order: Order) -> bool:
    """Whether it is known what is added. What is missing waits, or is cancelled soon: fill or kill."""
    if order.policy.promise is PromisePolicy.FILL_OR_KILL:
        return order.stage in ENDS
    return all(line.is_answered for line in order.lines)


def _begin(decision: OrderDecision, amendment: Amendment) -> None:
    """Lines are raised at once, so that the ledger is asked; the others are lowered when warehouses have stopped."""
    amendment = later_cancellations.counted(decision.order, as_raise_of_refused(decision, amendment))
    order = decision.order
    if reason := why_not(order, amendment):
        if not order.closed and (late := too_late.remember(decision, amendment)):
            disagreements.stays(decision, amendment, f"nothing of it is carried out: {reason}", late)
        _refuse(decision, amendment, reason)
        return
    if found := described_lines.contradiction(order, amendment):
        disagreements.contradicts(decision, amendment, found.case_class, found.reason)
        _refuse(decision, amendment, found.reason)
        return
    amendment = described_lines.settle(decision, amendment)
    order = decision.order
    wanted = {part.line_id: part.quantity for part in amendment.quantities}
    change = {line.line_id: wanted[line.line_id] - line.wanted for line in order.lines if line.line_id in wanted}
    raised = {line_id: units for line_id, units in change.items() if units >= 0}
    unwanted = {line.line_id: line.unwanted for line in order.lines if line.line_id in change and line.unwanted}
    decision.change_named_lines(change, lambda line: counters.raised(line, raised.get(line.line_id, 0)))
    more = {line_id: units for line_id, units in raised.items() if units}
    more |= {line.line_id: line.quantity for line in amendment.added}
    _keep(
        decision,
        amendment._replace(
            step=AmendmentStep.UNITS,
            more=parts_of(more),
            fewer=parts_of({line_id: -units for line_id, units in change.items() if units < 0}),
            unwanted=parts_of(unwanted),
        ),
    )
    add_lines(decision, amendment)


def _ask_erp(decision: OrderDecision, amendment: Amendment) -> None:
    """An order that its ERP does not have is booked as it is then; nothing but units waits for the ERP's consent.

    What was to be fewer of an order that has ended is cancelled: its ERP is told so by the cancellation.
    """
    if decision.order.stage in _ENDED:
        amendment = amendment._replace(fewer=())
    if (amendment.more or amendment.fewer) and decision.order.erp_status in _IN_ERP:
        fewer = {part.line_id: part.quantity for part in amendment.fewer}
        units = {line_id: due - fewer.get(line_id, 0) for line_id, due in units_due(decision.order).items()}
        command_id = tell(decision, amendment, AS_ASKED, units)
        if command_id != NO_COMMAND:
            cancelled = overbooked.now_in(decision.order, units_due(decision.order))
            asked = amendment._replace(step=AmendmentStep.ERP, command_id=command_id, overbooked=cancelled)
            _keep(decision, asked)
            return
    _stop(decision, amendment)


def erp_answered(decision: OrderDecision, event: ErpOutcomeReceived) -> bool:
    """The ERP's outcome, if the amendment waits for it. An order that it has refused is booked as it is then."""
    amendment = next(iter(decision.order.amendments), None)
    if amendment is None or amendment.step is not AmendmentStep.ERP or amendment.command_id != event.command_id:
        return False
    if event.outcome is Outcome.REJECTED_BUSINESS and is_booking_refused(decision.order):
        _keep(decision, amendment._replace(command_id=NO_COMMAND))
        _stop(decision, decision.order.amendments[0])
    elif event.outcome is Outcome.REJECTED_BUSINESS:
        _keep(decision, amendment._replace(command_id=NO_COMMAND))
        taking_back.take_back(decision, _with_what_waited(decision.order, amendment))
        reason = f"the ERP refuses: {event.reason}"
        disagreements.refused_by_erp(decision, amendment, reason)
        _refuse(decision, amendment, reason)
    else:
        decision.order = replace(decision.order, overbooked=amendment.overbooked)
        _keep(decision, amendment._replace(step=AmendmentStep.WAREHOUSES, cancelled_since=()))
        tell_what_waited(decision, amendment)
        _stop(decision, decision.order.amendments[0])
    return True


def _with_what_waited(order: Order, amendment: Amendment) -> Amendment:
    """What was cancelled of its lines since the ERP was asked, counts against what it has: it has not been told."""
    if has_ended_unshipped(order):
        return amendment
    untold = units_of(amendment.untold) + units_of(amendment.cancelled_since)
    return amendment._replace(untold=parts_of(untold))


def _stop(decision: OrderDecision, amendment: Amendment) -> None:
    """Ask every warehouse that works on what is changed."""
    changed = held_back(decision.order)
    nodes: dict[NodeId, list[LineId]] = {}
    for line in decision.order.lines:
        if line.line_id in changed and (amendment.ship_to or _of(amendment.fewer, line) > _free(line)):
            for node_id, *_ in line.released_at:
                if line.awaited_from(node_id):
                    nodes.setdefault(node_id, []).append(line.line_id)
    for node_id, line_ids in nodes.items():
        ask_to_stop(decision, Awaited.AMENDMENT, node_id, tuple(line_ids), amendment.reason)
    _keep(decision, amendment._replace(step=AmendmentStep.WAREHOUSES))
    post_what_waits(decision)


def warehouse_answered(
    decision: OrderDecision, pending: PendingAnswer, event: WarehouseAccepted | WarehouseRefused
) -> None:
    """It has stopped, or works on as before."""
    accepted = isinstance(event, WarehouseAccepted)
    awaiting.settle_command(decision, pending, accepted=accepted)
    if accepted:
        decision.change_lines(
            lambda line: counters.stop(line, pending.node_id) if line.line_id in pending.line_ids else line
        )
    else:
        _works_on(decision, pending.node_id)


def settle(decision: OrderDecision) -> None:
    """A warehouse that has picked or shipped all it knows of these lines has answered."""
    for pending in tuple(awaiting.all_of(decision.order, Awaited.AMENDMENT)):
        lines = tuple(line for line in decision.order.lines if line.line_id in pending.line_ids)
        if not any(line.awaited_from(pending.node_id) for line in lines):
            settle_unanswered(decision, pending, lines)
            _works_on(decision, pending.node_id)


def _works_on(decision: OrderDecision, node_id: NodeId) -> None:
    _keep(decision, decision.order.amendments[0]._replace(refused_by=node_id))


def _finish(decision: OrderDecision, amendment: Amendment) -> None:
    """The lines are lowered as far as warehouses have stopped; the ERP is told if it has less on the order, or more."""
    before = decision.order
    left = _lower(decision, amendment.fewer)
    overbooked.lowered(decision, before)
    goes_to_old_address = amendment.refused_by or any(line.in_picking for line in decision.order.lines)
    moves = bool(amendment.ship_to) and not goes_to_old_address
    ship_to = amendment.ship_to[0] if moves else decision.order.ship_to
    revision = before.revision if amendment.is_decided else amendment.revision
    changed = replace(decision.order, revision=revision, ship_to=ship_to)
    decision.order = with_papers(changed, amendment)
    if amendment.requested:
        change_days(decision, amendment.requested)
    kept = {part.line_id: part.quantity for part in left}
    decision.change_named_lines(kept, lambda line: counters.want_less(line, kept[line.line_id]))
    stays = [f"line {part.line_id} keeps {format_quantity(part.quantity)} more than is wanted" for part in left]
    address_stays = bool(amendment.ship_to) and not moves
    stays += ["the address stays"] * address_stays
    if stays:
        reason = f"{', '.join(stays)}: goods are picked or shipped"
        disagreements.stays(decision, amendment, reason, tuple(kept), address=address_stays)
    if _has_else(before, decision.order, amendment, is_partly_refused=bool(left or address_stays)):
        _tell_as_it_is(decision, amendment, kept)
    if amendment.more:
        raise_lines(decision, amendment)
    _take_next(decision)
    repriced = tuple(
        RepricedLine(each.line_id, each.unit_price, each.price_basis) for each in amendment.described_lines
    )
    decision.publish(
        OrderAmended,
        reason=amendment.reason,
        repriced=repriced,
        disputed_lines=amendment.disputed,
        by_decision=amendment.is_decided,
    )
    _go_on(decision, amendment)


def _tell_as_it_is(decision: OrderDecision, amendment: Amendment, kept: Iterable[LineId] = ()) -> None:
    """What its ERP has on the order; of the lines that are `kept` it has less until it answers."""
    units = units_due(decision.order)
    decision.order = replace(decision.order, overbooked=overbooked.now_in(decision.order, units))
    command_id = tell(decision, amendment, "as it is", units)
    raises.await_answer(decision, command_id, kept if amendment.command_id != NO_COMMAND else ())


def _has_else(before: Order, order: Order, amendment: Amendment, *, is_partly_refused: bool) -> bool:
    """Whether the ERP has the order as it was to be, or as it was when it was booked, and not as it is."""
    if amendment.command_id == NO_COMMAND:
        return bool(amendment.fewer or _papers_of(order) != _papers_of(before)) and order.erp_status in _IN_ERP
    return is_partly_refused or bool(amendment.told)


def _papers_of(order: Order) -> tuple[object, ...]:
    """What the ERP has of the order beside the units of its lines."""
    prices = tuple(line.scaled_price for line in order.lines)
    return order.ship_to, order.requested, order.charges, order.adjustments, order.papers, prices


def _lower(decision: OrderDecision, parts: tuple[PartOfLine, ...]) -> tuple[PartOfLine, ...]:
    """Take units off lines that no warehouse works on; returns what stays."""
    fewer = {part.line_id: part.quantity for part in parts}
    able = {line.line_id: min(fewer.get(line.line_id, 0), _free(line)) for line in decision.order.lines}
    released = decision.change_claims(
        lambda line: counters.lower(line, able[line.line_id]) if able[line.line_id] else (line, ())
    )
    if released:
        decision.send(ReservationsReleased(decision.order.order_id, released))
    return parts_of({line_id: units - able[line_id] for line_id, units in fewer.items() if units > able[line_id]})


def _free(line: OrderLine) -> int:
    return line.cancellable - line.to_be_picked


def _refuse(decision: OrderDecision, amendment: Amendment, reason: str) -> None:
    _take_next(decision)
    decision.publish(
        OrderAmendmentRefused,
        refused_revision=amendment.revision,
        reason=reason,
        by_decision=amendment.is_decided,
    )
    _go_on(decision, amendment)


def _take_next(decision: OrderDecision) -> None:
    """It is over: what is published of its end says the status after it."""
    decision.order = replace(decision.order, amendments=decision.order.amendments[1:])


def _go_on(decision: OrderDecision, amendment: Amendment) -> None:
    """What is left is posted and released; where nothing is, the order has ended as by a cancellation of all."""
    post_what_waits(decision)
    if ends_with_amendment(decision.order, decision.order.amendments):
        cancel_units(decision, {}, amendment.reason)
    else:
        release_what_is_ready(decision)


def _of(parts: tuple[PartOfLine, ...], line: OrderLine) -> int:
    return next((part.quantity for part in parts if part.line_id == line.line_id), 0)


def _keep(decision: OrderDecision, amendment: Amendment) -> None:
    decision.order = replace(decision.order, amendments=(amendment, *decision.order.amendments[1:]))
