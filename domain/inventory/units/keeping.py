"""The unit in which an item is kept: that of its first stock fact or master data (docs/domain.md#units).

All its accounts are in that unit, so nothing in another one is added to them or promised from them: a line that is
ordered in another unit is held, and a stock fact in another unit is converted by the item's master data, or not
counted. Each is a case INVALID_ITEM.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from domain.identifiers import ReservationId
from domain.inventory.decisions import DecisionDraft
from domain.inventory.reservations import Reservation
from domain.messages.inventory import UnitFactor
from domain.quantities import UNIT
from domain.units import plain_unit

_MOST: Final = 1_000_000_000 * UNIT
"""The exclusive bound of a line, as intake sets it: a factor must not pass it."""


def is_kept_in(draft: DecisionDraft, unit: str) -> bool:
    """Whether a quantity in a unit is one of the item; not said is as the item is kept."""
    return is_unit_of(draft.unit, unit)


def is_unit_of(kept: str, unit: str) -> bool:
    """Likewise."""
    return not unit or not kept or plain_unit(unit) == kept


def in_kept_unit(draft: DecisionDraft, unit: str, quantity: int) -> int | None:
    """A quantity in the unit in which the item is kept, exactly; None where nothing says what it comes to."""
    return quantity if is_kept_in(draft, unit) else converted(draft.factors, unit, draft.unit, quantity)


def converted(factors: Iterable[UnitFactor], unit: str, kept: str, quantity: int) -> int | None:
    """The same in other units; None also where it is no whole number of millionths, or more than a line may have."""
    known = {each.unit: each.factor for each in factors}
    factor, kept_factor = known.get(plain_unit(unit)), known.get(kept)
    if not factor or not kept_factor or quantity * factor % kept_factor:
        return None
    there = quantity * factor // kept_factor
    return there if abs(there) < _MOST else None


def kept_in(draft: DecisionDraft, unit: str, waiting: Iterable[Reservation]) -> Iterable[Reservation]:
    """The queue after a stock fact in a unit; the first one decides in which unit the item is kept.

    Lines that wait for another unit leave the queue then, and their orders are told.
    """
    if draft.unit or not unit:
        return waiting
    draft.keep_in(plain_unit(unit))
    return _in_the_unit(draft, waiting)


def _in_the_unit(draft: DecisionDraft, waiting: Iterable[Reservation]) -> Sequence[Reservation]:
    """Read whole, once in the life of an item."""
    stay = []
    for stored in waiting:
        if is_kept_in(draft, stored.unit):
            stay.append(stored)
        else:
            draft.store(stored, _without_picked(draft, stored)._replace(is_held=True))
            draft.state(stored)
    return stay


def _without_picked(draft: DecisionDraft, stored: Reservation) -> Reservation:
    """What is picked of the item is none of a line in another unit: it is kept as of no line, and shipped as such."""
    if not stored.picked:
        return stored
    own_id = ReservationId(f"{stored.order_id}/{stored.line_id}/{stored.item_id}")
    known = next(iter(draft.open_claims((own_id,))), None)
    apart = known or _bare(stored, own_id)
    for at in stored.at:
        here = apart.units_at(at.node_id)
        apart = apart.with_units(here._replace(picked=here.picked + at.picked))
        stored = stored.with_units(at._replace(picked=0))
    draft.store(known, apart)
    return stored


def _bare(claim: Reservation, reservation_id: ReservationId) -> Reservation:
    """A row for picked units only, as of a pick without a claim."""
    return Reservation(
        reservation_id=reservation_id,
        order_id=claim.order_id,
        line_id=claim.line_id,
        item_id=claim.item_id,
        nodes=claim.nodes,
        split=False,
        priority_class=0,
        arrival=claim.arrival,
        requested=0,
        confirmed=True,
    )
