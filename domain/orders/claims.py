"""Units of an order line under one claim in the ledger: what was picked under a claim is shipped under it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class ClaimedUnits:
    """Units under one claim, in millionths; the claim's id is empty for what was moved before there was any."""

    reservation_id: str
    quantity: int


Claims = tuple[ClaimedUnits, ...]


def first_of(claims: Sequence[ClaimedUnits], quantity: int) -> Claims:
    """The first `quantity` units, or all there are, under the claims where they lie."""
    left = quantity
    taken = []
    for units in claims:
        taken.append(replace(units, quantity=min(left, units.quantity)))
        left -= taken[-1].quantity
    return tuple(units for units in taken if units.quantity)


def rest_of(claims: Sequence[ClaimedUnits], quantity: int) -> Claims:
    """What stays when the first `quantity` units are gone."""
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
