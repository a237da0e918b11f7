"""Files into Kafka: a bundle is a transaction.

Before the first bundle of a file the ends of its topic are noted beside its folder. After a crash, or an outcome that
is not known, the transaction is settled first, and the topic is read from there on: the highest part with the file's id
is the last that is there, because transactions are whole and in order.
"""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from connectors.files.dropped import FILE_ID, FILE_PART, DroppedFile
from connectors.files.sending.port import NotSent
from connectors.kafka.member.log import KafkaLog
from connectors.log.port import LogFailed, Outgoing, Rewound
from connectors.log.storage import writing
from connectors.topic_reader import TopicReader, records_of
from domain.identifiers import SourceId
from schemas.headers import header

_LONGEST_NOTE: Final = 1_048_576


class _Note(msgspec.Struct, frozen=True):
    """The file that is being sent, and the ends of its topic before, by partition."""

    file_id: str
    ends: dict[int, int]


class KafkaFileSender:
    """`log` writes, `reader` looks; `note_of` says where the note about a source's file is kept."""

    def __init__(
        self,
        log: KafkaLog,
        reader: TopicReader,
        note_of: Callable[[SourceId], Path],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._log = log
        self._reader = reader
        self._note_of = note_of
        self._pause = pause

    @property
    def unavailable(self) -> str | None:
        return None

    def parts_there(self, dropped: DroppedFile) -> int:
        note = _read(self._note_of(dropped.source_id))
        if note is None or note.file_id != dropped.file_id:
            self._write_note(dropped)
            return 0
        self._settle()
        self._pause(self._log.ends_settle_s(dropped.topic))
        self._reader.refresh()
        return max(
            (part for partition, end in note.ends.items() for part in self._parts(dropped, partition, end)), default=0
        )

    def _settle(self) -> None:
        try:
            self._log.settle()
        except Rewound as reason:
            raise NotSent(str(reason)) from reason

    def _parts(self, dropped: DroppedFile, partition: int, end: int) -> Sequence[int]:
        return [
            int(header(record.headers, FILE_PART) or 0)
            for record in records_of(self._reader, dropped.topic, partition, end)
            if header(record.headers, FILE_ID) == dropped.file_id
        ]

    def _write_note(self, dropped: DroppedFile) -> None:
        self._reader.refresh()
        ends = {source.partition: end for source, end in self._reader.ends(dropped.topic).items()}
        note, text = self._note_of(dropped.source_id), msgspec.json.encode(_Note(dropped.file_id, ends))
        with writing(note):
            aside = note.with_name(f"{note.name}.aside")
            with aside.open("wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            aside.rename(note)
            folder = os.open(note.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def send(self, dropped: DroppedFile, bundle: Sequence[Outgoing]) -> None:
        try:
            self._log.send(bundle)
            self._log.commit({}, {})
        except Rewound as reason:
            raise NotSent(f"{dropped.name}: {reason}") from reason

    def close(self) -> None:
        self._log.close()
        self._reader.close()


def _read(note: Path) -> _Note | None:
    try:
        with note.open("rb") as file:
            return msgspec.json.decode(file.read(_LONGEST_NOTE), type=_Note)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise LogFailed(
            f"{note} is damaged ({error}): look into the topic whether the file in `in/` was sent, then remove the note"
        ) from error
