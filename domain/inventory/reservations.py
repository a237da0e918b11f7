"""Reservations: the claim of one order line on units of one item."""

from typing import NamedTuple

from domain.identifiers import ItemId, LineId, NodeId, OrderId, ReservationId
from domain.messages.inventory import ReservationLine
from domain.messages.orders import AnsweredLine


class PickedUnits(NamedTuple):
    """Units picked for one order at one node, in millionths."""

    node_id: NodeId
    quantity: int


class Reservation(NamedTuple):
    """A claim and the units that it holds, in millionths.

    `pending` and `allocated` lie at `node_id`; while the claim holds nothing, `node_id` is the last node tried.
    `nodes`: where the order may be sourced from, the preferred one first. `picked` names its own nodes: a warehouse
    may pick at another node than planned. Until the order has `confirmed`, filled units are only pending. `reached`
    counts, from the first unit requested, how far the claim was served: granted, filled, or consumed while it still
    waited; it only grows. `answer` is the answer to the order's request.
    """

    reservation_id: ReservationId
    order_id: OrderId
    line_id: LineId
    item_id: ItemId
    node_id: NodeId
    nodes: tuple[NodeId, ...]
    priority_class: int
    arrival: int
    pending: int
    allocated: int
    picked: tuple[PickedUnits, ...]
    backordered: int
    reached: int
    confirmed: bool
    answer: AnsweredLine

    @property
    def waits(self) -> bool:
        """Whether it is in the item's queue."""
        return self.backordered > 0

    @property
    def queue_position(self) -> tuple[int, int]:
        """The sort key of the queue: the lowest priority class first, then the earliest arrival."""
        return (self.priority_class, self.arrival)

    @property
    def picked_quantity(self) -> int:
        """The picked units over all nodes."""
        return sum(units.quantity for units in self.picked)

    @property
    def claim(self) -> int:
        """All units that the order may still expect under this reservation."""
        return self.picked_quantity + self.allocated + self.pending + self.backordered

    @property
    def ended(self) -> bool:
        """Whether nothing is left; the caller then deletes the row."""
        return self.claim == 0

    @property
    def sources(self) -> tuple[NodeId, ...]:
        """The nodes it may be filled from: once it holds units, only their node, so that the line ships together."""
        holds_units = self.pending or self.allocated or self.picked
        return (self.node_id,) if holds_units else self.nodes


def claim_id_of(order_id: OrderId, line: ReservationLine) -> ReservationId:
    """The id of the row that a movement concerns.

    Where the order has no reservation, units picked for it are kept under an id made from its line, which is never
    a UUID, so that the shipment finds them again.
    """
    return line.reservation_id or ReservationId(f"{order_id}/{line.line_id}/{line.item_id}")
