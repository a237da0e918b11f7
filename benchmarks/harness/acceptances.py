"""Watching `order.accepted` from outside, as a subscriber would: committed records only, each order once."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from confluent_kafka import Consumer, Message
from confluent_kafka import TopicPartition as ClientPartition

from connectors.embedded.topic_reader import EmbeddedTopicReader
from connectors.log.port import TopicPartition
from schemas.contracts.registry import ORDERS_EVENTS, ORDERS_INBOX

"""What intake writes of an order: the first that any flow writes when all stock is booked."""
_ACCEPTED = b".OrderAccepted"
_TYPE = "ce_type"
_AT_ONCE = 5_000
_ANSWER_S = 10.0


class Acceptances(Protocol):
    """`seen_at` holds, by order_id, when its acceptance was read (`time.monotonic`)."""

    seen_at: dict[str, float]
    events: int
    """Records of the topic so far, of whatever type."""

    def look(self, wait_s: float) -> None:
        """Take in what was committed until now; wait so long at most for something to come."""
        ...

    def has_output(self) -> bool:
        """Whether the flows have written anything of an order, committed or not."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


def is_accepted(headers: Iterable[tuple[str, bytes]]) -> bool:
    """Whether a record of the status topic is the acceptance of an order."""
    return dict(headers).get(_TYPE, b"").endswith(_ACCEPTED)


class KafkaAcceptances:
    """A read_committed consumer of all partitions of `topic`, member of no group; `wanted` looks at headers."""

    def __init__(
        self,
        bootstrap: str,
        topic: str = ORDERS_EVENTS,
        wanted: Callable[[Iterable[tuple[str, bytes]]], bool] = is_accepted,
        is_output: Callable[[str], bool] = ORDERS_INBOX.__eq__,
    ) -> None:
        self.seen_at: dict[str, float] = {}
        self.events = 0
        self._topic = topic
        self._wanted = wanted
        self._is_output = is_output
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "bench.acceptances",
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 100,
                "fetch.queue.backoff.ms": 5,
            }
        )
        partitions = sorted(self._consumer.list_topics(topic, _ANSWER_S).topics[topic].partitions)
        self._consumer.assign([ClientPartition(topic, number, 0) for number in partitions])

    def look(self, wait_s: float) -> None:
        messages = self._consumer.consume(_AT_ONCE, 0)
        if not messages:
            first = self._consumer.poll(wait_s)
            messages = [] if first is None else [first, *self._consumer.consume(_AT_ONCE, 0)]
        now = time.monotonic()
        for message in messages:
            self._take(message, now)

    def _take(self, message: Message, now: float) -> None:
        if error := message.error():
            raise RuntimeError(f"{self._topic} cannot be read: {error}")
        self.events += 1
        if self._wanted(message.headers() or ()):  # type: ignore[arg-type]  # the stub allows text
            self.seen_at.setdefault((message.key() or b"").decode(), now)

    def has_output(self) -> bool:
        topics = self._consumer.list_topics(timeout=_ANSWER_S).topics
        outputs = [
            ClientPartition(name, number)
            for name, topic in topics.items()
            if self._is_output(name)
            for number in topic.partitions
        ]
        return any(self._consumer.get_watermark_offsets(each, _ANSWER_S)[1] > 0 for each in outputs)

    def close(self) -> None:
        self._consumer.close()


class EmbeddedAcceptances:
    """A reader of the embedded log, in another process than its owner."""

    def __init__(self, data: Path) -> None:
        self.seen_at: dict[str, float] = {}
        self.events = 0
        self._reader = EmbeddedTopicReader(data, _ANSWER_S)
        self._next: dict[TopicPartition, int] = {}

    def look(self, wait_s: float) -> None:
        deadline = time.monotonic() + wait_s
        while not self._take_new() and (left_s := deadline - time.monotonic()) > 0:
            time.sleep(min(left_s, 0.002))

    def _take_new(self) -> bool:
        self._reader.refresh()
        before = self.events
        for source, end in self._reader.ends(ORDERS_EVENTS).items():
            while (offset := self._next.get(source, 0)) < end:
                records = self._reader.read(*source, offset, _AT_ONCE)
                now = time.monotonic()
                self._next[source] = records[-1].offset + 1
                self.events += len(records)
                for record in records:
                    if is_accepted(record.headers):
                        self.seen_at.setdefault(record.key or "", now)
        return self.events > before

    def has_output(self) -> bool:
        self._reader.refresh()
        return any(end > 0 for end in self._reader.ends(ORDERS_INBOX).values())

    def close(self) -> None:
        self._reader.close()
