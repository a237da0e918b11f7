"""A copy in memory of a quiescent log: every record of its topics and every row of its states, to judge or to spoil."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Self

from connectors.log.port import LogFailed, Offsets, Record, TopicPartition
from connectors.topic_reader import TopicReader, records_of
from dataflows.assembly import FLOWS, Rules, inbox_of

Row = tuple[int, bytes, bytes]


class QuiescentLog:
    """Implements `connectors.topic_reader.TopicReader`; changelogs are left out, for `rows` says what they fold to."""

    def __init__(self, reader: TopicReader, rules: Rules) -> None:
        self._counts = {name: count for name, count in reader.topics().items() if not name.endswith(".changelog.v1")}
        self._ends = {name: dict(reader.ends(name)) for name in self._counts}
        self.records: dict[TopicPartition, list[Record]] = {
            TopicPartition(topic, number): list(records_of(reader, topic, number))
            for topic, count in self._counts.items()
            for number in range(count)
        }
        self.rows: dict[str, list[Row]] = {
            flow: list(reader.state_rows(flow, b"")) for flow in FLOWS if inbox_of(flow, rules) is not None
        }

    def spoiled(self) -> Self:
        """A copy of its own, to plant a bug in."""
        copy = type(self).__new__(type(self))
        copy._counts, copy._ends = self._counts, self._ends
        copy.records = {source: list(lane) for source, lane in self.records.items()}
        copy.rows = {flow: list(rows) for flow, rows in self.rows.items()}
        return copy

    def topics(self) -> Mapping[str, int]:
        return self._counts

    def partitions_of(self, topic: str) -> int:
        if topic not in self._counts:
            raise LogFailed(f"no topic {topic!r} in this copy")
        return self._counts[topic]

    def ends(self, topic: str) -> Offsets:
        return self._ends[topic]

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        lane = self.records[TopicPartition(topic, partition)]
        return [record for record in lane if record.offset >= offset][:limit]

    def state_rows(self, flow: str, prefix: bytes) -> Iterator[Row]:
        return (row for row in self.rows[flow] if row[1].startswith(prefix))

    def refresh(self) -> None:
        """Nothing changes any more."""

    def close(self) -> None:
        """Nothing to release."""
