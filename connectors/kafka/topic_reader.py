"""Reads Kafka from outside: a consumer that joins no group, assigned to one partition at a time."""

from collections.abc import Iterator, Mapping, Sequence
from time import monotonic

from confluent_kafka import Consumer, KafkaException, Message
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.cluster import Cluster
from connectors.kafka.cover import COVER_KEY_TEXT
from connectors.kafka.errors import in_words, is_out_of_range, is_partition_end, is_passing
from connectors.kafka.options import NO_OPTIONS
from connectors.kafka.record import record_of
from connectors.kafka.settings import Membership, restore_properties
from connectors.log.port import LogFailed, Offsets, Record, TopicPartition
from connectors.state.position import META_KEY

_ANSWER_S = 10.0
_PATIENCE_S = 30.0
_TURN_S = 0.1
_MOST_AT_ONCE = 10_000
_FETCHED_AHEAD = 10_000


class KafkaTopicReader:
    """Implements `connectors.topic_reader.TopicReader`; ends are last stable offsets. Nothing waits for ever."""

    def __init__(self, bootstrap: str, options: Mapping[str, str] = NO_OPTIONS) -> None:
        membership = Membership(bootstrap, "orderline", "reader", 0, options)
        properties = restore_properties(membership) | {"queued.min.messages": _FETCHED_AHEAD, "log_level": 0}
        self._bootstrap = bootstrap
        self._cluster = Cluster(membership)
        self._consumer = Consumer(properties)
        self._begins: dict[str, Offsets] = {}
        self._ends: dict[str, Offsets] = {}
        self._at: tuple[TopicPartition, int] | None = None

    def topics(self) -> Mapping[str, int]:
        try:
            found = self._consumer.list_topics(timeout=_ANSWER_S).topics
        except KafkaException as failure:
            raise LogFailed(
                f"Kafka at {self._bootstrap} does not answer within {_ANSWER_S:.0f} s: start it, or correct --bootstrap"
            ) from failure
        return {name: len(topic.partitions) for name, topic in sorted(found.items()) if not name.startswith("__")}

    def partitions_of(self, topic: str) -> int:
        return len(self.ends(topic))

    def ends(self, topic: str) -> Offsets:
        if topic not in self._ends:
            count = self._cluster.partitions_of(topic)
            sources = [TopicPartition(topic, partition) for partition in range(count)]
            self._begins[topic] = self._cluster.begin_offsets(sources)
            self._ends[topic] = self._cluster.end_offsets(sources)
        return self._ends[topic]

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        source = TopicPartition(topic, partition)
        end = self.ends(topic)[source]
        position = max(offset, self._begins[topic][source])
        deadline = monotonic() + _PATIENCE_S
        while position < end and limit > 0:
            self._go_to(source, position)
            records, position = self._next(source, position, min(limit, _MOST_AT_ONCE))
            # Records after the end are not for this call: the next one finds them by a new assignment.
            self._at = (source, position) if position <= end else None
            if found := [record for record in records if record.offset < end]:
                return found
            if monotonic() > deadline:
                raise LogFailed(
                    f"nothing came of {topic}/{partition} from offset {position} in {_PATIENCE_S:.0f} s, though it "
                    f"ends at {end}: check whether its broker runs"
                )
        return ()

    def state_rows(self, flow: str, prefix: bytes) -> Iterator[tuple[int, bytes, bytes]]:
        changelog = f"{flow}.changelog.v1"
        for partition in range(self.partitions_of(changelog)):
            rows = self._rows_of(changelog, partition, prefix)
            yield from ((partition, key, rows[key]) for key in sorted(rows))

    def refresh(self) -> None:
        self._begins.clear()
        self._ends.clear()

    def close(self) -> None:
        self._consumer.close()
        self._cluster.close()

    def _rows_of(self, changelog: str, partition: int, prefix: bytes) -> dict[bytes, bytes]:
        """The last value of each key, deletions applied."""
        rows: dict[bytes, bytes] = {}
        offset = 0
        while records := self.read(changelog, partition, offset, _MOST_AT_ONCE):
            offset = records[-1].offset + 1
            for record in records:
                key = (record.key or "").encode("utf-8", "surrogateescape")
                if key == META_KEY or not key.startswith(prefix):
                    continue
                if record.value is None:
                    rows.pop(key, None)
                else:
                    rows[key] = record.value
        return rows

    def _go_to(self, source: TopicPartition, offset: int) -> None:
        """Assign, unless reading continues where it stopped: an assignment drops what was fetched."""
        if self._at != (source, offset):
            self._consumer.assign([ClientPartition(source.topic, source.partition, offset)])

    def _next(self, source: TopicPartition, position: int, limit: int) -> tuple[list[Record], int]:
        """Records, and where reading continues: after them, or at the end of the partition if it was reached."""
        records: list[Record] = []
        for message in self._messages(limit):
            error = message.error()
            if error is None:
                record = record_of(source, message)
                position = record.offset + 1
                if record.key != COVER_KEY_TEXT:
                    records.append(record)
            elif is_partition_end(error):
                position = max(position, message.offset() or 0)
            elif is_out_of_range(error):
                raise LogFailed(f"offset {position} of {source.topic}/{source.partition} is gone: look again")
            elif not is_passing(error):
                raise LogFailed(f"{source.topic}/{source.partition} cannot be read: {in_words(error)}")
        return records, position

    def _messages(self, limit: int) -> list[Message]:
        # A consume with a timeout would wait it out even with a record at hand.
        messages = self._consumer.consume(limit, 0)
        if messages:
            return messages
        first = self._consumer.poll(_TURN_S)
        return [] if first is None else [first]
