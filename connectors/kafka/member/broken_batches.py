"""Batches that cannot be decompressed: written by a broken codec, or damaged on disk.

The client fetches such a batch again and again and never continues after it, so one would block its partition for ever.
It is abandoned after some attempts, because the damage may have been in transit. In a topic from outside it is skipped:
its records are lost already. In a topic of our own a gap would silently corrupt all results after it: there the member
stops, with the remedy, unless the operator has accepted the loss.
"""

import logging
from collections.abc import Collection
from time import monotonic

from confluent_kafka import Consumer, KafkaError, Message
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.errors import in_words, is_broken_batch, is_out_of_range, is_partition_end, is_passing
from connectors.kafka.settings import Membership, restore_properties
from connectors.log.port import Gap, LogFailed, TopicPartition

_TRIES = 5
_ANSWER_S = 10.0
_TURN_S = 0.1
_ONE_BATCH = {"fetch.message.max.bytes": 1, "queued.min.messages": 1}
"""A broker returns whole batches; what follows the batch, which may be large, is not requested."""

_LOGGER = logging.getLogger(__name__)


class BrokenBatches:
    """The broken batches of one member. `passes_over`: the topics in which they do not end it."""

    def __init__(self, membership: Membership, passes_over: Collection[str]) -> None:
        self._membership = membership
        self._passes_over = passes_over
        self._tries: dict[tuple[TopicPartition, int], int] = {}

    def failed(self, source: TopicPartition, position: int, message: Message) -> Gap | None:
        """Count a failed attempt; the gap once the batch is abandoned. `position`: where reading would continue."""
        begin, error = message.offset(), message.error()
        if begin is None or error is None:
            raise LogFailed("the Kafka client reported a batch without coordinates: use the pinned confluent-kafka")
        tries = self._tries[source, begin] = self._tries.get((source, begin), 0) + 1
        if tries < _TRIES:
            _LOGGER.warning(
                "%s/%s: attempt %s to read the batch at %s failed: %s", *source, tries, begin, in_words(error)
            )
            return None
        del self._tries[source, begin]
        end = self._end_of(source, begin)
        first = max(begin, position)
        if source.topic not in self._passes_over and not self._membership.accepts_loss:
            raise _own_topic_broken(source, first, end - 1, error)
        gap = Gap(first, end - 1, f"a batch that cannot be decompressed ({in_words(error)})")
        _LOGGER.error("%s/%s: offsets %s to %s are skipped: %s", *source, *gap)
        return gap

    def _end_of(self, source: TopicPartition, begin: int) -> int:
        """The first offset after the batch, found by bisection: the client does not report how long a batch is."""
        consumer = Consumer({**restore_properties(self._membership), **_ONE_BATCH})
        try:
            step = 1
            while self._is_within(consumer, source, begin, begin + step):
                step *= 2
            within, beyond = begin + step // 2, begin + step
            while beyond - within > 1:
                middle = (within + beyond) // 2
                if self._is_within(consumer, source, begin, middle):
                    within = middle
                else:
                    beyond = middle
            return beyond
        finally:
            consumer.close()

    @staticmethod
    def _is_within(consumer: Consumer, source: TopicPartition, begin: int, offset: int) -> bool:
        """Whether reading from an offset meets the batch that begins at `begin`."""
        consumer.assign([ClientPartition(source.topic, source.partition, offset)])
        deadline = monotonic() + _ANSWER_S
        while monotonic() < deadline:
            message = consumer.poll(_TURN_S)
            error = None if message is None else message.error()
            if message is None or (error is not None and is_passing(error)):
                continue
            if error is None or is_partition_end(error) or is_out_of_range(error):
                return False
            if is_broken_batch(error):
                return message.offset() == begin
            raise LogFailed(f"{source.topic}/{source.partition} cannot be read at {offset}: {in_words(error)}")
        raise LogFailed(f"nothing came of {source.topic}/{source.partition} from {offset} in {_ANSWER_S:.0f} s")


def _own_topic_broken(source: TopicPartition, first: int, last: int, error: KafkaError) -> LogFailed:
    return LogFailed(
        f"offsets {first} to {last} of {source.topic}/{source.partition} cannot be decompressed ({in_words(error)}), "
        "and what follows would be wrong without them. Let the broker take the partition from a sound replica, or "
        "continue without them: `orderline run FLOW --accept-loss`"
    )
