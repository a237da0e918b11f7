"""Cases that say why a stage is not reached: then its budget opens none of its own.

One cause of an order is one case. A breach alone says that an order is late; a warehouse that does not act, a hold, a
refusal of the ERP or a parcel that is lost says why, and whom to call. So does a stage before it, whose own budget has
opened a case.
"""

from collections.abc import Mapping
from typing import Final

from domain.messages.orders import BudgetStage, ReleaseGate, StageBudget
from domain.messages.status import ErpStatus
from domain.orders.pending.answers import TO_STOP, Awaited
from domain.orders.state import OpenBudgets, Order

_BEFORE_ACCEPTANCE: Final = frozenset(
    {Awaited.PURCHASE_ORDER, Awaited.CUSTOMER, Awaited.RESERVATION, Awaited.DEPENDENCY}
)
_AT_WAREHOUSE: Final = frozenset(
    {*TO_STOP, Awaited.ACTION, Awaited.SHIPMENT, Awaited.CHANNEL_SHIPMENT, Awaited.SURPLUS}
)
_OF_STOCK: Final = frozenset({Awaited.STOCK, Awaited.WAREHOUSE})
_EXPLAINING: Final[Mapping[BudgetStage, frozenset[Awaited]]] = {
    BudgetStage.ACCEPTANCE: _BEFORE_ACCEPTANCE,
    BudgetStage.BOOKING: _BEFORE_ACCEPTANCE,
    BudgetStage.RELEASE: _BEFORE_ACCEPTANCE | _OF_STOCK,
    BudgetStage.SHIPMENT: _BEFORE_ACCEPTANCE | _AT_WAREHOUSE | _OF_STOCK,
    BudgetStage.DELIVERY: frozenset({Awaited.DELIVERY}),
    BudgetStage.INVOICE: frozenset({Awaited.INVOICE_BEFORE_CREDIT}),
}
"""Answers whose lateness is a case that says why a stage is not reached."""
_IN_SEQUENCE: Final = (BudgetStage.ACCEPTANCE, BudgetStage.BOOKING, BudgetStage.RELEASE, BudgetStage.SHIPMENT)


def is_explained(order: Order, budgets: OpenBudgets, budget: StageBudget) -> bool:
    """Whether another open case of the order says why a stage is not reached."""
    late = (pending.awaited for pending in order.pending_answers if pending.is_late)
    if any(awaited in _EXPLAINING[budget.stage] for awaited in late):
        return True
    if budget.stage not in _IN_SEQUENCE:
        return False
    is_held = any(hold.case_key for hold in order.holds) or order.erp_status is ErpStatus.REJECTED
    return is_held or any(_keeps_back(order, each, budget) for each in budgets.breached)


def _keeps_back(order: Order, earlier: StageBudget, later: StageBudget) -> bool:
    """An order may be released, and shipped, before it is booked, if its gate allows that."""
    if not earlier.opens_case or _IN_SEQUENCE.index(later.stage) <= _place_of(earlier):
        return False
    return earlier.stage is not BudgetStage.BOOKING or order.policy.release_gate is ReleaseGate.BOOKED


def _place_of(budget: StageBudget) -> int:
    return _IN_SEQUENCE.index(budget.stage) if budget.stage in _IN_SEQUENCE else len(_IN_SEQUENCE)
