"""The port by which a file's records get into the log, each exactly once.

A bundle is there whole or not at all, and bundles of a file in their order. After a crash `parts_there` says up to
which part they are; what follows is sent, and nothing twice.
"""

from collections.abc import Sequence
from typing import Protocol

from connectors.files.dropped import DroppedFile
from connectors.log.port import Outgoing


class NotSent(Exception):
    """A bundle was not taken; what is there is to be asked again."""


class FileSender(Protocol):
    """Sends files, one after the other."""

    @property
    def unavailable(self) -> str | None:
        """Why nothing can be sent now; None when it can."""
        ...

    def parts_there(self, dropped: DroppedFile) -> int:
        """Up to which part the records of the file are in the log: 0 before the first."""
        ...

    def send(self, dropped: DroppedFile, bundle: Sequence[Outgoing]) -> None:
        """Return when the bundle is durable; `NotSent` when it was not taken, `LogFailed` when nothing will be."""
        ...

    def close(self) -> None:
        """Release everything."""
        ...
