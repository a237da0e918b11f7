"""More credited than was paid: a case for finance, until no more is.

The memo is asked for all the same: the source has promised that money, or paid it. A charge that is credited twice is
such a case as well, though all credits together may be below what was paid.
"""

from typing import Final

from domain.identifiers import LineId, ReturnId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.money.amounts import format_amount
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision
from domain.orders.money.overcredited import credited_beyond
from domain.orders.state import Order
from domain.orders.watched_cases.rows import EndsWhen, WatchedCase
from domain.orders.watched_cases.watching import until

_KEY: Final = "credited beyond what was paid"
_ACTION: Final = "find out which credit is wrong, and take it back by hand in the ERP, then resolve the case"


def report(decision: OrderDecision, before: Order, return_id: ReturnId) -> None:
    """After a memo of what a source states: ask a person, each time that it is more."""
    order = decision.order
    beyond = credited_beyond(order)
    if not beyond or order.credited_as_stated <= before.credited_as_stated:
        return
    named = [
        f"{format_amount(each.credited)} of {format_amount(each.paid)} {order.currency} paid{_for(each.line_id)}"
        for each in beyond
    ]
    reason = f"more is credited than was paid, the last with return {return_id}: {shortened(named)}"
    at_risk = max(each.credited - each.paid for each in beyond)
    state_case(
        decision, CaseClass.INVOICE_MISMATCH, CaseOrigin.WAREHOUSE, _KEY, CaseState.OPEN, reason, _ACTION, at_risk
    )
    until(decision, WatchedCase(CaseClass.INVOICE_MISMATCH, CaseOrigin.WAREHOUSE, _KEY, EndsWhen.CREDITS_PAID))


def _for(line_id: LineId) -> str:
    return f" for charge {line_id}" if line_id else " in all"
