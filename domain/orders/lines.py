"""The counters of one order line, and how facts, answers and requests change them.

Law: `open_quantity + cancelled + shipped = ordered + excess`, where the open part is what the ledger has not answered
yet, plus reserved, allocated and backordered; nothing is negative (docs/domain.md#orders).

The ledger consumes a reservation by the same rules, so both sides agree no matter what is in flight between them: a
shipment takes held units before backordered ones, a release takes backordered ones first. The two commute as long as
together they take no more than the claim, so an answer that arrives late can still be applied.

Picked units are always held: they cannot be released, and until they are shipped the ledger keeps them under the claim
under which they were picked. A line that requests again remembers those claims.
"""

from typing import NamedTuple

from domain.identifiers import ItemId, LineId, NodeId, ReservationId
from domain.orders.claims import ClaimedUnits, Claims, first_of, rest_of, total_of
from domain.orders.warehouses import releases
from domain.orders.warehouses.releases import Releases


class OrderLine(NamedTuple):
    """One line; all quantities in millionths. `known_to_warehouse` is released and not shipped.

    A tuple instead of a dataclass: a line is replaced four times before its order is accepted, and replacing a tuple
    takes a third of the time (docs/performance.md).
    """

    line_id: LineId
    item_id: ItemId
    unit: str
    unit_price: int
    ordered: int
    reservation_id: ReservationId = ReservationId("")
    node_id: NodeId = NodeId("")
    requested: int = 0
    """Units of the unanswered reservation request; 0 when there is none."""
    early_shipped: int = 0
    """Units shipped under a request before it was answered."""
    early_released: int = 0
    """Units released under a request before it was answered."""
    cancelled: int = 0
    reserved: int = 0
    allocated: int = 0
    backordered: int = 0
    released: int = 0
    known_to_warehouse: int = 0
    reached: int = 0
    """How far the claim was served, as the ledger counts it (`FilledLine.reached`)."""
    picked: int = 0
    packed: int = 0
    shipped: int = 0
    delivered: int = 0
    invoiced: int = 0
    returned: int = 0
    missing: int = 0
    """Units credited that never came back."""
    excess: int = 0
    earlier_picks: Claims = ()
    """Units picked under former claims and not shipped yet; they are shipped first."""
    released_at: Releases = ()
    """What each warehouse was asked to pick and has not shipped; more than is known only until one has stopped."""
    picked_at: NodeId = NodeId("")
    """Where the last units were picked."""

    @property
    def unanswered(self) -> int:
        """Units of the unanswered request that are still wanted."""
        return self.requested - self.early_shipped - self.early_released

    @property
    def open_quantity(self) -> int:
        """Units that are neither shipped nor cancelled."""
        return self.unanswered + self.reserved + self.allocated + self.backordered

    @property
    def unclaimed(self) -> int:
        """Backordered units for which no claim waits in the item's queue."""
        return 0 if self.reservation_id else self.backordered

    @property
    def cancellable(self) -> int:
        """Open units that are not picked."""
        return max(0, self.open_quantity - self.in_picking)

    @property
    def in_picking(self) -> int:
        """Units that are picked and not shipped."""
        return max(0, self.picked - self.shipped)

    @property
    def credited(self) -> int:
        """Units that the customer does not pay for: returned, or credited as missing."""
        return self.returned + self.missing

    @property
    def due_quantity(self) -> int:
        """Units that the customer has to pay: not cancelled, or shipped in spite of that; never more than ordered."""
        return max(self.ordered - self.cancelled, min(self.shipped, self.ordered))

    @property
    def to_release(self) -> int:
        """Allocated units that the warehouse was not asked to pick yet."""
        return max(0, self.allocated - max(self.known_to_warehouse, self.in_picking))


def violations(line: OrderLine) -> tuple[str, ...]:
    """The invariants that the line violates; empty when all hold."""
    broken = []
    if line.open_quantity + line.cancelled + line.shipped != line.ordered + line.excess:
        broken.append(f"line {line.line_id}: the counters do not add up to what was ordered: {line}")
    counters = (
        line.unanswered,
        line.cancelled,
        line.reserved,
        line.allocated,
        line.backordered,
        line.known_to_warehouse,
    )
    if min(counters) < 0:
        broken.append(f"line {line.line_id}: a counter is below zero: {line}")
    return tuple(broken)


def request(line: OrderLine, reservation_id: ReservationId) -> OrderLine:
    """Request all open units that are not held, under a new claim; `requested` is 0 when there are none."""
    open_now = _held_by_picking(
        line._replace(requested=0, early_shipped=0, early_released=0, backordered=line.unanswered + line.backordered)
    )
    if not open_now.backordered:
        return open_now
    return open_now._replace(
        reservation_id=reservation_id,
        requested=open_now.backordered,
        backordered=0,
        earlier_picks=_picks_by_claim(line),
    )


def _picks_by_claim(line: OrderLine) -> Claims:
    under_this = line.in_picking - total_of(line.earlier_picks)
    if not under_this:
        return line.earlier_picks
    return (*line.earlier_picks, ClaimedUnits(line.reservation_id, under_this))


def answer(line: OrderLine, node_id: NodeId, granted: int, missing: int) -> OrderLine:
    """Apply the ledger's answer, less what was shipped or released meanwhile, in the order that the ledger uses."""
    shipped_of_granted = min(granted, line.early_shipped)
    shipped_of_missing = line.early_shipped - shipped_of_granted
    released_of_missing = min(missing - shipped_of_missing, line.early_released)
    released_of_granted = line.early_released - released_of_missing
    return _held_by_picking(
        line._replace(
            node_id=node_id,
            requested=0,
            early_shipped=0,
            early_released=0,
            reserved=line.reserved + granted - shipped_of_granted - released_of_granted,
            backordered=line.backordered + missing - shipped_of_missing - released_of_missing,
            reached=granted + shipped_of_missing,
        )
    )


def _held_by_picking(line: OrderLine) -> OrderLine:
    """Count units picked beyond the held ones as allocated: the warehouse had them, so they serve the claim."""
    found = min(line.picked - line.shipped - line.allocated - line.reserved, line.backordered)
    if found <= 0:
        return line
    return line._replace(
        backordered=line.backordered - found,
        allocated=line.allocated + found,
        reached=line.reached + found,
    )


def confirm(line: OrderLine) -> OrderLine:
    """Turn reserved units into allocated ones, on acceptance."""
    if not line.reserved:
        return line
    return line._replace(reserved=0, allocated=line.allocated + line.reserved)


def give_back(line: OrderLine) -> OrderLine:
    """Release reserved units that are not picked; they become backordered."""
    return _held_by_picking(line._replace(reserved=0, backordered=line.backordered + line.reserved))


def abandon(line: OrderLine) -> OrderLine:
    """Give up the claim, without another in its place: what the ledger still reports of it does not count."""
    return give_back(line)._replace(reservation_id=ReservationId(""), earlier_picks=_picks_by_claim(line))


def recall(line: OrderLine, quantity: int, *, only_reserved: bool) -> tuple[OrderLine, int]:
    """Give back units that no warehouse knows of, reserved before allocated ones; they are backordered again.

    Returns the line and the units given back. `reached` stays: it counts how often units served the claim.
    """
    free = line.reserved + line.allocated - max(line.known_to_warehouse, line.in_picking)
    given = min(quantity, max(0, free), line.reserved if only_reserved else quantity)
    from_reserved = min(given, line.reserved)
    changed = line._replace(
        reserved=line.reserved - from_reserved,
        allocated=line.allocated - (given - from_reserved),
        backordered=line.backordered + given,
    )
    return changed, given


def fill(line: OrderLine, node_id: NodeId, reached: int, *, confirmed: bool = True) -> OrderLine:
    """Apply stock that arrived for a backordered line; units shipped, picked or cancelled meanwhile need none."""
    taken = min(max(0, reached - line.reached), line.backordered)
    return line._replace(
        node_id=node_id,
        backordered=line.backordered - taken,
        allocated=line.allocated + (taken if confirmed else 0),
        reserved=line.reserved + (0 if confirmed else taken),
        reached=max(reached, line.reached),
    )


def pick(line: OrderLine, quantity: int, node_id: NodeId) -> tuple[OrderLine, int]:
    """Apply a pick, which is a fact; returns the line and the units that move in the ledger."""
    picked = line._replace(picked=line.picked + quantity, picked_at=node_id)
    return _held_by_picking(picked), moved_by_pick(line.picked, line.shipped, quantity)


def moved_by_pick(picked: int, shipped: int, quantity: int) -> int:
    """Units that a pick moves in the ledger: none for units shipped already."""
    return max(picked + quantity, shipped) - max(picked, shipped)


def claims_of_shipment(line: OrderLine, quantity: int) -> Claims:
    """The claims under which the ledger finds shipped units: those picked under former claims come first."""
    return first_of((*line.earlier_picks, ClaimedUnits(line.reservation_id, quantity)), quantity)


def ship(line: OrderLine, quantity: int, node_id: NodeId) -> OrderLine:
    """Apply a shipment, which is a fact: to held units, then unanswered, then backordered, then beyond the order."""
    left = quantity
    from_allocated = min(left, line.allocated)
    left -= from_allocated
    from_reserved = min(left, line.reserved)
    left -= from_reserved
    from_unanswered = min(left, line.unanswered)
    left -= from_unanswered
    from_backordered = min(left, line.backordered)
    left -= from_backordered
    return line._replace(
        allocated=line.allocated - from_allocated,
        reserved=line.reserved - from_reserved,
        early_shipped=line.early_shipped + from_unanswered,
        backordered=line.backordered - from_backordered,
        reached=line.reached + from_backordered,
        known_to_warehouse=line.known_to_warehouse - min(line.known_to_warehouse, quantity),
        released_at=releases.without_units(line.released_at, node_id, quantity),
        shipped=line.shipped + quantity,
        excess=line.excess + left,
        earlier_picks=rest_of(line.earlier_picks, quantity),
    )


def take_back(line: OrderLine, came_back: int, missing: int) -> OrderLine:
    """Apply a return, which is a fact: units that came back, or are credited as missing. `shipped` does not change."""
    return line._replace(returned=line.returned + came_back, missing=line.missing + missing)


def release(line: OrderLine) -> OrderLine:
    """Release all allocated units to the warehouse; those it picked already are not released again."""
    return line._replace(
        released=line.released + line.to_release,
        known_to_warehouse=line.allocated,
        released_at=releases.with_units(line.released_at, line.node_id, line.to_release),
    )


def stop(line: OrderLine, node_id: NodeId) -> OrderLine:
    """A warehouse no longer works on the line: what only it was asked for has to be released again."""
    left = releases.without_node(line.released_at, node_id)
    known = max(releases.total_of(left), min(line.in_picking, line.allocated))
    return line._replace(released_at=left, known_to_warehouse=min(line.known_to_warehouse, known))


def continue_release(line: OrderLine) -> OrderLine:
    """A warehouse refuses to stop: what it was asked for beyond what is open is not asked for any more."""
    return line._replace(released_at=releases.at_most(line.released_at, line.known_to_warehouse))


def cancel(line: OrderLine, quantity: int) -> OrderLine:
    """Cancel `quantity` of the open part: backordered first, then the unanswered, reserved, allocated."""
    left = quantity
    from_backordered = min(left, line.backordered)
    left -= from_backordered
    from_unanswered = min(left, line.unanswered)
    left -= from_unanswered
    from_reserved = min(left, line.reserved)
    left -= from_reserved
    allocated = line.allocated - left
    known = min(line.known_to_warehouse, allocated)
    return line._replace(
        backordered=line.backordered - from_backordered,
        early_released=line.early_released + from_unanswered,
        reserved=line.reserved - from_reserved,
        allocated=allocated,
        known_to_warehouse=known,
        released_at=releases.at_most(line.released_at, known),
        cancelled=line.cancelled + quantity,
    )
