"""Sourcing: which nodes serve a reservation."""

from collections.abc import Callable, Sequence

from domain.identifiers import NodeId


def choose_nodes(
    nodes: Sequence[NodeId], promisable: Callable[[NodeId], int], quantity: int, *, split: bool
) -> tuple[tuple[NodeId, int], ...]:
    """The nodes to take units from, and how many each gives; empty when there are none.

    One node if one can give all, the first of them, so that the line ships together; else the one with most, and with
    a split then the next. Ties go to the earlier.
    """
    for node_id in nodes:
        if promisable(node_id) >= quantity:
            return ((node_id, quantity),) if quantity else ()
    chosen = []
    for node_id in sorted(nodes, key=promisable, reverse=True)[: None if split else 1]:
        units = min(quantity, promisable(node_id))
        if units:
            chosen.append((node_id, units))
            quantity -= units
    return tuple(chosen)
