"""The ledger's decision about one line of one record: a value that the caller applies."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from domain.identifiers import NO_RESERVATION, ChannelId, ItemId, NodeId, OrderId, ReservationId, channel_of
from domain.invariants import InvariantViolated, Law, Violation
from domain.inventory.accounts import (
    MOST_LOSSES,
    PROMISES,
    Item,
    OpenLoss,
    balance,
    empty_node,
    entered,
    moved,
    on_hand,
)
from domain.inventory.cases import Loss, drift_resolved, shrinkage
from domain.inventory.reservations import Reservation, nodes_of, without_stale_date
from domain.inventory.stock_facts.rows import FactsDraft, OnHandChange, TransferBalance
from domain.inventory.stock_policy.in_use import PolicyInUse
from domain.inventory.stock_policy.node_policy import NodePolicy, StockPolicy
from domain.inventory.stock_policy.regaining import Regaining
from domain.inventory.supply.rows import ItemSupply
from domain.inventory.units.cases import held_line, no_longer_held
from domain.messages.cases import Case
from domain.messages.inventory import (
    Account,
    GivenBackLine,
    ItemDescribed,
    NodePosition,
    ReservationLine,
    Transfer,
    UnitFactor,
    UnpickedUnits,
)
from domain.messages.orders import AnsweredLine, FilledLine, RecalledLine, StatedLine


class LedgerVerdict(StrEnum):
    """The outcome of one line, by name."""

    RECEIVED = "received"
    FOUND = "found"
    WRITTEN_OFF = "written off"
    WRITTEN_OFF_PROMISED_UNITS = "more written off than was free"
    COUNTED = "counted"
    COUNTED_TOO_FEW = "counted fewer than are promised"
    COUNTED_BEFORE = "counted before the count that is in force"
    COUNT_TOO_OLD = "counted before the movements that are kept"
    STATUS_CHANGED = "status changed"
    BLOCKED_PROMISED_UNITS = "more blocked or scrapped than was free"
    EXPECTED = "expected"
    EXPECTED_BEFORE = "expected by an earlier announcement"
    PROMISED = "promised"
    SENT = "sent"
    SENT_PROMISED_UNITS = "more sent than was free"
    SENT_UNKNOWN_UNITS = "sent units that the ledger did not have"
    RECEIVED_MORE_THAN_SENT = "received more than was sent"
    RETURNED = "returned"
    INSPECTED = "inspected"
    GRANTED = "granted"
    GRANTED_IN_PART = "granted in part"
    BACKORDERED = "backordered"
    ANSWERED_AGAIN = "answered again"
    ASKED_DIFFERENTLY = "asked again, differently"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    MOVED = "moved in the queue"
    GIVEN_BACK = "given back"
    KEPT = "the order could not give back what was recalled"
    HELD = "held: for its unit, or for the item's master data"
    NOT_HELD = "not held any more"
    NOT_COUNTED = "not counted: in a unit in which the item is not kept"
    DESCRIBED = "described"
    OUTDATED = "described by older master data"
    POLICY_SET = "stock policy set"
    POLICY_OUTDATED = "set by an older stock policy"
    ENDED_BEFORE = "the reservation had ended before"
    PICKED = "picked"
    PICKED_UNKNOWN_UNITS = "picked units that the ledger did not have"
    UNPICKED = "put back"
    LOST = "lost for an order"
    REVERSED = "shipment reversed"
    SHIPPED = "shipped"
    SHIPPED_UNKNOWN_UNITS = "shipped units that the ledger did not have"

    @property
    def is_ordinary(self) -> bool:
        """Not counted: the event had the effect that it asks for."""
        return self not in _NOTEWORTHY


_NOTEWORTHY = frozenset(
    {
        LedgerVerdict.WRITTEN_OFF_PROMISED_UNITS,
        LedgerVerdict.ANSWERED_AGAIN,
        LedgerVerdict.ASKED_DIFFERENTLY,
        LedgerVerdict.BLOCKED_PROMISED_UNITS,
        LedgerVerdict.COUNTED_BEFORE,
        LedgerVerdict.COUNTED_TOO_FEW,
        LedgerVerdict.COUNT_TOO_OLD,
        LedgerVerdict.ENDED_BEFORE,
        LedgerVerdict.EXPECTED_BEFORE,
        LedgerVerdict.HELD,
        LedgerVerdict.KEPT,
        LedgerVerdict.NOT_COUNTED,
        LedgerVerdict.OUTDATED,
        LedgerVerdict.PICKED_UNKNOWN_UNITS,
        LedgerVerdict.POLICY_OUTDATED,
        LedgerVerdict.RECEIVED_MORE_THAN_SENT,
        LedgerVerdict.SENT_PROMISED_UNITS,
        LedgerVerdict.SENT_UNKNOWN_UNITS,
        LedgerVerdict.SHIPPED_UNKNOWN_UNITS,
    }
)


class Fill(NamedTuple):
    """Units allocated or reserved for a waiting order."""

    order_id: OrderId
    line: FilledLine


class Recall(NamedTuple):
    """Units that an order is asked to give back; `for_earlier`: another order is before it in the queue."""

    order_id: OrderId
    for_earlier: bool
    line: RecalledLine


class Statement(NamedTuple):
    """All of a claim is stated to its order."""

    order_id: OrderId
    line: StatedLine


class ReservationChange(NamedTuple):
    """A reservation as it was stored (None: it is new), and as it is now."""

    before: Reservation | None
    after: Reservation


class LedgerDecision(NamedTuple):
    """The item after the decision, and all its effects.

    `changes` holds each changed row once: it is stored, or deleted where it has `ended`. `item.version` is still the
    old one: one record may cause several decisions on an item and counts once (see `journal.settled`).
    """

    verdict: LedgerVerdict
    item: Item
    changes: tuple[ReservationChange, ...]
    transfers: tuple[Transfer, ...]
    answers: tuple[AnsweredLine, ...]
    fills: tuple[Fill, ...]
    recalls: tuple[Recall, ...]
    statements: tuple[Statement, ...]
    cases: tuple[Case, ...]
    movements: tuple[OnHandChange, ...] = ()
    balances: tuple[TransferBalance, ...] = ()
    supplies: tuple[ItemSupply, ...] = ()

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """The changed rows as they are now."""
        return tuple(change.after for change in self.changes)


class Claimant(NamedTuple):
    """The order and reservation that units move for; both empty when they move for no order."""

    order_id: OrderId
    reservation_id: ReservationId


NOBODY = Claimant(OrderId(""), NO_RESERVATION)


def claimant_of(reservation: Reservation) -> Claimant:
    """The order and reservation that a transfer is made for."""
    return Claimant(reservation.order_id, reservation.reservation_id)


def _nobody(_: ReservationId) -> None:
    return None


class DecisionDraft:
    """A decision under construction. It never outlives one call; its inputs do not change."""

    __slots__ = (
        "_answers",
        "_arrivals",
        "_cases",
        "_crossed",
        "_described_at_us",
        "_drifted",
        "_factors",
        "_fills",
        "_freed",
        "_is_discontinued",
        "_item",
        "_losses",
        "_named",
        "_nodes",
        "_policy",
        "_recalls",
        "_reservations",
        "_statements",
        "_substitutes",
        "_transfers",
        "_unit",
        "facts",
    )

    def __init__(self, item: Item, named: Callable[[ReservationId], Reservation | None] = _nobody) -> None:
        """`named`: the stored claims of the item by their ids; a decision that moves no claim to a node needs none."""
        self._item = item
        self._named = named
        self.facts = FactsDraft(item)
        self._nodes = {node.node_id: node for node in item.nodes}
        self._arrivals = item.arrivals
        self._reservations: dict[ReservationId, tuple[Reservation | None, Reservation]] = {}
        self._freed: dict[NodeId, None] = {}
        self._transfers: list[Transfer] = []
        self._answers: list[AnsweredLine] = []
        self._fills: list[Fill] = []
        self._recalls: list[Recall] = []
        self._statements: list[Statement] = []
        self._crossed: dict[ReservationId, int] = {}
        self._drifted = dict.fromkeys(item.drifted)
        self._cases: list[Case] = []
        self._losses = item.losses
        self._unit = item.unit
        self._factors = item.factors
        self._described_at_us = item.described_at_us
        self._is_discontinued = item.is_discontinued
        self._substitutes = item.substitutes
        self._policy = PolicyInUse(item.policy, item.backordered) if item.policy.nodes else None

    @property
    def unit(self) -> str:
        """In which the item is kept; empty before the first stock fact."""
        return self._unit

    @property
    def factors(self) -> tuple[UnitFactor, ...]:
        """What the item's units come to, by its master data."""
        return self._factors

    def keep_in(self, unit: str) -> None:
        """Keep the item in the unit of its first stock fact, or of its master data."""
        self._unit = unit

    @property
    def may_be_sold(self) -> bool:
        """As `Item.may_be_sold`."""
        return self._described_at_us > 0 and not self._is_discontinued

    def describe(self, factors: tuple[UnitFactor, ...], described: ItemDescribed) -> None:
        """Take over master data; `factors` are those of all its units."""
        self._factors = factors
        self._described_at_us = described.provenance.occurred_at_us
        self._is_discontinued = described.is_discontinued
        self._substitutes = described.substitutes

    def follow(self, policy: StockPolicy) -> None:
        """Take over a stock policy, before anything else is decided; it may free units at any node."""
        self._policy = PolicyInUse(policy, self._item.backordered)
        self._freed = dict.fromkeys(self._nodes)

    @property
    def item_id(self) -> ItemId:
        """The id of the item that the decision is about."""
        return self._item.item_id

    @property
    def freed(self) -> tuple[NodeId, ...]:
        """The nodes where a channel may be promised more than before this decision, in that order."""
        return tuple(self._freed)

    def available(self, node_id: NodeId) -> int:
        """The available units of the node; below zero by what left it, or was lost, without being there."""
        node = self._nodes.get(node_id)
        return 0 if node is None else node.available

    def unpromised(self, node_id: NodeId) -> int:
        """The units at the node that are promised to nobody, safety stock and fences included."""
        return max(0, self.available(node_id))

    def promisable(self, node_id: NodeId, channel_id: ChannelId) -> int:
        """The units at the node that an order of the channel may be granted or filled with now."""
        if self._policy is None or node_id not in self._nodes:
            return self.unpromised(node_id)
        return self._policy.promisable(self._nodes[node_id], channel_id)

    def is_wanted(self, node_id: NodeId) -> bool:
        """Whether a channel that waits may be promised units at the node."""
        if self._policy is None or node_id not in self._nodes:
            return self.available(node_id) > 0
        return self._policy.is_wanted(self._nodes[node_id])

    def regaining(self, node_id: NodeId, channel_id: ChannelId) -> Regaining:
        """What the channel would get of units that are given back at the node."""
        return Regaining(self.node(node_id), self.policy_at(node_id), channel_id)

    def node(self, node_id: NodeId) -> NodePosition:
        """The accounts at the node as they are now."""
        return self._nodes.get(node_id) or empty_node(node_id)

    def policy_at(self, node_id: NodeId) -> NodePolicy | None:
        """The stock policy at the node; None: all that is free there may be promised."""
        return None if self._policy is None else self._policy.at(node_id)

    def short_nodes(self) -> tuple[NodeId, ...]:
        """The nodes whose available units are below zero."""
        return tuple(node_id for node_id, node in self._nodes.items() if node.available < 0)

    def latest(self, reservation: Reservation) -> Reservation:
        """The reservation with the changes of this decision so far."""
        changed = self._reservations.get(reservation.reservation_id)
        return reservation if changed is None else changed[1]

    def next_arrival(self) -> int:
        """The arrival number of a new reservation: its position within its priority class."""
        arrival = self._arrivals
        self._arrivals += 1
        return arrival

    def on_hand(self, node_id: NodeId) -> int:
        """The units that are physically at the node."""
        node = self._nodes.get(node_id)
        return 0 if node is None else on_hand(node)

    def balance(self, node_id: NodeId, account: Account) -> int:
        """The units in an account of the node."""
        node = self._nodes.get(node_id)
        return 0 if node is None else balance(node, account)

    def shortfall(self, node_id: NodeId) -> int:
        """By how much the available units of the node are below zero."""
        return max(0, -self.available(node_id))

    def promised_there(self, node_id: NodeId) -> int:
        """Units at the node that are an order's, picked ones included, and are not missing there."""
        units = sum(self.balance(node_id, account) for account in (*PROMISES, Account.PICKED))
        return max(0, units - self.shortfall(node_id))

    def move(self, claimant: Claimant, node_id: NodeId, debit: Account, credit: Account, quantity: int) -> None:
        """Enter one transfer; a quantity of zero enters none. A promise of more than there is raises: a bug."""
        if quantity == 0:
            return
        if credit in PROMISES and debit is Account.AVAILABLE and quantity > self.unpromised(node_id):
            raise InvariantViolated(self._oversold(node_id, quantity))
        self._nodes[node_id] = moved(self.node(node_id), debit, credit, quantity)
        self._transfers.append(
            Transfer(node_id, debit, credit, quantity, claimant.order_id, claimant.reservation_id),
        )
        if credit is Account.AVAILABLE:
            self._freed[node_id] = None
        if self._policy is None:
            return
        if debit is Account.AVAILABLE and credit not in PROMISES:
            self._shrink_shares(node_id)
        if (debit in PROMISES) != (credit in PROMISES):
            taken = quantity if credit in PROMISES else -quantity
            if self._policy.take(node_id, channel_of(claimant.order_id), taken):
                self._freed[node_id] = None

    def _shrink_shares(self, node_id: NodeId) -> None:
        """Less is for sale there, so fences that are a share of it are smaller: the pool may have more than before."""
        if self._policy is not None and self._policy.has_shares(node_id):
            self._freed[node_id] = None

    def send(self, node_id: NodeId, to_node_id: NodeId, credit: Account, quantity: int) -> None:
        """Enter one transfer from a node's available units to an account of another node."""
        if quantity == 0:
            return
        self._enter(node_id, Account.AVAILABLE, -quantity)
        self._shrink_shares(node_id)
        self._enter(to_node_id, credit, quantity)
        if credit is Account.AVAILABLE:
            self._freed[to_node_id] = None
        self._transfers.append(Transfer(node_id, Account.AVAILABLE, credit, quantity, *NOBODY, to_node_id))

    def _enter(self, node_id: NodeId, account: Account, quantity: int) -> None:
        node = self._nodes.get(node_id) or empty_node(node_id)
        self._nodes[node_id] = entered(node, account, quantity)

    def _oversold(self, node_id: NodeId, quantity: int) -> Violation:
        free = self.unpromised(node_id)
        reason = f"{self.item_id} at {node_id}: {quantity} promised of {free}"
        return Violation(Law.OVERSOLD, self.item_id, reason, node_id, quantity, free)

    def hear(self, reservation: Reservation, line: ReservationLine | GivenBackLine | UnpickedUnits) -> Reservation:
        """Note the number of the order's message; if it crossed one of the ledger's, the claim is stated at the end."""
        if line.heard < reservation.said:
            self._crossed[reservation.reservation_id] = reservation.said
        if not line.sent:
            return reservation
        heard = reservation._replace(heard=line.sent)
        self.store(reservation, heard)
        return heard

    def compare(self, claim: Reservation, *, confirmed: bool) -> None:
        """The claim is stated at the end if its order takes it for confirmed and it is not, or the other way round.

        While an order that was accepted waits for what an amendment adds, only the ledger knows which claims are.
        """
        if claim.confirmed != confirmed:
            self._crossed[claim.reservation_id] = claim.said

    def free(self, reservation: Reservation, node_id: NodeId, quantity: int) -> Reservation:
        """Make units held at a node available: pending first, then allocated; returns what is left of the reservation.

        Not more than it holds there.
        """
        at = reservation.units_at(node_id)
        pending = min(quantity, at.pending)
        allocated = min(quantity - pending, at.allocated)
        claimant = claimant_of(reservation)
        self.move(claimant, node_id, Account.PENDING, Account.AVAILABLE, pending)
        self.move(claimant, node_id, Account.ALLOCATED, Account.AVAILABLE, allocated)
        return reservation.with_units(at._replace(pending=at.pending - pending, allocated=at.allocated - allocated))

    def store(self, before: Reservation | None, after: Reservation) -> None:
        """Record a changed reservation; `before` is the stored one."""
        first, last = self._reservations.get(after.reservation_id, (before, before))
        self._reservations[after.reservation_id] = (first, after)
        if self._policy is not None:
            self._policy.wait(after.channel_id, after.demand - (last.demand if last else 0))
        if after.beside and (last is None or last.at != after.at):
            for other in self.beside(after):
                self._tell_beside(other)

    def beside(self, claim: Reservation) -> tuple[Reservation, ...]:
        """The other open claims of its line, as they are now, if one node at a time serves that."""
        return self.open_claims(claim.beside)

    def open_claims(self, claim_ids: Sequence[ReservationId]) -> tuple[Reservation, ...]:
        """Those that are open of some claims of the item, as they are now."""
        if not claim_ids:
            return ()
        changed = (self._reservations.get(each) for each in claim_ids)
        rows = (now[1] if now else self._named(each) for now, each in zip(changed, claim_ids, strict=True))
        return tuple(row for row in rows if row is not None and not row.ended)

    def join(self, claim: Reservation) -> None:
        """A new claim of a line that has others already: they know each other from now on."""
        line = (claim, *self.beside(claim))
        for each in line[1:]:
            ids = tuple(other.reservation_id for other in line if other is not each)
            self._change(each, self.latest(each)._replace(beside=ids))
            self._tell_beside(self.latest(each))

    def _tell_beside(self, claim: Reservation) -> None:
        """Where the others of its line hold units: it may be served from there only."""
        nodes = nodes_of(self.beside(claim))
        if nodes != claim.beside_at:
            self._change(claim, claim._replace(beside_at=nodes))

    def _change(self, before: Reservation, after: Reservation) -> None:
        """Change a row in what counts in no account."""
        first, _ = self._reservations.get(after.reservation_id, (before, before))
        self._reservations[after.reservation_id] = (first, after)

    def answer(self, reservation: Reservation, granted: int) -> None:
        """Answer the order's reservation request for this line."""
        told = self._tell(reservation)
        node_ids = (told.at[0].node_id,) if told.at else (*told.nodes, NodeId(""))
        backordered = told.requested - granted
        self._answers.append(
            AnsweredLine(
                told.reservation_id,
                told.line_id,
                node_ids[0],
                granted,
                backordered,
                0,
                told.said,
                told.heard,
                told.units,
                told.is_held,
                self._described_at_us,
                self._kept_unit_of(told),
            )
        )

    def fill(self, stored: Reservation, filled: Reservation, node_id: NodeId, quantity: int) -> Reservation:
        """Notify the order that backordered units were filled."""
        self.store(stored, filled)
        told = self._tell(filled)
        line = FilledLine(told.reservation_id, told.line_id, node_id, quantity, told.said, told.heard, told.units)
        self._fills.append(Fill(told.order_id, line))
        return told

    def recall(self, reservation: Reservation, node_id: NodeId, quantity: int, *, for_earlier: bool) -> None:
        """Ask the order to give units back."""
        asked = self.latest(reservation)
        at = asked.units_at(node_id)
        self.store(reservation, asked.with_units(at._replace(recalled=at.recalled + quantity)))
        told = self._tell(reservation)
        line = RecalledLine(told.reservation_id, told.line_id, quantity, node_id, told.said, told.heard, told.units)
        self._recalls.append(Recall(told.order_id, for_earlier, line))

    def promise(self, stored: Reservation, promised_us: int) -> None:
        """The day on which a claim that waits is served has moved; its order is told all of the claim."""
        self.store(stored, self.latest(stored)._replace(promised_us=promised_us))
        self.state(stored)

    def _tell(self, stored: Reservation) -> Reservation:
        """Number a message about the claim, which says all of it."""
        told = self.latest(stored)
        told = told._replace(said=told.said + 1)
        self.store(stored, told)
        return told

    def state(self, reservation: Reservation) -> None:
        """State all of a claim to its order, after whatever else was decided about it."""
        told = self._tell(reservation)
        line = StatedLine(
            told.reservation_id,
            told.line_id,
            told.said,
            told.heard,
            told.units,
            told.is_held,
            self._described_at_us,
            self._kept_unit_of(told),
        )
        self._statements.append(Statement(told.order_id, line))

    def _kept_unit_of(self, told: Reservation) -> str:
        """The item's unit, if the line is held for that; else empty."""
        return self._unit if told.is_held_for_its_unit(self._unit) else ""

    def _state_what_crossed(self) -> None:
        """Nothing for a claim that has ended, or of which another message says all."""
        for reservation_id, said in self._crossed.items():
            _, claim = self._reservations[reservation_id]
            if not claim.ended and claim.said == said:
                self.state(claim)

    def raise_drift(self, node_id: NodeId, case: Case) -> None:
        """Open the node's case, or say more about it; it is resolved when its available units are not negative."""
        self._drifted[node_id] = None
        self._cases.append(case)

    def raise_loss(self, loss: Loss, missing: int) -> None:
        """Open the case of lost units, or say that it is more of them; it is resolved when as many have come."""
        place = loss.node_id, loss.key
        before = sum(each.units for each in self._losses if (each.node_id, each.key) == place)
        others = tuple(each for each in self._losses if (each.node_id, each.key) != place)
        units = before + missing
        now = OpenLoss(*place, units, loss.occurred_us, loss.account, sent_with=loss.sent_with, sent_to=loss.sent_to)
        self._losses = (*others, now)[-MOST_LOSSES:]
        self._cases.append(shrinkage(self.item_id, loss, missing, before))

    def confirm_losses(self, node_id: NodeId, counted_at_us: int, quantity: int | None = None) -> None:
        """What was missing there until then is found missing by a count, or explained so far; None: all of it."""
        losses = []
        for loss in self._losses:
            open_units = loss.units - loss.confirmed
            is_meant = loss.node_id == node_id and 0 < loss.occurred_us <= counted_at_us
            units = min(open_units, open_units if quantity is None else quantity) if is_meant else 0
            quantity = None if quantity is None else quantity - units
            losses.append(loss._replace(confirmed=loss.confirmed + units))
        self._losses = tuple(losses)

    def raise_case(self, case: Case) -> None:
        """Open an exception case."""
        self._cases.append(case)

    def held(self, reservation: Reservation) -> Case:
        """The case of a line that is held."""
        return held_line(reservation, self._unit, is_discontinued=self._is_discontinued, substitutes=self._substitutes)

    def decided(self, verdict: LedgerVerdict) -> LedgerDecision:
        """The finished decision."""
        self._state_what_crossed()
        demand, changes = 0, []
        for before, after in self._reservations.values():
            if before != after:
                demand += after.demand - (before.demand if before else 0)
                changes.append(ReservationChange(before, without_stale_date(after)))
        covered = [node_id for node_id in self._drifted if self.available(node_id) >= 0]
        return LedgerDecision(
            verdict=verdict,
            item=Item(
                self._item.item_id,
                self._item.version,
                nodes=tuple(self._nodes.values()),
                backordered=self._item.backordered + demand,
                arrivals=self._arrivals,
                drifted=tuple([node_id for node_id in self._drifted if node_id not in covered]),
                unit=self._unit,
                factors=self._factors,
                described_at_us=self._described_at_us,
                policy=self._item.policy if self._policy is None else self._policy.now(),
                counts=self.facts.counts,
                premature=self.facts.all_premature,
                is_discontinued=self._is_discontinued,
                losses=self._losses,
                unfound=self.facts.unfound,
                substitutes=self._substitutes,
            ),
            changes=tuple(changes),
            transfers=tuple(self._transfers),
            answers=tuple(self._answers),
            fills=tuple(self._fills),
            recalls=tuple(self._recalls),
            statements=tuple(self._statements),
            cases=(
                *self._cases,
                *self._held_or_free(changes, verdict),
                *[drift_resolved(self.item_id, node_id) for node_id in covered],
            ),
            movements=tuple(self.facts.movements),
            balances=tuple(self.facts.balances),
            supplies=tuple(self.facts.supplies),
        )

    def _held_or_free(self, changes: Iterable[ReservationChange], verdict: LedgerVerdict) -> Sequence[Case]:
        """The cases of lines that begin to be held, then of those that are not held any more."""
        return [
            *[self.held(after) for before, after in changes if _begins_to_be_held(before, after)],
            *[
                no_longer_held(after, _why_free(after, verdict))
                for before, after in changes
                if _ends_to_be_held(before, after)
            ],
        ]


def _begins_to_be_held(before: Reservation | None, after: Reservation) -> bool:
    return after.is_kept_back and (before is None or not before.is_kept_back)


def _ends_to_be_held(before: Reservation | None, after: Reservation) -> bool:
    return before is not None and before.is_kept_back and not after.is_kept_back


_LEFT = {
    LedgerVerdict.RELEASED: "its order has given the claim up",
    LedgerVerdict.PICKED: "it is picked",
    LedgerVerdict.PICKED_UNKNOWN_UNITS: "it is picked",
    LedgerVerdict.SHIPPED: "it has shipped",
    LedgerVerdict.SHIPPED_UNKNOWN_UNITS: "it has shipped",
}
"""What has become of a line that was held, by the decision after which nothing of it waits."""


def _why_free(claim: Reservation, verdict: LedgerVerdict) -> str:
    return _LEFT.get(verdict, "nothing of it waits") if claim.is_held else "its item is known now, and its unit"


def counted(quantity: int) -> int:
    """The quantity of a message; a negative one is a bug of the sender, because intake refuses such facts."""
    if quantity < 0:
        raise ValueError(f"a negative quantity reached the ledger: {quantity}")
    return quantity
