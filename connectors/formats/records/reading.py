"""Reads a record into its documents, as its channel file says; `UnreadableRecord` where that cannot be."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, assert_never

from connectors.formats.documents import Defect, DocumentPlace, SourceDocument, SourceNode
from connectors.formats.edifact.documents import edifact_documents_of
from connectors.formats.edifact.encodings import decoded_edifact
from connectors.formats.edifact.interchanges import EdifactPart, read_edifact
from connectors.formats.expressions.nodes import node_at
from connectors.formats.outcomes import BrokenForm, UnreadableRecord
from connectors.formats.records.csv_records import read_csv
from connectors.formats.records.encodings import decoded
from connectors.formats.records.json_records import read_json
from connectors.formats.x12.documents import documents_of
from connectors.formats.x12.interchanges import Interchange, UnreadableInterchange, read_x12
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.paths import DOCUMENT
from schemas.channel_language.records import RecordFormat

Envelope = Interchange | UnreadableInterchange | EdifactPart
"""An interchange as it was read, or what is wrong with it."""


class ReadRecord(NamedTuple):
    """A record, read once for all who need it."""

    documents: Sequence[SourceDocument | Defect]
    """Its documents, and what was separated from its neighbours and is none."""
    interchanges: Sequence[Envelope] = ()
    """Of EDI: the envelopes, each of which its sender is owed an answer for."""


def read_record(channel: ChannelFile, value: bytes | None) -> ReadRecord:
    """The record as its channel file describes it."""
    if value is None:
        raise UnreadableRecord("the record has no value")
    if len(value) > channel.max_record_bytes:
        raise UnreadableRecord(f"{len(value)} bytes; the channel file allows {channel.max_record_bytes}")
    if channel.format is RecordFormat.EDIFACT:
        parts = read_edifact(decoded_edifact(value))
        return ReadRecord(edifact_documents_of(parts), parts)
    text = decoded(value, channel.encoding)
    match channel.format:
        case RecordFormat.X12:
            interchanges = read_x12(text)
            return ReadRecord(documents_of(interchanges), interchanges)
        case RecordFormat.CSV:
            return ReadRecord(read_csv(text, channel.csv))
        case RecordFormat.JSON:
            root = read_json(text, marks_numbers=not channel.numbers.is_plain)
            return ReadRecord(list(_unwrapped(channel, root)))
        case RecordFormat.JSON_LINES:
            return ReadRecord(list(_of_lines(channel, text)))
        case _:
            assert_never(channel.format)


def _of_lines(channel: ChannelFile, text: str) -> Iterator[SourceDocument | Defect]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            root = read_json(line, marks_numbers=not channel.numbers.is_plain)
        except UnreadableRecord as unreadable:
            yield Defect("", f"line {number}: {unreadable.reason}", {})
        else:
            yield from _unwrapped(channel, root)


def _unwrapped(channel: ChannelFile, root: SourceNode) -> Iterator[SourceDocument | Defect]:
    """The documents inside a wrapping, or the root itself where the file names none; of a list, each element's."""
    for node in root if isinstance(root, list) else [root]:
        if not isinstance(node, dict):
            yield Defect("", "a document is not a JSON object", {})
            continue
        try:
            _read_texts(channel, node)
        except (BrokenForm, UnreadableRecord) as unreadable:
            yield Defect("", unreadable.reason, node)
            continue
        if not channel.documents:
            yield node
        else:
            yield from _inside(channel.documents, node)


def _read_texts(channel: ChannelFile, root: SourceDocument) -> None:
    """Put what the texts hold in their place. What is there as JSON already, or is not there, stays."""
    for path in channel.json_texts:
        outer, _, name = path.rpartition(".")
        node = node_at(outer, DocumentPlace(root, root, 0, {}, {})) if outer else root
        text = node.get(name) if isinstance(node, dict) else None
        if isinstance(node, dict) and isinstance(text, str):
            try:
                node[name] = read_json(text, marks_numbers=not channel.numbers.is_plain)
            except UnreadableRecord as unreadable:
                raise UnreadableRecord(f"{path}: {unreadable.reason}") from None


def _inside(paths: Sequence[str], root: SourceDocument) -> Iterator[SourceDocument | Defect]:
    place = DocumentPlace(root, root, 0, {}, {})
    found = (root if path == DOCUMENT else node_at(path, place) for path in paths)
    try:
        wrapped = next((node for node in found if node is not None), None)
    except BrokenForm as broken:
        yield Defect("", broken.reason, {})
        return
    if wrapped is None:
        yield Defect("", f"contains none of {', '.join(paths)}", {}, is_perhaps_the_files=True)
    for node in wrapped if isinstance(wrapped, list) else [] if wrapped is None else [wrapped]:
        yield node if isinstance(node, dict) else Defect("", "a document is not a JSON object", {})
