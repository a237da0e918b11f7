"""Up-to-date copies of the state of partitions that others hold: a takeover then reads only the changelog's tail.

A thread applies their changelogs to the folders that a restore of this replica would use. A copy is never trusted: the
restore checks the folder like any other.
"""

import logging
from collections.abc import Iterable, Mapping
from threading import Condition, Thread

from confluent_kafka import Consumer, KafkaException, Message
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.errors import in_words, is_partition_end, is_passing
from connectors.kafka.member.changelog import Changelog, rows_of
from connectors.kafka.settings import standby_properties
from connectors.log.port import LogFailed, Offsets, TopicPartition
from connectors.state.position import Position
from connectors.state.store import StateStore

_CHUNK = 5_000
_PAUSE_S = 0.1
_AGAIN_S = 5.0

logger = logging.getLogger(__name__)


class Standby:
    """Follows all partitions of a flow but those `released`. `release` and `follow` belong to the member's thread."""

    def __init__(self, changelog: Changelog, partitions: int) -> None:
        self._changelog = changelog
        self._wanted = set(range(partitions))
        self._copies: dict[int, StateStore] = {}
        self._released: dict[int, StateStore] = {}
        self._changed = Condition()
        self._is_closing = False
        self._thread = Thread(target=self._run, name=f"standby of {changelog.topic}", daemon=True)
        self._thread.start()

    def release(self, numbers: Iterable[int]) -> Mapping[int, StateStore]:
        """Give up the copies of partitions that this member takes over, as open stores."""
        with self._changed:
            self._wanted.difference_update(numbers)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._wanted.issuperset(self._copies))
            released, self._released = self._released, {}
        return released

    def follow(self, numbers: Iterable[int]) -> None:
        """Follow these partitions: another member holds them now."""
        with self._changed:
            self._wanted.update(numbers)
            self._changed.notify_all()

    def reached(self) -> Offsets:
        """The next changelog offset of every copy."""
        topic = self._changelog.topic
        with self._changed:
            return {TopicPartition(topic, number): copy.position.next_offset for number, copy in self._copies.items()}

    def close(self) -> None:
        """Stop following; returns when all folders are free."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        """Log any failure and start again: a missing copy only makes a takeover slower."""
        while not self._is_closing:
            try:
                self._follow()
            except (LogFailed, KafkaException) as failure:
                logger.warning("%s: standby copies stopped for now: %s", self._changelog.topic, failure)
                with self._changed:
                    self._changed.wait_for(lambda: self._is_closing, _AGAIN_S)

    def _follow(self) -> None:
        consumer = Consumer(standby_properties(self._changelog.membership))
        try:
            while not self._is_closing:
                self._apply_requests(consumer)
                self._apply(consumer.consume(_CHUNK, _PAUSE_S))
        finally:
            consumer.close()
            self._close_copies()

    def _apply_requests(self, consumer: Consumer) -> None:
        with self._changed:
            if self._wanted == self._copies.keys():
                return
            for number in sorted(self._copies.keys() - self._wanted):
                self._released[number] = self._copies.pop(number)
            self._changed.notify_all()
            for number in sorted(self._wanted - self._copies.keys()):
                self._copies[number] = self._changelog.opened(number)
        topic = self._changelog.topic
        consumer.assign(
            [ClientPartition(topic, number, copy.position.next_offset) for number, copy in self._copies.items()]
        )

    def _apply(self, messages: list[Message]) -> None:
        found: dict[int, list[Message]] = {}
        ends: dict[int, int] = {}
        for message in messages:
            number, error = message.partition(), message.error()
            if number is None or number not in self._copies:
                continue
            if error is None:
                found.setdefault(number, []).append(message)
                ends.pop(number, None)
            elif is_partition_end(error):
                ends[number] = message.offset() or 0
            elif not is_passing(error):
                raise LogFailed(f"changelog {self._changelog.topic}/{number} cannot be read: {in_words(error)}")
        for number in sorted({*found, *ends}):
            self._update(self._copies[number], found.get(number, []), ends.get(number))

    def _update(self, copy: StateStore, messages: list[Message], end: int | None) -> None:
        """Through the write-ahead log: a crashed copy continues from here."""
        changes, position = rows_of(messages, copy.position) if messages else ([], copy.position)
        if end is not None and position.meta is not None:
            position = Position(position.meta, max(position.next_offset, end), self._changelog.clock())
        copy.write(dict(changes), position)

    def _close_copies(self) -> None:
        with self._changed:
            for number in sorted(self._copies):
                self._copies.pop(number).close()
            self._changed.notify_all()
