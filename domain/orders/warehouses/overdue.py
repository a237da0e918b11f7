"""Units that a warehouse was asked to ship and on which nobody acts.

Such an order would wait for ever without a word, so a person is told: some time after the last command, pick or
shipment, while anything that was asked for is not shipped. The next of them resolves the case.
"""

from dataclasses import replace

from domain.durations import duration_text
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision, OrderTimer
from domain.orders.state import AskedUnits, Order
from domain.quantities import format_quantity


def watch(decision: OrderDecision) -> None:
    """After every change: note when a warehouse was asked, or has acted."""
    order, waiting = decision.order, decision.order.asked_units
    if order.lines is decision.first.lines:
        return
    if not any(line.released_at for line in order.lines):
        if waiting is not None:
            _resolve(decision, waiting)
            decision.order = replace(decision.order, asked_units=None)
        return
    now_ms = decision.cause.now_ms
    if waiting is None or waiting.is_reported:
        if waiting is not None and not _has_acted(decision):
            return
        if waiting is not None:
            _resolve(decision, waiting)
        _wait(decision, now_ms)
    elif _has_acted(decision):
        decision.order = replace(order, asked_units=replace(waiting, acted_at_ms=now_ms))


def _has_acted(decision: OrderDecision) -> bool:
    """Whether a warehouse was asked for more, or has picked, shipped or stopped."""
    return any(
        (then.released_at, then.picked, then.shipped) != (now.released_at, now.picked, now.shipped)
        for then, now in zip(decision.first.lines, decision.order.lines, strict=True)
        if now is not then
    )


def _wait(decision: OrderDecision, acted_at_ms: int) -> None:
    due_at_ms = acted_at_ms + decision.rules.acted_within_ms
    decision.order = replace(decision.order, asked_units=AskedUnits(due_at_ms, acted_at_ms))
    decision.timers.append(OrderTimer(decision.order.order_id, due_at_ms))


def woken(decision: OrderDecision, due_at_ms: int) -> None:
    """The deadline: it moves on if somebody has acted since, else a case says what is left where."""
    waiting = decision.order.asked_units
    if waiting is None or waiting.is_reported or waiting.due_at_ms != due_at_ms:
        return
    if waiting.acted_at_ms + decision.rules.acted_within_ms > due_at_ms:
        _wait(decision, waiting.acted_at_ms)
        return
    reason = f"nothing has happened for {duration_text(decision.rules.acted_within_ms)} to {_named(decision.order)}"
    _state(decision, waiting, CaseState.OPEN, reason)
    decision.order = replace(decision.order, asked_units=replace(waiting, is_reported=True))


def _named(order: Order) -> str:
    """What was asked for and is not shipped, by line and node."""
    return shortened(
        [
            f"{format_quantity(asked.quantity)} of {line.item_id} for line {line.line_id} at {asked.node_id}"
            for line in order.lines
            for asked in line.released_at
        ]
    )


def _resolve(decision: OrderDecision, waiting: AskedUnits) -> None:
    if waiting.is_reported:
        _state(decision, waiting, CaseState.RESOLVED, "a warehouse has acted, or has nothing to do for it any more")


def _state(decision: OrderDecision, waiting: AskedUnits, state: CaseState, reason: str) -> None:
    key, action = f"asked/{waiting.due_at_ms}", "ask the warehouse: have the goods shipped, or cancel the lines"
    state_case(decision, CaseClass.DEPENDENCY_TIMEOUT, CaseOrigin.WAREHOUSE, key, state, reason, action)
