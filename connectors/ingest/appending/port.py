"""The port by which single records are appended, each durable on its own before the call returns.

Not the log port: a request has no input offsets and no epoch, and many of them wait at once. Two implementations hold
one contract (`tests/contract/test_appender.py`): when `append` returns, the record is in the topic, whatever happens to
the process. When it raises, the record may be there all the same, as after a lost answer: the caller asks its sender to
send again, and intake recognises the repeat.
"""

from typing import NamedTuple, Protocol

from connectors.log.port import Outgoing


class AppendedAt(NamedTuple):
    """The place of a record in its topic."""

    partition: int
    offset: int


class AppendFailed(Exception):
    """The record is not known to be durable; the text is for the operator, never for the sender."""


class LogAway(AppendFailed):
    """The log takes nothing now: a broker or a disk is away, or too few replicas are in sync."""


class LogBusy(AppendFailed):
    """The log takes records more slowly than they come, and what may wait is full."""


class RecordTooLarge(AppendFailed):
    """The topic never takes a record of this size."""


class Appender(Protocol):
    """Appends records from one event loop, any number of them at a time."""

    @property
    def unavailable(self) -> str | None:
        """Why nothing can be appended now; None when it can."""
        ...

    async def append(self, record: Outgoing) -> AppendedAt | None:
        """Return when the record is durable, with its place where the log knows it; `AppendFailed` otherwise."""
        ...

    def close(self) -> None:
        """Wait for what is under way for a few seconds, and release everything."""
        ...
