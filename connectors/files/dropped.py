"""A dropped file as the records of its source: examined once as a whole, then sent in bundles.

Its id is made of its name, its content and the time of its last change: the same after a crash, and another one when
somebody drops the same file again on purpose. Each record has the headers `file-name`, `file-sha256`, `file-part` (its
number, from 1) and `file-id`, of which a channel file makes ids for documents that have none of their own.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from connectors.files.cutting import CannotBeCut, records_in
from connectors.files.drop_folder import Entry, state_of
from connectors.files.names import shown
from connectors.log.port import Outgoing
from domain.identifiers import SourceId
from schemas.channel_language.channel_file import ChannelFile
from schemas.contracts.source_topics import source_topic
from schemas.headers import Headers

FILE_ID: Final = "file-id"
FILE_PART: Final = "file-part"
_MOST_RECORDS: Final = 500
_MOST_BYTES: Final = 1_048_576
_AT_ONCE: Final = 1_048_576


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file that can be sent."""

    source_id: SourceId
    name: str
    sha256: str
    file_id: str
    records: int

    @property
    def topic(self) -> str:
        """Where its records go."""
        return source_topic(self.source_id)

    def headers(self, part: int) -> Headers:
        """Those of one of its records."""
        return (
            ("file-name", self.name.encode()),
            ("file-sha256", self.sha256.encode()),
            (FILE_PART, str(part).encode()),
            (FILE_ID, self.file_id.encode()),
        )


def file_id_of(entry: Entry, sha256: str = "") -> str:
    """The id of a file; without the hash, of one that is not read."""
    told = f"{entry.name}\0{entry.state.changed_at_ns}\0{entry.state.size}\0{sha256}"
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def examined(file: BinaryIO, entry: Entry, channel: ChannelFile) -> DroppedFile:
    """Read it to its end; `CannotBeCut` when a part of it cannot be a record, so that nothing of it is sent."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_AT_ONCE):
        digest.update(chunk)
    file.seek(0)
    records = sum(1 for _ in records_in(file, channel))
    require_unchanged(file, entry)
    sha256 = digest.hexdigest()
    return DroppedFile(channel.source_id, shown(entry.name), sha256, file_id_of(entry, sha256), records)


def require_unchanged(file: BinaryIO, entry: Entry) -> None:
    """`CannotBeCut` when somebody has written to it since it was complete."""
    if state_of(file) != entry.state:
        raise CannotBeCut("it was changed while it was read: drop it again when it is complete")


def bundles(file: BinaryIO, dropped: DroppedFile, channel: ChannelFile, after: int) -> Iterator[Sequence[Outgoing]]:
    """Its records behind the part `after`, in bundles that one commit takes."""
    file.seek(0)
    bundle: list[Outgoing] = []
    size = 0
    for part, record in enumerate(records_in(file, channel), start=1):
        if part <= after:
            continue
        bundle.append(Outgoing(dropped.topic, None, record, dropped.headers(part)))
        size += len(record)
        if len(bundle) >= _MOST_RECORDS or size >= _MOST_BYTES:
            yield bundle
            bundle, size = [], 0
    if bundle:
        yield bundle
