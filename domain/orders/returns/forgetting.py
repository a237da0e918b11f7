"""Goods that were counted on returns, and are in another unit than their line: they are none of what was asked for.

What was asked for is still to come, in the unit of the line.
"""

from dataclasses import replace

from domain.identifiers import LineId
from domain.orders.alike_lines.groups import first_by_line
from domain.orders.decision import OrderDecision
from domain.orders.returns import deciding
from domain.orders.returns.rows import ReturnLine


def forget_line(decision: OrderDecision, line_id: LineId) -> None:
    """Nothing of the line has come or was inspected."""
    first_of = first_by_line(decision.order.lines)
    first = first_of.get(line_id, line_id)
    for known in decision.returns():
        line = known.line(first)
        left = ReturnLine(first, asked=line.asked)
        if line != left:
            others = tuple(each for each in known.uncredited if first_of.get(each.line_id, each.line_id) != first)
            came = tuple(each for each in known.came if each.line_id != first)
            decision.keep_return(replace(known.with_line(left), uncredited=others, came=came))
            deciding.close_what_has_come(decision, known.return_id)
