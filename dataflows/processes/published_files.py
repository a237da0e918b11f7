"""Published channel files, as a process outside of their log's owner reads them."""

from typing import Final

from connectors.log.followed_topic import FollowedTopic
from connectors.log.port import Offsets, Record, TopicPartition
from connectors.topic_reader import TopicReader
from operators.steps.channel_versions import PublishedFiles
from schemas.contracts.registry import REFERENCE_CHANNELS

TAKES_EFFECT_AFTER_MS: Final = 5_000
"""On Kafka: clocks of brokers may differ by half of it, and records are mapped for as long without another look."""


def published_on_kafka(reader: TopicReader) -> PublishedFiles:
    """The topic on a Kafka; `reader` is for it alone."""
    return PublishedFiles(_followed(reader), reader.partitions_of(REFERENCE_CHANNELS), TAKES_EFFECT_AFTER_MS)


def published_here(reader: TopicReader) -> PublishedFiles:
    """The topic on an embedded log of another process."""
    return PublishedFiles(_followed(reader), reader.partitions_of(REFERENCE_CHANNELS), takes_effect_after_ms=0)


def _followed(reader: TopicReader) -> FollowedTopic:
    def ends() -> Offsets:
        reader.refresh()
        return reader.ends(REFERENCE_CHANNELS)

    def read(source: TopicPartition, offset: int, limit: int) -> list[Record]:
        return list(reader.read(*source, offset, limit))

    return FollowedTopic(ends, read)
