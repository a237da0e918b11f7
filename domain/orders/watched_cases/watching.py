"""Ends the watched cases of an order: each as soon as the order, as it is then, has nothing of what it is about.

No row says which event ends a case. So a reversal, a return, a cancellation, an amendment and another shipment end it
alike, and in whatever order they come. A case whose cause is gone when the decision that opens it ends is not opened.
"""

from collections.abc import Sequence
from typing import assert_never

from domain.messages.cases import CaseState
from domain.orders.cases import shortened, state_case, withdraw
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.money.overcredited import credited_beyond
from domain.orders.state import Stage
from domain.orders.watched_cases.rows import MOST_WATCHED, EndsWhen, WatchedCase
from domain.orders.without_stock.services import services_left
from domain.values import replace

_ENDED = frozenset({Stage.CANCELLED, Stage.REJECTED})


def until(decision: OrderDecision, *rows: WatchedCase) -> None:
    """A case that was opened now ends as these rows say; an earlier opening of it counts no more."""
    keys = {row.key for row in rows}
    kept = tuple(row for row in decision.order.watched_cases if row.key not in keys)
    decision.order = replace(decision.order, watched_cases=(*kept, *rows)[:MOST_WATCHED])


def let_go(decision: OrderDecision, case_key: str) -> None:
    """A person has closed it."""
    if any(row.key == case_key for row in decision.order.watched_cases):
        kept = tuple(row for row in decision.order.watched_cases if row.key != case_key)
        decision.order = replace(decision.order, watched_cases=kept)


def watch(decision: OrderDecision) -> None:
    """After every change: end the cases of which nothing is left."""
    rows = decision.order.watched_cases
    if not rows or decision.order is decision.first:
        return
    ends = {row: _why_over(decision, row) for row in rows}
    kept = tuple(row for row in rows if not ends[row])
    if len(kept) == len(rows):
        return
    decision.order = replace(decision.order, watched_cases=kept)
    waits = {row.key for row in kept}
    for key, row in {row.key: row for row in rows if ends[row]}.items():
        if key not in waits:
            _end(decision, row, ends[row])


def _end(decision: OrderDecision, row: WatchedCase, reason: str) -> None:
    was_open = _is_open(decision, row)
    withdraw(decision, row.key)
    if was_open:
        state_case(decision, row.case_class, row.origin, row.key, CaseState.RESOLVED, reason, "")


def _why_over(decision: OrderDecision, row: WatchedCase) -> str:
    """Empty while it is not."""
    order = decision.order
    lines = [line for line in order.lines if line.line_id in row.line_ids]
    has_ended = order.stage in _ENDED
    match row.ends_when:
        case EndsWhen.NOTHING_OPEN:
            is_over = not any(line.open_quantity for line in lines) or not (_is_open(decision, row) or _lacks(lines))
            why = f"nothing of {_named(lines)} is open any more"
        case EndsWhen.NOTHING_UNWANTED:
            is_over, why = not any(map(_too_much, lines)), f"no more of {_named(lines)} is out than is wanted"
        case EndsWhen.ADDRESS_CHANGED:
            later = max(each.revision for each in order.watched_cases if each.ends_when is row.ends_when)
            is_changed = order.ship_to != decision.first.ship_to
            is_over = has_ended or is_changed or later > row.revision
            why = "the address is changed" if is_changed else f"amendment {later} asks for another address"
            why = "the order is cancelled" if has_ended else why
        case EndsWhen.AMENDED:
            is_over = has_ended or order.revision > row.revision
            why = "the order is cancelled" if has_ended else f"amendment {order.revision} is carried out"
        case EndsWhen.REVISION_TAKEN:
            is_over, why = order.amended_to >= row.revision, f"revision {order.amended_to} was taken"
        case EndsWhen.NO_SERVICE_LEFT:
            is_over = not services_left(order)
            why = "its services are credited, or goods of it are wanted again"
        case EndsWhen.NOTHING_TO_PICK:
            is_over = not any(line.awaited_from(row.node_id) for line in order.lines)
            why = f"nothing is left that {row.node_id} was asked to pick"
        case EndsWhen.CREDITS_PAID:
            is_over, why = not credited_beyond(order), "no more is credited than was paid"
        case _:
            assert_never(row.ends_when)
    return why if is_over else ""


def _is_open(decision: OrderDecision, row: WatchedCase) -> bool:
    """Whether an earlier decision has opened the case."""
    return any(each.key == row.key for each in decision.first.watched_cases)


def _lacks(lines: Sequence[OrderLine]) -> bool:
    """Whether any of them waits for units."""
    return any(line.open_units.backordered or line.open_units.unanswered for line in lines)


def _too_much(line: OrderLine) -> int:
    """Units that the customer has, or is about to get, and that nobody wants."""
    return max(0, line.unwanted - line.taken_back)


def _named(lines: Sequence[OrderLine]) -> str:
    return shortened([f"line {line.line_id}" for line in lines])
