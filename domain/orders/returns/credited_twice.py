"""Goods that are credited as missing, while as many more come under the same return than it announced.

All of it applies, and is credited: only a person knows whether what was missing has turned up, or the customer has
sent more than he announced.
"""

from collections.abc import Mapping

from domain.identifiers import LineId, ReturnId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.money.prices import amount_of
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision
from domain.orders.returns.rows import OrderReturn
from domain.quantities import format_quantity


def report(decision: OrderDecision, return_id: ReturnId) -> None:
    """After goods came or were inspected, or a return was asked for: ask a person, each time that it is more."""
    then, known = decision.documents.return_named(return_id), decision.return_named(return_id)
    units = _credited_beyond(known)
    if not units or units == (_credited_beyond(then) if then else {}):
        return
    named = shortened([f"{format_quantity(quantity)} of line {line_id}" for line_id, quantity in units.items()])
    prices = {line.line_id: line.scaled_price for line in decision.order.lines}
    state_case(
        decision,
        CaseClass.INVOICE_MISMATCH,
        CaseOrigin.WAREHOUSE,
        f"{return_id}/credited twice",
        CaseState.OPEN,
        f"more of return {return_id} is credited than it announced: {named}, which may have been missing",
        "ask the warehouse whether what was missing has come: then take its credit back by hand",
        amount_of(sum(quantity * prices.get(line_id, 0) for line_id, quantity in units.items())),
    )


def _credited_beyond(known: OrderReturn) -> Mapping[LineId, int]:
    """Units by line that are credited as missing, and beyond what was asked for."""
    beyond = ((line.line_id, line.received - line.uncredited - line.asked, line) for line in known.lines if line.asked)
    return {line_id: min(units, line.missing) for line_id, units, line in beyond if min(units, line.missing) > 0}
