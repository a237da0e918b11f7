"""Which version of its channel file a record is mapped by: the newest that was in force when the record was appended.

Every source begins with the file that the process was started with. `reference.channels.v1` brings newer versions, of
which each counts from a time on: that of its own append, plus `takes_effect_after_ms`. So the version is a function of
two append times, which are in the log: a record that is read again, by whichever replica, is mapped by the same one.

A replica has to know a version before it maps a record that the version is for. It reads the topic to its end whenever
a record is newer than what it knows: whatever is published behind that end takes effect later than
`takes_effect_after_ms` after that record. Half of it is kept for brokers whose clocks differ (docs/adr/0035).
"""

import logging
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from connectors.log.followed_topic import NOTHING_FOLLOWED, FollowedTopic
from connectors.log.partitioner import partition_of
from connectors.log.port import Record
from domain.identifiers import ErpId
from domain.messages.reference_data import ChannelFilePublished
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.publishing.publication import PublicationRefused, accepted_channel
from schemas.codec import Codec, Unreadable
from schemas.contracts.registry import REFERENCE_CHANNELS
from schemas.contracts.source_topics import source_topic

_LOGGER: Final = logging.getLogger(__name__)
_FIRST_MS: Final = -1
"""The file of the start is in force for everything that is older than every publication."""
_append_time_of = attrgetter("timestamp_ms")
_in_order = attrgetter("timestamp_ms", "partition", "offset")
"""Of publications that were read at once: whether one is accepted can depend on that of another source."""


@dataclass(frozen=True, slots=True)
class PublishedFiles:
    """The topic of published channel files, as a process reads it."""

    topic: FollowedTopic
    partitions: int
    takes_effect_after_ms: int
    """0 where nothing is written between the reading of the topic and that of a source: on an embedded log."""


NOTHING_PUBLISHED: Final = PublishedFiles(NOTHING_FOLLOWED, 1, 0)


class _Versions:
    """The files of one source, each with the append time from which it is in force."""

    def __init__(self, at_start: ChannelFile) -> None:
        self._from_ms = [_FIRST_MS]
        self._files = [at_start]

    @property
    def newest(self) -> ChannelFile:
        return self._files[-1]

    def add(self, channel: ChannelFile, from_ms: int) -> None:
        self._from_ms.append(max(from_ms, self._from_ms[-1]))
        self._files.append(channel)

    def at(self, time_ms: int) -> ChannelFile:
        return self._files[bisect_right(self._from_ms, time_ms) - 1]


class ChannelVersions:
    """Of all sources of an intake; `channels` by topic, as the process was started with them."""

    def __init__(
        self,
        channels: Mapping[str, ChannelFile],
        codec: Codec,
        erp_ids: Collection[ErpId] = (),
        published: PublishedFiles = NOTHING_PUBLISHED,
    ) -> None:
        self._versions = {topic: _Versions(channel) for topic, channel in channels.items()}
        self._codec = codec
        self._erp_ids = erp_ids
        self._published = published
        self._known_until_ms = _FIRST_MS
        self._refused: dict[tuple[int, int], str] = {}

    def read_up_to(self, records: Sequence[Record]) -> None:
        """Know every version that one of these records could be for, and whether a publication among them is refused.

        `LogFailed` when the topic cannot be read: then nothing may be mapped.
        """
        newest_ms = max(map(_append_time_of, records), default=_FIRST_MS)
        if newest_ms < self._known_until_ms and not any(record.topic == REFERENCE_CHANNELS for record in records):
            return
        self.read_all()
        self._known_until_ms = max(self._known_until_ms, newest_ms + self._published.takes_effect_after_ms // 2)

    def read_all(self) -> None:
        """Know every version that is published now."""
        for record in sorted(self._published.topic.new_records(), key=_in_order):
            self._take(record)

    def of(self, record: Record) -> ChannelFile:
        """The file that a record is mapped by."""
        return self._versions[record.topic].at(record.timestamp_ms)

    def newest(self, topic: str) -> ChannelFile | None:
        """The file of a source that was published last, or that of the start."""
        versions = self._versions.get(topic)
        return None if versions is None else versions.newest

    def refusal(self, record: Record) -> str | None:
        """Why the publication in a record of the topic is not used; None for one that is."""
        return self._refused.get((record.partition, record.offset))

    def accepted(self, published: ChannelFilePublished) -> ChannelFile:
        """The file that a publication would bring now; `PublicationRefused`."""
        topic = source_topic(published.source_id)
        others = [each.newest for name, each in self._versions.items() if name != topic]
        return accepted_channel(published, self.newest(topic), others, self._erp_ids)

    def _take(self, record: Record) -> None:
        try:
            published = self._codec.decode(record.topic, record.value or b"")
        except Unreadable:
            return  # the owner of its partition makes a dead letter of it
        if not isinstance(published, ChannelFilePublished):
            raise TypeError(f"{type(published).__name__} is on the allow-list of {record.topic}, and has no row here")
        try:
            self._add(published, record)
        except PublicationRefused as refused:
            newest = self.newest(source_topic(published.source_id))
            if newest is None or published.version > newest.version:
                _LOGGER.warning("a published channel file is not used: %s", refused)
            self._refused[record.partition, record.offset] = str(refused)

    def _add(self, published: ChannelFilePublished, record: Record) -> None:
        """All versions of a source are in one partition, so that every replica reads them in one order."""
        home = partition_of(published.source_id, self._published.partitions)
        if (record.key, record.partition) != (published.source_id, home):
            raise PublicationRefused(f"{published.source_id}, version {published.version}: its key is no source_id")
        topic = source_topic(published.source_id)
        channel = self.accepted(published)
        if channel is self.newest(topic):
            return
        from_ms = record.timestamp_ms + self._published.takes_effect_after_ms
        self._versions[topic].add(channel, from_ms)
        _LOGGER.info(
            "version %d of the channel file %s (%s) is used for what is appended from %d on",
            channel.version,
            channel.source_id,
            channel.fingerprint,
            from_ms,
        )
