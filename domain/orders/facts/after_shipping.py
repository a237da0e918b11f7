"""What happens to goods after they are shipped: carriers deliver them, and they are invoiced (`invoicing`).

Both are facts and always count, whatever came first. An order counts the units of its lines, and beside them those of
lines and items that it does not have; what is taken back or cancelled is taken off. The ledger does not hear of it: to
it, the units are the customer's since they were shipped.

More than is shipped of a line waits for its shipment (`missing_of`). At the deadline a case says so; it is resolved
when shipments catch up, or what is too much is taken back. So what an order waits for follows from its counters alone.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.orders import FulfilmentLine, OrderDelivered
from domain.messages.status import ShipmentDelivered
from domain.money.prices import amount_of
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision
from domain.orders.facts import misdirected
from domain.orders.lines import OrderLine
from domain.orders.parcels import delivered_shipments
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import MisdirectedUnits, Order
from domain.quantities import UNIT, format_quantity

_KEYS: Final[Mapping[Awaited, str]] = {
    Awaited.DELIVERED_SHIPMENT: "delivered and not shipped",
    Awaited.INVOICED_SHIPMENT: "invoiced and not shipped",
}
"""An order waits at most once for each; the key of the case."""
_VERBS: Final[Mapping[Awaited, str]] = {
    Awaited.DELIVERED_SHIPMENT: "delivered",
    Awaited.INVOICED_SHIPMENT: "invoiced",
}


def delivered(decision: OrderDecision, event: OrderDelivered) -> None:
    """Count what was delivered, of the shipment that it names; what the order does not have is counted beside it."""
    own, others = misdirected.own_and_others(decision.order, event.lines)
    units, sign = misdirected.units_by_line(own), -1 if event.is_reversal else 1
    if event.shipment_id:
        delivered_shipments.count(decision, event, own)
    else:
        decision.change_named_lines(
            units, lambda line: line._replace(delivered=line.delivered + sign * units[line.line_id])
        )
    uncounted = misdirected.delivered(decision, others, sign)
    decision.count_document(event)
    decision.publish(
        ShipmentDelivered,
        delivery_id=event.delivery_id,
        shipment_id=event.shipment_id,
        carrier=event.carrier,
        is_reversal=event.is_reversal,
        lines=event.lines,
    )
    if uncounted and not event.is_reversal:
        _report_uncounted(decision, event, uncounted)


def _report_uncounted(decision: OrderDecision, event: OrderDelivered, uncounted: Sequence[FulfilmentLine]) -> None:
    named = [misdirected.described(decision.order, line, line.quantity) for line in uncounted]
    reason = f"delivery {event.delivery_id} has {shortened(named)}; the order counts no more of such units"
    action = "ask the carrier whose goods it has delivered"
    key = f"{decision.cause.event_id}/no such line"
    state_case(decision, CaseClass.OVER_SHIPMENT, CaseOrigin.CARRIER, key, CaseState.OPEN, reason, action)


def missing_of(line: OrderLine, awaited: Awaited) -> int:
    """How much more of the line is delivered, or invoiced, than shipped; of invoices only what may still be shipped."""
    match awaited:
        case Awaited.DELIVERED_SHIPMENT:
            return max(0, line.delivered_beyond, line.delivered - line.shipped)
        case Awaited.INVOICED_SHIPMENT:
            return max(0, min(line.invoiced, line.expected_in_all) - line.shipped)
        case _:
            raise ValueError(f"{awaited} is not about what was shipped")


def unshipped_of(units: MisdirectedUnits) -> int:
    """How much more is delivered than shipped of units that no line has."""
    return max(0, units.delivered - max(0, units.shipped))


def watch(decision: OrderDecision) -> None:
    """After every change: wait for the shipment of what is delivered or invoiced, and no longer than that.

    When nothing is waited for yet, only what has changed can lack a shipment.
    """
    order, first = decision.order, decision.first
    if order.lines is first.lines and order.misdirected is first.misdirected:
        return
    changed = decision.changed_after_shipping()
    for awaited, key in _KEYS.items():
        pending = awaiting.one_of(decision.order, awaited)
        is_missing = _is_missing(order, changed if pending is None else order.lines, awaited)
        if is_missing and pending is None:
            awaiting.expect_within(decision, awaited, key, decision.rules.unshipped_within_ms)
        elif pending is not None and not is_missing:
            awaiting.settle(decision, pending, _why_nothing_is_missing(decision, awaited))
        elif pending is not None:
            _restate(decision, pending)


def _why_nothing_is_missing(decision: OrderDecision, awaited: Awaited) -> str:
    """What of the three it was, by what has changed."""
    changes = _changes(decision)
    verb = _VERBS[awaited]
    if any(now.shipped > then.shipped for then, now in changes):
        return f"all that was {verb} is shipped now"
    if any(_counted(now, awaited) < _counted(then, awaited) for then, now in changes):
        taken_back = (
            "the delivery was taken back" if awaited is Awaited.DELIVERED_SHIPMENT else "the invoice was cancelled"
        )
        return f"{taken_back}: nothing is {verb} that was not shipped"
    return f"what was {verb} and not shipped will not be shipped any more"


def _changes(decision: OrderDecision) -> Sequence[tuple[OrderLine | MisdirectedUnits, OrderLine | MisdirectedUnits]]:
    """The counters that have changed, as they were and as they are, those beside the lines as well."""
    then: list[OrderLine | MisdirectedUnits] = [*decision.first.lines, *decision.first.misdirected]
    now: list[OrderLine | MisdirectedUnits] = [*decision.changed_lines(), *decision.order.misdirected]
    first = {(each.line_id, each.item_id): each for each in then}
    return [(first[name], each) for each in now if (name := (each.line_id, each.item_id)) in first]


def _counted(line: OrderLine | MisdirectedUnits, awaited: Awaited) -> int:
    return line.delivered if awaited is Awaited.DELIVERED_SHIPMENT else line.invoiced


def _is_missing(order: Order, lines: Sequence[OrderLine], awaited: Awaited) -> bool:
    """What no line has and is invoiced waits for its cancellation instead (`invoicing`)."""
    if any(missing_of(line, awaited) for line in lines):
        return True
    return awaited is Awaited.DELIVERED_SHIPMENT and any(map(unshipped_of, order.misdirected))


def shipment_is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """The shipment may still come, and resolves the case; where a part of it comes, the case says what is left."""
    worth = _worth_of_missing(decision.order, pending.awaited)
    awaiting.report(decision, pending, _what_is_missing(decision.order, pending.awaited), worth)


def _restate(decision: OrderDecision, pending: PendingAnswer) -> None:
    """Of an open case: people act on the units that it names."""
    order, awaited = decision.order, pending.awaited
    if pending.is_late and _missing_in_words(order, awaited) != _missing_in_words(decision.first, awaited):
        reason, worth = _what_is_missing(order, awaited), _worth_of_missing(order, awaited)
        awaiting.state(decision, pending, CaseState.OPEN, reason, worth)


def _worth_of_missing(order: Order, awaited: Awaited) -> int:
    return amount_of(sum(missing_of(line, awaited) * line.scaled_price for line in order.lines))


def _what_is_missing(order: Order, awaited: Awaited) -> str:
    is_one = (
        sum(missing_of(line, awaited) for line in order.lines)
        + sum(units for _, units in _others_missing(order, awaited))
        == UNIT
    )
    is_beyond = awaited is Awaited.DELIVERED_SHIPMENT and any(
        line.delivered_beyond > max(0, line.delivered - line.shipped) for line in order.lines
    )
    verb = _VERBS[awaited]
    lacking = "delivered beyond what the shipments have that are named" if is_beyond else f"{verb} and not shipped"
    return f"{shortened(_missing_in_words(order, awaited))} {'is' if is_one else 'are'} {lacking}"


def _missing_in_words(order: Order, awaited: Awaited) -> Sequence[str]:
    lines = [(line, missing_of(line, awaited)) for line in order.lines]
    named = [f"{format_quantity(missing)} of line {line.line_id}" for line, missing in lines if missing]
    return [*named, *(misdirected.described(order, *each) for each in _others_missing(order, awaited))]


def _others_missing(order: Order, awaited: Awaited) -> Sequence[tuple[MisdirectedUnits, int]]:
    """Units that no line has: those that are invoiced wait for their cancellation instead."""
    if awaited is not Awaited.DELIVERED_SHIPMENT:
        return ()
    return [(each, missing) for each in order.misdirected if (missing := unshipped_of(each))]
