"""Reservations: the claim of one order line on units of one item."""

from collections.abc import Callable, Iterable
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
    waited; it only grows. `answer` is the answer to the order's request. `recalled`: units that the order was asked to
    give back and has not answered for. `kept`: what it held when it could not give back all, since a warehouse knows
    of it. `placed_at_us` is 0 for a claim of a release without a global order.
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
    recalled: int = 0
    kept: int = 0
    placed_at_us: int = 0

    @property
    def waits(self) -> bool:
        """Whether it is in the item's queue."""
        return self.backordered > 0

    @property
    def queue_position(self) -> tuple[int, int, str, int]:
        """The sort key of the queue, one order over all items: priority class, time placed, order; then the arrival.

        With the same order at every item, of two orders that each hold what the other lacks one is first at both.
        """
        return (self.priority_class, self.placed_at_us, self.order_id, self.arrival)

    @property
    def held(self) -> int:
        """The units that it holds at `node_id`."""
        return self.pending + self.allocated

    @property
    def recallable(self) -> int:
        """The units that the order was not asked for yet."""
        return max(0, self.held - self.recalled - self.kept)

    @property
    def picked_quantity(self) -> int:
        """The picked units over all nodes."""
        return sum(units.quantity for units in self.picked)

    @property
    def claim(self) -> int:
        """All units that the order may still expect under this reservation."""
        return self.picked_quantity + self.held + self.backordered

    @property
    def ended(self) -> bool:
        """Whether nothing is left; the caller then deletes the row."""
        return self.claim == 0

    @property
    def sources(self) -> tuple[NodeId, ...]:
        """The nodes it may be filled from: once it holds units, only their node, so that the line ships together."""
        return (self.node_id,) if self.held or self.picked else self.nodes


class ItemClaims(NamedTuple):
    """The open reservations of one item, as far as a decision reads them; each is read once at most."""

    waiting: Iterable[Reservation]
    """In queue order."""
    holding_at: Callable[[NodeId], Iterable[Reservation]]
    """Those that hold units at a node, against queue order: the last in the queue first."""
    pending_at: Callable[[NodeId], Iterable[Reservation]]
    """Of these, those whose order has not accepted."""


def claim_id_of(order_id: OrderId, line: ReservationLine) -> ReservationId:
    """The id of the row that a movement concerns.

    Where the order has no reservation, units picked for it are kept under an id made from its line, which is never
    a UUID, so that the shipment finds them again.
    """
    return line.reservation_id or ReservationId(f"{order_id}/{line.line_id}/{line.item_id}")
