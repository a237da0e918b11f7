"""Which lines of an order are alike: of one item, in one unit and from one stock.

A return counts what is said of all of them under the name of the first, since nobody can tell whose its goods are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from domain.identifiers import LineId
from domain.orders.lines import OrderLine


def groups(lines: Sequence[OrderLine]) -> tuple[tuple[OrderLine, ...], ...]:
    """The lines that have others like them, together; none where each item is on one line."""
    if len({line.item_id for line in lines}) == len(lines):
        return ()
    return tuple(alike for alike in all_of(lines) if len(alike) > 1)


def all_of(lines: Iterable[OrderLine]) -> tuple[tuple[OrderLine, ...], ...]:
    """All lines, those that are alike together."""
    kinds: defaultdict[object, list[OrderLine]] = defaultdict(list)
    for line in lines:
        kinds[line.item_id, line.unit, line.fulfilment].append(line)
    return tuple(map(tuple, kinds.values()))


def like(lines: Sequence[OrderLine], line_id: LineId) -> tuple[OrderLine, ...]:
    """The lines that are like this one, itself included; none where the order does not have it."""
    for alike in groups(lines):
        if any(line.line_id == line_id for line in alike):
            return alike
    return tuple(line for line in lines if line.line_id == line_id)


def first_of(lines: Sequence[OrderLine], line_id: LineId) -> LineId:
    """The name of the first of them; its own where the order does not have it."""
    alike = like(lines, line_id)
    return alike[0].line_id if alike else line_id
