"""What an ERP is told of a cancellation, after the shipments of the order that it is still to be told of."""

from collections import Counter
from collections.abc import Iterable, Mapping

from domain.identifiers import NO_COMMAND, LineId
from domain.messages.dispatch import ErpRequested, PostedEvent
from domain.messages.orders import PartOfLine
from domain.messages.status import ErpStatus
from domain.orders.amending.amendments import Amendment, AmendmentStep
from domain.orders.decision import OrderDecision, booking_key, document_of
from domain.orders.erp import unposted
from domain.orders.erp.booking import has_ended_unshipped
from domain.orders.erp.withheld import is_withheld, lines_before
from domain.orders.state import Order
from domain.values import replace

_NOT_IN_ERP = (ErpStatus.NOT_SENT, ErpStatus.REJECTED)
_TOLD = frozenset({AmendmentStep.ERP, AmendmentStep.WAREHOUSES})
"""In these steps the ERP has an amendment, or is asked for it."""


def post_cancellation(decision: OrderDecision, quantities: Mapping[LineId, int], reason: str) -> None:
    """The whole order: a document without lines. A part: a separate document with the cancelled quantities.

    An ERP that does not have the order gets it without what is cancelled.
    """
    order = decision.order
    if order.erp_status in _NOT_IN_ERP:
        return
    if not has_ended_unshipped(order):
        quantities = _without_what_waits(decision, quantities)
        order = decision.order
    key, document = _part_key(decision), document_of(order, _known_there(order, quantities), reason)
    _keep_known_already(decision, quantities)
    _keep_untold(decision, quantities)
    if has_ended_unshipped(order):
        key, document = booking_key(order), document_of(order, {}, reason)
        decision.order = replace(decision.order, overbooked=(), amendments=_all_told(decision.order.amendments))
    elif not document.lines:
        return
    if is_withheld(decision, PostedEvent.ORDER_CANCELLED, document, lines_before(order)):
        unposted.wait(decision, PostedEvent.ORDER_CANCELLED, key, document)
    else:
        decision.post(PostedEvent.ORDER_CANCELLED, key, document)


def _all_told(amendments: tuple[Amendment, ...]) -> tuple[Amendment, ...]:
    """Whatever the ERP answers about them: what is cancelled of their lines is cancelled with the whole order."""
    return tuple(each._replace(untold=(), cancelled_since=()) for each in amendments)


def _without_what_waits(decision: OrderDecision, quantities: Mapping[LineId, int]) -> Mapping[LineId, int]:
    """What is cancelled of a line waits while the ERP is asked to raise it: nobody knows how much that then has.

    It would be told after the amendment in any case.
    """
    first = next(iter(decision.order.amendments), None)
    if first is None or first.step is not AmendmentStep.ERP or first.command_id == NO_COMMAND:
        return quantities
    raised = units_of(first.more)
    waits = Counter({line_id: units for line_id, units in quantities.items() if units and line_id in raised})
    if not waits:
        return quantities
    since = parts_of(units_of(first.cancelled_since) + waits)
    amendments = (first._replace(cancelled_since=since), *decision.order.amendments[1:])
    decision.order = replace(decision.order, amendments=amendments)
    return {line_id: units for line_id, units in quantities.items() if line_id not in waits}


def tell_what_waited(decision: OrderDecision, amendment: Amendment) -> None:
    """The ERP has accepted the amendment: it is told what was cancelled of its lines meanwhile."""
    if amendment.cancelled_since and not has_ended_unshipped(decision.order):
        post_cancellation(decision, units_of(amendment.cancelled_since), amendment.reason)


def _known_there(order: Order, quantities: Mapping[LineId, int]) -> Mapping[LineId, int]:
    """Without what an amendment has raised, and the ERP is not told of yet: that is cancelled first.

    And without what the amendment has taken off there, and can take off here no more.
    """
    less = Counter(_not_there_yet(order)) + Counter(_known_already(order, quantities))
    return {line_id: max(0, units - less[line_id]) for line_id, units in quantities.items()}


def _not_there_yet(order: Order) -> Mapping[LineId, int]:
    """What the amendment under way has raised and nothing has cancelled since, until the ERP is asked for it."""
    amendment = raise_under_way(order)
    return {} if amendment is None else units_of(amendment.more) - units_of(amendment.untold)


def raise_under_way(order: Order) -> Amendment | None:
    """The amendment that raises lines at this moment, if the ERP is not asked for it yet."""
    first = next(iter(order.amendments), None)
    return first if first is not None and first.step is AmendmentStep.UNITS else None


def note_killed(decision: OrderDecision, units: Mapping[LineId, int], before: Amendment | None) -> None:
    """Fill or kill has cancelled these units; `before` is the amendment under way before that.

    It is no wish of anybody: as far as they are of the raise they were never ordered, if the ERP refuses it, and the
    ERP is not told of them then.
    """
    now = raise_under_way(decision.order)
    if before is None or now is None or now.number != before.number:
        return
    left = units_of(before.more) - units_of(before.killed) - units_of(before.untold)
    killed = Counter({line_id: min(quantity, left[line_id]) for line_id, quantity in units.items()})
    changed = now._replace(killed=parts_of(units_of(before.killed) + killed), untold=before.untold)
    decision.order = replace(decision.order, amendments=(changed, *decision.order.amendments[1:]))


def _keep_untold(decision: OrderDecision, quantities: Mapping[LineId, int]) -> None:
    """If the ERP refuses the amendment, it is told then (`amending/proceeding.py`)."""
    left = _not_there_yet(decision.order)
    eaten = Counter({line_id: min(units, left.get(line_id, 0)) for line_id, units in quantities.items()})
    if any(eaten.values()):
        first, *others = decision.order.amendments
        changed = first._replace(untold=parts_of(units_of(first.untold) + eaten))
        decision.order = replace(decision.order, amendments=(changed, *others))


def _known_already(order: Order, quantities: Mapping[LineId, int]) -> Mapping[LineId, int]:
    """What the ERP knows by the amendment under way, as far as it is cancelled now instead."""
    amendment = next(iter(order.amendments), None)
    if amendment is None or amendment.step not in _TOLD or amendment.command_id == NO_COMMAND:
        return {}
    lines = {line.line_id: line for line in order.lines}
    beyond = {part.line_id: part.quantity - lines[part.line_id].cancellable for part in amendment.fewer}
    return {line_id: max(0, min(units, beyond.get(line_id, 0))) for line_id, units in quantities.items()}


def _keep_known_already(decision: OrderDecision, quantities: Mapping[LineId, int]) -> None:
    """The amendment takes off that much less in the end; if the ERP refuses it, the cancellation is told then."""
    order = decision.order
    known = {line_id: units for line_id, units in _known_already(order, quantities).items() if units}
    if not known:
        return
    first, *others = order.amendments
    fewer = ((part.line_id, part.quantity - known.get(part.line_id, 0)) for part in first.fewer)
    less = first._replace(fewer=tuple(PartOfLine(line_id, units) for line_id, units in fewer if units))
    decision.order = replace(order, amendments=(less, *others))
    if first.step is AmendmentStep.ERP:
        booked = units_of(order.overbooked) + Counter(known)
        decision.order = replace(decision.order, overbooked=parts_of(booked))


def units_of(parts: Iterable[PartOfLine]) -> Counter[LineId]:
    """By line."""
    return Counter({part.line_id: part.quantity for part in parts})


def parts_of(units: Mapping[LineId, int]) -> tuple[PartOfLine, ...]:
    """The parts of lines that are not empty."""
    return tuple(PartOfLine(line_id, quantity) for line_id, quantity in units.items() if quantity > 0)


def _part_key(decision: OrderDecision) -> str:
    """By the event that cancels it; one event may cancel several, as a shipment that was reversed before it came."""
    key = f"{booking_key(decision.order)}/{decision.cause.event_id}"
    asked = [each.business_key for each in decision.messages if isinstance(each, ErpRequested)]
    waiting = [each.business_key for each in decision.order.unposted]
    before = sum(each.startswith(key) for each in (*asked, *waiting))
    return f"{key}/{before}" if before else key
