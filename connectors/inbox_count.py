"""The port by which intake learns how many records the flows behind it have not worked off."""

from collections.abc import Mapping, Sequence
from typing import Protocol

Inboxes = Mapping[str, Sequence[str]]
"""The inboxes that each flow reads, by flow."""


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

    def result(self) -> int | None:
        """What the count found, or None while it goes on; raises `CountFailed`."""
        ...
