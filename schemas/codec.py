"""Encoding and decoding of messages: the Confluent wire format (a zero byte, the schema id in four bytes, Avro).

Input is untrusted. Before anything is decoded, the topic's size limit, the frame, and the schema id (it must belong to
a record on the topic's allow-list) are checked. Ids are those of `schemas/contracts/ids.lock`, on every log and with
every registry (docs/adr/0011-contracts-are-files.md). Every failure to read is one exception, `Unreadable`.
"""

from collections.abc import Iterable
from functools import cache

from schemas.avro.records import FRAME, RecordReader, RecordWriter, record_reader, record_writer
from schemas.contracts.contracts import Contract, Contracts
from schemas.contracts.released import LAST_ID


class Unreadable(Exception):
    """The bytes are not a message of this topic; they become a dead letter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NewerSchema(Unreadable):
    """The schema id is higher than every id that this release knows: a newer release may have written the bytes.

    Any other unknown id, for example 0 or an id of a schema registry, is `Unreadable`: no release will ever have it.
    """


class _TopicCodec:
    """The readers and writers of one topic, each prepared at its first use: a flow writes few of a topic's messages."""

    def __init__(self, limit: int, carried: Iterable[Contract]) -> None:
        self.limit = limit
        self._by_message = {contract.message: contract for contract in carried}
        self._by_id = {
            release.schema_id: (contract, release)
            for contract in self._by_message.values()
            for release in contract.releases
        }
        self._readers: dict[int, RecordReader] = {}
        self._writers: dict[type, tuple[int, RecordWriter]] = {}

    def reader(self, schema_id: int) -> RecordReader | None:
        """Of the records written with a schema; None where the topic carries none of that id."""
        made = self._readers.get(schema_id)
        if made is None and schema_id in self._by_id:
            contract, release = self._by_id[schema_id]
            made = record_reader(contract.message, contract.current.schema, release.schema)
            self._readers[schema_id] = made
        return made

    def writer(self, message: type) -> tuple[int, RecordWriter]:
        """The schema id, and the writer; `KeyError` for a message that the topic does not carry."""
        made = self._writers.get(message)
        if made is None:
            current = self._by_message[message].current
            made = self._writers[message] = current.schema_id, record_writer(current.schema, current.schema_id)
        return made


class Codec:
    """Encodes and decodes the messages of every topic; one per process is enough, and it is not thread-safe.

    Codecs of the same contracts share what is prepared.
    """

    def __init__(self, contracts: Contracts) -> None:
        released = (release.schema_id for contract in contracts.by_record.values() for release in contract.releases)
        self._highest = max(released, default=LAST_ID)
        self._contracts = contracts
        self._topics: dict[str, _TopicCodec] = {}

    def encode(self, topic: str, message: object) -> bytes:
        """The value of a record; `ValueError` for a message that the topic does not carry."""
        return self._written_by(topic, type(message))[1](message)

    def schema_id_of(self, topic: str, message: type) -> int:
        """The schema id that `encode` writes before the message."""
        return self._written_by(topic, message)[0]

    def decode(self, topic: str, value: bytes) -> object:
        """The message in a record's value; raises `Unreadable`."""
        prepared = self._topic(topic)
        if len(value) > prepared.limit:
            raise Unreadable(f"{len(value)} bytes, more than the {prepared.limit} that {topic} allows")
        if len(value) < FRAME or value[0] != 0:
            raise Unreadable("no schema id at the beginning (Confluent wire format)")
        schema_id = int.from_bytes(value[1:FRAME], "big")
        reader = prepared.reader(schema_id)
        if reader is None:
            raise (NewerSchema if self._highest < schema_id <= LAST_ID else Unreadable)(
                f"unknown schema id {schema_id}"
            )
        try:
            return reader(value)
        except Exception as error:  # hostile bytes raise EOFError, ValueError, OverflowError, IndexError and more
            raise Unreadable(f"schema id {schema_id}: {type(error).__name__}: {str(error)[:200]}") from error

    def _written_by(self, topic: str, message: type) -> tuple[int, RecordWriter]:
        try:
            return self._topic(topic).writer(message)
        except KeyError:
            raise ValueError(
                f"{topic} does not carry {message.__name__}: see schemas/contracts/topics/{topic}.yaml"
            ) from None

    def _topic(self, topic: str) -> _TopicCodec:
        known = self._topics.get(topic)
        if known is None:
            known = _prepare(self._contracts, topic)
            if known is None:
                raise ValueError(f"no descriptor schemas/contracts/topics/{topic}.yaml")
            self._topics[topic] = known
        return known


@cache
def _prepare(contracts: Contracts, name: str) -> _TopicCodec | None:
    topic = contracts.topic(name)
    return None if topic is None else _TopicCodec(topic.max_message_bytes, contracts.of_topic(name))
