"""A message of the Kafka client as a record of the log port."""

from operator import methodcaller
from typing import Final

from confluent_kafka import Message

from connectors.log.port import LogFailed, Record, TopicPartition
from schemas.headers import Headers

UNREADABLE_HEADERS: Headers = (("orderline.headers", b"unreadable: a name is not UTF-8"),)
"""Stands for the headers of a record that the client cannot give."""

_HEADERS_OF: Final = methodcaller("headers")
"""The client gives headers with a hole where a name is no text, and leaves an error behind. The interpreter looks for
no error behind a method that it calls often, and who reads the hole crashes; called this way, the error is raised."""


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
    """As they came, a missing value as an empty one; a name that is not UTF-8 makes all of them unreadable."""
    try:
        headers = _HEADERS_OF(message)
    except SystemError:
        return UNREADABLE_HEADERS
    return () if headers is None else tuple((name, value or b"") for name, value in headers)
