"""How facts, answers and requests change the counters and claims of one order line.

A function that changes claims also returns the messages by which the ledger changes them alike (`ClaimChange`).
"""

from collections.abc import Callable, Sequence

from domain.identifiers import NO_RESERVATION, NodeId, ReservationId
from domain.messages.orders import ClaimedAs
from domain.orders import claims as claiming
from domain.orders.claims import Claim, ClaimChange, HeldUnits, moved
from domain.orders.lines import OrderLine
from domain.orders.warehouses import picks, releases

Moves = tuple[ClaimChange, ...]


def request(line: OrderLine, reservation_id: ReservationId) -> OrderLine:
    """Claim all open units that are not claimed yet; a new claim, if there are any, is the last."""
    missing = line.unclaimed
    if not missing:
        return line
    return line._replace(claims=(*line.claims, Claim(reservation_id, waiting=missing, is_answered=False, sent=1)))


def change_claim(line: OrderLine, changed: Claim) -> OrderLine:
    """The line with one claim as it is now."""
    return line._replace(
        claims=tuple(changed if claim.reservation_id == changed.reservation_id else claim for claim in line.claims)
    )


def confirm(line: OrderLine) -> tuple[OrderLine, Moves]:
    """Turn reserved units into allocated ones, on acceptance; what still waits is allocated when it is filled.

    A claim that is picked whole is confirmed too: picked units may be lost, and then it waits for others.
    """
    moves = tuple(
        moved(claiming.confirmed(claim), claim.unpicked - sum(at.allocated for at in claim.held))
        for claim in line.claims
        if claim.reservation_id != NO_RESERVATION
    )
    return _after(line, moves), moves


def state(line: OrderLine) -> tuple[OrderLine, Moves]:
    """Tell the ledger something about each claim that changes no quantity."""
    moves = tuple(moved(claim, 0) for claim in line.claims if claim.reservation_id != NO_RESERVATION)
    return _after(line, moves), moves


def abandon(line: OrderLine) -> tuple[OrderLine, Moves]:
    """Give up what is not allocated, and all of what is not answered; picked units stay under their claims."""
    return _give_up(line, line.claims)


def abandon_held(line: OrderLine) -> tuple[OrderLine, Moves]:
    """Likewise of a line that is held: what waits does so outside the queue, and stays under its claim."""
    return _give_up(line, [claim for claim in line.claims if not claim.waiting])


def give_up_unanswered(line: OrderLine) -> tuple[OrderLine, Moves]:
    """Give up only what is not answered."""
    return _give_up(line, [claim for claim in line.claims if not claim.is_answered])


def give_up_waiting(line: OrderLine) -> tuple[OrderLine, Moves]:
    """Give up what waits, and keep all that is held."""
    moves = tuple(
        moved(claim._replace(waiting=0, is_answered=True), claim.waiting) for claim in line.claims if claim.waiting
    )
    return _after(line, moves), moves


def _give_up(line: OrderLine, claims: Sequence[Claim]) -> tuple[OrderLine, Moves]:
    moves = []
    for claim in claims:
        keeps = tuple(at._replace(pending=0) for at in claim.held) if claim.is_answered else _picked_only(claim)
        left = claim._replace(waiting=0, held=tuple(at for at in keeps if any(at[1:])), is_answered=True)
        if given_up := claim.total - left.total:
            moves.append(moved(left, given_up))
    return _after(line, tuple(moves)), tuple(moves)


def _picked_only(claim: Claim) -> tuple[HeldUnits, ...]:
    return tuple(at._replace(pending=0, allocated=0) for at in claim.held)


def recall(
    line: OrderLine, claim: Claim, node_id: NodeId, quantity: int, *, only_reserved: bool
) -> tuple[OrderLine, ClaimChange]:
    """Give back units of a claim at a node that no warehouse knows of, reserved before allocated ones.

    They are backordered again, under the same claim. The movement's quantity is what is given back. If that is nothing,
    the message is not numbered: else two recalls whose answers cross the ledger's next would be asked again for ever.
    """
    at = claim.at(node_id)
    told = line.awaited_from(node_id)
    others = sum(each.allocated for each in line.at(node_id)) - at.allocated
    free = at.pending + (0 if only_reserved else at.allocated - max(0, told - others))
    given = min(quantity, max(0, free))
    if not given:
        return line, ClaimChange(claim, 0)
    freed = claiming.freed(claim, node_id, given)
    move = moved(freed._replace(waiting=freed.waiting + given), given)
    return _after(line, (move,)), move


def pick(line: OrderLine, quantity: int, node_id: NodeId) -> tuple[OrderLine, Moves]:
    """Apply a pick, which is a fact; the ledger moves no units that are shipped already."""
    units = picks.moved_by_pick(line.picks, node_id, quantity)
    moves = tuple(
        moved(claiming.picked(claim, share, node_id), share)
        for claim, share in _shares(line, units, node_id, _PICK_STAGES)
    )
    counted = line._replace(picked=line.picked + quantity, picks=picks.more(line.picks, node_id, quantity))
    return _known_as_picked(_after(counted, moves), node_id), moves


def take_over(line: OrderLine) -> OrderLine:
    """A line that is new, and had units picked before: they have no claim, as the ledger has none."""
    held = tuple(HeldUnits(at.node_id, picked=at.quantity) for at in sorted(line.picks) if at.quantity > 0)
    known = line._replace(claims=(Claim(NO_RESERVATION, held=held),)) if held else line
    for at in held:
        known = _known_as_picked(known, at.node_id)
    return known


def _known_as_picked(line: OrderLine, node_id: NodeId) -> OrderLine:
    """A warehouse that picks without being asked is working on the units, as if it had been asked for them."""
    unasked = max(0, line.picked_at(node_id) - releases.at_node(line.released_at, node_id))
    return line._replace(released_at=releases.with_unasked(line.released_at, node_id, unasked))


def put_back(line: OrderLine, quantity: int, node_id: NodeId, held_as: ClaimedAs) -> tuple[OrderLine, Moves]:
    """Undo a pick of that node, which is a fact. Ahead of its pick it is taken off that: below zero until then.

    The warehouse still has to ship what a command asked for, also if others have picked or shipped that: it answers
    when it is asked to stop. Units that it had picked unasked are not known to it now, nor are those that are too much
    and that it had refused to stop: it has them no longer.
    """
    shares = _shares(line, quantity, node_id, _PICKED_STAGES)
    moves = tuple(moved(claiming.put_back(claim, share, node_id, held_as), share) for claim, share in shares)
    unasked = releases.unasked_at(line.released_at, node_id)
    if releases.works_on(line.released_at, node_id):
        unasked = max(unasked, line.too_much_at(node_id))
    asked = releases.without_units(line.released_at, node_id, min(quantity, unasked))
    return _after(_out_of_picking(line._replace(released_at=asked), quantity, node_id), moves), moves


def _out_of_picking(line: OrderLine, quantity: int, node_id: NodeId) -> OrderLine:
    return line._replace(picked=line.picked - quantity, picks=picks.more(line.picks, node_id, -quantity))


def lose(line: OrderLine, quantity: int, node_id: NodeId) -> tuple[OrderLine, Moves]:
    """Apply the loss of picked units, which is a fact: others are waited for, and not asked from this warehouse."""
    shares = _shares(line, quantity, node_id, (*_PICKED_STAGES, *_HELD_HERE))
    moves = tuple(moved(claiming.lost(claim, share, node_id), share) for claim, share in shares)
    asked = releases.without_units(line.released_at, node_id, quantity)
    return _after(_out_of_picking(line._replace(released_at=asked), quantity, node_id), moves), moves


def miss(line: OrderLine, quantity: int, node_id: NodeId) -> tuple[OrderLine, Moves]:
    """Apply a short pick, which is a fact: others are waited for, and not asked from this warehouse.

    What it has picked it still has to ship. If it finds none of that either, its command is over for these units, and
    the report may have overtaken their put-back: once they are put back it is asked for them again.
    """
    shares = _shares(line, quantity, node_id, _HELD_HERE)
    moves = tuple(moved(claiming.missed(claim, share, node_id), share) for claim, share in shares)
    unpicked = max(0, releases.at_node(line.released_at, node_id) - line.picked_at(node_id))
    asked = releases.without_units(line.released_at, node_id, min(quantity, unpicked))
    asked = releases.not_found(asked, node_id, max(0, quantity - unpicked))
    return _after(line._replace(released_at=asked), moves), moves


def ship(line: OrderLine, quantity: int, node_id: NodeId) -> tuple[OrderLine, Moves]:
    """Apply a shipment, which is a fact: what its node has picked is shipped first, then held units, then what waits.

    What another node has picked stays in picking there. What was done without a shipment is not shipped once more.
    """
    moves = tuple(
        moved(claiming.shipped(claim, share, node_id), share)
        for claim, share in _shares(line, quantity, node_id, (*_PICKED_STAGES, *_PICK_STAGES))
    )
    instead = min(quantity, line.done)
    changed = line._replace(
        shipped=line.shipped + quantity - instead,
        done=line.done - instead,
        picks=picks.more(line.picks, node_id, -quantity),
        released_at=releases.without_shipped(line.released_at, node_id, quantity),
    )
    return _after(changed, moves), moves


def finish(line: OrderLine) -> OrderLine:
    """Its order is released, and nothing of the line leaves: what is open of it is done."""
    units = line.to_be_done
    return line._replace(shipped=line.shipped + units, done=line.done + units)


def reverse(line: OrderLine, quantity: int) -> OrderLine:
    """Take units off what is shipped, which is a fact: they are not picked and not asked for any more, but open.

    Not more than is shipped. What is in picking stays there: it was not this. Nor was it what another warehouse was
    asked for and works on: that stays released.
    """
    asked = sum(each.quantity for each in line.released_at)
    return line._replace(
        shipped=line.shipped - quantity,
        picked=line.picked - quantity,
        released=max(0, line.released - quantity, min(line.released, asked)),
    )


def hold_again(
    line: OrderLine, quantity: int, node_id: NodeId, held_as: ClaimedAs, reservation_id: ReservationId
) -> tuple[OrderLine, Moves]:
    """Claim units that came back, as far as the line has open units without a claim.

    They go to the last claim of the line; where it has none, to a new one under `reservation_id`.
    """
    units = min(quantity, line.unclaimed)
    if not units:
        return line, ()
    claims = [claim for claim in line.claims if claim.reservation_id != NO_RESERVATION]
    known = claims[-1] if claims else Claim(reservation_id)
    move = moved(claiming.held_again(known, units, node_id, held_as), units)
    if claims:
        return change_claim(line, move.claim), (move,)
    return line._replace(claims=(*line.claims, move.claim)), (move,)


_Stage = Callable[[Claim, NodeId], int]


def _shares(line: OrderLine, quantity: int, node_id: NodeId, stages: Sequence[_Stage]) -> list[tuple[Claim, int]]:
    """Which claim each unit of a fact concerns; what is beyond all of them goes with the last one.

    The stages are the order in which one claim is used up, so it comes to the same in the ledger, claim by claim.
    """
    if not quantity:
        return []
    if len(line.claims) <= 1:
        return [(line.claims[0] if line.claims else Claim(NO_RESERVATION), quantity)]
    shares = [0] * len(line.claims)
    left = quantity
    for stage in stages:
        for place, claim in enumerate(line.claims):
            units = min(left, stage(claim, node_id))
            shares[place] += units
            left -= units
    shares[-1] += left
    return [(claim, share) for claim, share in zip(line.claims, shares, strict=True) if share]


_PICKED_STAGES: tuple[_Stage, ...] = (lambda claim, node_id: claim.at(node_id).picked,)
_PICK_STAGES: tuple[_Stage, ...] = (
    lambda claim, node_id: claim.at(node_id).unpicked,
    lambda claim, node_id: claim.unpicked - claim.waiting - claim.at(node_id).unpicked,
    lambda claim, _: claim.waiting,
)
_HELD_HERE: tuple[_Stage, ...] = (lambda claim, node_id: claim.at(node_id).unpicked,)


def cancel(line: OrderLine, quantity: int) -> tuple[OrderLine, Moves]:
    """Cancel `quantity` of the open part: what waits first, then what no warehouse was asked to pick, then the rest.

    With a quantity of 0 only units beyond the open part are given up.
    """
    cancelled = line._replace(cancelled=line.cancelled + quantity)
    cancelled = cancelled._replace(unwanted=min(line.unwanted, cancelled.wanted))
    surplus = sum(claim.unpicked for claim in line.claims) - cancelled.cancellable
    if surplus <= 0:
        return cancelled, ()
    left = list(line.claims)
    free = dict(line.to_release)
    for give_up in (_waiting, _free_of(free), _held):
        for place in reversed(range(len(left))):
            before = left[place]
            left[place] = give_up(before, surplus)
            surplus -= before.total - left[place].total
    moves = tuple(
        moved(now, then.total - now.total)
        for then, now in zip(line.claims, left, strict=True)
        if then.total > now.total
    )
    return _after(cancelled, moves), moves


def lower(line: OrderLine, quantity: int) -> tuple[OrderLine, Moves]:
    """So many units less are ordered: they are given up as by a cancellation."""
    fewer, moves = cancel(line, quantity)
    return fewer._replace(ordered=fewer.ordered - quantity, cancelled=fewer.cancelled - quantity), moves


def raised(line: OrderLine, quantity: int) -> OrderLine:
    """So many units more are ordered, or none: what was to be cancelled before is wanted again, if it comes back."""
    return line._replace(ordered=line.ordered + quantity, unwanted=0)


def take_back_raise(
    line: OrderLine, quantity: int, cancelled_since: int, being_cancelled: int
) -> tuple[OrderLine, Moves]:
    """So many units were not ordered after all, also if they are shipped or cancelled meanwhile.

    Of those that were `cancelled_since`, as many as are neither shipped, nor cancelled before, nor `being_cancelled`
    by a warehouse that has not answered, were ordered before.
    """
    fewer, moves = lower(line, quantity)
    before = min(fewer.cancelled - cancelled_since, fewer.ordered)
    since = min(cancelled_since, max(0, fewer.ordered - before - fewer.shipped - being_cancelled))
    return fewer._replace(cancelled=before + since), moves


def _waiting(claim: Claim, quantity: int) -> Claim:
    return claim._replace(waiting=claim.waiting - min(quantity, claim.waiting))


def _free_of(free: dict[NodeId, int]) -> Callable[[Claim, int], Claim]:
    """Pending units, and allocated ones that are `free`, by node; the last node first."""

    def give_up(claim: Claim, quantity: int) -> Claim:
        for at in reversed(claim.held):
            allocated = min(at.allocated, free.get(at.node_id, 0))
            units = min(quantity, at.pending + allocated)
            free[at.node_id] = free.get(at.node_id, 0) - max(0, units - at.pending)
            claim = claiming.freed(claim, at.node_id, units)
            quantity -= units
        return claim

    return give_up


def _held(claim: Claim, quantity: int) -> Claim:
    for at in reversed(claim.held):
        units = min(quantity, at.unpicked)
        claim = claiming.freed(claim, at.node_id, units)
        quantity -= units
    return claim


def take_back(line: OrderLine, came_back: int, missing: int) -> OrderLine:
    """Apply a return, which is a fact: units that came back, or are credited as missing. `shipped` does not change."""
    return line._replace(returned=line.returned + came_back, missing=line.missing + missing)


def release(line: OrderLine, node_id: NodeId, quantity: int) -> OrderLine:
    """A warehouse is asked to pick units."""
    known = _known_as_picked(line, node_id)
    return known._replace(
        released=line.released + quantity, released_at=releases.with_units(known.released_at, node_id, quantity)
    )


def stop(line: OrderLine, node_id: NodeId) -> OrderLine:
    """A warehouse ships only what it has picked and is open: what else it was asked for has to be released again.

    So has that, if it is put back.
    """
    return line._replace(released_at=releases.stopped(line.released_at, node_id, line.to_ship_from(node_id)))


def let_go_surplus(line: OrderLine, node_id: NodeId) -> OrderLine:
    """Nobody counts any more on what a warehouse refused to stop: it is asked only for what is open there."""
    return line._replace(released_at=releases.at_most(line.released_at, node_id, line.needed_from(node_id)))


def work_on(line: OrderLine, node_id: NodeId) -> OrderLine:
    """A warehouse refuses to stop: it will ship what it was asked for."""
    return line._replace(released_at=releases.working_on(line.released_at, node_id))


def want(line: OrderLine, quantity: int) -> OrderLine:
    """So many units of the line are wanted, and what is wanted no longer could not be cancelled: 0 for none of it."""
    unwanted = max(0, line.wanted - quantity)
    return line if unwanted == line.unwanted else line._replace(unwanted=unwanted)


def want_less(line: OrderLine, quantity: int) -> OrderLine:
    """So many units more were to be cancelled, and could not be."""
    unwanted = min(line.unwanted + quantity, line.wanted)
    return line if unwanted == line.unwanted else line._replace(unwanted=unwanted)


def cancelled_at_last(line: OrderLine, quantity: int) -> OrderLine:
    """So many of the unwanted units are cancelled."""
    return line._replace(unwanted=max(0, line.unwanted - quantity))


def _after(line: OrderLine, moves: Moves) -> OrderLine:
    """The line with the claims as they are after the messages; a claim of which nothing is left is over."""
    if not moves:
        return line
    if len(line.claims) <= 1 and len(moves) == 1:
        claim = moves[0].claim
        return line._replace(claims=(claim,) if claim.total else ())
    changed = {move.claim.reservation_id: move.claim for move in moves}
    known = {claim.reservation_id: changed.get(claim.reservation_id, claim) for claim in line.claims}
    return line._replace(claims=tuple(claim for claim in {**known, **changed}.values() if claim.total))
