"""What carriers report of parcels: records of `orders.inbox.v1`, keyed by the tracking number.

A carrier knows the parcel and no order; an order knows its parcels, and sends `ParcelSent` to the same key. Which of
the two is heard of first does not matter (docs/domain.md#parcels).
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import ParcelId
from domain.provenance import Provenance


class ParcelStatus(StrEnum):
    """What carriers say of a parcel, in words that are the same for all of them."""

    ANNOUNCED = "ANNOUNCED"
    """A label is made; the carrier has nothing yet."""
    HANDED_OVER = "HANDED_OVER"
    IN_TRANSIT = "IN_TRANSIT"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELIVERED = "DELIVERED"
    DELAYED = "DELAYED"
    """It comes later than was said, or is stopped: at customs, by weather."""
    DELIVERY_FAILED = "DELIVERY_FAILED"
    """An attempt failed; another one may follow."""
    RETURNING = "RETURNING"
    """It is on its way back to its sender."""
    LOST = "LOST"
    """Or destroyed."""


@dataclass(frozen=True, slots=True)
class ParcelReported:
    """A carrier says what became of a parcel: a fact."""

    parcel_id: ParcelId
    provenance: Provenance
    carrier: str
    status: ParcelStatus
    estimated_us: int
    """When it is expected to be delivered; 0 where the carrier does not say it."""
    place: str
    """Where it was, for people."""
    signed_by: str
    """Who took it: the proof of a delivery."""
    reason: str
    """In the carrier's words."""

    @property
    def home_key(self) -> str:
        """The record's key."""
        return parcel_home(self.parcel_id)


def parcel_home(parcel_id: ParcelId) -> str:
    """The key of all records about a parcel."""
    return f"parcel/{parcel_id}"


def parcel_of(tracking_number: str) -> ParcelId:
    """The parcel that a tracking number names, however it is written: blanks, hyphens and the case say nothing."""
    return ParcelId("".join(tracking_number.replace("-", "").split()).upper())
