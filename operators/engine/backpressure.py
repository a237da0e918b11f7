"""How a flow pauses its sources: decided at the commit gates, and applied to the log by a step."""

from collections.abc import Sequence

from connectors.log.port import Batch


class Backpressure:
    """Asked at the commit gates of a flow. This one never pauses anything: for all flows behind an inbox."""

    @property
    def is_at_work(self) -> bool:
        """Whether sources are paused, or soon may be."""
        return False

    def apply(self, *, settled: bool) -> None:
        """Called before a poll; `settled`: no epoch is open."""

    def most(self, records: int) -> int:
        """How many records the next poll may take, `records` at most."""
        return records

    def stop(self, topic: str) -> None:
        """Read no more of this input while the process lasts; at a gate, with no epoch open. This one stops none."""

    def took(self, batches: Sequence[Batch]) -> None:
        """A poll gave these."""


NO_BACKPRESSURE = Backpressure()
