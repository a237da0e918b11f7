"""Which lines of an order are alike: of one item, in one unit and from one stock.

A return counts what is said of all of them under the name of the first, since nobody can tell whose its goods are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from domain.fulfilment import Fulfilment
from domain.identifiers import ItemId, LineId
from domain.orders.lines import OrderLine


def kind_of(line: OrderLine) -> tuple[ItemId, str, Fulfilment]:
    """Lines of one kind are alike."""
    return line.item_id, line.unit, line.fulfilment


def groups(lines: Sequence[OrderLine]) -> tuple[tuple[OrderLine, ...], ...]:
    """The lines that have others like them, together; none where each item is on one line."""
    if len({line.item_id for line in lines}) == len(lines):
        return ()
    return tuple(alike for alike in all_of(lines) if len(alike) > 1)


def all_of(lines: Iterable[OrderLine]) -> tuple[tuple[OrderLine, ...], ...]:
    """All lines, those that are alike together."""
    kinds: defaultdict[object, list[OrderLine]] = defaultdict(list)
    for line in lines:
        kinds[kind_of(line)].append(line)
    return tuple(map(tuple, kinds.values()))


def first_by_line(lines: Sequence[OrderLine]) -> Mapping[LineId, LineId]:
    """Of each line that has others like it the name of the first of them."""
    return {line.line_id: alike[0].line_id for alike in groups(lines) for line in alike}
