"""Units of an order line under one claim in the ledger: what was picked under a claim is shipped under it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.identifiers import ReservationId


@dataclass(frozen=True, slots=True)
class ClaimedUnits:
    """Units under one claim, in millionths; the claim's id is empty for units moved before there was a claim."""

    reservation_id: ReservationId
    quantity: int


Claims = tuple[ClaimedUnits, ...]


def first_of(claims: Sequence[ClaimedUnits], quantity: int) -> Claims:
    """The first `quantity` units, or all if there are fewer, with their claims."""
    left = quantity
    taken = []
    for units in claims:
        taken.append(replace(units, quantity=min(left, units.quantity)))
        left -= taken[-1].quantity
    return tuple(units for units in taken if units.quantity)


def rest_of(claims: Sequence[ClaimedUnits], quantity: int) -> Claims:
    """The units without the first `quantity`."""
    left = quantity
    stays = []
    for units in claims:
        gone = min(left, units.quantity)
        left -= gone
        stays.append(replace(units, quantity=units.quantity - gone))
    return tuple(units for units in stays if units.quantity)


def total_of(claims: Sequence[ClaimedUnits]) -> int:
    """All units under these claims."""
    return sum(units.quantity for units in claims)
