"""What fill or kill cancels of the units that an amendment raises.

That is no wish of anybody: when the ERP refuses the amendment, these units are not ordered, and so not cancelled, and
nothing of it counts against what was ordered before.
"""

from collections import Counter
from collections.abc import Mapping

from domain.identifiers import LineId
from domain.orders.amending.amendments import Amendment, AmendmentStep
from domain.orders.decision import OrderDecision
from domain.orders.erp.cancellations import parts_of, units_of
from domain.orders.state import Order
from domain.values import replace


def under_way(order: Order) -> Amendment | None:
    """The amendment that raises lines at this moment."""
    first = next(iter(order.amendments), None)
    return first if first is not None and first.step is AmendmentStep.UNITS else None


def note(decision: OrderDecision, units: Mapping[LineId, int], before: Amendment | None) -> None:
    """These units were cancelled; `before` is the amendment under way before that.

    What the ERP was not told of, since it does not have it, is not owed to it later.
    """
    now = under_way(decision.order)
    if before is None or now is None or now.number != before.number:
        return
    left = units_of(before.more) - units_of(before.killed) - units_of(before.untold)
    killed = {line_id: min(quantity, left[line_id]) for line_id, quantity in units.items()}
    changed = now._replace(killed=parts_of(units_of(before.killed) + Counter(killed)), untold=before.untold)
    decision.order = replace(decision.order, amendments=(changed, *decision.order.amendments[1:]))
