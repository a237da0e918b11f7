"""The port by which intake learns how far the flows behind it are."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

Inboxes = Mapping[str, Sequence[str]]
"""The inboxes that each flow reads, by flow."""


class InboxesFound(NamedTuple):
    """In all inboxes together: how many records are not worked off, and how many ever were (for differences only)."""

    lag: int
    processed: int


class CountFailed(Exception):
    """Nobody knows; the message says why."""


class InboxCount(Protocol):
    """One count at a time; nothing waits for it."""

    @property
    def least_pause_s(self) -> float:
        """So long one count should be apart from the next, for what it costs."""
        ...

    def begin(self) -> None:
        """Begin a count of what is committed in the inboxes now."""
        ...

    def result(self) -> InboxesFound | None:
        """What the count found, or None while it goes on; raises `CountFailed`."""
        ...
