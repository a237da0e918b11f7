"""An amendment is requested: taken if it is the next revision of the order; a later one waits, others are refused."""

from collections.abc import Container, Iterator
from dataclasses import replace

from domain.identifiers import LineId
from domain.messages.orders import OrderAmendRequested
from domain.messages.status import OrderAmendmentRefused, OrderAmendmentRequested
from domain.orders.amending import early
from domain.orders.amending.amendments import MOST_AMENDMENTS, MOST_LINES, Amendment
from domain.orders.amending.noting import MOST_NOTES, has_too_many_notes
from domain.orders.decision import OrderDecision
from domain.orders.state import Order
from domain.papers import NO_LINE
from domain.quantities import format_quantity


def requested(decision: OrderDecision, event: OrderAmendRequested) -> None:
    """Take the amendment; the next one counts from it, even if nothing comes of it.

    One without a number is the next one: its source does not count them.
    """
    expected = decision.order.amended_to + 1
    amendment = Amendment(
        event.provenance.revision or expected,
        event.reason,
        event.quantities,
        event.added,
        event.ship_to,
        requested=event.requested,
        asked_at_us=event.provenance.occurred_at_us,
        asked_by=event.provenance.source_id,
        described_lines=event.described_lines,
        charges=event.charges,
        notes=event.notes,
        currency=event.currency,
        prices_are_agreed=event.prices_are_agreed,
    )
    if amendment.revision > expected:
        early.keep(decision, amendment)
    elif amendment.revision < expected:
        early.refuse(decision, amendment.revision)
    else:
        take(decision, amendment)
        early.take_those_that_follow(decision, take)


def take(decision: OrderDecision, amendment: Amendment) -> bool:
    """Let the next revision wait for its turn, or refuse it because too many wait; returns whether it waits."""
    order = decision.order
    decision.order = replace(order, amended_to=amendment.revision)
    amendments = (*order.amendments, amendment)
    if len(amendments) > MOST_AMENDMENTS or sum(each.size for each in amendments) > MOST_LINES:
        waiting = f"{len(order.amendments)} amendments wait already"
        reason = f"{waiting}: send it as a later revision when they are carried out"
        decision.publish(
            OrderAmendmentRefused,
            refused_revision=amendment.revision,
            reason=reason,
            by_decision=amendment.is_decided,
        )
        return False
    decision.order = replace(decision.order, amendments=amendments)
    decision.publish(
        OrderAmendmentRequested,
        requested_revision=amendment.revision,
        reason=amendment.reason,
        by_decision=amendment.is_decided,
    )
    return True


def why_not(order: Order, amendment: Amendment) -> str:
    """Why nothing can come of an amendment whose turn it is; empty when it can be carried out."""
    if order.closed:
        return "the order is closed"
    return "; ".join(_impossible(order, amendment))


def _impossible(order: Order, amendment: Amendment) -> Iterator[str]:
    lines = {line.line_id: line for line in order.lines}
    known = set(lines)
    for added in amendment.added:
        if added.line_id in known:
            yield f"the order has a line {added.line_id} already"
        known.add(added.line_id)
    if amendment.added and len(lines) + len(amendment.added) > MOST_LINES:
        yield f"an order has at most {MOST_LINES} lines"
    left = sum(added.quantity for added in amendment.added)
    left += sum(line.wanted for line in order.lines)
    for wanted in amendment.quantities:
        line = lines.get(wanted.line_id)
        if line is None:
            yield f"the order has no line {wanted.line_id}"
            continue
        left += wanted.quantity - line.wanted
        if wanted.quantity > line.wanted and line.line_id in order.held_lines:
            yield f"line {line.line_id} is held for its item or unit"
        if line.wanted - wanted.quantity > line.cancellable:
            yield f"{format_quantity(line.wanted - line.cancellable)} of line {line.line_id} are picked or shipped"
    yield from _unknown_lines(known, amendment)
    if has_too_many_notes(order, amendment.notes):
        yield f"an order has at most {MOST_NOTES} notes"
    if left <= 0:
        yield "nothing would be left of the order: cancel it"


def _unknown_lines(known: Container[LineId], amendment: Amendment) -> Iterator[str]:
    for wanted in amendment.requested:
        if wanted.line_id != NO_LINE and wanted.line_id not in known:
            yield f"the order has no line {wanted.line_id}, which is wanted on another day"
    for stated in amendment.described_lines:
        if stated.line_id not in known:
            yield f"the order has no line {stated.line_id}, of which it states a price, a unit or an item"
