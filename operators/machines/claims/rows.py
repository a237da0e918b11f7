"""The rows of claims: reservations, which of them wait, which hold units, and which have a promise date."""

from collections.abc import Callable, Iterator
from operator import attrgetter

from domain.identifiers import ItemId
from domain.invariants import InvariantViolated, Law, Violation
from domain.inventory.decisions import ReservationChange
from domain.inventory.reservations import ItemClaims, Reservation, UnitsAt
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from operators.machines.claims.earlier_rows import at_several_nodes

RESERVATIONS: Table[Reservation] = Table(
    "reservation",
    Reservation,
    version=8,
    upgrades={
        1: lambda reservation: [*reservation, 0, 0, 0],
        2: at_several_nodes,
        3: lambda reservation: [*reservation, "", False],
        4: lambda reservation: [*reservation, False],
        5: lambda reservation: [*reservation, 0],
        6: lambda reservation: [*reservation, 0],
        7: lambda reservation: [*reservation, [], []],
    },
)
WAITING: Table[str] = Table("waiting", str, ordered=True)
HELD: Table[str] = Table("held line", str, ordered=True)
"""What waits for the master data of its item, in the order in which it would be in the queue."""
HOLDING: Table[str] = Table("holding", str, ordered=True)
"""What holds units at a node, the last in the queue first; a claim of version 1 is in it when it changes."""
PENDING: Table[str] = Table("pending", str, ordered=True)
"""Of these, what is not confirmed."""
PROMISED: Table[str] = Table("promised", str, ordered=True)
"""What waits and has a promise date, at the places of `WAITING`."""

_HELD: Callable[[UnitsAt], int] = attrgetter("held")
_PENDING: Callable[[UnitsAt], int] = attrgetter("pending")
_LAST_NUMBER = 10**18 - 1
"""Larger than any place in a queue, so that the difference to it sorts against queue order."""


class _Queue:
    """What waits, in queue order; each iteration reads it from the first."""

    def __init__(self, read: Callable[[], Iterator[Reservation]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[Reservation]:
        return self._read()


def claims_of(state: PartitionState, item_id: ItemId) -> ItemClaims:
    """The open claims of an item; reads nothing until a decision does."""

    def indexed(table: Table[str], prefix: str) -> Iterator[Reservation]:
        return (claim for _, claim in claims_in(state, table, prefix))

    return ItemClaims(
        _Queue(lambda: indexed(WAITING, f"{item_id}\0")),
        lambda node_id: indexed(HOLDING, f"{item_id}\0{node_id}\0"),
        lambda node_id: indexed(PENDING, f"{item_id}\0{node_id}\0"),
        lambda reservation_id: state.get(RESERVATIONS, reservation_id),
    )


def claims_in(
    state: PartitionState, table: Table[str], prefix: str, after: str | None = None
) -> Iterator[tuple[str, Reservation]]:
    """The claims of an index with their places, in its order, behind the place `after`."""
    for place, reservation_id in state.scan(table, prefix, after=after):
        reservation = state.get(RESERVATIONS, reservation_id)
        if reservation is None:
            reason = f"{place!r} of {table.name}: {reservation_id} is not there"
            raise InvariantViolated(Violation(Law.PROTOCOL, prefix.partition("\0")[0], reason))
        yield place, reservation


def store(state: PartitionState, change: ReservationChange) -> None:
    """Store a changed claim, or delete one that has ended, and keep the indexes."""
    before, claim = change
    _index_waiting(state, WAITING, change, was=before is not None and before.waits, is_now=claim.waits)
    was_held = before is not None and _waits_for_master_data(before)
    _index_waiting(state, HELD, change, was=was_held, is_now=_waits_for_master_data(claim))
    has_date = claim.promised_us != 0
    _index_waiting(state, PROMISED, change, was=before is not None and before.promised_us != 0, is_now=has_date)
    _index_held(state, HOLDING, change, _HELD)
    _index_held(state, PENDING, change, _PENDING)
    if claim.ended:
        state.delete(RESERVATIONS, claim.reservation_id)
    else:
        state.put(RESERVATIONS, claim.reservation_id, claim)


def _waits_for_master_data(reservation: Reservation) -> bool:
    return reservation.is_held and reservation.known_item_only and not reservation.ended


def _index_waiting(
    state: PartitionState, table: Table[str], change: ReservationChange, *, was: bool, is_now: bool
) -> None:
    before, now = change
    has_moved = before is not None and now.has_moved_since(before)
    if is_now == was and not has_moved:
        return
    if was:
        state.delete(table, place_waiting(before or now))
    if is_now:
        state.put(table, place_waiting(now), now.reservation_id)


def _index_held(
    state: PartitionState, table: Table[str], change: ReservationChange, units: Callable[[UnitsAt], int]
) -> None:
    """Keep an index of what holds such units, by node."""
    before, now = change
    is_at = [at.node_id for at in now.at if units(at)]
    if before is None:
        for node_id in is_at:
            state.put(table, _place_against_queue(now, node_id), now.reservation_id)
        return
    has_moved = now.has_moved_since(before)
    if before.at == now.at and not has_moved:
        return
    was_at = [at.node_id for at in before.at if units(at)]
    for node_id in was_at:
        if has_moved or node_id not in is_at:
            state.delete(table, _place_against_queue(before, node_id))
    for node_id in is_at:
        if has_moved or node_id not in was_at:
            state.put(table, _place_against_queue(now, node_id), now.reservation_id)


def place_waiting(reservation: Reservation) -> str:
    """Where it is among all that wait. Claims from before there was a global order come first, by their arrival.

    The place of what is wanted at once is as it was before there were requested days. What is wanted on a day is before
    that of its midnight, since no order id begins with a zero byte.
    """
    priority_class, wanted_us, _, placed_at_us, order_id, arrival = reservation.queue_position
    placed = f"\0{placed_at_us:018d}\0" if reservation.is_for_later else ""
    wanted = f"{wanted_us:018d}\0{placed}{order_id}\0" if wanted_us else ""
    return f"{reservation.item_id}\0{priority_class:012d}\0{wanted}{arrival:012d}"


def _place_against_queue(reservation: Reservation, node_id: str) -> str:
    """Where it is among all that hold units at a node, the last in the queue first."""
    priority_class, wanted_us, is_at_once, placed_at_us, _, arrival = reservation.queue_position
    node = f"{reservation.item_id}\0{node_id}\0"
    wanted = f"{_LAST_NUMBER - priority_class:018d}\0{_LAST_NUMBER - wanted_us:018d}\0"
    # behind what is wanted at once, whose next number has no sign
    placed = "" if is_at_once else f"~{_LAST_NUMBER - placed_at_us:018d}\0"
    return f"{node}{wanted}{placed}{_LAST_NUMBER - arrival:018d}"
