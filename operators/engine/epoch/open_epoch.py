"""The open epoch of a flow: what was read and written since the last commit, when it ends, and what it may hold."""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from connectors.log.port import Batch, Outgoing, TopicPartition
from connectors.observation.epoch_tally import EpochTally

_HEADER_BYTES = 24
"""The name of a header and its lengths; the names are our own, or bounded where they come in."""


@dataclass(frozen=True, slots=True)
class EpochLimits:
    """When an epoch ends, and how much it may write.

    It ends at an age, when full, or as soon as the input is drained. Then not sooner than `least_s` after the last;
    nor, in a thread of its own, than the last took to commit, so that a loaded broker is asked less often.

    What one poll leads to is known only when it has been processed. If it is more than the epoch may hold (`most_...`),
    the epoch is aborted and its records are processed again in smaller steps; one record that leads to more by itself
    is put aside. The bounds come from the broker: a transaction must be committed within `transaction.timeout.ms`,
    3 s, or its producer is fenced. A bare transactional producer writes 70,000 small records and about 100 MB a second
    on two shared cores (docs/performance.md); the bounds are about a fifth of what it writes in 3 s, for a broker that
    is loaded, or replicates.
    """

    age_s: float = 0.1
    least_s: float = 0.01
    records: int = 20_000
    """Full: so many records were read, or written."""
    written_bytes: int = 4_194_304
    """Full: so many bytes were written."""
    poll_records: int = 500
    idle_wait_s: float = 0.0
    """How long a poll without open work may wait; 0 where several flows share a thread.

    With open work it does not: one that ends with the first record would make epochs of single records.
    """
    most_records: int = 40_000
    """Records that an epoch may write, rows of state included."""
    most_bytes: int = 33_554_432
    """Bytes that an epoch may write, rows of state included. The largest order that intake admits (1 MiB) leads to less
    than a quarter of it."""
    most_record_bytes: int = 4_190_000
    """Bytes of one record: the topics and the producer take 4 MiB, framing included."""
    most_writing_s: float = math.inf
    """Seconds from the first record written to the commit, where the log has a transaction that times out."""


class EpochTooLarge(Exception):
    """An epoch led to more than a transaction takes; the message says what it did, as a verb phrase."""


class OpenEpoch:
    """One epoch; what it has read and sent is its work, and without work there is nothing to commit."""

    def __init__(self, limits: EpochLimits) -> None:
        self.offsets: dict[TopicPartition, int] = {}
        """Where reading continues behind this epoch."""
        self.records_read = 0
        self.timers_fired = 0
        self.tally = EpochTally()
        self._limits = limits
        self.stops: dict[str, str] = {}
        """Inputs that are to be read no more once the epoch is committed, and why."""
        self._opened_at_s = 0.0
        self._is_handed_back = False
        self._must_end_by_s = math.inf
        self._sent = 0
        self._records = 0
        self._bytes = 0
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
        self.records_read += len(batch.records)
        self.tally.read(batch)

    def hand_back(self, source: TopicPartition, offset: int) -> None:
        """The record at this offset is not part of this epoch: only timers that are due before it are."""
        self.offsets[source] = offset
        self._is_handed_back = True

    @property
    def is_divisible(self) -> bool:
        """Whether a smaller epoch is possible: this one has more than one record or timer."""
        return self.timers_fired + (0 if self._is_handed_back else self.records_read) > 1

    def collect(self, records: Iterable[Outgoing]) -> list[Outgoing]:
        """Make the outgoing records one by one; raises `EpochTooLarge` before they take more memory than is allowed."""
        found: list[Outgoing] = []
        count = self._count
        for record in records:
            count(_size_of(record))
            found.append(record)
        self.require_time()
        return found

    def collect_state(self, changes: Mapping[bytes, bytes | None]) -> None:
        """Rows of state are written with the epoch, and count as its records do."""
        for key, value in changes.items():
            self._count(len(key) + len(value or b""))

    def _count(self, size: int) -> None:
        self._records += 1
        self._bytes += size
        limits = self._limits
        if size > limits.most_record_bytes or self._bytes > limits.most_bytes or self._records > limits.most_records:
            raise EpochTooLarge(self._excess(size))

    def _excess(self, size: int) -> str:
        limits = self._limits
        if size > limits.most_record_bytes:
            return f"leads to a record of {size} bytes; its topic takes {limits.most_record_bytes} at most"
        if self._bytes > limits.most_bytes:
            return f"leads to more than the {limits.most_bytes} bytes that an epoch may write"
        return f"leads to more than the {limits.most_records} records that an epoch may write"

    def require_time(self) -> None:
        """Raise `EpochTooLarge` when so much time went by since the first record was written that it may not commit."""
        if time.monotonic() > self._must_end_by_s and self.is_divisible:
            raise EpochTooLarge(f"takes more than {self._limits.most_writing_s} s from its first record to its commit")

    def sent(self, records: Sequence[Outgoing]) -> None:
        """Records were appended."""
        if not self._sent:
            self._must_end_by_s = time.monotonic() + self._limits.most_writing_s
        self._sent += len(records)
        self.tally.written(records)

    def stop_input(self, topic: str, reason: str) -> bool:
        """Of several reasons to stop an input the first counts; False when there was one already."""
        is_new = topic not in self.stops
        self.stops.setdefault(topic, reason)
        return is_new

    def publish_at_end(self, topic: str, key: str, record: Callable[[], Outgoing]) -> None:
        """A record for the end, unless another under its key takes its place until then."""
        self._last_published[topic, key] = record

    def final_records(self) -> list[Outgoing]:
        """What is to be appended at the end."""
        return self.collect(record() for record in self._last_published.values())

    def is_over(self) -> bool:
        """Whether it is full or old enough."""
        limits = self._limits
        return (
            self.records_read >= limits.records
            or self._records >= limits.records
            or self._bytes >= limits.written_bytes
            or time.monotonic() - self._opened_at_s >= limits.age_s
        )


def _size_of(record: Outgoing) -> int:
    """Bytes as they go to the log. A key that cannot be encoded raises here, where its cause is known."""
    _, key, value, headers, _ = record
    size = sum([len(word) for _, word in headers]) + _HEADER_BYTES * len(headers)  # a list: once for every record
    if value is not None:
        size += len(value)
    if key is not None:
        size += len(key) if key.isascii() else len(key.encode("utf-8", "surrogateescape"))
    return size
