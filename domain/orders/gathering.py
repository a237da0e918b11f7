"""Gathering the units of an order: requested, answered, filled, recalled, until it has all or has waited enough.

What the ledger cannot grant waits in the queues of the items, with the order's place in the one order over all items
(docs/adr/0022-units-are-recalled-never-taken.md).
"""

from dataclasses import replace

from domain.durations import duration_text
from domain.identifiers import reservation_id_of
from domain.messages.cases import CaseOrigin
from domain.messages.inventory import (
    GivenBackLine,
    RequestedLine,
    ReservationLine,
    ReservationsGivenBack,
    ReservationsReleased,
    ReservationsRequested,
)
from domain.messages.orders import BackorderFilled, PromisePolicy, ReservationsAnswered, ReservationsRecalled
from domain.messages.status import InventoryAllocated, InventoryBackordered, OrderCancelled, OrderRejected
from domain.orders import lines as counters
from domain.orders.accepting import accept, open_claims, promise, takes_what_there_is
from domain.orders.decision import OrderDecision, OrderRules
from domain.orders.late_answers import answer_came, report_late
from domain.orders.lines import OrderLine
from domain.orders.state import Order, Stage
from domain.orders.warehouses.releasing import release_what_is_ready

_GATHERS = frozenset({Stage.RESERVING, Stage.WAITING})
"""In these stages the order is not decided."""
_LEDGER = "ledger"
"""The key of the case about a ledger that does not answer."""


def request_reservations(decision: OrderDecision) -> None:
    """Ask the ledger for all that is open and not held; the answer has a deadline."""
    order = decision.order
    decision.change_lines(
        lambda line: counters.request(
            line, reservation_id_of(order.order_id, line.line_id, order.revision, order.attempt)
        )
    )
    asked = tuple(line for line in decision.order.lines if line.requested)
    if not asked:
        return
    decision.order = replace(decision.order, stage=Stage.RESERVING, answers_due=order.answers_due + len(asked))
    decision.send(
        ReservationsRequested(
            order_id=order.order_id,
            channel_id=order.channel_id,
            priority_class=order.policy.priority_class,
            nodes=order.policy.nodes,
            confirmed=takes_what_there_is(order),
            lines=tuple(
                RequestedLine(line.reservation_id, line.line_id, line.item_id, line.requested) for line in asked
            ),
            placed_at_us=max(1, order.placed_at_us),
        )
    )
    decision.wake_at(decision.cause.now_ms + decision.rules.answer_within_ms)


def answered(decision: OrderDecision, event: ReservationsAnswered) -> None:
    """The ledger's answer for some lines; answers to an earlier attempt are ignored."""
    decision.order = replace(decision.order, answers_due=decision.order.answers_due - len(event.lines))
    answer_came(decision, _LEDGER, CaseOrigin.INVENTORY, reason="the ledger answers again")
    answers = {line.reservation_id: line for line in event.lines}
    if not any(line.requested and line.reservation_id in answers for line in decision.order.lines):
        decision.dropped = "answer to a reservation that was given up"
        return

    def apply(line: OrderLine) -> OrderLine:
        found = answers.get(line.reservation_id)
        if found is None or not line.requested:
            return line
        return counters.answer(line, found.node_id, found.granted, found.backordered + found.denied)

    decision.change_lines(apply)


def filled(decision: OrderDecision, event: BackorderFilled) -> None:
    """Stock came for backordered lines of this order; until it accepts, the units are only reserved."""
    fills = {line.reservation_id: line for line in event.lines}
    confirmed = decision.order.stage is Stage.ACCEPTED
    before = sum(line.allocated for line in decision.order.lines)

    def apply(line: OrderLine) -> OrderLine:
        found = fills.get(line.reservation_id)
        return counters.fill(line, found.node_id, found.reached, confirmed=confirmed) if found else line

    decision.change_lines(apply)
    if sum(line.allocated for line in decision.order.lines) > before:
        decision.publish(InventoryAllocated)
        release_what_is_ready(decision)


def recalled(decision: OrderDecision, event: ReservationsRecalled) -> None:
    """Give back what no warehouse knows of, and say what is kept: the ledger then asks the next in the queue.

    The units wait in the item's queue again, at their old place.
    """
    order = decision.order
    asked = {line.reservation_id: line.quantity for line in event.lines}
    answers: list[GivenBackLine] = []

    def apply(line: OrderLine) -> OrderLine:
        if line.requested or line.reservation_id not in asked:
            return line
        wanted = asked[line.reservation_id]
        changed, given = counters.recall(line, wanted, only_reserved=event.for_earlier)
        answers.append(GivenBackLine(line.reservation_id, line.line_id, line.item_id, given, wanted - given))
        return changed

    decision.change_lines(apply)
    if not answers:
        decision.dropped = "recall of a reservation that was given up"
        return
    decision.send(ReservationsGivenBack(order.order_id, event.for_earlier, tuple(answers)))
    if order.accepted and any(line.quantity for line in answers):
        decision.publish(InventoryBackordered)


def settle(decision: OrderDecision) -> None:
    """After every event: an order whose requests are all answered is accepted, or waits for what is missing."""
    order = decision.order
    if order.stage not in _GATHERS or any(line.requested for line in order.lines):
        return
    if takes_what_there_is(order) or not any(line.backordered for line in order.lines):
        accept(decision)
    elif order.stage is Stage.RESERVING:
        decision.order = replace(order, stage=Stage.WAITING)
        decision.wake_at(decision.cause.now_ms + _patience_ms(order, decision.rules))


def _patience_ms(order: Order, rules: OrderRules) -> int:
    if order.policy.promise is PromisePolicy.FILL_OR_KILL:
        return rules.fill_or_kill_within_ms
    return rules.complete_within_ms if order.accepted else rules.backordered_after_ms


def _waited_enough(decision: OrderDecision) -> None:
    """Cancel the rest, promise the order as backordered, or give back what it has gathered."""
    order = decision.order
    if order.policy.promise is PromisePolicy.FILL_OR_KILL:
        _fill_or_kill(decision)
    elif not order.accepted:
        promise(decision)
        decision.wake_at(decision.cause.now_ms + decision.rules.complete_within_ms)
    else:
        _release_claims(decision)
        decision.order = replace(decision.order, attempt=order.attempt + 1, stage=Stage.RETRYING)
        decision.wake_at(decision.cause.now_ms + decision.rules.retry_after_ms)


def _fill_or_kill(decision: OrderDecision) -> None:
    missing = tuple(
        ReservationLine(line.reservation_id, line.line_id, line.item_id, line.backordered)
        for line in decision.order.lines
        if line.backordered
    )
    decision.send(ReservationsReleased(decision.order.order_id, missing))
    decision.change_lines(lambda line: counters.cancel(line, line.backordered))
    if not any(line.reserved or line.allocated or line.shipped for line in decision.order.lines):
        decision.order = replace(decision.order, stage=Stage.REJECTED)
        decision.publish(OrderRejected, reason="no unit of it is available")
        return
    accept(decision)
    decision.publish(OrderCancelled, reason="what was not available is cancelled: fill or kill")


def _release_claims(decision: OrderDecision) -> None:
    """Give up this attempt: what is held or waited for under it."""
    if claims := open_claims(decision.order):
        decision.send(ReservationsReleased(decision.order.order_id, claims))
    decision.change_lines(counters.abandon)


def woken(decision: OrderDecision, due_at_ms: int) -> None:
    """The order's timer: a try is due, the ledger has not answered in time, or the order has waited enough."""
    order = decision.order
    if order.wake_at_ms != due_at_ms:
        return
    if order.stage is Stage.RETRYING:
        request_reservations(decision)
    elif order.stage is Stage.RESERVING:
        _give_up_request(decision)
    elif order.stage is Stage.WAITING:
        _waited_enough(decision)


def _give_up_request(decision: OrderDecision) -> None:
    """Only the order ends its reservations: abandon this attempt and request again, without waiting for the ledger."""
    _release_claims(decision)
    report_late(
        decision,
        _LEDGER,
        CaseOrigin.INVENTORY,
        reason=f"no answer to the reservation request within {duration_text(decision.rules.answer_within_ms)}",
        suggested_action="see whether the inventory flow runs; the order asks again automatically",
    )
    decision.order = replace(decision.order, attempt=decision.order.attempt + 1)
    request_reservations(decision)
