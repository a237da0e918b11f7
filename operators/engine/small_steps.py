"""Polls in small steps: what may be in hand together comes out together, the rest waits for the next gates."""

from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain

from connectors.log.port import Batch, Log, TopicPartition
from operators.engine.suspicion import Watch

_RECORDS = 50
"""A poll under suspicion: what waits here waits for as many epochs, and a rebalance waits for it."""


class SmallSteps:
    """The polls of one flow: as the log gives them, or in portions while the watch is suspicious."""

    def __init__(self, log: Log, watch: Watch) -> None:
        self._log = log
        self._watch = watch
        self._waiting: deque[Sequence[Batch]] = deque()
        self.waits_for_turn = False
        """Whether the last poll was refused because another flow of this process has records in hand."""

    @property
    def is_taking(self) -> bool:
        """Whether records are suspect, or wait here: then every poll is an epoch."""
        return bool(self._waiting) or self._watch.is_suspicious

    @property
    def waiting(self) -> bool:
        """Whether records wait here that the log has given."""
        return bool(self._waiting)

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        """The next batches for the graph; none while another flow of this process has its turn."""
        self.waits_for_turn = not self._watch.takes_turn()
        if self.waits_for_turn:
            return ()
        if not self.is_taking:
            return self._log.poll(limit, timeout_s)
        if not self._waiting:
            batches = self._log.poll(min(limit, _RECORDS), timeout_s)
            self._waiting.extend(portions(batches, self._watch.suspect_until))
        return self._waiting.popleft() if self._waiting else ()

    def forget(self) -> None:
        """The log goes back to what is committed."""
        self._waiting.clear()


def portions(batches: Sequence[Batch], suspect_until: Callable[[TopicPartition], int]) -> Sequence[Sequence[Batch]]:
    """What may be in hand together: every suspect alone, then all that lies behind them; order is kept a partition."""
    steps = [_steps(batch, suspect_until(batch.source)) for batch in batches]
    alone = [(step,) for step in chain.from_iterable(suspects for suspects, _ in steps)]
    together = [rest for _, rest in steps if rest is not None]
    return [*alone, together] if together else alone


def _steps(batch: Batch, end: int) -> tuple[list[Batch], Batch | None]:
    """The suspects of a batch, each as a batch of its own, and the batch without them."""
    suspects = [record for record in batch.records if record.offset < end]
    rest = batch.records[len(suspects) :]
    alone = [Batch(batch.source, [record], record.offset + 1) for record in suspects]
    if rest or not alone:
        return alone, batch._replace(records=rest)
    return [*alone[:-1], alone[-1]._replace(next_offset=batch.next_offset, gap=batch.gap)], None
