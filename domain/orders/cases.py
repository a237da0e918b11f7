"""Cases about an order that its rules open, and resolve when the cause is gone."""

from collections.abc import Sequence
from typing import Final

from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.orders.decision import OrderDecision

_MOST_NAMED: Final = 4


def state_case(  # noqa: PLR0913, PLR0917  the fields of a case
    decision: OrderDecision,
    case_class: CaseClass,
    origin: CaseOrigin,
    key: str,
    state: CaseState,
    reason: str,
    suggested_action: str,
    value_at_risk: int | None = None,
) -> None:
    """Open the case under this key, or resolve it: then there is nothing left to do.

    `value_at_risk` is in ten-thousandths of the order's currency; None: all that is due of the order.
    """
    action = suggested_action if state is CaseState.OPEN else ""
    case = Case(case_class, origin, decision.order.order_id, reason, action, state=state, key=key)
    decision.open_case(case, value_at_risk)


def withdraw(decision: OrderDecision, key: str) -> None:
    """What this decision has said of a case does not hold at its end: nobody is told."""
    decision.messages = [said for said in decision.messages if not (isinstance(said, Case) and said.key == key)]


def shortened(descriptions: Sequence[str], between: str = ", ") -> str:
    """The first few, and how many more there are."""
    more = len(descriptions) - _MOST_NAMED
    return between.join(descriptions[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
