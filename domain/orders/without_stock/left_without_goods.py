"""Services beside goods, all of which are cancelled: nobody is billed for the wrapping of a cup that he did not get.

A service is done as soon as its order is released, so it may be done when its goods are not found, or not wanted any
more. Then it falls due in the ERP although nothing has left. Whether the customer pays for it, such as for an assembly
plan that was drawn, only people know: a case asks them. It ends when the service is credited, or goods leave after all.
An order of services alone has no goods to miss.
"""

from typing import Final

from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.money.prices import amount_of
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision
from domain.orders.watched_cases import watching
from domain.orders.watched_cases.rows import EndsWhen, WatchedCase
from domain.orders.without_stock.services import services_left
from domain.quantities import format_quantity

_KEY: Final = "service without goods"


def watch(decision: OrderDecision) -> None:
    """After every change: ask when the last of the goods is cancelled, or a service is done after that."""
    order, first = decision.order, decision.first
    if order.lines is first.lines or not (left := services_left(order)) or services_left(first):
        return
    units = [f"{format_quantity(line.due_quantity)} of {line.item_id} on line {line.line_id}" for line in left]
    reason = f"all goods of the order are cancelled, and its services are done and fall due: {shortened(units)}"
    action = "credit the services in the ERP as a return of them, or dismiss the case if the customer pays for them"
    worth = amount_of(sum(line.due_quantity * line.scaled_price for line in left))
    state_case(decision, CaseClass.INVOICE_MISMATCH, CaseOrigin.ORDER, _KEY, CaseState.OPEN, reason, action, worth)
    row = WatchedCase(CaseClass.INVOICE_MISMATCH, CaseOrigin.ORDER, _KEY, EndsWhen.NO_SERVICE_LEFT)
    watching.until(decision, row)
