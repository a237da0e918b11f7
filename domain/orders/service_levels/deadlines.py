"""Since when a budget of an order runs, and when it passes.

Those of DELIVERY and INVOICE run from the last shipment, by the clock of the warehouse, while something that was
shipped is not delivered, or not invoiced, and has not come back. All others run from the receipt of the order.
"""

from collections.abc import Callable, Mapping
from typing import Final

from domain.messages.orders import BudgetStage, StageBudget
from domain.orders.lines import OrderLine
from domain.orders.state import OpenBudgets, Order

_COUNTED: Final[Mapping[BudgetStage, Callable[[OrderLine], int]]] = {
    BudgetStage.DELIVERY: lambda line: max(0, line.arrived) + line.taken_back + line.done,
    BudgetStage.INVOICE: lambda line: max(0, line.invoiced) + line.credited,
}
"""What is done, and what nobody waits for any more: units that came back, or that the customer does not pay for.

Nobody delivers what nobody has shipped.
"""


def runs_from_shipment(budget: StageBudget) -> bool:
    """Whether it is about what was shipped."""
    return budget.stage in _COUNTED


def is_owed(order: Order, stage: BudgetStage) -> bool:
    """Whether something that was shipped is not delivered, or not invoiced; what is taken back first counts later.

    Nobody says which units come back, delivered ones or others: they are taken for those that are still owed.
    """
    return any(owed(line, stage) for line in order.lines)


def owed(line: OrderLine, stage: BudgetStage) -> int:
    """So many units of a line are."""
    return max(0, line.shipped - _COUNTED[stage](line))


def since_us(order: Order, budget: StageBudget) -> int:
    """When its time began."""
    return order.last_shipped_us if runs_from_shipment(budget) else order.ingested_at_us


def allowed_ms(order: Order, budget: StageBudget) -> int:
    """How long it lasts, pauses not counted."""
    since_ms = since_us(order, budget) // 1_000
    return budget.daily[0].due_at_ms(since_ms) - since_ms if budget.daily else budget.within_ms


def due_at_ms(order: Order, budgets: OpenBudgets, budget: StageBudget) -> int | None:
    """When it passes; None while its time stands still, or nothing is owed."""
    passes_at_ms = since_us(order, budget) // 1_000 + allowed_ms(order, budget)
    if runs_from_shipment(budget):
        return passes_at_ms if is_owed(order, budget.stage) else None
    return None if budgets.paused_at_ms else passes_at_ms + budgets.paused_ms


def awaits_shipped_goods(order: Order) -> bool:
    """Whether a budget runs for what was shipped, or has passed and is an open case."""
    if order.budgets is None:
        return False
    watched = (*order.budgets.due, *(each for each in order.budgets.breached if each.opens_case))
    return any(runs_from_shipment(each) and is_owed(order, each.stage) for each in watched)
