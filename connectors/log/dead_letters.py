"""The records of `deadletters.v1`: bytes that could not be read, as they came, with the reason in the headers.

A record larger than that topic's limit is truncated, and its headers say so; the complete record stays in its original
topic until its retention ends. So no record is too large to be set aside.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.log.port import Gap, Outgoing, Record, TopicPartition
from schemas.headers import Headers, header
from schemas.inherited_headers import passed_on

DEAD_LETTERS = "deadletters.v1"
RETRIED = "retried_dead_letter"
"""On a record that was sent again: the position of its dead letter, as topic/partition/offset."""

_LARGEST_VALUE = 4_000_000
_LARGEST_KEY = 65_536
"""The most bytes of a value: with the headers it stays below `max_message_bytes` of `deadletters.v1`."""


def dead_letter(record: Record, stage: str, reason: str) -> Outgoing:
    """The dead letter of a record that `stage` could not read; foreign headers come first, none with our names."""
    words = _why(record, stage, reason)
    foreign = tuple(each for each in passed_on(record.headers) if each[0] not in words)
    key = record.key if len(_raw(record.key)) <= _LARGEST_KEY else None
    value = None if record.value is None else record.value[:_LARGEST_VALUE]
    return Outgoing(DEAD_LETTERS, key, value, (*foreign, *_headers_of(words)))


def gap_letter(source: TopicPartition, gap: Gap, stage: str) -> Outgoing:
    """The dead letter of unreadable records: their position, and no bytes."""
    words = {**_place(source, gap.first, stage, gap.reason), "original_last_offset": str(gap.last)}
    return Outgoing(DEAD_LETTERS, None, None, _headers_of(words))


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record of `deadletters.v1`, as `dead_letter` or `gap_letter` wrote it."""

    record: Record
    reason: str
    stage: str
    source: TopicPartition
    first_offset: int
    last_offset: int
    is_gap: bool
    """There are no bytes: these offsets could not be read."""
    is_cut: bool
    """The value is truncated, or the key was left out."""

    @property
    def place(self) -> str:
        """The position of the letter."""
        return f"{self.record.topic}/{self.record.partition}/{self.record.offset}"

    @property
    def original_place(self) -> str:
        """The position of the unreadable record."""
        return f"{self.source.topic}/{self.source.partition}/{self.first_offset}"

    @property
    def foreign_headers(self) -> Headers:
        """The headers of the original record, as far as the letter has them."""
        return tuple(each for each in self.record.headers if each[0] not in _OWN_WORDS)


def read_dead_letter(record: Record) -> DeadLetter | None:
    """Parse a record of `deadletters.v1`; None for one that another program wrote."""
    topic, *numbers = (_last(record, f"original_{name}") for name in ("topic", "partition", "offset"))
    if topic is None or not all(number is not None and number.isascii() and number.isdigit() for number in numbers):
        return None
    partition, offset = (int(number or 0) for number in numbers)
    last_offset = _last(record, "original_last_offset")
    return DeadLetter(
        record,
        _last(record, "reason") or "",
        _last(record, "stage") or "",
        TopicPartition(topic, partition),
        offset,
        int(last_offset) if last_offset is not None and last_offset.isdigit() else offset,
        is_gap=last_offset is not None,
        is_cut=_last(record, "original_value_bytes") is not None,
    )


def _last(record: Record, name: str) -> str | None:
    """Our own headers come last."""
    return header(record.headers[::-1], name)


_OWN_WORDS = frozenset(
    {
        "reason",
        "stage",
        "original_topic",
        "original_partition",
        "original_offset",
        "original_last_offset",
        "original_timestamp_ms",
        "original_value_bytes",
        "original_key_bytes",
        "__connect.errors.topic",
        "__connect.errors.partition",
        "__connect.errors.offset",
        "__connect.errors.stage",
        "__connect.errors.exception.message",
    }
)


def _why(record: Record, stage: str, reason: str) -> dict[str, str]:
    """Our own headers, and those that Kafka Connect's tools expect on a dead letter."""
    sizes = {"original_value_bytes": len(record.value or b""), "original_key_bytes": len(_raw(record.key))}
    cut = sizes["original_value_bytes"] > _LARGEST_VALUE or sizes["original_key_bytes"] > _LARGEST_KEY
    return {
        **_place(TopicPartition(record.topic, record.partition), record.offset, stage, reason),
        "original_timestamp_ms": str(record.timestamp_ms),
        **({name: str(size) for name, size in sizes.items()} if cut else {}),
    }


def _place(source: TopicPartition, offset: int, stage: str, reason: str) -> dict[str, str]:
    return {
        "reason": reason,
        "stage": stage,
        "original_topic": source.topic,
        "original_partition": str(source.partition),
        "original_offset": str(offset),
        "__connect.errors.topic": source.topic,
        "__connect.errors.partition": str(source.partition),
        "__connect.errors.offset": str(offset),
        "__connect.errors.stage": stage,
        "__connect.errors.exception.message": reason,
    }


def _raw(key: str | None) -> bytes:
    return b"" if key is None else key.encode("utf-8", "surrogateescape")


def _headers_of(words: Mapping[str, str]) -> Headers:
    return tuple((name, word.encode()) for name, word in words.items())
