"""Units of one line that warehouses were asked to pick and have not shipped, by node."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.identifiers import NodeId


class ReleasedUnits(NamedTuple):
    """Units that one node was asked for, in millionths."""

    node_id: NodeId
    quantity: int
    works_on: bool = False
    """It has refused to stop, so what it puts back it will pick again.

    What it was asked for beyond what is held there it ships all the same: nobody else is asked for that.
    """


Releases = tuple[ReleasedUnits, ...]


def at_node(releases: Sequence[ReleasedUnits], node_id: NodeId) -> int:
    """The units that one node was asked for."""
    return sum(units.quantity for units in releases if units.node_id == node_id)


def with_units(releases: Releases, node_id: NodeId, quantity: int) -> Releases:
    """With more units at a node."""
    if not quantity:
        return releases
    units = at_node(releases, node_id) + quantity
    return (*without_node(releases, node_id), ReleasedUnits(node_id, units, _works_on(releases, node_id)))


def without_node(releases: Sequence[ReleasedUnits], node_id: NodeId) -> Releases:
    """Without the units of a node."""
    return tuple(units for units in releases if units.node_id != node_id)


def without_units(releases: Releases, node_id: NodeId, quantity: int) -> Releases:
    """With fewer units at a node; none of another node."""
    if not releases:
        return releases
    left = at_node(releases, node_id) - quantity
    others = without_node(releases, node_id)
    return (*others, ReleasedUnits(node_id, left, _works_on(releases, node_id))) if left > 0 else others


def working_on(releases: Releases, node_id: NodeId) -> Releases:
    """A node has refused to stop."""
    return tuple(units._replace(works_on=units.works_on or units.node_id == node_id) for units in releases)


def _works_on(releases: Sequence[ReleasedUnits], node_id: NodeId) -> bool:
    return any(units.works_on for units in releases if units.node_id == node_id)


def at_most(releases: Releases, node_id: NodeId, quantity: int) -> Releases:
    """With no more than `quantity` at a node."""
    return without_units(releases, node_id, max(0, at_node(releases, node_id) - quantity))
