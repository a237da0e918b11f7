"""The topics of sources: each is derived from its channel file, so that one file is a new source."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

from domain.identifiers import ErpId, SourceId
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS, load_channel_files
from schemas.contracts.erp_topics import derived_erp_topic
from schemas.contracts.topics import Cleanup, Compatibility, TimestampType, Topic, load_topics

_LEAST_BYTES: Final = 1_048_576
_ROOM_FOR_HEADERS: Final = 65_536


def source_topic(source_id: SourceId) -> str:
    """Where a source writes."""
    return f"source.{source_id}.v1"


def release_sources() -> Sequence[str]:
    """The topics of the release's sources: each of its channel files has the name of its source, so none is read."""
    return [source_topic(SourceId(path.stem)) for path in sorted(CHANNELS.glob("*.yaml"))]


@cache
def release_topics() -> Mapping[str, Topic]:
    """All topics of the release, by name: those that are described, and those of its channel files."""
    return topics_with(load_channel_files().values(), ())


def topics_with(channels: Iterable[ChannelFile], erp_ids: Iterable[ErpId]) -> Mapping[str, Topic]:
    """The topics that are described, and those of these sources and of the commands to these ERPs, by name."""
    described = load_topics()
    of_erps = {topic.name: described.get(topic.name, topic) for topic in map(derived_erp_topic, erp_ids)}
    of_sources = {topic.name: topic for topic in map(derived_topic, channels)}
    return MappingProxyType(dict(sorted({**described, **of_sources, **of_erps}.items())))


def derived_topic(channel: ChannelFile) -> Topic:
    """The topic of a source, as its channel file has it: raw bytes, with room for the largest record."""
    rule, source_id = channel.topic, channel.source_id
    return Topic(
        name=source_topic(source_id),
        description=rule.description or f"What the source {source_id} sends, {channel.format}: {channel.channel_id}.",
        owner=rule.owner or source_id,
        producers=rule.producers or (f"the {source_id} source",),
        consumers=("intake",),
        key=rule.key,
        records=(),
        cleanup=Cleanup.DELETE,
        retention_ms=rule.retention_ms,
        max_message_bytes=max(_LEAST_BYTES, channel.max_record_bytes + _ROOM_FOR_HEADERS),
        compatibility=Compatibility.NONE,
        timestamp_type=TimestampType.LOG_APPEND_TIME,
        slo="Read by intake within one second of the append while no replay runs.",
        personal_data=rule.personal_data,
    )
