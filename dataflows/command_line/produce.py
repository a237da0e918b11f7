"""`orderline produce`: writes raw payloads to a source topic, from a file or from an installed feed."""

import argparse
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import msgspec

from connectors.embedded import incoming
from connectors.embedded.data_folder import has_log, make_data_folder
from connectors.log.port import Log, LogFailed, Outgoing, Rewound
from dataflows.command_line.options.channel_folder import add_channels
from dataflows.command_line.options.extensions import added_feeds
from dataflows.command_line.options.feed_options import require_used
from dataflows.command_line.where import add_application, add_where, log_of, open_external
from dataflows.processes.shutdown import add_ending, end_with_parent
from dataflows.settings import EmbeddedLogSettings, KafkaLogSettings, LogSettings
from domain.identifiers import SourceId
from schemas.channel_language.loader import CHANNELS, load_channel_files
from schemas.contracts.source_topics import source_topic

_AT_ONCE = 500


class _InputLine(msgspec.Struct, forbid_unknown_fields=True):
    """One line of a JSONL file: the payload under `value`, and the optional parts of the record."""

    value: msgspec.Raw
    key: str | None = None
    headers: dict[str, str] = {}
    timestamp: str | int | None = None


class UnreadableLine(NamedTuple):
    """A line of a file that is no record."""

    reason: str
    """Begins with the file and the number of the line."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline produce`."""
    parser = commands.add_parser(
        "produce",
        help="write raw payloads to a source topic",
        description="Each line of a .jsonl file is one record: the payload itself, or an object with `value` (the "
        "payload; a string is sent unchanged) and optionally `key`, `headers`, `timestamp`. Any other "
        "file is one record. On an embedded log nothing else has to run: the records wait in DIR/incoming.",
    )
    parser.add_argument("topic", metavar="TOPIC", help=f"e.g. source.portal.v1{_feeds_in_words()}")
    add_where(parser)
    add_application(parser)
    parser.add_argument("--file", type=Path, help="the file to send, e.g. orders.jsonl or purchase_order.edi")
    add_channels(parser)
    parser.add_argument("--key", help="the key, for a file that is one record")
    for feed in added_feeds().values():
        feed.add_options(parser)
    add_ending(parser)
    parser.set_defaults(run=run)


def _feeds_in_words() -> str:
    names = sorted(added_feeds())
    return f"; or a feed: {', '.join(names)}" if names else ""


def run(arguments: argparse.Namespace) -> int:
    """Produce a file, or a feed; the exit code."""
    end_with_parent(wanted=arguments.end_with_parent)
    log, feeds = log_of(arguments), added_feeds()
    require_used(arguments.topic, vars(arguments), feeds)
    feed = feeds.get(arguments.topic)
    if feed is not None:
        return feed.run(log, arguments)
    if arguments.file is None:
        raise LogFailed("name the payloads with --file FILE")
    records = read_payloads(arguments.topic, arguments.file, arguments.key, arguments.channels)
    match log:
        case EmbeddedLogSettings(data):
            _hand_over(data, records)
        case KafkaLogSettings():
            _require_topic(log, arguments.topic)
            _send(open_external(log, "produce", ()), records)
    sys.stdout.write(
        f"{len(records)} record{'s' * (len(records) != 1)} for {arguments.topic}{_what_next(log, arguments.channels)}\n"
    )
    return 0


def _what_next(log: LogSettings, channels: Path | None) -> str:
    if isinstance(log, KafkaLogSettings) or has_log(log.data):
        return ""
    folder = "" if channels is None else f" --channels {channels}"
    return f"; next: `orderline run all {log.name()}{folder} --until-idle`"


def _require_topic(log: LogSettings, topic: str) -> None:
    """Fail early: a metadata request is refused sooner than a transaction, and in fewer words."""
    with closing(log.open_reader()) as reader:
        reader.partitions_of(topic)


def read_payloads(topic: str, file: Path, key: str | None, channels: Path | None = None) -> list[Outgoing]:
    """The records of a file, at least one; `LogFailed` names the line that cannot be read.

    The topic is a source of the folder `channels`, or of the release.
    """
    sources = sorted(map(source_topic, load_channel_files(channels or CHANNELS)))
    if topic not in sources:
        raise LogFailed(f"{topic!r} is no source topic: choose from {', '.join(sources)}")
    records = []
    for found in _records_of(topic, file, key):
        if isinstance(found, UnreadableLine):
            raise LogFailed(found.reason)
        records.append(found)
    return records


def payloads_of(source_id: SourceId, file: Path) -> list[Outgoing | UnreadableLine]:
    """The same for a source that need not have a topic yet; a line that cannot be read does not hide the others."""
    return _records_of(source_topic(source_id), file, None)


def _records_of(topic: str, file: Path, key: str | None) -> list[Outgoing | UnreadableLine]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise LogFailed(f"cannot read {file}: {error.strerror}") from error
    if not content.strip():
        raise LogFailed(f"there is no record in {file}: it is empty")
    if file.suffix != ".jsonl":
        return [Outgoing(topic, key, content)]
    if key is not None:
        raise LogFailed(f"--key is for a file that is one record: {file} has a record a line, each with its own key")
    lines = enumerate(content.splitlines(), start=1)
    return [_record_of_line(topic, line, f"{file}:{number}") for number, line in lines if line.strip()]


def _record_of_line(topic: str, line: bytes, where: str) -> Outgoing | UnreadableLine:
    try:
        payload = msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        return UnreadableLine(f"{where}: not JSON ({error})")
    if not (isinstance(payload, dict) and "value" in payload):
        return Outgoing(topic, None, line)
    try:
        envelope = msgspec.json.decode(line, type=_InputLine)
    except msgspec.ValidationError as error:
        return UnreadableLine(f"{where}: {error}")
    value = payload["value"].encode() if isinstance(payload["value"], str) else bytes(envelope.value)
    headers = tuple((name, text.encode()) for name, text in envelope.headers.items())
    if envelope.timestamp is not None:
        headers = (*headers, ("timestamp", str(envelope.timestamp).encode()))
    return Outgoing(topic, envelope.key, value, headers)


def _hand_over(data: Path, records: Sequence[Outgoing]) -> None:
    """Write to the `incoming` folder of an embedded log, which need not be running.

    Each call is a writer of its own. Their names start with the time, so that the log imports them in the order of the
    calls.
    """
    make_data_folder(data)
    writer = f"produce-{time.time_ns():020}-{uuid.uuid4().hex}"
    incoming.write_file(incoming.make_folder(data), writer, 1, records, ())


def _send(log: Log, records: Sequence[Outgoing]) -> None:
    try:
        for start in range(0, len(records), _AT_ONCE):
            _commit(log, records[start : start + _AT_ONCE])
    finally:
        log.close()


def _commit(log: Log, records: Sequence[Outgoing]) -> None:
    try:
        log.send(records)
        log.commit({}, {})
    except Rewound as reason:
        raise LogFailed(
            f"the broker took only some of the records ({reason}): produce the missing ones again"
        ) from reason
