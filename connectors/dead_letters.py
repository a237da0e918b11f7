"""Records that cannot be read, on their way to `deadletters.v1`: the bytes as they came, the reason in the headers."""

from collections.abc import Mapping

from connectors.log import Gap, Headers, Outgoing, Record, TopicPartition
from schemas.headers import passed_on

DEAD_LETTERS = "deadletters.v1"


def dead_letter(record: Record, stage: str, reason: str) -> Outgoing:
    """The dead letter of a record that `stage` could not read; foreign headers stay in front."""
    return Outgoing(DEAD_LETTERS, record.key, record.value, (*passed_on(record.headers), *_why(record, stage, reason)))


def gap_letter(source: TopicPartition, gap: Gap, stage: str) -> Outgoing:
    """The dead letter of records that nobody can read any more: their place, and no bytes."""
    words = {
        "reason": gap.reason,
        "stage": stage,
        "original_topic": source.topic,
        "original_partition": str(source.partition),
        "original_offset": str(gap.first),
        "original_last_offset": str(gap.last),
        "__connect.errors.topic": source.topic,
        "__connect.errors.partition": str(source.partition),
        "__connect.errors.offset": str(gap.first),
        "__connect.errors.stage": stage,
        "__connect.errors.exception.message": gap.reason,
    }
    return Outgoing(DEAD_LETTERS, None, None, _headers_of(words))


def _why(record: Record, stage: str, reason: str) -> Headers:
    """Our own names, and those by which Kafka Connect's tools know a dead letter."""
    words = {
        "reason": reason,
        "stage": stage,
        "original_topic": record.topic,
        "original_partition": str(record.partition),
        "original_offset": str(record.offset),
        "original_timestamp_ms": str(record.timestamp_ms),
        "__connect.errors.topic": record.topic,
        "__connect.errors.partition": str(record.partition),
        "__connect.errors.offset": str(record.offset),
        "__connect.errors.stage": stage,
        "__connect.errors.exception.message": reason,
    }
    return _headers_of(words)


def _headers_of(words: Mapping[str, str]) -> Headers:
    return tuple((name, word.encode()) for name, word in words.items())
