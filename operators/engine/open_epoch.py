"""The open epoch of a flow: what was read and sent since the last commit, what its end will tell, and when it ends."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connectors.log.port import Batch, Outgoing, TopicPartition
from connectors.observation.epoch_tally import EpochTally


@dataclass(frozen=True, slots=True)
class EpochLimits:
    """When an epoch ends: at an age, when full, or as soon as the input is drained.

    Then not sooner than `least_s` after the last; nor, in a thread of its own, than the last took to commit, so that a
    loaded broker is asked less often.
    """

    age_s: float = 0.1
    least_s: float = 0.01
    records: int = 20_000
    poll_records: int = 500
    idle_wait_s: float = 0.0
    """How long a poll without open work may wait; 0 where several flows share a thread.

    With open work it does not: one that ends with the first record would make epochs of single records.
    """


class OpenEpoch:
    """One epoch; what it has read and sent is its work, and without work there is nothing to commit."""

    def __init__(self) -> None:
        self.offsets: dict[TopicPartition, int] = {}
        """Where reading goes on behind this epoch."""
        self.tally = EpochTally()
        self._opened_at_s = 0.0
        self._read = 0
        self._sent = 0
        self._last_published: dict[tuple[str, str], Callable[[], Outgoing]] = {}

    @property
    def has_work(self) -> bool:
        """Whether anything was read or sent."""
        return bool(self.offsets or self._sent)

    def open(self) -> None:
        """Its age counts from its first piece of work."""
        self._opened_at_s = time.monotonic()

    def read(self, batch: Batch) -> None:
        """A batch was polled."""
        self.offsets[batch.source] = batch.next_offset
        self._read += len(batch.records)
        self.tally.read(batch)

    def sent(self, records: Sequence[Outgoing]) -> None:
        """Records were appended."""
        self._sent += len(records)
        self.tally.written(records)

    def publish_at_end(self, topic: str, key: str, record: Callable[[], Outgoing]) -> None:
        """A record for the end, unless another under its key takes its place until then."""
        self._last_published[topic, key] = record

    def final_records(self) -> list[Outgoing]:
        """What is to be appended at the end."""
        return [record() for record in self._last_published.values()]

    def is_over(self, limits: EpochLimits) -> bool:
        """Whether it is full or old enough."""
        return self._read >= limits.records or time.monotonic() - self._opened_at_s >= limits.age_s
