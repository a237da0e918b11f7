"""Reservations: the claim of one order line on units of one item."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from domain.identifiers import ChannelId, ItemId, LineId, NodeId, OrderId, ReservationId, channel_of
from domain.messages.inventory import ReservationLine, UnpickedUnits
from domain.messages.orders import ClaimedAs, ClaimedUnits
from domain.units import plain_unit
from domain.values import quickly_replaced


@quickly_replaced
class UnitsAt(NamedTuple):
    """What a claim holds at one node, in millionths."""

    node_id: NodeId
    pending: int = 0
    """Held until the order confirms."""
    allocated: int = 0
    picked: int = 0
    recalled: int = 0
    """The order was asked to give these back, and has not answered."""
    kept: int = 0
    """What it held when it could not give back all, since a warehouse knows of it."""

    @property
    def held(self) -> int:
        """The units that are not picked."""
        return self.pending + self.allocated

    @property
    def recallable(self) -> int:
        """The units that the order was not asked for yet."""
        return max(0, self.held - self.recalled - self.kept)


@quickly_replaced
class Reservation(NamedTuple):
    """A claim, and the units that it holds and waits for, in millionths.

    `nodes`: where the order may be sourced from, the preferred one first; `split`: from several at once. `at` is sorted
    by node, and may name others: a warehouse may pick at another node than planned. Until the order has `confirmed`,
    filled units are only pending. `placed_at_us` is from when it waits, and 0 for a claim of a release without a global
    order. `said` and `heard` number the messages between ledger and order
    (docs/adr/0023-the-ledger-states-what-a-claim-holds.md).
    """

    reservation_id: ReservationId
    order_id: OrderId
    line_id: LineId
    item_id: ItemId
    nodes: tuple[NodeId, ...]
    split: bool
    priority_class: int
    arrival: int
    requested: int
    confirmed: bool
    backordered: int = 0
    at: tuple[UnitsAt, ...] = ()
    placed_at_us: int = 0
    said: int = 0
    heard: int = 0
    unit: str = ""
    """Of its quantities; empty: the item's."""
    is_held: bool = False
    """Its unit is not the item's, or the item may not be sold: it gets nothing, and is not in the queue."""
    known_item_only: bool = False
    """Whether it waits for the item's master data."""
    promised_us: int = 0
    """The day on which supply covers what it waits for, by its midnight in UTC; 0: none does, or it does not wait."""
    requested_us: int = 0
    """The day on which the customer wants it, likewise; 0: as soon as possible."""
    beside: tuple[ReservationId, ...] = ()
    """The other claims of its line, which an amendment has added, if one node at a time serves the line."""
    beside_at: tuple[NodeId, ...] = ()
    """Where these hold units, or if they hold none, where units of them are picked."""

    @property
    def channel_id(self) -> ChannelId:
        """The channel of its order, whose fences it may use."""
        return channel_of(self.order_id)

    @property
    def waits(self) -> bool:
        """Whether it is in the item's queue."""
        return self.backordered > 0 and not self.is_held

    @property
    def is_kept_back(self) -> bool:
        """Whether it waits outside the queue: it has a case. What was picked all the same does not wait."""
        return self.is_held and self.backordered > 0

    def is_held_for_its_unit(self, kept_unit: str) -> bool:
        """Whether it is held because its item is kept in another unit."""
        return self.is_held and bool(kept_unit and self.unit) and plain_unit(self.unit) != kept_unit

    @property
    def demand(self) -> int:
        """What it waits for, in the item's unit."""
        return 0 if self.is_held else self.backordered

    @property
    def is_for_later(self) -> bool:
        """Whether the customer wants it on a day after it was placed; until then it is behind what is placed."""
        return self.requested_us > self.placed_at_us

    @property
    def queue_position(self) -> tuple[int, int, bool, int, str, int]:
        """The sort key of the queue, one order over all items: priority class, time from which it is wanted, order.

        What has no day is wanted when it is placed, and so is what was wanted before that: nobody overtakes by a day in
        the past, and nobody is overtaken for ever. Of one day, what was placed first is first; then the order, and the
        arrival. With the same order at every item, of two orders that each hold what the other lacks one is first at
        both.
        """
        wanted_us = max(self.placed_at_us, self.requested_us)
        return (self.priority_class, wanted_us, not self.is_for_later, self.placed_at_us, self.order_id, self.arrival)

    def has_moved_since(self, before: "Reservation") -> bool:
        """Whether it has another place in the queue."""
        return (self.requested_us, self.placed_at_us) != (before.requested_us, before.placed_at_us)

    @property
    def held(self) -> int:
        """The units that it holds and that are not picked, over all nodes."""
        return sum(units.pending + units.allocated for units in self.at)

    @property
    def pending(self) -> int:
        """The pending units over all nodes."""
        return sum(units.pending for units in self.at)

    @property
    def picked(self) -> int:
        """The picked units over all nodes."""
        return sum(units.picked for units in self.at)

    @property
    def claim(self) -> int:
        """All units that the order may still expect under this reservation."""
        units = self.backordered
        for at in self.at:
            units += at.pending + at.allocated + at.picked
        return units

    @property
    def ended(self) -> bool:
        """Whether nothing is left; the caller then deletes the row."""
        return self.claim == 0

    @property
    def sources(self) -> tuple[NodeId, ...]:
        """The nodes it may be filled from: without a split only where its line holds units, so that it ships whole."""
        if self.split:
            return self.nodes
        return self.held_at or self.beside_at or self.picked_at or self.nodes

    @property
    def held_at(self) -> tuple[NodeId, ...]:
        """The nodes where it holds units that are not picked."""
        return tuple(units.node_id for units in self.at if units.held)

    @property
    def picked_at(self) -> tuple[NodeId, ...]:
        """The nodes where units of it are picked."""
        return tuple(units.node_id for units in self.at if units.picked)

    def units_at(self, node_id: NodeId) -> UnitsAt:
        """What it holds at a node."""
        return next((units for units in self.at if units.node_id == node_id), UnitsAt(node_id))

    def with_units(self, changed: UnitsAt) -> "Reservation":
        """The reservation with other units at a node; `kept` is never more than it holds there."""
        if changed.kept > changed.held:
            changed = changed._replace(kept=changed.held)
        others = [units for units in self.at if units.node_id != changed.node_id]
        if any(changed[1:]):
            others.append(changed)
        return self._replace(at=tuple(sorted(others)))

    @property
    def units(self) -> tuple[ClaimedUnits, ...]:
        """All of the claim, as the order is told."""
        found = []
        if self.backordered:
            found.append(ClaimedUnits(NodeId(""), ClaimedAs.WAITING, self.backordered, self.promised_us))
        for at in self.at:
            if at.pending:
                found.append(ClaimedUnits(at.node_id, ClaimedAs.PENDING, at.pending))
            if at.allocated:
                found.append(ClaimedUnits(at.node_id, ClaimedAs.ALLOCATED, at.allocated))
            if at.picked:
                found.append(ClaimedUnits(at.node_id, ClaimedAs.PICKED, at.picked))
        return tuple(found)


class ItemClaims(NamedTuple):
    """The open reservations of one item, as they are stored; a decision reads them only as far as it needs to."""

    waiting: Iterable[Reservation]
    """In queue order, from the first at each iteration."""
    holding_at: Callable[[NodeId], Iterable[Reservation]]
    """Those that hold units at a node, against queue order: the last in the queue first."""
    pending_at: Callable[[NodeId], Iterable[Reservation]]
    """Of these, those whose order has not accepted."""
    named: Callable[[ReservationId], Reservation | None]
    """One by its id."""


def nodes_of(claims: Iterable[Reservation]) -> tuple[NodeId, ...]:
    """Where claims of one line hold units, or if they hold none, where units of them are picked; by name."""
    line = tuple(claims)
    if not line:
        return ()
    held = {node_id for claim in line for node_id in claim.held_at}
    return tuple(sorted(held or {node_id for claim in line for node_id in claim.picked_at}))


def without_stale_date(reservation: Reservation) -> Reservation:
    """A claim that does not wait has no promise date."""
    return reservation if reservation.waits or not reservation.promised_us else reservation._replace(promised_us=0)


def here_first(places: tuple[UnitsAt, ...], node_id: NodeId) -> tuple[UnitsAt, ...]:
    """The order in which a fact uses up a claim, on both sides: the node of the fact, then the others by name."""
    if len(places) <= 1:
        return places
    return tuple(sorted(places, key=lambda at: at.node_id != node_id))


def claim_id_of(order_id: OrderId, line: ReservationLine | UnpickedUnits) -> ReservationId:
    """The id of the row that a movement concerns.

    Where the order has no reservation, units picked for it are kept under an id made from its line, which is never
    a UUID, so that the shipment finds them again.
    """
    return line.reservation_id or ReservationId(f"{order_id}/{line.line_id}/{line.item_id}")
