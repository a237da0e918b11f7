"""How often a connector commits: as often as commits are fast."""

_LONGEST_MS = 1_000
"""A commit that took longer was stuck, or the clock was set; the next one need not be."""


class CommitPace:
    """Not sooner after a commit than that took, up to a second.

    No call begins during a commit: on a slow log each commit would carry no more answers than there are workers.
    """

    def __init__(self) -> None:
        self._committed_at_ms = 0
        self._interval_ms = 0

    def is_due(self, now_ms: int) -> bool:
        """Whether the next commit may begin; also when the clock went back."""
        return not 0 <= now_ms - self._committed_at_ms < self._interval_ms

    def committed(self, took_ms: int) -> None:
        """A commit succeeded."""
        self._interval_ms = min(took_ms, _LONGEST_MS)

    def lost(self) -> None:
        """An epoch was aborted: its commands are read again at once."""
        self._interval_ms = 0

    def begin_epoch(self, now_ms: int) -> None:
        """After a commit, or after an aborted epoch."""
        self._committed_at_ms = now_ms
