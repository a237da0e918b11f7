"""A message of the Kafka client as a record of the log port."""

from typing import Any

from confluent_kafka import Message

from connectors.log import Headers, LogFailed, Record, TopicPartition

UNREADABLE_HEADERS: Headers = (("orderline.headers", b"unreadable: a name is not UTF-8"),)
"""Stands for the headers of a record that the client cannot give."""


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
    headers: Any  # The stub allows text here, which received headers never are.
    try:
        headers = message.headers()
        return () if headers is None else tuple((name, value or b"") for name, value in headers)
    except (SystemError, UnicodeDecodeError):
        # The client leaves the error behind it: it comes with the call, or at the end of the next iteration.
        return UNREADABLE_HEADERS
