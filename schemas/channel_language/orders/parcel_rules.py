"""The rule of a channel file for what carriers report of parcels."""

from typing import Literal

from schemas.channel_language.expressions.lists import EachRule
from schemas.channel_language.rule import BLANK, Rule
from schemas.channel_language.sources import ValueSource


class ParcelReportedRule(Rule):
    """A record in which a carrier says what became of a parcel, which it names by its tracking number.

    The orders that have units in it are found by the shipments that named the number, before or after this.
    """

    event: Literal["ParcelReported"]
    reports: EachRule | None = None
    """The list of a document that reports several times: each element is a report, where the paths of the other fields
    start. The rule's own `when` is of the document. Without `reports` the document is one report.
    """
    tracking_number: ValueSource
    """Blanks, hyphens and the case say nothing."""
    status: ValueSource
    """ANNOUNCED, HANDED_OVER, IN_TRANSIT, OUT_FOR_DELIVERY, DELIVERED, DELAYED, DELIVERY_FAILED, RETURNING or LOST."""
    carrier: ValueSource = BLANK
    estimated_at: ValueSource | None = None
    """When it is expected to be delivered, where a record says it."""
    place: ValueSource = BLANK
    signed_by: ValueSource = BLANK
    """Who took it: the proof of a delivery."""
    reason: ValueSource = BLANK
    """In the carrier's words."""

    @property
    def levels(self) -> tuple[int, ...]:
        """How many elements are around its fields."""
        return (0,) if self.reports is None else self.reports.levels
