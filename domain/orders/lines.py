"""One order line: what was ordered, cancelled and shipped is counted; what is open follows from it.

The line's claims say what of the open part is held, and where. So `open_quantity + cancelled + shipped = ordered +
excess` by construction, where the open part is what the ledger has not answered yet, plus reserved, allocated and
backordered (docs/domain.md#orders).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from domain.fulfilment import Fulfilment
from domain.identifiers import ItemId, LineId, NodeId
from domain.invariants import Law, Violation
from domain.messages.orders import PlacedLine
from domain.money.prices import scaled_price
from domain.orders.claims import Claim, HeldUnits
from domain.orders.warehouses import picks, releases
from domain.orders.warehouses.picks import Picks
from domain.orders.warehouses.releases import Releases
from domain.values import quickly_replaced


class OpenUnits(NamedTuple):
    """The open units of a line by what they are to the ledger, in millionths."""

    reserved: int
    allocated: int
    """Picked ones included."""
    unanswered: int
    backordered: int
    without_stock: int = 0
    """Those for which the ledger is not asked, since they need none of our stock; picked ones are allocated."""


@quickly_replaced
class OrderLine(NamedTuple):
    """One line; all quantities in millionths.

    A tuple instead of a dataclass: a line is replaced four times before its order is accepted, and replacing a tuple
    takes a third of the time (docs/performance.md).
    """

    line_id: LineId
    item_id: ItemId
    unit: str
    unit_price: int
    ordered: int
    cancelled: int = 0
    released: int = 0
    picked: int = 0
    """What warehouses report, less what they put back, lose or take back of a shipment; below zero likewise."""
    packed: int = 0
    shipped: int = 0
    delivered: int = 0
    """What carriers report, less what they take back; below zero where the taking back came first."""
    invoiced: int = 0
    """What is invoiced, less what is cancelled; below zero likewise."""
    returned: int = 0
    missing: int = 0
    """Units credited that never came back."""
    claims: tuple[Claim, ...] = ()
    released_at: Releases = ()
    """What each warehouse was asked to pick, or picked unasked, and has not shipped.

    More than is held there until it has stopped; where it has refused to, until it has shipped that, or has not got it.
    """
    unwanted: int = 0
    """Units that were to be cancelled, and are picked or shipped, or their warehouse works on.

    They are cancelled if they come back; never more than `wanted`.
    """
    announced: int = 0
    """Units that open returns announce and that have not come back."""
    uncredited: int = 0
    """Units that came back and are not credited: they are to be inspected, or the inspection says no."""
    invoiced_amount: int = 0
    """What invoices state for the line, less what is cancelled, in ten-thousandths of the order's currency."""
    units_with_amount: int = 0
    """The units that these amounts are for."""
    amounts_stated: int = 0
    """How many amounts these are, those of cancellations included: each of them may be rounded."""
    kept_unit: str = ""
    """That in which its item is kept, where the line is ordered in another: then no fact counts on it; else empty."""
    is_unit_known: bool = False
    """The ledger has answered about the line, and so has said its item's unit if that is another."""
    picks: Picks = ()
    """What is in picking, by node."""
    uninvoiced: int = 0
    """Units whose invoices were cancelled, all of them together."""
    fulfilment: Fulfilment = Fulfilment.STOCK
    done: int = 0
    """Of `shipped`, what nobody has shipped: nothing leaves of the line, so it is done when its order is released."""
    price_basis: int = 1
    """For so many units is the price: one of `domain.money.prices.BASES`."""
    credited_as_paid: int = 0
    """Units that credit memos have at what the customer paid for them, and not at a price that the source states."""
    delivered_beyond: int = 0
    """Of `delivered`, units beyond what the shipments have that their deliveries name."""
    surplus_credited: int = 0
    """Of `credited_as_paid`, units that were shipped beyond what was ordered: they cost their price."""

    @property
    def scaled_price(self) -> int:
        """What a unit costs, exactly: times a quantity, it is worth in `domain.money.prices.WORTH`."""
        return scaled_price(self.unit_price, self.price_basis)

    @property
    def open_quantity(self) -> int:
        """Units that are neither shipped nor cancelled."""
        return max(0, self.ordered - self.cancelled - self.shipped)

    @property
    def needs_stock(self) -> bool:
        """Whether the ledger is asked for its units, and a warehouse to ship them."""
        return self.fulfilment is Fulfilment.STOCK

    @property
    def excess(self) -> int:
        """Units shipped beyond what was ordered and not cancelled."""
        return max(0, self.cancelled + self.shipped - self.ordered)

    @property
    def too_much_shipped(self) -> int:
        """Units that the customer has beyond what is ordered."""
        return max(0, self.excess - self.taken_back)

    @property
    def surplus_to_credit(self) -> int:
        """Units shipped beyond what was ordered that no credit memo has: nothing of the whole order is for them."""
        return max(0, self.shipped - self.ordered - self.surplus_credited)

    @property
    def open_units(self) -> OpenUnits:
        """The open units by what they are: as far as there are claims, what these say."""
        left = self.open_quantity
        if not self.claims:
            return OpenUnits(0, 0, 0, left) if self.needs_stock else OpenUnits(0, 0, 0, 0, left)
        pending, held, unanswered = 0, 0, 0
        for claim in self.claims:
            if not claim.is_answered:
                unanswered += claim.waiting
            for at in claim.held:
                pending += at.pending
                held += at.allocated + at.picked
        allocated = min(held, left)
        reserved = min(pending, left - allocated)
        unanswered = min(unanswered, left - allocated - reserved)
        rest = left - allocated - reserved - unanswered
        if self.needs_stock:
            return OpenUnits(reserved, allocated, unanswered, rest)
        return OpenUnits(reserved, allocated, unanswered, 0, rest)

    @property
    def reserved(self) -> int:
        """Units held for the order that it has not confirmed."""
        return self.open_units.reserved

    @property
    def allocated(self) -> int:
        """Units held for the order, picked ones included."""
        return self.open_units.allocated

    @property
    def unanswered(self) -> int:
        """Units of requests that the ledger has not answered."""
        return self.open_units.unanswered

    @property
    def backordered(self) -> int:
        """Open units that nobody holds for the order."""
        return self.open_units.backordered

    @property
    def without_stock(self) -> int:
        """Open units that need none of our stock."""
        return self.open_units.without_stock

    @property
    def promised_us(self) -> int:
        """The day on which supply covers what is backordered; 0: none does, or nothing is."""
        days = [claim.promised_us for claim in self.claims if claim.waiting]
        return max(days) if days and all(days) and self.backordered else 0

    @property
    def is_answered(self) -> bool:
        """Whether the ledger has answered all requests."""
        return not self.awaits_unit and all(claim.is_answered for claim in self.claims)

    @property
    def awaits_unit(self) -> bool:
        """Whether the ledger is to say in which unit that is that was reported of it: it may be another than its own.

        It says it with its answer to a claim; so only if the line has none.
        """
        is_reported = self.picked or self.shipped or self.delivered or self.invoiced or self.taken_back
        if not is_reported or self.is_unit_known or not self.needs_stock:
            return False
        return not any(claim.reservation_id for claim in self.claims)

    @property
    def may_be_in_another_unit(self) -> bool:
        """Whether the ledger is still to say it: until then it is not known whether what has left is of the line."""
        is_known = self.is_unit_known or not self.needs_stock
        return not is_known and (self.awaits_unit or not all(claim.is_answered for claim in self.claims))

    @property
    def unclaimed(self) -> int:
        """Open units for which the line has no claim, and needs one."""
        if not self.needs_stock:
            return 0
        left = self.open_quantity
        for claim in self.claims:
            left -= claim.total
        return max(0, left)

    @property
    def in_picking(self) -> int:
        """Units that are picked and not shipped."""
        return picks.in_picking(self.picks) if self.picks else 0

    @property
    def out_of_reach(self) -> int:
        """Units that a cancellation cannot reach: picked or shipped."""
        return self.in_picking + self.shipped

    @property
    def wanted(self) -> int:
        """Units that are not cancelled, as far as they were ordered."""
        return max(0, self.ordered - self.cancelled)

    @property
    def cancellable(self) -> int:
        """Open units that are not picked."""
        return max(0, self.open_quantity - self.in_picking)

    @property
    def to_be_done(self) -> int:
        """Open units of which nothing leaves, and that are still wanted; those that a warehouse has picked as well."""
        return max(0, self.open_quantity - self.unwanted) if self.fulfilment is Fulfilment.NONE else 0

    @property
    def is_left_to_release(self) -> bool:
        """Whether something is open that no warehouse knows of; what the channel ships none has to know of."""
        return self.fulfilment is not Fulfilment.CHANNEL and self.open_quantity > self.known_to_warehouse

    @property
    def sent(self) -> int:
        """Units that were shipped by somebody."""
        return self.shipped - self.done

    @property
    def taken_back(self) -> int:
        """Units that came back, or are credited as missing."""
        return self.returned + self.missing

    @property
    def credited(self) -> int:
        """Units that the customer does not pay for: returned and not in inspection or refused, or missing."""
        return self.taken_back - self.uncredited

    @property
    def credited_uninvoiced(self) -> int:
        """Units that are credited, and whose invoice was cancelled: the customer would be paid for them.

        Nobody says which units came back: they are taken for those that are not invoiced.
        """
        return max(0, min(self.uninvoiced, self.credited, self.shipped, self.shipped - self.invoiced))

    @property
    def credited_never_invoiced(self) -> int:
        """Units that are credited, and that no invoice ever had; they are taken for those that are not invoiced."""
        lacking = min(self.credited, self.shipped, self.shipped - self.invoiced)
        return max(0, lacking - self.credited_uninvoiced)

    def with_returns(self, announced: int, uncredited: int) -> "OrderLine":
        """So many units more are announced, and not credited."""
        return self._replace(announced=self.announced + announced, uncredited=self.uncredited + uncredited)

    @property
    def expected_in_all(self) -> int:
        """Units that are shipped, or may still be: more than that cannot be invoiced."""
        return max(self.shipped, self.ordered - self.cancelled)

    @property
    def due_quantity(self) -> int:
        """Units that the customer has to pay: not cancelled, or shipped in spite of that; never more than ordered."""
        left, shipped = self.ordered - self.cancelled, self.shipped
        return left if shipped <= left else max(left, min(shipped, self.ordered))

    @property
    def arrived(self) -> int:
        """Units that are with the customer as carriers report it: of each shipment that they name, no more than it has.

        Below zero where a delivery was taken back before it was reported.
        """
        return self.delivered - self.delivered_beyond

    @property
    def has_arrived(self) -> bool:
        """Whether anything of it was delivered or invoiced, or less than nothing: taken back before it came."""
        return bool(self.delivered or self.delivered_beyond or self.invoiced or self.amounts_stated or self.uninvoiced)

    @property
    def known_to_warehouse(self) -> int:
        """Units that are held where a warehouse was asked to pick them, picked ones included, or that another ships."""
        known = sum(min(asked.quantity, self.held_at(asked.node_id)) for asked in self.released_at)
        return known + sum(self._covers.values())

    @property
    def to_be_picked(self) -> int:
        """Units that a warehouse was asked to pick and has not picked."""
        return sum(self.awaited_from(asked.node_id) for asked in self.released_at)

    @property
    def worked_on(self) -> int:
        """As far as that warehouse has refused to stop."""
        return sum(self.awaited_from(asked.node_id) for asked in self.released_at if asked.works_on)

    @property
    def to_release(self) -> tuple[tuple[NodeId, int], ...]:
        """Allocated units that no warehouse was asked to pick yet, or picks all the same, by node."""
        left: dict[NodeId, int] = {}
        covered = sum(self._covers.values())
        for node_id, units in self._not_told.items():
            here = min(units, covered)
            covered -= here
            if units > here:
                left[node_id] = units - here
        return tuple(left.items())

    @property
    def _not_told(self) -> Mapping[NodeId, int]:
        """Allocated units beyond what their own warehouse was asked to pick, by node."""
        allocated: dict[NodeId, int] = {}
        for claim in self.claims:
            for at in claim.held:
                if at.allocated:
                    allocated[at.node_id] = allocated.get(at.node_id, 0) + at.allocated
        if not self.released_at:
            return allocated
        return {node_id: units - self._told(node_id) for node_id, units in allocated.items()}

    @property
    def _covers(self) -> Mapping[NodeId, int]:
        """Of these, what another warehouse ships: it has refused to stop, and was asked for more than is held there."""
        stubborn = [asked for asked in self.released_at if asked.works_on]
        if not stubborn:
            return {}
        left, covers = sum(self._not_told.values()), {}
        for asked in stubborn:
            covers[asked.node_id] = min(left, max(0, asked.quantity - self.held_at(asked.node_id)))
            left -= covers[asked.node_id]
        return covers

    def asked_too_much(self, node_id: NodeId) -> bool:
        """Whether a warehouse was asked for more than is held there: others have shipped it, or it is cancelled."""
        return releases.at_node(self.released_at, node_id) > self.held_at(node_id)

    def is_to_stop(self, node_id: NodeId) -> bool:
        """Likewise, or it has picked more than is open, since others have shipped that."""
        return self.too_much_at(node_id) > 0

    def too_much_at(self, node_id: NodeId) -> int:
        """So many units more than are open there."""
        return max(0, releases.at_node(self.released_at, node_id) - self.needed_from(node_id))

    def needed_from(self, node_id: NodeId) -> int:
        """Of the units that are held at a node those that are open."""
        return self.held_at(node_id) - self._surplus_at(node_id)

    def to_ship_from(self, node_id: NodeId) -> int:
        """Likewise of those that are picked there."""
        return self.picked_at(node_id) - self._surplus_at(node_id)

    def _surplus_at(self, node_id: NodeId) -> int:
        return min(max(0, self.in_picking - self.open_quantity), self.picked_at(node_id))

    def held_at(self, node_id: NodeId) -> int:
        """Allocated units at a node, picked ones included."""
        return sum(at.allocated + at.picked for at in self.at(node_id))

    def picked_at(self, node_id: NodeId) -> int:
        """Units that are picked at a node and not shipped."""
        return sum(at.picked for at in self.at(node_id))

    def awaited_from(self, node_id: NodeId) -> int:
        """Units that a warehouse was asked to pick and has not, held there, or shipped by it anyway."""
        return self._told(node_id) + self._covers.get(node_id, 0)

    def _told(self, node_id: NodeId) -> int:
        picked, allocated = 0, 0
        for at in self.at(node_id):
            picked += at.picked
            allocated += at.allocated
        return min(allocated, max(0, releases.at_node(self.released_at, node_id) - picked))

    def at(self, node_id: NodeId) -> Iterable[HeldUnits]:
        """What the claims hold at a node, claim by claim."""
        return (at for claim in self.claims for at in claim.held if at.node_id == node_id)


def line_of(placed: PlacedLine) -> OrderLine:
    """A line as it is ordered."""
    return OrderLine(
        placed.line_id,
        placed.item_id,
        placed.unit,
        placed.unit_price,
        placed.quantity,
        fulfilment=placed.fulfilment,
        price_basis=placed.price_basis,
    )


def violations(line: OrderLine) -> tuple[Violation, ...]:
    """The invariants that the line violates; empty when all hold. Their subject is the line, for its order to name."""
    least, picked, unpicked = 0, 0, 0
    for claim in line.claims:
        unpicked += claim.waiting
        least = min(least, claim.waiting)
        for _, pending, allocated, in_picking in claim.held:
            picked += in_picking
            unpicked += pending + allocated
            least = min(least, pending, allocated, in_picking)
    least = min(least, line.done, line.sent)
    if least >= 0 and picked == line.in_picking and unpicked <= line.cancellable:
        return ()
    return tuple(_violations(line, least, picked, unpicked))


def _violations(line: OrderLine, least: int, picked: int, unpicked: int) -> Iterable[Violation]:
    """Of the claims: their lowest counter, and their sums."""
    law, name = Law.CLAIMS_MATCH_LINE, f"line {line.line_id}"
    if least < 0:
        yield Violation(Law.NOT_BELOW_ZERO, name, f"{name}: a counter is below zero: {line}", found=least)
    if picked != line.in_picking:
        reason = f"{name}: the claims have picked {picked}, not {line.in_picking}: {line}"
        yield Violation(law, name, reason, found=picked, expected=line.in_picking)
    if line.claims and unpicked > line.cancellable:
        reason = f"{name}: more is claimed than is open: {line}"
        yield Violation(law, name, reason, found=unpicked, expected=line.cancellable)
