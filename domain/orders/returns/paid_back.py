"""What a source has paid back for goods that are to come back, where that is not what was paid for them.

Goods are credited as they were paid when they come. Where their refund says another amount, the difference is a charge
of the first memo of the return: so all of its memos together are what the customer has got. A memo is never below
nothing; what is left of a difference then waits for the next. No more than rounding explains is no difference.

More than was paid is credited as well, since the customer has it, and is a case. So is a difference of which no memo
will be made, because the units are cancelled, or the return ended without them.
"""

from typing import Final

from domain.identifiers import LineId, ReturnId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.returns.requests import OrderReturnRequested
from domain.money.amounts import format_amount, smallest_coin
from domain.money.charges import Charge
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision
from domain.orders.facts.misdirected import units_by_line
from domain.orders.money.credited import credited_with
from domain.orders.returns.rows import OrderReturn
from domain.quantities import UNIT
from domain.values import replace

_CODE: Final = "REFUND_DIFFERENCE"
_LINE: Final = LineId("refund-difference")


def note(decision: OrderDecision, event: OrderReturnRequested) -> None:
    """Before a return is asked for: keep by how much more or less was paid back, and report what is too much."""
    if not event.states_credit:
        return
    order = decision.order
    known = {line.line_id for line in order.lines}
    units = {line_id: quantity for line_id, quantity in units_by_line(event.lines).items() if line_id in known}
    paid = credited_with(order, units, {}).amount
    difference = event.credit - paid
    if not units or abs(difference) <= smallest_coin(order.currency) * len(units):
        return
    decision.keep_return(replace(decision.return_named(event.return_id), difference=difference))
    if difference > 0 and any(line.unit_price for line in order.lines):
        _state(
            decision,
            event.return_id,
            f"return {event.return_id} pays back {format_amount(event.credit)} {order.currency} for goods that were "
            f"paid with {format_amount(paid)}",
            "find out whether that was meant; it is credited when the goods come, so take it back by hand if not",
            difference,
        )


def charge_of(decision: OrderDecision, return_id: ReturnId, credit: int) -> tuple[Charge, ...]:
    """What a memo of goods worth so much has of the difference; it is off the return then."""
    known = decision.return_named(return_id)
    difference = max(known.difference, -credit)
    if not difference:
        return ()
    decision.keep_return(replace(known, difference=known.difference - difference))
    return (Charge(_LINE, _CODE, "paid back otherwise than it was paid", UNIT, -difference),)


def ended(decision: OrderDecision, known: OrderReturn) -> None:
    """No goods of the return are expected any more, or all of it is cancelled: nobody else will see the difference."""
    is_held = any(held.return_id == known.return_id for held in decision.order.held_credits)
    if not known.difference or is_held:
        return
    words = "more" if known.difference > 0 else "less"
    amount = f"{format_amount(abs(known.difference))} {decision.order.currency}"
    _state(
        decision,
        known.return_id,
        f"return {known.return_id} has paid back {amount} {words} than was paid, and no credit memo says so",
        "post the difference in the ERP by hand, then resolve the case",
        abs(known.difference),
    )


def _state(decision: OrderDecision, return_id: ReturnId, reason: str, action: str, at_risk: int) -> None:
    key = f"{return_id}/paid back"
    case_class, origin = CaseClass.INVOICE_MISMATCH, CaseOrigin.CHANNEL_MAPPING
    state_case(decision, case_class, origin, key, CaseState.OPEN, reason, action, at_risk)
