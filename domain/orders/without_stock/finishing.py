"""Lines of which nothing leaves a warehouse are done when their order is released (docs/domain.md).

That counts as shipped, by nobody: neither the ledger nor a carrier hears of it, and the ERP is posted no shipment. If a
warehouse ships such a unit all the same, it is not shipped once more. If that is reversed, it is open again, and done
again as soon as the order may be released.
"""

from collections.abc import Sequence

from domain.messages.orders import FulfilmentLine
from domain.messages.status import LinesDone
from domain.orders import counters
from domain.orders.decision import OrderDecision
from domain.orders.facts import crediting
from domain.orders.lines import OrderLine
from domain.values import replace


def finish(decision: OrderDecision, lines: Sequence[OrderLine]) -> None:
    """Count what is open of these lines as done; what was returned of it before is credited now."""
    before, at_us = decision.order, decision.cause.now_ms * 1_000
    decision.change_named_lines({line.line_id for line in lines}, counters.finish)
    decision.order = replace(decision.order, last_shipped_us=max(before.last_shipped_us, at_us))
    done = tuple(FulfilmentLine(line.line_id, line.item_id, line.to_be_done) for line in lines)
    decision.publish(LinesDone, lines=done)
    crediting.shipped(decision, before)
