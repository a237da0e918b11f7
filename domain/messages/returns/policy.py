"""The rules of a channel for the returns of its orders, as they are joined to each order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_DAY_MS = 24 * 3_600_000


class ReturnApproval(StrEnum):
    """Who authorises a return that asks for no more than was shipped."""

    AUTOMATICALLY = "AUTOMATICALLY"
    BY_PERSON = "BY_PERSON"


@dataclass(frozen=True, slots=True)
class ReturnPolicy:
    """The channel file's rules for the returns of an order; times in milliseconds."""

    approval: ReturnApproval = ReturnApproval.BY_PERSON
    approved_within_ms: int = 0
    """How long after the last shipment returns are authorised automatically, later by a person; 0: there is no end."""
    decided_within_ms: int = 3 * _DAY_MS
    """How long a return may wait for a person before a case is opened."""
    arrives_within_ms: int = 30 * _DAY_MS
    """How long after it was authorised the goods may take before a case is opened."""
    given_up_after_ms: int = 30 * _DAY_MS
    """How long after that the return is closed without them."""
    inspected_within_ms: int = 7 * _DAY_MS
    """How long goods may wait for their inspection before a case is opened."""
    opens_case: bool = False
    """Whether a return that asks for more than was shipped is a case, and not only declined."""


STANDARD_RETURNS: Final = ReturnPolicy()
"""Of a channel whose file says nothing."""
