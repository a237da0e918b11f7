"""Reservations: the claim of one order line on units of one item."""

from typing import NamedTuple

from domain.messages.inventory import ReservationLine
from domain.messages.orders import AnsweredLine


class PickedUnits(NamedTuple):
    """Units that a warehouse took from their place for one order, in millionths."""

    node_id: str
    quantity: int


class Reservation(NamedTuple):
    """A claim and what it holds, in millionths.

    `pending` and `allocated` lie at `node_id`; while the claim holds nothing, `node_id` is only where it was last
    looked for. `nodes` is where the order may be sourced from, the preferred one first. `picked` says itself where:
    a warehouse may pick elsewhere than we planned. Until the order has `confirmed`, what is filled is only pending.
    `reached` counts, from the first unit asked for, how far the claim got: granted, filled, or used up while it
    still waited; it only grows. `answer` is what the order was told when it asked.
    """

    reservation_id: str
    order_id: str
    line_id: str
    item_id: str
    node_id: str
    nodes: tuple[str, ...]
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
        """Whether it stands in the item's queue."""
        return self.backordered > 0

    @property
    def queue_position(self) -> tuple[int, int]:
        """The order of the queue: the lowest priority class first, then the earliest arrival."""
        return (self.priority_class, self.arrival)

    @property
    def picked_quantity(self) -> int:
        """What is picked, over all nodes."""
        return sum(units.quantity for units in self.picked)

    @property
    def claim(self) -> int:
        """All that the order may still expect under this reservation."""
        return self.picked_quantity + self.allocated + self.pending + self.backordered

    @property
    def ended(self) -> bool:
        """Nothing is left: the row is to be deleted."""
        return self.claim == 0

    @property
    def sources(self) -> tuple[str, ...]:
        """Where it may be filled from: what already holds units stays at one node, so that it can ship together."""
        holds_units = self.pending or self.allocated or self.picked
        return (self.node_id,) if holds_units else self.nodes


def claim_id_of(order_id: str, line: ReservationLine) -> str:
    """The id of the row that a movement concerns.

    Where the order has no reservation, units picked for it are kept under the name of its line, so that the
    shipment finds them again. Such a name is never a UUID.
    """
    return line.reservation_id or f"{order_id}/{line.line_id}/{line.item_id}"
