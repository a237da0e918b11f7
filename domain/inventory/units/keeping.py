"""The unit in which an item is kept: that of its first stock fact (docs/domain.md#units).

All its accounts are in that unit, so nothing in another one is added to them or promised from them: a line that is
ordered in another unit is held, and a stock fact in another unit is not counted. Each is a case INVALID_ITEM.
"""

from collections.abc import Iterable, Sequence

from domain.inventory.decisions import DecisionDraft
from domain.inventory.reservations import Reservation
from domain.units import plain_unit


def is_kept_in(draft: DecisionDraft, unit: str) -> bool:
    """Whether a quantity in a unit is one of the item; not said is as the item is kept."""
    return not unit or not draft.unit or plain_unit(unit) == draft.unit


def kept_in(draft: DecisionDraft, unit: str, waiting: Iterable[Reservation]) -> Iterable[Reservation]:
    """The queue after a stock fact in a unit; the first one decides in which unit the item is kept.

    Lines that wait for another unit leave the queue then.
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
            draft.store(stored, stored._replace(is_held=True))
    return stay
