"""Sourcing: which node serves a reservation."""

from collections.abc import Callable

from domain.identifiers import NodeId


def choose_node(nodes: tuple[NodeId, ...], promisable: Callable[[NodeId], int], quantity: int) -> tuple[NodeId, int]:
    """The node to take units from, and how many it gives: one node, so that the line ships together.

    The first that can give all, else the one with most; ties go to the earlier. No node at all gives `("", 0)`.
    """
    for node_id in nodes:
        if promisable(node_id) >= quantity:
            return node_id, quantity
    fullest = max(nodes, key=promisable, default=NodeId(""))
    return fullest, promisable(fullest)
