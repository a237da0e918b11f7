"""An address that stayed, since goods were picked or shipped, is asked for once more when all of them are there again.

The warehouses are asked to stop as for any amendment, and an ERP is told of what comes of it. A later amendment of the
address, and a person who closes its case, end that.
"""

from typing import Final

from domain.orders.amending.amendments import Amendment
from domain.orders.decision import OrderDecision
from domain.orders.watched_cases.rows import EndsWhen
from domain.values import replace

_REASON: Final = "the goods are there again"


def take_up_again(decision: OrderDecision) -> None:
    """After goods have come back, and before they are released."""
    order = decision.order
    if order.closed or order.amendments or any(line.in_picking or line.sent for line in order.lines):
        return
    rows = [row for row in order.watched_cases if row.ends_when is EndsWhen.ADDRESS_CHANGED and row.ship_to]
    if rows and rows[-1].revision == order.revision:
        amendment = Amendment(order.revision, _REASON, (), ship_to=rows[-1].ship_to)
        decision.order = replace(order, amendments=(amendment,))
