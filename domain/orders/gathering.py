"""Gathering the units of an order: requested, answered, filled, recalled, until it has all or has waited enough.

What the ledger cannot grant waits in the queues of the items, with the order's place in the one order over all items
(docs/adr/0022-units-are-recalled-never-taken.md).
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import assert_never

from domain.durations import duration_text
from domain.identifiers import NO_RESERVATION, NodeId, ReservationId, reservation_id_of
from domain.messages.inventory import (
    GivenBackLine,
    NodeUnits,
    RequestedLine,
    ReservationLine,
    ReservationsGivenBack,
    ReservationsReleased,
    ReservationsRequested,
)
from domain.messages.orders import (
    AnsweredLine,
    BackorderFilled,
    FilledLine,
    FromLedger,
    PromisePolicy,
    PromiseReason,
    RecalledLine,
    ReservationsAnswered,
    ReservationsRecalled,
    ReservationsStated,
    StatedLine,
)
from domain.messages.status import (
    InventoryAllocated,
    InventoryBackordered,
    OrderCancelled,
    OrderRejected,
    OrderRepromised,
    RepromisedLine,
)
from domain.orders import counters
from domain.orders.accepting import accept, promise, takes_what_there_is
from domain.orders.amending.amendments import AmendmentStep
from domain.orders.amending.places import place_of
from domain.orders.claims import Claim, moved, stated
from domain.orders.decision import OrderDecision, OrderRules
from domain.orders.erp.cancellations import note_killed, raise_under_way
from domain.orders.facts import other_units
from domain.orders.holds import holding
from domain.orders.lines import OrderLine
from domain.orders.outages.sourcing import nodes_to_ask
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.requested_days import days_of
from domain.orders.state import Order, Stage
from domain.orders.validation import held_lines
from domain.orders.warehouses.releasing import release_what_is_ready
from domain.values import replace

_GATHERS = frozenset({Stage.RESERVING, Stage.WAITING})
"""In these stages the order is not decided."""
_CLAIMS = _GATHERS | {Stage.ACCEPTED}
"""In these stages all that is open is claimed."""
_ENDED = frozenset({Stage.CANCELLED, Stage.REJECTED})
_WAITS = {Awaited.UNITS: Stage.WAITING, Awaited.NEXT_TRY: Stage.RETRYING}
"""What is awaited in one stage only."""


def request_reservations(decision: OrderDecision) -> None:
    """Ask the ledger for all that is open and not claimed; the answer has a deadline.

    A line of which all was taken before asks for nothing: the answer says in which unit that was.
    """
    order = decision.order
    claims = {
        line.line_id: reservation_id_of(order.order_id, line.line_id, order.revision, order.attempt, order.life)
        for line in order.lines
        if line.unclaimed or line.awaits_unit
    }
    if not claims:
        return
    decision.change_named_lines(claims, lambda line: counters.request(line, claims[line.line_id]))
    stage = order.stage if order.stage in _ENDED else Stage.RESERVING
    decision.order = replace(decision.order, stage=stage, answers_due=order.answers_due + len(claims))
    days = days_of(order) if order.requested else {}
    nodes = nodes_to_ask(decision)
    places: dict[int, list[RequestedLine]] = {}
    for line in decision.order.lines:
        if line.line_id in claims:
            places.setdefault(place_of(order, line.line_id), []).append(
                RequestedLine(
                    claims[line.line_id],
                    line.line_id,
                    line.item_id,
                    line.claims[-1].waiting if line.claims else 0,
                    line.unit,
                    days.get(line.line_id, 0),
                    _beside(order, line),
                )
            )
    for placed_at_us, lines in places.items():
        decision.send(_request_for(order, placed_at_us, tuple(lines), nodes))
    awaiting.expect_within(decision, Awaited.RESERVATION, "ledger", decision.rules.answer_within_ms)


def _beside(order: Order, line: OrderLine) -> tuple[ReservationId, ...]:
    """The claims that the line had before this one, if one node is to serve them all."""
    if order.policy.split:
        return ()
    return tuple(claim.reservation_id for claim in line.claims[:-1] if claim.reservation_id != NO_RESERVATION)


def _request_for(
    order: Order, placed_at_us: int, lines: tuple[RequestedLine, ...], nodes: tuple[NodeId, ...]
) -> ReservationsRequested:
    return ReservationsRequested(
        order_id=order.order_id,
        channel_id=order.channel_id,
        priority_class=order.policy.priority_class,
        nodes=nodes,
        confirmed=takes_what_there_is(order),
        lines=lines,
        placed_at_us=placed_at_us,
        split=order.policy.split,
        known_items_only=order.policy.known_items_only,
    )


def heard(decision: OrderDecision, event: FromLedger) -> None:
    """A message of the ledger."""
    match event:
        case ReservationsAnswered():
            _answered(decision, event)
        case BackorderFilled():
            _filled(decision, event)
        case ReservationsStated():
            _stated(decision, event)
        case ReservationsRecalled():
            _recalled(decision, event)
        case _:
            assert_never(event)


def _answered(decision: OrderDecision, event: ReservationsAnswered) -> None:
    """The ledger's answer for some lines; answers to an earlier attempt are ignored."""
    decision.order = replace(decision.order, answers_due=decision.order.answers_due - len(event.lines))
    _ledger_answers(decision)
    before = decision.order
    about_units = other_units.answered(decision, event.lines)
    lines = tuple(line for line in event.lines if line not in about_units)
    if not _take_over(decision, lines):
        decision.dropped = "" if about_units else "answer to a reservation that was given up"
        return
    held_lines.answered(decision, lines)
    _tell_what_waits(decision, before)


def _backordered(order: Order) -> int:
    return sum(line.backordered for line in order.lines)


def _allocated(order: Order) -> int:
    return sum(line.allocated for line in order.lines)


def _tell_what_waits(decision: OrderDecision, before: Order) -> None:
    """An accepted order waits for more units than it did: its acceptance does not say so, and nothing else does.

    What an amendment adds is told when it is known what of it stays.
    """
    order = decision.order
    if order.accepted and not _is_being_raised(order) and _backordered(order) > _backordered(before):
        decision.publish(InventoryBackordered)


def _is_being_raised(order: Order) -> bool:
    return any(amendment.step is AmendmentStep.UNITS for amendment in order.amendments)


def _ledger_answers(decision: OrderDecision) -> None:
    """Any answer, also to an earlier attempt, says that it works; the row ends with the last one."""
    pending = awaiting.one_of(decision.order, Awaited.RESERVATION)
    if pending is None:
        return
    end = awaiting.resolve if decision.order.answers_due else awaiting.settle
    end(decision, pending, "the ledger answers again")


def _filled(decision: OrderDecision, event: BackorderFilled | ReservationsStated) -> None:
    """Stock came for backordered lines, or the ledger states what they hold; until it accepts, units are reserved."""
    before = decision.order
    if isinstance(event, ReservationsStated):
        other_units.learn(decision, event.lines)
    _take_over(decision, event.lines)
    if isinstance(event, ReservationsStated):
        held_lines.stated(decision, event.lines)
    if decision.order.accepted:
        if _allocated(decision.order) > _allocated(before):
            decision.publish(InventoryAllocated)
        _tell_what_waits(decision, before)
        release_what_is_ready(decision)


def _stated(decision: OrderDecision, event: ReservationsStated) -> None:
    """Besides what the claims hold, their promise dates may have moved."""
    before = {line.line_id: line.promised_us for line in decision.order.lines}
    _filled(decision, event)
    moved = tuple(
        RepromisedLine(line.line_id, before[line.line_id], line.promised_us)
        for line in decision.order.lines
        if line.backordered and line.promised_us != before[line.line_id]
    )
    if moved and event.reason is not PromiseReason.UNMOVED and decision.order.accepted:
        decision.publish(OrderRepromised, reason=event.reason, lines=moved)


def _take_over(decision: OrderDecision, lines: Sequence[AnsweredLine | FilledLine | RecalledLine | StatedLine]) -> bool:
    """Take over what the ledger states of the claims; false if the order has none of them any more.

    One decision of the ledger may say several things of a claim, each as a message of its kind: the last one counts.
    """
    said = {line.reservation_id: line for line in sorted(lines, key=attrgetter("said"))}
    unnumbered: list[ReservationLine] = []
    is_known = False

    def apply(line: OrderLine) -> OrderLine:
        nonlocal is_known
        for claim in line.claims:
            if found := said.get(claim.reservation_id):
                is_known = True
                if 0 < found.said < claim.heard:
                    continue
                if found.said:
                    line = counters.change_claim(line, stated(claim, found.said, found.heard, found.units))
                else:
                    now = moved(claim, 0).claim
                    line = counters.change_claim(line, now)
                    unnumbered.append(
                        ReservationLine(now.reservation_id, line.line_id, line.item_id, 0, now.sent, 0, now.holds)
                    )
        return line

    decision.change_named_lines({line.line_id for line in lines}, apply)
    if unnumbered:
        decision.send(ReservationsReleased(decision.order.order_id, tuple(unnumbered)))
    return is_known


def _recalled(decision: OrderDecision, event: ReservationsRecalled) -> None:
    """Give back what no warehouse knows of, and say what is kept: the ledger then asks the next in the queue.

    The units wait in the item's queue again, at their old place. A recall states all of a claim, so it may be the first
    to say what else is held, and not with a warehouse yet.
    """
    if not _take_over(decision, event.lines):
        decision.dropped = "recall of a reservation that was given up"
        return
    answers: list[GivenBackLine] = []

    def apply(line: OrderLine) -> OrderLine:
        for asked in event.lines:
            if claim := _claim_of(line, asked.reservation_id):
                node_id = asked.node_id or _one_node(claim)
                line, (now, given) = counters.recall(
                    line, claim, node_id, asked.quantity, only_reserved=event.for_earlier
                )
                kept = asked.quantity - given
                answers.append(
                    GivenBackLine(
                        now.reservation_id,
                        line.line_id,
                        line.item_id,
                        given,
                        kept,
                        node_id,
                        now.sent if given else 0,
                        now.heard,
                        (NodeUnits(node_id, now.at(node_id).unpicked),),
                    )
                )
        return line

    decision.change_named_lines({line.line_id for line in event.lines}, apply)
    decision.send(ReservationsGivenBack(decision.order.order_id, event.for_earlier, tuple(answers)))
    if decision.order.accepted:
        if any(line.quantity for line in answers):
            decision.publish(InventoryBackordered)
        release_what_is_ready(decision)


def _claim_of(line: OrderLine, reservation_id: ReservationId) -> Claim | None:
    return next((claim for claim in line.claims if claim.reservation_id == reservation_id), None)


def _one_node(claim: Claim) -> NodeId:
    """Where a claim of an earlier release holds its units."""
    return next((held.node_id for held in claim.held), NodeId(""))


def settle(decision: OrderDecision) -> None:
    """After every event: an order whose requests are all answered is accepted, or waits for what is missing.

    Not while it is in dispute; then it goes on when the hold has ended.
    """
    _try_at_once(decision)
    _request_unclaimed(decision)
    _ask_for_units(decision)
    order = decision.order
    if order.stage not in _GATHERS or holding.is_disputed(order) or not _is_answered(order):
        return
    if takes_what_there_is(order) or _is_kept(order) or not any(line.backordered for line in order.lines):
        accept(decision)
    elif order.stage is Stage.RESERVING:
        decision.order = replace(order, stage=Stage.WAITING)
        awaiting.expect_within(decision, Awaited.UNITS, "units", _patience_ms(order, decision.rules))
    else:
        for pending in awaiting.all_of(order, Awaited.UNITS):
            if not pending.due_at_ms:
                waited_enough(decision, pending)


def _try_at_once(decision: OrderDecision) -> None:
    """An order that has given everything back is lowered: what is left may be there, so it does not wait a day."""
    order = decision.order
    if order.stage is not Stage.RETRYING:
        return
    before = {line.line_id: line.open_quantity for line in decision.first.lines}
    if any(line.open_quantity < before.get(line.line_id, 0) for line in decision.changed_lines()):
        try_again(decision)


def try_again(decision: OrderDecision) -> None:
    """Ask again for all that was given back; a held line was not, so it may be that nothing is asked."""
    decision.order = replace(decision.order, stage=Stage.RESERVING)
    request_reservations(decision)


def _request_unclaimed(decision: OrderDecision) -> None:
    """Units that were picked without a claim, and are put back, are open again: the ledger is asked for them."""
    order = decision.order
    if order.stage in _CLAIMS and any(line.unclaimed for line in decision.changed_lines()):
        decision.order = replace(order, attempt=order.attempt + 1)
        request_reservations(decision)


def _ask_for_units(decision: OrderDecision) -> None:
    """Something is reported of a line that ended before the ledger was asked for it: it is asked in which unit that is.

    Not while it owes answers, since these may say it; nor before the order has ended.
    """
    order = decision.order
    has_gone_on = decision.first.answers_due or decision.first.stage is not order.stage
    lines = order.lines if has_gone_on else decision.changed_lines()
    is_asked = order.answers_due or order.stage not in _CLAIMS | _ENDED
    if not is_asked and any(line.awaits_unit for line in lines):
        decision.order = replace(order, attempt=order.attempt + 1)
        request_reservations(decision)


def _awaits_units(order: Order) -> bool:
    return any(line.awaits_unit for line in order.lines)


def _is_kept(order: Order) -> bool:
    """A fill-or-kill order that was filled is not killed: for goods that were damaged or lost it waits for others."""
    return order.policy.promise is PromisePolicy.FILL_OR_KILL and order.accepted and not _is_being_raised(order)


def _is_answered(order: Order) -> bool:
    return all(line.is_answered for line in order.lines)


def _patience_ms(order: Order, rules: OrderRules) -> int:
    if order.policy.promise is PromisePolicy.FILL_OR_KILL:
        return rules.fill_or_kill_within_ms
    return rules.complete_within_ms if order.accepted else rules.backordered_after_ms


def waited_enough(decision: OrderDecision, pending: PendingAnswer) -> None:
    """Cancel the rest, promise the order as backordered, or give back what it has gathered; in dispute, wait on.

    Nothing is given back while supply covers all that is missing: the day that the customer was told is kept.
    """
    order = decision.order
    if holding.is_disputed(order):
        awaiting.change(decision, pending._replace(due_at_ms=0))
    elif order.policy.promise is PromisePolicy.FILL_OR_KILL:
        _fill_or_kill(decision, pending)
    elif not order.accepted:
        promise(decision)
        awaiting.expect_within(decision, Awaited.UNITS, "units", decision.rules.complete_within_ms)
    elif all(line.promised_us for line in order.lines if line.backordered):
        awaiting.expect_within(decision, Awaited.UNITS, "units", decision.rules.complete_within_ms)
    else:
        _release_claims(decision, lambda line: _abandoned(order, line))
        decision.order = replace(decision.order, attempt=order.attempt + 1, stage=Stage.RETRYING)
        awaiting.expect_within(decision, Awaited.NEXT_TRY, "next try", decision.rules.retry_after_ms)


def _abandoned(order: Order, line: OrderLine) -> tuple[OrderLine, counters.Moves]:
    """What a held line waits for nobody else can have: its claim stays, and so does its case."""
    return counters.abandon_held(line) if line.line_id in order.held_lines else counters.abandon(line)


def _fill_or_kill(decision: OrderDecision, pending: PendingAnswer) -> None:
    """Nothing is killed of a held line: whether it can be filled is not known."""
    order = decision.order
    units = {line.line_id: _killed(order, line) for line in order.lines if line.line_id not in order.held_lines}
    missing = decision.change_claims(
        lambda line: counters.cancel(line, units[line.line_id]) if line.line_id in units else (line, ())
    )
    note_killed(decision, units, raise_under_way(order))
    if missing:
        decision.send(ReservationsReleased(order.order_id, missing))
    if not order.accepted and not any(_is_available(line) for line in decision.order.lines):
        if any(line.backordered for line in decision.order.lines):
            awaiting.change(decision, pending._replace(due_at_ms=0))
            return
        decision.order = replace(decision.order, stage=Stage.REJECTED)
        decision.publish(OrderRejected, reason="no unit of it is available")
        return
    accept(decision)
    if missing:
        decision.publish(OrderCancelled, reason="what was not available is cancelled: fill or kill")


def _is_available(line: OrderLine) -> bool:
    """Whether something of it is there, has left, or needs no stock."""
    return bool(line.reserved or line.allocated or line.shipped or line.without_stock)


def _killed(order: Order, line: OrderLine) -> int:
    """Of an accepted order not more than its amendment adds."""
    if not order.accepted:
        return line.backordered
    added = (part for part in order.amendments[0].more if part.line_id == line.line_id) if order.amendments else ()
    return min(line.backordered, sum(part.quantity for part in added))


def _release_claims(decision: OrderDecision, give_up: Callable[[OrderLine], tuple[OrderLine, counters.Moves]]) -> None:
    """Give up this attempt: what is held or waited for under it."""
    if claims := decision.change_claims(give_up):
        decision.send(ReservationsReleased(decision.order.order_id, claims))


def ledger_is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """Only the order ends its reservations: it gives up what is not answered, and asks again without waiting.

    What is answered keeps what it holds, and its place in the queue.
    """
    is_asking = decision.order.stage is Stage.RESERVING or _awaits_units(decision.order)
    if not is_asking or _is_answered(decision.order):
        awaiting.change(decision, pending._replace(due_at_ms=0))
        return
    _release_claims(decision, counters.give_up_unanswered)
    within = duration_text(decision.rules.answer_within_ms)
    awaiting.report(decision, pending, f"no answer to the reservation request within {within}")
    decision.order = replace(decision.order, attempt=decision.order.attempt + 1)
    request_reservations(decision)


def watch(decision: OrderDecision) -> None:
    """After every change: an order that does not wait any more has no patience to lose."""
    for awaited, stage in _WAITS.items():
        pending = awaiting.one_of(decision.order, awaited)
        if pending is not None and decision.order.stage is not stage:
            awaiting.settle(decision, pending, "")
