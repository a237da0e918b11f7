"""The claims of an order line, as the order knows them (docs/adr/0023-the-ledger-states-what-a-claim-holds.md).

Order and ledger count a claim by the same rules, so what it comes to in all is equal on both sides at every message of
the order. Where its units are only the ledger knows: it fills while messages are in flight. So each of its messages
states all of the claim, and the order takes that over unless one of its own messages is in flight, which the ledger
answers with a statement again. Until then the order counts on less than the ledger holds at each node, never on more.
"""

from collections.abc import Sequence
from typing import NamedTuple

from domain.identifiers import NO_RESERVATION, NodeId, ReservationId
from domain.messages.inventory import NodeUnits
from domain.messages.orders import ClaimedAs, ClaimedUnits
from domain.values import quickly_replaced


@quickly_replaced
class HeldUnits(NamedTuple):
    """What a claim holds at one node, in millionths."""

    node_id: NodeId
    pending: int = 0
    allocated: int = 0
    picked: int = 0

    @property
    def unpicked(self) -> int:
        """The units that can be given back."""
        return self.pending + self.allocated


@quickly_replaced
class Claim(NamedTuple):
    """One claim; without an id it holds units that were picked when the line had none. `held` is sorted by node."""

    reservation_id: ReservationId
    waiting: int = 0
    held: tuple[HeldUnits, ...] = ()
    is_answered: bool = True
    sent: int = 0
    """How many messages the order has sent about it."""
    heard: int = 0
    """The number of the ledger's last message about it."""
    promised_us: int = 0
    """The day on which supply covers what waits, as the ledger said last; 0: none does, or nothing waits."""

    @property
    def total(self) -> int:
        """All units of it, picked ones included."""
        units = self.waiting
        for _, pending, allocated, picked in self.held:
            units += pending + allocated + picked
        return units

    @property
    def unpicked(self) -> int:
        """The units that can be given back."""
        return self.waiting + sum(held.pending + held.allocated for held in self.held)

    @property
    def picked(self) -> int:
        """The units that are picked and not shipped."""
        return sum(held.picked for held in self.held)

    def at(self, node_id: NodeId) -> HeldUnits:
        """What it holds at a node."""
        return next((held for held in self.held if held.node_id == node_id), HeldUnits(node_id))

    @property
    def holds(self) -> tuple[NodeUnits, ...]:
        """What it holds and has not picked, by node."""
        return tuple(NodeUnits(held.node_id, held.unpicked) for held in self.held if held.unpicked)

    def with_held(self, changed: HeldUnits) -> "Claim":
        """The claim with other units at a node."""
        others = [held for held in self.held if held.node_id != changed.node_id]
        if any(changed[1:]):
            others.append(changed)
        return self._replace(held=tuple(sorted(others)))


class ClaimChange(NamedTuple):
    """A message to the ledger about one claim: its quantity in millionths, and the claim with the message counted."""

    claim: Claim
    quantity: int


def moved(claim: Claim, quantity: int) -> ClaimChange:
    """The message about a claim as it is after it; units without a claim are not numbered."""
    if claim.reservation_id == NO_RESERVATION:
        return ClaimChange(claim, quantity)
    promised_us = claim.promised_us if claim.waiting else 0
    return ClaimChange(claim._replace(sent=claim.sent + 1, promised_us=promised_us), quantity)


def shipped(claim: Claim, quantity: int, node_id: NodeId) -> Claim:
    """Use up the claim: units picked at the node, then held ones, at the node first, then the others by name, the rest.

    What is picked at other nodes stays: they have it. Beyond the rest nothing is left to use up.
    """
    here = claim.at(node_id)
    units = min(quantity, here.picked)
    claim = claim.with_held(here._replace(picked=here.picked - units))
    return _without_held(claim, quantity - units, node_id)


def picked(claim: Claim, quantity: int, node_id: NodeId) -> Claim:
    """Move units into picking, also such as the claim does not have: the warehouse had them."""
    claim = _without_held(claim, quantity, node_id)
    here = claim.at(node_id)
    return claim.with_held(here._replace(picked=here.picked + quantity))


def put_back(claim: Claim, quantity: int, node_id: NodeId, held_as: ClaimedAs) -> Claim:
    """Units picked at the node are held there again.

    Without a claim they are not the order's any more. Beyond what is picked there nothing changes.
    """
    here = claim.at(node_id)
    units = min(quantity, here.picked)
    left = claim.with_held(here._replace(picked=here.picked - units))
    return left if claim.reservation_id == NO_RESERVATION else held_again(left, units, node_id, held_as)


def held_again(claim: Claim, quantity: int, node_id: NodeId, held_as: ClaimedAs) -> Claim:
    """More units are held at a node, which were picked or shipped."""
    here = claim.at(node_id)
    before = here.pending if held_as is ClaimedAs.PENDING else here.allocated
    return claim.with_held(_with(here, ClaimedUnits(node_id, held_as, before + quantity)))


def lost(claim: Claim, quantity: int, node_id: NodeId) -> Claim:
    """Units are gone: picked at the node, then held there; others are waited for. Not more than that."""
    here = claim.at(node_id)
    units = min(quantity, here.picked)
    left = _waiting_for(claim.with_held(here._replace(picked=here.picked - units)), units)
    return missed(left, quantity - units, node_id)


def missed(claim: Claim, quantity: int, node_id: NodeId) -> Claim:
    """The node did not have units that it holds for the claim, allocated ones first; others are waited for."""
    here = claim.at(node_id)
    allocated = min(quantity, here.allocated)
    pending = min(quantity - allocated, here.pending)
    left = here._replace(allocated=here.allocated - allocated, pending=here.pending - pending)
    return _waiting_for(claim.with_held(left), allocated + pending)


def _waiting_for(claim: Claim, units: int) -> Claim:
    return claim if claim.reservation_id == NO_RESERVATION else claim._replace(waiting=claim.waiting + units)


def _without_held(claim: Claim, quantity: int, node_id: NodeId) -> Claim:
    for held in _here_first(claim, node_id):
        allocated = min(quantity, held.allocated)
        pending = min(quantity - allocated, held.pending)
        claim = claim.with_held(held._replace(allocated=held.allocated - allocated, pending=held.pending - pending))
        quantity -= allocated + pending
    return claim._replace(waiting=claim.waiting - min(quantity, claim.waiting))


def _here_first(claim: Claim, node_id: NodeId) -> Sequence[HeldUnits]:
    if len(claim.held) <= 1:
        return claim.held
    return sorted(claim.held, key=lambda held: held.node_id != node_id)


def freed(claim: Claim, node_id: NodeId, quantity: int) -> Claim:
    """Give up units at a node, pending before allocated ones; not more than it holds there."""
    held = claim.at(node_id)
    pending = min(quantity, held.pending)
    allocated = min(quantity - pending, held.allocated)
    return claim.with_held(held._replace(pending=held.pending - pending, allocated=held.allocated - allocated))


def confirmed(claim: Claim) -> Claim:
    """Turn pending units into allocated ones."""
    for held in claim.held:
        if held.pending:
            claim = claim.with_held(held._replace(pending=0, allocated=held.allocated + held.pending))
    return claim


def stated(claim: Claim, said: int, heard: int, units: Sequence[ClaimedUnits]) -> Claim:
    """The claim as the ledger states it, unless a message of the order has crossed the statement.

    The promise date is taken over in any case: the order's messages do not say anything about it. What is picked is
    not: it follows from the order's messages alone.
    """
    waiting = promised_us = 0
    held = {at.node_id: HeldUnits(at.node_id, picked=at.picked) for at in claim.held if at.picked}
    for each in units:
        if each.claimed_as is ClaimedAs.WAITING:
            waiting, promised_us = each.quantity, each.promised_us
        elif each.claimed_as is not ClaimedAs.PICKED:
            held[each.node_id] = _with(held.get(each.node_id) or HeldUnits(each.node_id), each)
    if heard != claim.sent:
        return claim._replace(heard=said, promised_us=promised_us if claim.waiting else 0)
    holding = tuple([held[node_id] for node_id in sorted(held)])
    return Claim(
        claim.reservation_id, waiting, holding, is_answered=True, sent=heard, heard=said, promised_us=promised_us
    )


def _with(held: HeldUnits, units: ClaimedUnits) -> HeldUnits:
    match units.claimed_as:
        case ClaimedAs.PENDING:
            return held._replace(pending=units.quantity)
        case ClaimedAs.ALLOCATED:
            return held._replace(allocated=units.quantity)
        case ClaimedAs.PICKED | ClaimedAs.WAITING:
            return held._replace(picked=units.quantity)
