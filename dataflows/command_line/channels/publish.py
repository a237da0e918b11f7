"""`orderline channel publish`: a new version of a channel file, for the intake that runs."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from connectors.log.port import LogFailed, Outgoing, Rewound
from dataflows.assembly import Rules
from dataflows.command_line.where import open_external
from dataflows.processes.published_files import TAKES_EFFECT_AFTER_MS, published_here, published_on_kafka
from dataflows.settings import EmbeddedLogSettings, LogSettings
from domain.identifiers import CorrelationId, event_id_of_record
from domain.messages.reference_data import ChannelFilePublished, ChannelTable
from operators.steps.channel_versions import ChannelVersions, PublishedFiles
from schemas.channel_language.loader import load_channel_file
from schemas.channel_language.publishing.publication import PublicationRefused
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import REFERENCE_CHANNELS
from schemas.contracts.source_topics import source_topic
from schemas.headers import dataschema_of, event_headers

_WRITER: Final = "channel-publish"
_ROOM_FOR_HEADERS: Final = 4_096


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """What was published, and what has become of it, in words."""

    published: ChannelFilePublished
    outcome: str


def publish(log: LogSettings, file: Path, rules: Rules, now_ms: int) -> PublishedVersion:
    """Check a file as intake will, and publish it; `LogFailed` with the reason where it may not be used.

    `rules`: those that the flows run with. On Kafka it returns when records are mapped by the new version.
    """
    codec = Codec(load_contracts())
    published = _published(file, rules)
    with _published_before(log) as before:
        versions = ChannelVersions(rules.channels, codec, rules.erps.keys(), before)
        versions.read_all()
        try:
            channel = versions.accepted(published)
        except PublicationRefused as refused:
            raise LogFailed(f"{file} is not published: {refused}") from None
    if channel is versions.newest(source_topic(published.source_id)):
        return PublishedVersion(published, "already in force")
    _write(log, _record(codec, published, now_ms, file))
    return PublishedVersion(published, f"published, and used {_await_effect(log)}")


def _published(file: Path, rules: Rules) -> ChannelFilePublished:
    """The file and its tables as texts."""
    channel = load_channel_file(file, rules.erps.keys())
    tables = [ChannelTable(rule.file, (file.parent / rule.file).read_text("utf-8")) for rule in channel.tables.values()]
    return ChannelFilePublished(
        channel.source_id,
        channel.version,
        channel.fingerprint,
        file.read_text("utf-8"),
        tuple({table.file: table for table in tables}.values()),
    )


@contextmanager
def _published_before(log: LogSettings) -> Iterator[PublishedFiles]:
    with closing(log.open_reader()) as reader:
        if REFERENCE_CHANNELS not in reader.topics():
            raise LogFailed(f"there is no topic {REFERENCE_CHANNELS}: {_how_to_create_it(log)}")
        yield published_here(reader) if isinstance(log, EmbeddedLogSettings) else published_on_kafka(reader)


def _how_to_create_it(log: LogSettings) -> str:
    command = "run all" if isinstance(log, EmbeddedLogSettings) else "topics create"
    return f"`orderline {command} {log.name()}` creates it"


def _record(codec: Codec, published: ChannelFilePublished, now_ms: int, file: Path) -> Outgoing:
    """No record caused it: the file itself is the origin."""
    value = codec.encode(REFERENCE_CHANNELS, published)
    most = load_contracts().topics[REFERENCE_CHANNELS].max_message_bytes - _ROOM_FOR_HEADERS
    if len(value) > most:
        raise LogFailed(
            f"{file} and its tables have {len(value)} bytes, and {most} can be published: put them into the folder of "
            "channel files, and start the flows again"
        )
    named = f"{published.source_id}/{published.version}/{published.fingerprint}"
    event_id = event_id_of_record(f"channels/{named}", 0, now_ms)
    headers = event_headers(
        event_id=event_id,
        event_type="orderline.channels.v1.ChannelFilePublished",
        source=f"orderline/{_WRITER}",
        subject=published.source_id,
        time_ms=now_ms,
        correlation_id=CorrelationId(named),
        causation_id=event_id,
        dataschema=dataschema_of(codec.schema_id_of(REFERENCE_CHANNELS, ChannelFilePublished)),
        origin="",
    )
    return Outgoing(REFERENCE_CHANNELS, published.source_id, value, headers)


def _write(log: LogSettings, record: Outgoing) -> None:
    with closing(open_external(log, _WRITER, (), (REFERENCE_CHANNELS,))) as member:
        try:
            member.send([record])
            member.commit({}, {})
        except Rewound as reason:
            raise LogFailed(f"the broker did not take it ({reason}): run the same command again") from reason


def _await_effect(log: LogSettings) -> str:
    """Whoever sends a record after this command wants it mapped by the new version."""
    if isinstance(log, EmbeddedLogSettings):
        return "once the flows have read it"
    time.sleep(TAKES_EFFECT_AFTER_MS / 1_000)
    return f"for what is sent from {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC on"
