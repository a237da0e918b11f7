"""Says which records of source topics no flow reads, and why: otherwise they wait in their topics unnoticed."""

from collections.abc import Collection, Iterator, Mapping

from connectors.embedded.store import EmbeddedStore
from connectors.log.port import TopicPartition
from connectors.topic_reader import TopicReader
from dataflows import intake
from schemas.channel_language.channel_file import ChannelFile

_NO_CHANNEL = "no channel file describes this source"


def unread_sources(
    store: EmbeddedStore, application: str, channels: Mapping[str, ChannelFile], stopped: Collection[str] = ()
) -> Iterator[str]:
    """A line for each source topic of an embedded log with records that intake does not read.

    `channels` by source topic; `stopped`: the topics that intake stopped by their failure limit.
    """
    for topic, partitions in store.reader.topics().items():
        if not topic.startswith("source.") or (topic in channels and topic not in stopped):
            continue
        count = sum(_unread(store, application, TopicPartition(topic, partition)) for partition in range(partitions))
        reason = "the source is stopped by its failure_limit" if topic in channels else _NO_CHANNEL
        if count:
            yield f"{topic}: {count:,} record{'s' * (count != 1)} not read, because {reason}\n"


def _unread(store: EmbeddedStore, application: str, source: TopicPartition) -> int:
    return store.end(source) - (store.reader.committed(f"{application}.{intake.FLOW}", source) or 0)


def undescribed_sources(reader: TopicReader, channels: Mapping[str, ChannelFile]) -> Iterator[str]:
    """A line for each source topic of a Kafka that has had records and has no channel file."""
    for topic in sorted(reader.topics()):
        if topic.startswith("source.") and topic not in channels and any(reader.ends(topic).values()):
            yield f"{topic}: its records are not read, because {_NO_CHANNEL}\n"
