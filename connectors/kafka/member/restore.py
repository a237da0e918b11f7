"""Restores a partition's state to the end of its changelog in slices, between which other partitions are served.

The order is the point: the group's committed offset is read first, then the changelog's high watermark, and the
changelog is read, committed records only, up to that watermark. So META can only be at or behind what is served, and
it must name the group's offset: else the state belongs to other offsets, and nothing is served.
"""

import logging
from collections.abc import Callable, Sequence
from math import inf
from time import monotonic

from confluent_kafka import Consumer, KafkaError, Message
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.errors import in_words, is_partition_end, is_passing
from connectors.kafka.hanging import how_to_find
from connectors.kafka.member.changelog import BELIEVED_AFTER_S, Changelog, next_offset, rows_of
from connectors.kafka.settings import restore_properties
from connectors.log.port import LogFailed, TopicPartition
from connectors.log.waiting import Waiting
from connectors.state.position import Meta, Position
from connectors.state.store import StateStore

_SLICE = 10_000
"""Records per slice: about 30 ms, for which the partitions that are served wait."""
_WAIT_S = 0.005
_PATIENCE_S = 60.0
_REPORT_EVERY_S = 5.0

logger = logging.getLogger(__name__)


class Restore:
    """The restore of one partition, starting from what its folder has; serve its store when `is_restored`."""

    def __init__(
        self,
        changelog: Changelog,
        partition: int,
        copy: StateStore | None,
        committed_end: int | None,
        agrees: Callable[[Meta | None], bool],
    ) -> None:
        """`agrees`: whether the group's offsets equal META's; if not, the reported end may be out of date.

        `committed_end`: see `Changelog.opened`.
        """
        self._changelog = changelog
        self._partition = partition
        self._agrees = agrees
        self._believed_at_s: float | None = None
        self._source = TopicPartition(changelog.topic, partition)
        self._end = changelog.cluster.high_watermarks([self._source])[self._source]
        self.store: StateStore = changelog.opened(partition, copy, committed_end)
        self._rows = 0
        self._is_rebuilt = not self.store.position.meta
        self._begin = self._reached = self.store.position.next_offset
        self._consumer: Consumer | None = None
        self._begun_at_s: float | None = None
        self._stuck_at_s = self._report_at_s = inf
        self._waiting = Waiting(logger.warning)
        self.is_restored = False
        if not self.left:
            self._complete()

    @property
    def left(self) -> int:
        """How many offsets are still to be read."""
        return max(0, self._end - self._reached)

    def resume(self) -> None:
        """Apply one slice of what has been fetched; at the end, ask whether the changelog has grown."""
        if not self.left:
            self._end = max(self._end, self._changelog.cluster.high_watermarks([self._source])[self._source])
            if not self.left:
                self._complete()
            return
        if self._consumer is None:
            self._consumer = self._started()
        messages = self._next_messages(self._consumer)
        if messages:
            rows, position = rows_of(messages, self.store.position)
            self.store.write_restored(rows, position)
            self._rows += len(rows)
            if self.left:
                self._report()
            self._changelog.failpoints.hit("mid_restore")
        if not self.left:
            self._complete()

    def abandon(self) -> None:
        """Stop and close the folder: another member owns the partition now."""
        self._stop_reading()
        self.store.close()

    def _started(self) -> Consumer:
        self._begin = self._reached
        self._begun_at_s = monotonic()
        logger.info("%s/%s: restore begun at %d, %d to the end", *self._source, self._begin, self.left)
        self._report()
        self._stuck_at_s = monotonic() + _PATIENCE_S
        self._report_at_s = monotonic() + _REPORT_EVERY_S
        consumer = Consumer(restore_properties(self._changelog.membership))
        consumer.assign([ClientPartition(*self._source, self._reached)])
        return consumer

    def _next_messages(self, consumer: Consumer) -> Sequence[Message]:
        """Committed records; over many slices this waits for open transactions below the end to be completed."""
        found = consumer.consume(_SLICE, 0)
        if not found:
            first = consumer.poll(_WAIT_S)
            found = [] if first is None else [first]
        messages = [message for message in found if message.error() is None]
        reached = next_offset(messages) if messages else 0
        if len(messages) < len(found):
            reached = max(reached, *(message.offset() or 0 for message in found if self._is_end(message.error())), 0)
        if reached > self._reached:
            self._waiting.over(self._source)
            self._reached = reached
            self._stuck_at_s = monotonic() + _PATIENCE_S
        elif monotonic() > self._stuck_at_s:
            raise LogFailed(
                f"changelog {self._source.topic}/{self._source.partition} is stuck at {self._reached} of {self._end} "
                f"for {_PATIENCE_S:.0f} s; {how_to_find(self._changelog.membership.bootstrap)}"
            )
        else:
            self._waiting.still(self._source, self._what_it_waits_for)
        return messages

    def _what_it_waits_for(self) -> str:
        where = f"changelog {self._source.topic}/{self._source.partition} is read to {self._reached} of {self._end}"
        return f"{where}; {how_to_find(self._changelog.membership.bootstrap)}"

    def _is_end(self, error: KafkaError | None) -> bool:
        """Whether the event is the end of the partition; raises on an error that the client does not recover from."""
        if error is None or is_partition_end(error):
            return error is not None
        if is_passing(error):
            return False
        raise LogFailed(f"changelog {self._source.topic}/{self._source.partition} cannot be read: {in_words(error)}")

    def _complete(self) -> None:
        """Finish: from now on the folder is a complete prefix as of this moment."""
        if self._consumer is not None:
            self._stop_reading()
            self.store.flush()
            self._report()
            self._report_end()
        meta = self.store.position.meta
        if not self._agrees(meta):
            if not self._is_believed():
                return
            if not self._is_rebuilt:
                self._rebuild()
                return
        if meta is not None:
            reached = max(self.store.position.next_offset, self._end)
            self.store.write({}, Position(meta, reached, self._changelog.clock()))
        self.is_restored = True

    def _rebuild(self) -> None:
        """Start again from the changelog alone, once: the folder may contain a commit that Kafka has undone."""
        logger.warning("%s/%s: the folder and the group disagree: rebuilding the folder", *self._source)
        self._is_rebuilt = True
        self.store = self._changelog.rebuilt(self._partition, self.store)
        self._begin = self._reached = self.store.position.next_offset

    def _is_believed(self) -> bool:
        """Whether the disagreement has lasted long enough to be believed."""
        now = monotonic()
        if self._believed_at_s is None:
            self._believed_at_s = now + BELIEVED_AFTER_S
        return now >= self._believed_at_s

    def _stop_reading(self) -> None:
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _report_end(self) -> None:
        if self._begun_at_s is not None:
            took_s, self._begun_at_s = monotonic() - self._begun_at_s, None
            logger.info("%s/%s: restored %d rows in %.1f s", *self._source, self._rows, took_s)

    def _report(self) -> None:
        to_apply = self._end - self._begin
        applied = min(self._reached, self._end) - self._begin
        self._changelog.observer.restoring(self._source, applied, to_apply)
        if monotonic() >= self._report_at_s:
            self._report_at_s = monotonic() + _REPORT_EVERY_S
            logger.warning("%s/%s: restoring, %d of %d records read", *self._source, applied, to_apply)
