"""A message of the Kafka client as a record of the log port."""

from typing import Any

from confluent_kafka import Message

from connectors.log import Headers, LogFailed, Record, TopicPartition


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
    """As they came, a missing value as an empty one."""
    headers: Any = message.headers()  # The stub allows text here, which received headers never are.
    return () if headers is None else tuple((name, value or b"") for name, value in headers)
