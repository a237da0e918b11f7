"""The bytes of the embedded log: keys and values of its one RocksDB.

Every value begins with the version byte 1; numbers in keys are big-endian, so that key order is offset order.

| key | value (msgpack behind the version byte) |
|---|---|
| `a` | the application's name |
| `t` topic | number of partitions |
| `r` topic 0 partition(2) first offset(8) | consecutive records: [[timestamp_ms, key, value, headers], ...] |
| `e` topic 0 partition(2) | [offset behind the last record, its timestamp_ms] |
| `o` group 0 topic 0 partition(2) | next offset to read |
| `f` writer | sequence of the writer's last imported file |
| `p` writer | [sequence, position]: of the next file, everything before the position is imported |
| `s` flow 0 partition(2) state key | state value, as the flow wrote it (no version byte added) |
"""

from typing import Final

import msgspec

from connectors.log.port import LogFailed
from schemas.headers import Headers

VERSION: Final = b"\x01"
APPLICATION_KEY: Final = b"a"

StoredRecord = tuple[int, str | None, bytes | None, Headers]

_encode = msgspec.msgpack.Encoder().encode
_records = msgspec.msgpack.Decoder(list[StoredRecord])
_pair = msgspec.msgpack.Decoder(tuple[int, int])
_number = msgspec.msgpack.Decoder(int)
_text = msgspec.msgpack.Decoder(str)


def topic_key(topic: str) -> bytes:
    """The key of a topic's number of partitions."""
    return b"t" + topic.encode()


def records_prefix(topic: str, partition: int) -> bytes:
    """The key prefix of all records of a partition."""
    return b"r" + topic.encode() + b"\0" + partition.to_bytes(2, "big")


def records_key(topic: str, partition: int, offset: int) -> bytes:
    """The key of a row of consecutive records, by their first offset."""
    return records_prefix(topic, partition) + offset.to_bytes(8, "big")


def first_offset_of(key: bytes) -> int:
    """The first offset of a records key."""
    return int.from_bytes(key[-8:], "big")


def end_key(topic: str, partition: int) -> bytes:
    """The key of the end of a partition."""
    return b"e" + topic.encode() + b"\0" + partition.to_bytes(2, "big")


def offset_key(group: str, topic: str, partition: int) -> bytes:
    """The key of a group's next offset."""
    return b"o" + group.encode() + b"\0" + topic.encode() + b"\0" + partition.to_bytes(2, "big")


def writer_key(writer: str) -> bytes:
    """The key of the last imported sequence of a writer."""
    return b"f" + writer.encode()


def position_key(writer: str) -> bytes:
    """The key of the position in a writer's partly imported file."""
    return b"p" + writer.encode()


def state_prefix(flow: str, partition: int) -> bytes:
    """The key prefix of all state of one partition of a flow."""
    return b"s" + flow.encode() + b"\0" + partition.to_bytes(2, "big")


def encode(value: object) -> bytes:
    """A value with its version byte."""
    return VERSION + _encode(value)


def _body(data: bytes) -> memoryview:
    if data[:1] != VERSION:
        raise LogFailed(f"this log was written by another release (value version {data[:1].hex()}): use that release")
    return memoryview(data)[1:]


def decode_records(data: bytes) -> list[StoredRecord]:
    """The records of one row."""
    return _records.decode(_body(data))


def decode_end(data: bytes) -> tuple[int, int]:
    """(offset behind the last record, its timestamp_ms)."""
    return _pair.decode(_body(data))


def decode_position(data: bytes) -> tuple[int, int]:
    """(sequence of a file, position in it)."""
    return _pair.decode(_body(data))


def decode_number(data: bytes) -> int:
    """A count, an offset or a sequence."""
    return _number.decode(_body(data))


def decode_text(data: bytes) -> str:
    """A name."""
    return _text.decode(_body(data))
