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
    unasked: int = 0
    """Of these, what it has picked and no command asks for, or none any more: put back, they are not known to it."""

    def less(self, quantity: int) -> "ReleasedUnits":
        """So many fewer: those that no command asked for first."""
        return self._replace(quantity=self.quantity - quantity, unasked=max(0, self.unasked - quantity))

    def shipped(self, quantity: int) -> "ReleasedUnits":
        """So many are shipped: those that a command asked for first."""
        left = max(0, self.quantity - quantity)
        return self._replace(quantity=left, unasked=min(self.unasked, left))


Releases = tuple[ReleasedUnits, ...]


def at_node(releases: Sequence[ReleasedUnits], node_id: NodeId) -> int:
    """The units that one node was asked for."""
    return sum(units.quantity for units in releases if units.node_id == node_id)


def unasked_at(releases: Sequence[ReleasedUnits], node_id: NodeId) -> int:
    """Those that it picked without a command."""
    return sum(units.unasked for units in releases if units.node_id == node_id)


def works_on(releases: Sequence[ReleasedUnits], node_id: NodeId) -> bool:
    """Whether the node has refused to stop."""
    return any(units.works_on for units in releases if units.node_id == node_id)


def with_units(releases: Releases, node_id: NodeId, quantity: int) -> Releases:
    """With more units at a node, by a command."""
    return _with(releases, _of(releases, node_id), quantity, 0)


def with_unasked(releases: Releases, node_id: NodeId, quantity: int) -> Releases:
    """With more units at a node, which it has picked without a command."""
    return _with(releases, _of(releases, node_id), quantity, quantity)


def without_node(releases: Sequence[ReleasedUnits], node_id: NodeId) -> Releases:
    """Without the units of a node."""
    return tuple(units for units in releases if units.node_id != node_id)


def without_units(releases: Releases, node_id: NodeId, quantity: int) -> Releases:
    """With fewer units at a node; none of another node."""
    return _keep(releases, _of(releases, node_id).less(quantity)) if releases else releases


def without_shipped(releases: Releases, node_id: NodeId, quantity: int) -> Releases:
    """Likewise, when it ships them."""
    return _keep(releases, _of(releases, node_id).shipped(quantity)) if releases else releases


def _of(releases: Releases, node_id: NodeId) -> ReleasedUnits:
    return next((units for units in releases if units.node_id == node_id), ReleasedUnits(node_id, 0))


def _with(releases: Releases, units: ReleasedUnits, quantity: int, unasked: int) -> Releases:
    if not quantity:
        return releases
    return _keep(releases, units._replace(quantity=units.quantity + quantity, unasked=units.unasked + unasked))


def _keep(releases: Releases, changed: ReleasedUnits) -> Releases:
    others = without_node(releases, changed.node_id)
    return (*others, changed) if changed.quantity > 0 else others


def working_on(releases: Releases, node_id: NodeId) -> Releases:
    """A node has refused to stop."""
    return tuple(units._replace(works_on=units.works_on or units.node_id == node_id) for units in releases)


def stopped(releases: Releases, node_id: NodeId, quantity: int) -> Releases:
    """A node ships no more than `quantity`, which it has picked; its commands are over."""
    left = at_most(releases, node_id, quantity)
    return tuple(units._replace(unasked=units.quantity) if units.node_id == node_id else units for units in left)


def not_found(releases: Releases, node_id: NodeId, quantity: int) -> Releases:
    """A node has picked so many, and reports that it does not find them: no command asks it for them any more."""
    return tuple(
        units._replace(unasked=min(units.quantity, units.unasked + quantity)) if units.node_id == node_id else units
        for units in releases
    )


def at_most(releases: Releases, node_id: NodeId, quantity: int) -> Releases:
    """With no more than `quantity` at a node."""
    return without_units(releases, node_id, max(0, at_node(releases, node_id) - quantity))
