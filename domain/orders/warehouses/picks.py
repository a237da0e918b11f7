"""Units in picking, by the node at which they are: what it has picked, less what it has shipped or put back of that.

Nodes are counted apart: what one of them ships is not what another one has picked. Facts come in any order, so a node
may be below zero: its goods have left, or are back, and the pick of them is reported later. It moves nothing then.
"""

from typing import Final, NamedTuple

from domain.identifiers import NodeId


class PickedAt(NamedTuple):
    """Units at one node, in millionths; below zero where they have left it before their pick was reported."""

    node_id: NodeId
    quantity: int


Picks = tuple[PickedAt, ...]
"""At most one a node, none of them 0."""
SOMEWHERE: Final = NodeId("")
"""Where units are of which an earlier release noted no node: the next fact of any node is about them."""


def in_picking(picks: Picks) -> int:
    """Units that are picked and not shipped, over all nodes."""
    return sum(at.quantity for at in picks if at.quantity > 0)


def at_node(picks: Picks, node_id: NodeId) -> int:
    """Units in picking at a node."""
    return sum(at.quantity for at in picks if at.node_id == node_id and at.quantity > 0)


def balance_at(picks: Picks, node_id: NodeId) -> int:
    """Likewise, and below zero where the units have left before their pick was reported."""
    return sum(at.quantity for at in picks if at.node_id == node_id)


def more(picks: Picks, node_id: NodeId, quantity: int) -> Picks:
    """With so many units picked at a node; a quantity below zero has left it, or is put back."""
    units = dict(picks)
    for place in (node_id, SOMEWHERE):
        balanced = _balanced(units.get(place, 0), quantity)
        units[place] = units.get(place, 0) + balanced
        quantity -= balanced
    units[node_id] += quantity
    return tuple(PickedAt(*each) for each in units.items() if each[1])


def _balanced(known: int, quantity: int) -> int:
    """How much of a quantity evens out what is known, which it does not exceed."""
    if quantity > 0:
        return min(quantity, max(0, -known))
    return max(quantity, min(0, -known))


def moved_by_pick(picks: Picks, node_id: NodeId, quantity: int) -> int:
    """Units that a pick moves in the ledger: none for units that have left the node already."""
    return in_picking(more(picks, node_id, quantity)) - in_picking(picks)
