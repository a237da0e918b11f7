"""Shipments reversed: units that were reported as shipped did not leave, or came back before they were delivered.

They are taken off what is shipped. What is open again is held for the order at the node to which they came, and
released again; damaged or missing units are not, and others are waited for. What a customer has cancelled, and could
not be cancelled because it was shipped, is cancelled now. A shipment that was posted to the ERP is reversed there.

A reversal is taken off the shipment that it names, and off no other (`domain.orders.documents.counted`): that of its
own warehouse, since every warehouse numbers its own. It may come before it: then it waits, nothing moves in the ledger,
and it is taken off when the shipment comes. If the warehouse has shipped nothing under the number by the deadline,
somebody else has told the reversal, and it is taken off the shipment of another warehouse. What no shipment has is a
case at the deadline, which says that more is reversed than was shipped, and the units are posted, because a warehouse
has them. The shipment resolves the case; they do not move again. A shipment that left after the reversal, by the clocks
of the warehouses, is never the one that it reverses: numbers are used again. A reversal whose order is not known is
treated alike (`domain.orders.parking`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from domain.identifiers import LineId, NodeId, ShipmentId, reservation_id_of
from domain.messages.cases import CaseState
from domain.messages.dispatch import Document, PostedEvent
from domain.messages.inventory import UnitsReversed, UnpickedUnits
from domain.messages.orders import OrderShipmentReversed, UnpickedLine
from domain.messages.status import ShipmentReversed
from domain.orders import counters
from domain.orders.amending.places import place_of_order
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision, document_of, reversal_key
from domain.orders.documents.counted import DocumentKind, DocumentName, Issuer
from domain.orders.erp.posting import post_document
from domain.orders.facts import coming_back_twice, lines_by_item, misdirected, misdirected_cases, reopening
from domain.orders.facts.coverage import split
from domain.orders.lines import OrderLine
from domain.orders.outages.sourcing import sourcing_of
from domain.orders.parcels import delivered_shipments
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.requested_days import day_of
from domain.orders.shops import reporting
from domain.orders.state import HeldReversal, Order, Stage
from domain.orders.without_stock.moving import move
from domain.quantities import format_quantity
from domain.returns import ReturnCondition

_RESTOCKED = ReturnCondition.RESTOCKED
_DEEDS = {
    ReturnCondition.DAMAGED: "reversed and damaged",
    ReturnCondition.INSPECT: "reversed and set aside for inspection",
    ReturnCondition.MISSING: "reversed and lost",
}
MOST_HELD: Final = 100
"""Reversals of one order that wait for their shipment; one more is a case at once, and is not taken off."""
_ASKED = frozenset({Stage.WAITING, Stage.ACCEPTED})
"""In these stages the ledger was asked for all that is open."""


def shipment_reversed(decision: OrderDecision, event: OrderShipmentReversed, *, forward: bool = True) -> None:
    """Apply a reversal; `forward` is False when its movement is in the ledger already (an orphan's)."""
    reversal = HeldReversal(
        business_key=reversal_key(event, decision.cause.event_id),
        shipment_id=event.shipment_id,
        reversal_id=event.reversal_id,
        node_id=event.node_id,
        reason=event.reason,
        occurred_at_us=event.provenance.occurred_at_us,
        lines=event.lines,
        is_in_ledger=not forward,
        by_channel=event.by_channel,
    )
    held = _take_off(decision, reversal, reversal.business_key)
    if held.lines:
        _hold(decision, held)


def _hold(decision: OrderDecision, held: HeldReversal) -> None:
    """What finds no room does not wait: a person has to correct the shipment."""
    now_ms, waiting = decision.cause.now_ms, decision.order.held_reversals
    pending = PendingAnswer(Awaited.REVERSED_SHIPMENT, held.business_key, now_ms, due_at_ms=0)
    if len(waiting) >= MOST_HELD:
        _post(decision, held)
        reason = f"{held.reversal_id} does not wait: {_named(decision, held)}"
        awaiting.state(decision, pending, CaseState.OPEN, reason)
        return
    decision.order = replace(decision.order, held_reversals=(*waiting, held))
    awaiting.expect(decision, pending._replace(due_at_ms=now_ms + decision.rules.premature_reversal_limit_ms))


def shipped(decision: OrderDecision, shipment_id: ShipmentId, node_id: NodeId) -> None:
    """A shipment is counted: take off what was reversed of it before it came; its own warehouse's, the oldest first."""
    waiting = [each for each in decision.order.held_reversals if each.shipment_id == shipment_id]
    for held in sorted(waiting, key=lambda each: each.node_id != node_id):
        late = [pending for pending in _awaited(decision.order, held) if pending.is_late]
        left = _take_off_later(decision, held, of_others=bool(late))
        if left.lines and left.lines != held.lines:
            for pending in late:
                awaiting.report_again(decision, pending, _named(decision, left))


def shipment_is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """Another warehouse's was meant; or more is reversed than was shipped: a person looks for the shipment."""
    for held in decision.order.held_reversals:
        if held.business_key == pending.key:
            left = _take_off_later(decision, held, of_others=True)
            if left.lines:
                awaiting.report(decision, pending, _named(decision, left))
                _post(decision, left)
                _keep(decision, replace(left, is_in_ledger=True))


def _take_off_later(decision: OrderDecision, held: HeldReversal, *, of_others: bool) -> HeldReversal:
    """Apply what waits as far as it is shipped by now; returns it with the rest."""
    left = _take_off(decision, held, f"{held.business_key}/{decision.cause.event_id}", of_others=of_others)
    _keep(decision, left)
    if not left.lines:
        for pending in _awaited(decision.order, held):
            awaiting.settle(decision, pending, f"what {held.reversal_id} reverses was shipped")
    return left


def _awaited(order: Order, held: HeldReversal) -> Sequence[PendingAnswer]:
    return [each for each in awaiting.all_of(order, Awaited.REVERSED_SHIPMENT) if each.key == held.business_key]


def _post(decision: OrderDecision, held: HeldReversal) -> None:
    """Without a claim: nothing of them is shipped, so nothing is open again."""
    if not held.is_in_ledger:
        _send(decision, held, misdirected.back_without_claim(held.lines))


def _keep(decision: OrderDecision, changed: HeldReversal) -> None:
    """A reversal as it is now, in its place; without lines it waits no longer."""
    held = (changed if each.business_key == changed.business_key else each for each in decision.order.held_reversals)
    decision.order = replace(decision.order, held_reversals=tuple(each for each in held if each.lines))


def _named(decision: OrderDecision, held: HeldReversal) -> str:
    units = shortened([f"{format_quantity(line.quantity)} of line {line.line_id}" for line in held.lines])
    is_known = decision.documents_named(_shipments_of(held)).counted_us
    beyond = (
        "beyond what it had shipped by then and was not reversed before" if is_known else "which nobody has shipped"
    )
    return f"{held.reversal_id} of {held.node_id} reverses {units} of {held.shipment_id}, {beyond}"


def _shipments_of(reversal: HeldReversal) -> DocumentName:
    return DocumentName(DocumentKind.SHIPMENT, reversal.shipment_id)


def _take_off(
    decision: OrderDecision, reversal: HeldReversal, business_key: str, *, of_others: bool = False
) -> HeldReversal:
    """Apply the reversal as far as its shipment has shipped the units; returns it with the rest."""
    shipments, issuer = decision.documents_named(_shipments_of(reversal)), Issuer(reversal.node_id)
    shipped = {(line.line_id, line.item_id): line.shipped for line in decision.order.lines if not line.kept_unit}
    left = shipments.reversible(issuer, reversal.occurred_at_us, of_others=of_others)
    covered = {name: min(units, shipped.get(name, units)) for name, units in left.items()}
    room = {line_id: max(0, units) for (line_id, item_id), units in covered.items() if (line_id, item_id) in shipped}
    lines = lines_by_item.spread(decision.order.lines, reversal.lines, room, last_has_the_rest=False)
    now, later = split(lines, covered)
    if now:
        delivered = delivered_shipments.of(decision, reversal.shipment_id)
        beyond = coming_back_twice.beyond(decision)
        decision.keep_documents(shipments.without_units(issuer, now, reversal.occurred_at_us))
        delivered_shipments.recount(decision, reversal.shipment_id, delivered)
        _apply(decision, reversal, now, business_key)
        coming_back_twice.report(decision, beyond, reversal)
    return replace(reversal, lines=later)


def _apply(decision: OrderDecision, whole: HeldReversal, lines: Sequence[UnpickedLine], business_key: str) -> None:
    """Apply these lines of a reversal; some may be of items that the order does not have."""
    own, others = misdirected.own_and_others(decision.order, lines)
    reversal = replace(whole, lines=own)
    others_moved = misdirected.reversed_units(decision, others)
    misdirected_cases.report_back(decision, others, "reversed", f" with {reversal.reversal_id}")
    before, units = decision.order, misdirected.units_by_line(own)
    decision.change_named_lines(units, lambda line: counters.reverse(line, units[line.line_id]))
    reopening.reopen(decision, before)
    if not reversal.is_in_ledger:
        _send(decision, reversal, (*_come_back(decision, reversal), *others_moved))
    decision.publish(
        ShipmentReversed,
        shipment_id=reversal.shipment_id,
        reversal_id=reversal.reversal_id,
        node_id=reversal.node_id,
        reason=reversal.reason,
        lines=tuple(lines),
    )
    if units:
        document = _document(decision.order, reversal, units)
        post_document(decision, PostedEvent.SHIPMENT_REVERSED, business_key, document)
        reporting.taken_back(decision, business_key, document, by_channel=reversal.by_channel)
    for line in reversal.lines:
        if line.condition in _DEEDS:
            reopening.report_loss(decision, reversal.node_id, line, _DEEDS[line.condition], reversal.reason)
    reopening.go_on(decision, before, reversal.node_id, reversal.reason or "its shipment is reversed")


def _come_back(decision: OrderDecision, reversal: HeldReversal) -> Sequence[UnpickedUnits]:
    """What moves in the ledger: what is held for the order again, then the rest."""
    restocked = tuple(line for line in reversal.lines if line.condition is _RESTOCKED)
    units = misdirected.units_by_line(restocked) if _has_asked(decision.order) else {}
    decision.order = replace(decision.order, attempt=decision.order.attempt + bool(units))
    order, held_as = decision.order, reopening.held_as(decision.order)

    def hold(line: OrderLine) -> tuple[OrderLine, counters.Moves]:
        if not units.get(line.line_id):
            return line, ()
        new = reservation_id_of(order.order_id, line.line_id, order.revision, order.attempt, order.life)
        return counters.hold_again(line, units[line.line_id], reversal.node_id, held_as, new)

    held = [
        replace(reopening.units_of(line, _RESTOCKED), requested_us=day_of(order, line.line_id))
        for line in decision.change_claims(hold)
    ]
    _, free = split(restocked, {(line.line_id, line.item_id): line.quantity for line in held})
    gone = (line for line in reversal.lines if line.condition is not _RESTOCKED)
    return (*held, *misdirected.back_without_claim((*free, *gone)))


def _has_asked(order: Order) -> bool:
    """Whether the ledger was asked for the order's units, and nothing was given up since."""
    claimed = (claim.reservation_id for line in order.lines for claim in line.claims)
    return order.stage in _ASKED or (order.stage is Stage.RESERVING and (order.answers_due > 0 or any(claimed)))


def movement_of(event: OrderShipmentReversed) -> UnitsReversed:
    """What moves in the ledger for an order that has not come: the units are free, damaged or gone."""
    lines = misdirected.back_without_claim(event.lines)
    return UnitsReversed(event.order_id, event.node_id, event.reversal_id, lines, event.provenance.occurred_at_us)


def _send(decision: OrderDecision, reversal: HeldReversal, moved: Sequence[UnpickedUnits]) -> None:
    order = decision.order
    move(
        decision,
        UnitsReversed(
            order_id=order.order_id,
            node_id=reversal.node_id,
            reversal_id=reversal.reversal_id,
            lines=tuple(moved),
            occurred_at_us=reversal.occurred_at_us,
            priority_class=order.policy.priority_class,
            nodes=sourcing_of(order, decision.rules.conditions).nodes,
            split=order.policy.split,
            confirmed=reopening.is_confirmed(order),
            placed_at_us=place_of_order(order),
        ),
        by_channel=reversal.by_channel,
    )


def _document(order: Order, reversal: HeldReversal, units: Mapping[LineId, int]) -> Document:
    return replace(document_of(order, units, reversal.reason), shipment_id=reversal.shipment_id)
