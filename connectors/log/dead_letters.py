"""Records that cannot be read, on their way to `deadletters.v1`: the bytes as they came, the reason in the headers.

What is larger than that topic takes is cut, and says so; the whole record lies where it came from, as long as it is
kept there. So nothing is so large that it could not be put aside.
"""

from collections.abc import Mapping

from connectors.log.port import Gap, Outgoing, Record, TopicPartition
from schemas.headers import Headers, passed_on

DEAD_LETTERS = "deadletters.v1"


_LARGEST_VALUE = 4_000_000
_LARGEST_KEY = 65_536
"""Together with the headers less than `max_message_bytes` of `deadletters.v1`."""


def dead_letter(record: Record, stage: str, reason: str) -> Outgoing:
    """The dead letter of a record that `stage` could not read; foreign headers stay in front, none under our names."""
    words = _why(record, stage, reason)
    foreign = tuple(each for each in passed_on(record.headers) if each[0] not in words)
    key = record.key if len(_raw(record.key)) <= _LARGEST_KEY else None
    value = None if record.value is None else record.value[:_LARGEST_VALUE]
    return Outgoing(DEAD_LETTERS, key, value, (*foreign, *_headers_of(words)))


def gap_letter(source: TopicPartition, gap: Gap, stage: str) -> Outgoing:
    """The dead letter of records that nobody can read any more: their place, and no bytes."""
    words = {**_place(source, gap.first, stage, gap.reason), "original_last_offset": str(gap.last)}
    return Outgoing(DEAD_LETTERS, None, None, _headers_of(words))


def _why(record: Record, stage: str, reason: str) -> dict[str, str]:
    """Our own names, and those by which Kafka Connect's tools know a dead letter."""
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
