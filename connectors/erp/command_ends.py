"""Which commands a previous owner may have sent, when partitions are taken over: those before the end.

They are looked up, commands after the end are sent, so an end that is too low books twice. After a change of leader a
replicated partition reports such an end for a while (`Log.ends_settle_s`). Until that time has passed every command
counts as one from before, and the end is asked for again; the highest counts. The last question is always asked after
that time, also when the process was stopped for all of it. The connector's loop never waits here.
"""

from collections.abc import Callable, Mapping

from connectors.log.port import Log, TopicPartition
from connectors.log.progress import Progress

_ASK_EVERY_S = 0.25


class CommandEnds:
    """The ends of one topic's partitions while they are not reliable yet. `clock` in seconds."""

    def __init__(self, log: Log, topic: str, clock: Callable[[], float]) -> None:
        self._log = log
        self._topic = topic
        self._clock = clock
        self._unreliable: dict[int, tuple[Progress, float]] = {}
        self._ask_at_s = 0.0

    def begin(self, taken_over: Mapping[int, Progress]) -> None:
        """Ask for the ends of partitions that were taken over, or are read again."""
        if not taken_over:
            return
        reliable_at_s = self._clock() + self._log.ends_settle_s(self._topic)
        self._unreliable.update({number: (progress, reliable_at_s) for number, progress in taken_over.items()})
        self._ask()

    def release(self, partition: int) -> None:
        """The partition was revoked."""
        self._unreliable.pop(partition, None)

    def ask_if_due(self) -> None:
        """Ask again for those that may still be too low."""
        if self._unreliable and self._clock() >= self._ask_at_s:
            self._ask()

    def are_unreliable(self, partition: int) -> bool:
        """Whether a command after the highest end so far may have been there before as well."""
        return partition in self._unreliable

    def _ask(self) -> None:
        asked_at_s = self._clock()
        ends = self._log.end_offsets(self._topic)
        for partition, (progress, reliable_at_s) in tuple(self._unreliable.items()):
            progress.doubt_until(ends[TopicPartition(self._topic, partition)])
            if asked_at_s >= reliable_at_s:
                del self._unreliable[partition]
        self._ask_at_s = asked_at_s + _ASK_EVERY_S
