"""A picture of an order is compared with what the order is to be; its differences are asked for, as by the customer.

A picture that is older than the last one changes nothing, nor does one that shows the same. What cannot be asked for,
since goods have left, or no amendment changes it, is one case of the order; a later picture that agrees resolves it.
"""

from dataclasses import replace

from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.orders import OrderCancelRequested, OrderPictured, PartOfLine
from domain.orders import counters
from domain.orders.amending import early
from domain.orders.amending.amendments import Amendment
from domain.orders.amending.requesting import take
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.pictures import shipped_lines
from domain.orders.pictures.differences import Differences, differences
from domain.orders.pictures.order_to_be import being_cancelled, order_to_be
from domain.orders.state import LastPicture, Stage
from domain.orders.warehouses import cancelling
from domain.quantities import format_quantity

_ENDED = frozenset({Stage.CANCELLED, Stage.REJECTED})
_CASE = "picture"


def first_seen(decision: OrderDecision, picture: OrderPictured) -> None:
    """The order is placed by its picture, and cancelled at once where that says so."""
    decision.order = replace(decision.order, picture=_kept(picture))
    shipped_lines.ship(decision, picture)
    if picture.is_cancelled:
        _cancel(decision, picture)


def compare(decision: OrderDecision, picture: OrderPictured) -> None:
    """A picture of an order that is known."""
    last = decision.order.picture
    if last is not None and picture.number < last.number:
        decision.dropped = "picture that is older than the last one"
        return
    shipped_lines.ship(decision, picture)
    content_hash = picture.provenance.content_hash
    if last is not None and picture.number == last.number:
        _show_again(decision, picture, is_same=content_hash == last.content_hash or not last.content_hash)
        return
    if last is not None:
        was_empty = last.was_empty or _is_empty(picture)
        decision.order = replace(
            decision.order, picture=replace(_kept(picture), has_case=last.has_case, was_empty=was_empty)
        )
    else:
        decision.order = replace(decision.order, picture=_kept(picture))
    if last is None or last.content_hash != content_hash:
        _ask_for_differences(decision, picture)


def _kept(picture: OrderPictured) -> LastPicture:
    return LastPicture(picture.number, picture.provenance.content_hash, was_empty=_is_empty(picture))


def _is_empty(picture: OrderPictured) -> bool:
    """Whether it shows the order as cancelled, or without anything."""
    return picture.is_cancelled or not (picture.placed.lines or picture.placed.charges)


def _show_again(decision: OrderDecision, picture: OrderPictured, *, is_same: bool) -> None:
    if is_same:
        decision.dropped = "picture that came before"
        return
    reason = f"{picture.provenance.source_id} shows the order in two ways under the number {picture.number}"
    action = "ask the channel what the order should be; its next picture is compared again"
    key = f"picture/{picture.number}"
    decision.dropped = "conflicting duplicate"
    state_case(
        decision, CaseClass.CONFLICTING_DUPLICATE, CaseOrigin.CHANNEL_MAPPING, key, CaseState.OPEN, reason, action
    )


def _ask_for_differences(decision: OrderDecision, picture: OrderPictured) -> None:
    order = decision.order
    found = differences(order, picture.placed)
    again = _shown_again(decision, picture)
    if order.stage in _ENDED:
        more = ("more, and the order has ended",) if found.quantities or found.added else ()
        _report(decision, () if _is_empty(picture) else (*again, *more))
    elif _is_empty(picture):
        impossible = _left_already(decision)
        _report(decision, impossible, tuple(PartOfLine(line.line_id, 0) for line in order.lines) if impossible else ())
        _cancel(decision, picture)
    elif order.closed and found.asks:
        _report(decision, (*found.impossible, *again, "changes, and the order is closed"))
    else:
        _mark_what_is_too_late(decision, found)
        _report(decision, (*found.impossible, *again), () if again else _shown_of_what_left(picture, found))
        if found.asks:
            _amend(decision, picture, found)


def _shown_of_what_left(picture: OrderPictured, found: Differences) -> tuple[PartOfLine, ...]:
    """What it shows of lines of which too much has left; nothing where something else cannot be either."""
    if len(found.too_late) < len(found.impossible):
        return ()
    shown = {line.line_id: line.quantity for line in picture.placed.lines}
    return tuple(PartOfLine(part.line_id, shown.get(part.line_id, 0)) for part in found.too_late)


def _shown_again(decision: OrderDecision, picture: OrderPictured) -> tuple[str, ...]:
    """What a channel has shown as cancelled, and shows again: it is cancelled, and an amendment does not know of it."""
    last = decision.order.picture
    if last is None or not last.was_empty:
        return ()
    lines = order_to_be(decision.order).lines
    shown = ((line, lines[line.line_id]) for line in picture.placed.lines if line.line_id in lines)
    return tuple(
        f"{format_quantity(now.quantity)} of line {now.line_id}, which it has shown as cancelled"
        for now, line in shown
        if line.wanted < min(now.quantity, line.ordered)
    )


def _mark_what_is_too_late(decision: OrderDecision, found: Differences) -> None:
    """Less than is picked or shipped is wanted: what comes back of it is cancelled, unless a later picture shows it."""
    last = decision.order.picture
    if found.too_late or (last is not None and last.has_case):
        wanted = {part.line_id: part.quantity for part in found.too_late}
        decision.change_lines(lambda line: counters.want(line, wanted.get(line.line_id, line.wanted)))


def _amend(decision: OrderDecision, picture: OrderPictured, found: Differences) -> None:
    order = decision.order
    amendment = Amendment(
        order.amended_to + 1,
        picture.reason or f"as {picture.provenance.source_id} shows it",
        found.quantities,
        found.added,
        found.ship_to,
        requested=found.requested,
        asked_at_us=picture.shown_at_us,
        money=found.money,
        asked_by=picture.provenance.source_id,
    )
    is_taken = take(decision, amendment)
    early.take_those_that_follow(decision, take)
    if not is_taken and order.picture is not None:
        decision.order = replace(decision.order, picture=replace(order.picture, content_hash=""))


def _cancel(decision: OrderDecision, picture: OrderPictured) -> None:
    """Ask for it, unless all that can be cancelled is being cancelled already."""
    order = decision.order
    if order.stage in _ENDED:
        return
    left = any(line.cancellable > being_cancelled(order, line) for line in order.lines)
    if left or not order.lines:
        reason = picture.reason or f"{picture.provenance.source_id} shows it as cancelled"
        cancelling.cancel_requested(decision, OrderCancelRequested(order.order_id, picture.provenance, reason, ()))
    else:
        decision.change_lines(lambda line: line if being_cancelled(order, line) else counters.want(line, 0))


def _left_already(decision: OrderDecision) -> tuple[str, ...]:
    units = sum(_out(line) for line in decision.order.lines)
    return (f"a cancelled order, of which {format_quantity(units)} are picked or shipped",) if units else ()


def _out(line: OrderLine) -> int:
    """Units that are picked, or that the customer has."""
    return max(0, line.shipped - line.credited) + line.in_picking


def _report(decision: OrderDecision, impossible: tuple[str, ...], left: tuple[PartOfLine, ...] = ()) -> None:
    """One case for whatever cannot be; it is resolved when a picture agrees, or what is `left` is back."""
    if impossible:
        _state(decision, CaseState.OPEN, f"its channel shows {'; '.join(impossible)}", left)
    elif decision.order.picture is not None and decision.order.picture.has_case:
        _state(decision, CaseState.RESOLVED, "its channel shows what can be")


def watch(decision: OrderDecision) -> None:
    """After every change: the case ends when no more is picked, shipped and not returned than the picture shows."""
    picture = decision.order.picture
    if picture is None or not picture.left or decision.order is decision.first:
        return
    shown = {part.line_id: part.quantity for part in picture.left}
    if all(_out(line) <= shown[line.line_id] for line in decision.order.lines if line.line_id in shown):
        _state(decision, CaseState.RESOLVED, "no more of the order is out than its channel shows")


def _state(decision: OrderDecision, state: CaseState, reason: str, left: tuple[PartOfLine, ...] = ()) -> None:
    action = (
        "agree with the customer and the channel on what the order should be, and amend it on the side that is wrong"
    )
    state_case(decision, CaseClass.ALLOCATION_CONFLICT, CaseOrigin.CHANNEL_MAPPING, _CASE, state, reason, action)
    if last := decision.order.picture:
        now = replace(last, has_case=state is CaseState.OPEN, left=left)
        decision.order = replace(decision.order, picture=now)
