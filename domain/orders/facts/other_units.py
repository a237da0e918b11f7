"""Lines that are ordered in another unit than that in which their item is kept (docs/domain.md#units).

Facts name no unit: they are in that of the item, so none of them counts on such a line (`misdirected`). Only the ledger
knows the unit, and says it when it answers, or when it comes to know it. What was counted on the line before that is
counted beside it from then on, as if it had come later: nothing of it is shipped, posted or credited. The goods stay
where they are in the ledger, where no line claims them (`domain.inventory.units.apart`).
"""

from collections.abc import Iterable, Sequence

from domain.identifiers import NO_RESERVATION, LineId, NodeId, ReservationId, ShipmentId
from domain.messages.dispatch import PostedEvent
from domain.messages.inventory import ReservationLine, ReservationsReleased
from domain.messages.orders import AnsweredLine, FulfilmentLine, StatedLine
from domain.orders.accepting import accept_what_was_shipped
from domain.orders.claims import Claim
from domain.orders.decision import OrderDecision, document_of
from domain.orders.erp import unposted
from domain.orders.erp.posting import post_document
from domain.orders.facts import crediting, misdirected, misdirected_cases, reopening
from domain.orders.lines import OrderLine
from domain.orders.returns import forgetting
from domain.values import replace

SaidLine = AnsweredLine | StatedLine


def answered(decision: OrderDecision, lines: Sequence[AnsweredLine]) -> tuple[AnsweredLine, ...]:
    """The ledger answers; returns the lines of which that says no more than in which unit their items are kept.

    An order that had ended, and of which something has left all the same, is accepted with that when it is known.
    """
    awaiting = {line.line_id for line in decision.order.lines if line.awaits_unit}
    named = {line.line_id for line in lines}
    decision.change_named_lines(named, lambda line: line._replace(is_unit_known=True))
    about_units = (awaiting & named) | learn(decision, lines)
    if awaiting and any(line.shipped for line in decision.order.lines):
        accept_what_was_shipped(decision)
    return tuple(line for line in lines if line.line_id in about_units)


def learn(decision: OrderDecision, said: Sequence[SaidLine]) -> frozenset[LineId]:
    """The ledger says of some lines in which unit their items are kept; those whose claims are given up."""
    _give_up_forgotten(decision, said)
    news = {line.line_id: line for line in said if line.kept_unit}
    lines = [line for line in decision.order.lines if line.line_id in news and not line.kept_unit]
    if not lines:
        return frozenset()
    before = decision.order
    decision.change_named_lines(
        {line.line_id for line in lines}, lambda line: line._replace(kept_unit=news[line.line_id].kept_unit)
    )
    moved = [line for line in lines if _has_moved(line)]
    given_up = [each for line in moved for each in _given_up(line, news[line.line_id])]
    if given_up:
        decision.send(ReservationsReleased(before.order_id, tuple(given_up)))
    for line in moved:
        _set_beside(decision, line)
    if moved:
        reopening.reopen(decision, before)
        reopening.go_on(decision, before, NodeId(""), "what was reported of it is in another unit")
    return frozenset(line.line_id for line in moved)


def _give_up_forgotten(decision: OrderDecision, said: Sequence[SaidLine]) -> None:
    """Claims given up before the unit was known: facts had used up a part of them here, and none of it there."""
    lines = {line.line_id: line for line in decision.order.lines if line.kept_unit}
    forgotten = [
        _all_of(lines[each.line_id], each.reservation_id, Claim(each.reservation_id, sent=each.heard, heard=each.said))
        for each in said
        if each.units and each.line_id in lines and not _is_claimed(lines[each.line_id], each.reservation_id)
    ]
    if forgotten:
        decision.send(ReservationsReleased(decision.order.order_id, tuple(forgotten)))


def _is_claimed(line: OrderLine, reservation_id: ReservationId) -> bool:
    return any(claim.reservation_id == reservation_id for claim in line.claims)


def _has_moved(line: OrderLine) -> bool:
    counted = (line.picked, line.shipped, line.delivered, line.invoiced, line.taken_back, line.amounts_stated)
    return any(counted) or any(claim.held for claim in line.claims)


def _given_up(line: OrderLine, said: SaidLine) -> Iterable[ReservationLine]:
    """All claims of the line, since facts have changed them here and not in the ledger; it is asked for new ones."""
    known = {claim.reservation_id: claim for claim in line.claims if claim.reservation_id != NO_RESERVATION}
    stated = Claim(said.reservation_id, sent=said.heard, heard=said.said)
    for reservation_id, claim in ({said.reservation_id: stated} | known).items():
        yield _all_of(line, reservation_id, claim)


def _all_of(line: OrderLine, reservation_id: ReservationId, claim: Claim) -> ReservationLine:
    """No claim of a line is of more than is ordered."""
    return ReservationLine(reservation_id, line.line_id, line.item_id, line.ordered, claim.sent + 1, claim.heard)


def _set_beside(decision: OrderDecision, line: OrderLine) -> None:
    """Counters, documents of the ERP and cases, as if the facts came now."""
    _take_back_postings(decision, line)
    crediting.forget_line(decision, line.line_id)
    forgetting.forget_line(decision, line.line_id)
    misdirected.set_beside(decision, line)
    decision.change_named_lines({line.line_id}, _without_facts)
    out = max(0, line.shipped - line.returned) + line.in_picking
    if out > 0:
        units = FulfilmentLine(line.line_id, line.item_id, out)
        misdirected_cases.report_out(decision, [units], "picked or shipped")
    if line.taken_back:
        back = FulfilmentLine(line.line_id, line.item_id, line.taken_back)
        misdirected_cases.report(decision, [back], "returned", "")


def _without_facts(line: OrderLine) -> OrderLine:
    return line._replace(
        released=0,
        picked=0,
        picks=(),
        shipped=0,
        delivered=0,
        delivered_beyond=0,
        invoiced=0,
        returned=0,
        missing=0,
        claims=(),
        released_at=(),
        invoiced_amount=0,
        units_with_amount=0,
        amounts_stated=0,
        uninvoiced=0,
    )


def _take_back_postings(decision: OrderDecision, line: OrderLine) -> None:
    """Of its shipments: those that wait are not posted, and what is posted is reversed."""
    posted = line.shipped - unposted.forget_line(decision, line.line_id)
    if posted <= 0:
        return
    reason = f"line {line.line_id} is ordered in {line.unit}, and its item is kept in another unit"
    document = document_of(decision.order, {line.line_id: posted}, reason)
    key = f"{decision.order.order_id}/other unit/{line.line_id}/{decision.cause.event_id}"
    named = ShipmentId(f"line {line.line_id} in another unit")
    post_document(decision, PostedEvent.SHIPMENT_REVERSED, key, replace(document, shipment_id=named))
