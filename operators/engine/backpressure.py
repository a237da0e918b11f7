"""How an engine is told to hold its sources back: asked at the gates, and applied to the log by a step."""

from collections.abc import Sequence

from connectors.log.port import Batch


class Backpressure:
    """Asked at the gates of a flow. This one never holds anything back: for all flows behind an inbox."""

    @property
    def is_at_work(self) -> bool:
        """Whether sources are held back, or soon may be."""
        return False

    def apply(self, *, settled: bool) -> None:
        """Before a poll; `settled`: no epoch is open."""

    def most(self, records: int) -> int:
        """How many records the next poll may take, of so many that it would."""
        return records

    def took(self, batches: Sequence[Batch]) -> None:
        """A poll brought these."""


NO_BACKPRESSURE = Backpressure()
