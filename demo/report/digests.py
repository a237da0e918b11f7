"""A digest of every byte of a topic: equal digests, equal topics."""

from hashlib import sha256

import msgspec

from connectors.topic_reader import TopicReader, every_record


def topic_digests(reader: TopicReader) -> dict[str, str]:
    """SHA-256 over (partition, offset, timestamp, key, value, headers) of each record, by topic."""
    return {topic: _digest_of(reader, topic) for topic in sorted(reader.topics())}


def _digest_of(reader: TopicReader, topic: str) -> str:
    digest = sha256()
    encode = msgspec.msgpack.Encoder().encode
    for record in every_record(reader, topic):
        digest.update(encode(record[1:]))
    return digest.hexdigest()
