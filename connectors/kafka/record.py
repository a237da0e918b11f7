"""A message of the Kafka client as a record of the log port."""

from operator import methodcaller
from typing import Final

from confluent_kafka import Message

from connectors.log.port import LogFailed, Record, TopicPartition
from schemas.headers import Headers

UNREADABLE_HEADERS: Headers = (("orderline.headers", b"unreadable: a name is not UTF-8"),)
"""Replaces the headers of a record that the client cannot decode."""

_HEADERS_OF: Final = methodcaller("headers")
"""Where a name is not text, the client returns headers with a NULL entry and a pending exception. The interpreter does
not check for one after a specialised method call, and reading the entry crashes; called this way, it is raised."""


def record_of(source: TopicPartition, message: Message) -> Record:
    """Keys that are not UTF-8 keep their bytes as surrogates (`surrogateescape`)."""
    key, offset = message.key(), message.offset()
    if offset is None:
        raise LogFailed("the Kafka client delivered a record without coordinates: use the pinned confluent-kafka")
    return Record(
        source.topic,
        source.partition,
        offset,
        message.timestamp()[1],
        None if key is None else key.decode("utf-8", "surrogateescape"),
        message.value(),
        _headers(message),
    )


def _headers(message: Message) -> Headers:
    """Unchanged, except that a missing value becomes empty; a name that is not UTF-8 makes all of them unreadable."""
    try:
        headers = _HEADERS_OF(message)
    except SystemError:
        return UNREADABLE_HEADERS
    return () if headers is None else tuple((name, value or b"") for name, value in headers)
