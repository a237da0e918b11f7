"""Lines that amendments have added, and the ERP has refused: it does not have them, and is told nothing about them.

What leaves for such a line all the same is shipped beyond the order, a case that a person decides. When a later
amendment orders the line, the ERP is told of what has left, and has not come back, as of a line that is added then.
"""

from collections.abc import Iterable
from dataclasses import replace

from domain.identifiers import LineId
from domain.orders.decision import OrderDecision
from domain.orders.erp import unposted
from domain.orders.facts import crediting


def refused(decision: OrderDecision, line_ids: Iterable[LineId]) -> None:
    """The ERP has refused the amendment: of the lines that it has added nothing is ordered, and nothing posted."""
    named = set(line_ids)
    lines = tuple(line.line_id for line in decision.order.lines if line.line_id in named and not line.ordered)
    for line_id in lines:
        unposted.forget_line(decision, line_id)
        crediting.forget_line(decision, line_id)
    if lines:
        decision.order = replace(decision.order, refused_lines=(*decision.order.refused_lines, *lines))


def ordered_again(decision: OrderDecision, line_ids: Iterable[LineId]) -> dict[LineId, int]:
    """An amendment orders some lines; returns what has left, and stayed away, of those that were refused before."""
    named = set(line_ids).intersection(decision.order.refused_lines)
    if not named:
        return {}
    others = tuple(line_id for line_id in decision.order.refused_lines if line_id not in named)
    decision.order = replace(decision.order, refused_lines=others)
    lines = (line for line in decision.order.lines if line.line_id in named)
    return {line.line_id: units for line in lines if (units := line.shipped - line.taken_back) > 0}
