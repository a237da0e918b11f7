"""When so much of what a source sends cannot be taken that the fault is likely ours: its channel file.

A rule over counts, without clock and log. A mistake in a channel file would make a dead letter, or a case, of every
order of its source. So over a window of a source's last records there is a limit, a count and a share, in the channel
file itself (`failure_limit`). A source that exceeds it is stopped: its records wait at their topic, nothing is lost,
and all other sources continue. A restart opens it again; the count starts at zero, so a file that is still wrong stops
it again.
"""

from collections import deque

from domain.identifiers import SourceId
from schemas.channel_language.channel_file import ChannelFile, FailureLimit


class _Window:
    """The last records of one source: which of them could not be taken."""

    def __init__(self, limit: FailureLimit) -> None:
        self._limit = limit
        self._failed: deque[bool] = deque(maxlen=limit.window)
        self.failures = 0

    def add(self, *, failed: bool) -> bool:
        """Count one record; whether the limit is exceeded by a record that failed."""
        window = self._failed
        if len(window) == self._limit.window:
            self.failures -= window[0]
        window.append(failed)
        self.failures += failed
        limit = self._limit
        return failed and self.failures >= limit.failures and self.failures * 100 >= limit.percent * len(window)

    @property
    def records(self) -> int:
        return len(self._failed)


class FailureLimits:
    """Of all sources of an intake; the count of a source starts at zero with each version of its channel file."""

    def __init__(self) -> None:
        self._windows: dict[SourceId, tuple[int, _Window]] = {}

    def exceeded(self, channel: ChannelFile, *, failed: bool) -> str | None:
        """Count one record of a source, mapped by this file; why the source is to be stopped, or None."""
        version, window = self._windows.get(channel.source_id, (0, None))
        if window is None or version != channel.version:
            window = _Window(channel.failure_limit)
            self._windows[channel.source_id] = (channel.version, window)
        if not window.add(failed=failed):
            return None
        return f"{window.failures} of its last {window.records} records could not be taken"
