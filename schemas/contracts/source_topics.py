"""The topics of sources: one without a descriptor of its own gets one that is derived from its channel file."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from domain.identifiers import SourceId
from schemas.channel_language.channel_file import ChannelFile
from schemas.contracts.topics import Cleanup, Compatibility, TimestampType, Topic, load_topics

_FOURTEEN_DAYS_MS: Final = 14 * 24 * 3_600_000
_LEAST_BYTES: Final = 1_048_576
_ROOM_FOR_HEADERS: Final = 65_536


def source_topic(source_id: SourceId) -> str:
    """Where a source writes."""
    return f"source.{source_id}.v1"


def topics_with(channels: Iterable[ChannelFile]) -> Mapping[str, Topic]:
    """The topics that are described, and those of these sources."""
    derived = {topic.name: topic for topic in map(derived_topic, channels)}
    return MappingProxyType(dict(sorted({**derived, **load_topics()}.items())))


def derived_topic(channel: ChannelFile) -> Topic:
    """The topic of a source, as its channel file has it: raw bytes, kept as long as those of the other sources."""
    return Topic(
        name=source_topic(channel.source_id),
        description=f"What the source {channel.source_id} sends, {channel.format}, for {channel.channel_id}.",
        owner=channel.source_id,
        producers=(f"the source {channel.source_id}",),
        consumers=("intake",),
        key="the source's own choice",
        records=(),
        cleanup=Cleanup.DELETE,
        retention_ms=_FOURTEEN_DAYS_MS,
        max_message_bytes=max(_LEAST_BYTES, channel.max_record_bytes + _ROOM_FOR_HEADERS),
        compatibility=Compatibility.NONE,
        timestamp_type=TimestampType.LOG_APPEND_TIME,
        slo="Read by intake within one second of the append while no replay runs.",
        personal_data="Whatever the source sends: names and addresses of customers, if it places orders.",
    )
