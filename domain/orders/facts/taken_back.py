"""More is taken back than was delivered, or more is cancelled by finance than was invoiced.

The delivery or the invoice may be late, and settles it. Until then the units count below zero: what is delivered or
invoiced next is taken for what was taken back. At the deadline a case asks a person which document is missing, or
which order the document was for that took the units back.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Final, NamedTuple

from domain.money.prices import amount_of
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision
from domain.orders.facts import misdirected
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import MisdirectedUnits
from domain.quantities import UNIT, format_quantity


class _Kind(NamedTuple):
    key: str
    """Of its case, and what it says of the units."""
    counted: Callable[[OrderLine | MisdirectedUnits], int]


_KINDS: Final[Mapping[Awaited, _Kind]] = {
    Awaited.REVERSED_DELIVERY: _Kind("taken back and not delivered", attrgetter("delivered")),
    Awaited.CANCELLED_INVOICE: _Kind("cancelled by finance and not invoiced", attrgetter("invoiced")),
}
"""An order waits at most once for each."""


def watch(decision: OrderDecision) -> None:
    """After every change: wait for what is taken back already, and no longer than that.

    When nothing is waited for yet, only what has changed can be below zero.
    """
    order, first = decision.order, decision.first
    if order.lines is first.lines and order.misdirected is first.misdirected:
        return
    changed = decision.changed_after_shipping()
    for awaited, kind in _KINDS.items():
        pending = awaiting.one_of(decision.order, awaited)
        lines = changed if pending is None else order.lines
        is_missing = _is_missing(kind, lines) or _is_missing(kind, order.misdirected)
        if is_missing and pending is None:
            awaiting.expect_within(decision, awaited, kind.key, decision.rules.premature_reversal_limit_ms)
        elif pending is not None and not is_missing:
            awaiting.settle(decision, pending, "as much has come as was taken back")


def _is_missing(kind: _Kind, counters: Iterable[OrderLine | MisdirectedUnits]) -> bool:
    return any(kind.counted(each) < 0 for each in counters)


def is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """The delivery or the invoice may still come, and resolves the case."""
    order, (key, counted) = decision.order, _KINDS[pending.awaited]
    missing = [(line, -counted(line)) for line in order.lines if counted(line) < 0]
    units = [f"{format_quantity(quantity)} of line {line.line_id}" for line, quantity in missing]
    units += [misdirected.described(order, each, -counted(each)) for each in order.misdirected if counted(each) < 0]
    others = sum(min(0, counted(each)) for each in order.misdirected)
    is_one = sum(quantity for _, quantity in missing) - others == UNIT
    worth = amount_of(sum(quantity * line.scaled_price for line, quantity in missing))
    reason = f"{shortened(units)} {'is' if is_one else 'are'} {key}"
    awaiting.report(decision, pending, reason, worth)
