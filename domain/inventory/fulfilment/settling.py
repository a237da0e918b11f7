"""What follows when a fact has put units back into stock or a claim: others get them, or have to give theirs back."""

from collections.abc import Iterable
from heapq import merge
from operator import attrgetter

from domain.identifiers import NodeId
from domain.inventory.backorders import fill_again, fill_waiting
from domain.inventory.decisions import DecisionDraft
from domain.inventory.recalls import recall_promised
from domain.inventory.reservations import ItemClaims, Reservation


def settle(draft: DecisionDraft, stored: Reservation | None, claim: Reservation | None, claims: ItemClaims) -> None:
    """Fill whoever waits, and recall what is promised and not there; this claim may only now be one of them.

    `stored`: the claim before the decision; None if there was none.
    """
    joins = (claim,) if claim is not None and claim.waits and not (stored and stored.waits) else ()
    fill_waiting(draft, merge(claims.waiting, joins, key=attrgetter("queue_position")))
    fill_again(draft, claim)
    recall_promised(draft, claims if claim is None else _with_holder(claims, stored, claim))


def _with_holder(claims: ItemClaims, stored: Reservation | None, claim: Reservation) -> ItemClaims:
    """With the claim among those that hold units where it held none before."""

    def holding_at(node_id: NodeId) -> Iterable[Reservation]:
        held_before = stored is not None and stored.units_at(node_id).held
        joins = (claim,) if claim.units_at(node_id).held and not held_before else ()
        return merge(claims.holding_at(node_id), joins, key=attrgetter("queue_position"), reverse=True)

    return claims._replace(holding_at=holding_at)
