"""What the customer has too many of: of lines that are alike in all, since nobody can tell which of them came back.

What came back of one line makes up for what was shipped too much of another one that is like it.
"""

from collections.abc import Container, Mapping, Sequence

from domain.identifiers import LineId
from domain.orders.alike_lines.groups import groups
from domain.orders.lines import OrderLine


def surplus_of(lines: Sequence[OrderLine], named: Container[LineId]) -> Mapping[LineId, int]:
    """Units beyond what is ordered, of the lines that are named and of those that are like them."""
    surplus = {line.line_id: line.too_much_shipped for line in lines if line.line_id in named}
    for alike in groups(lines):
        own = [line for line in alike if not line.kept_unit]
        if any(line.line_id in named for line in own):
            left = max(0, sum(line.excess - line.taken_back for line in own))
            for line in own:
                surplus[line.line_id] = min(left, line.too_much_shipped)
                left -= surplus[line.line_id]
    return surplus
