"""The two logs that the product runs on, each fresh: an embedded one in a folder, and a real Kafka on this machine."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from confluent_kafka import Producer

from benchmarks.harness.acceptances import Acceptances, EmbeddedAcceptances, KafkaAcceptances
from benchmarks.harness.processes import usage_of
from benchmarks.loads.senders import Sender, embedded_sender, kafka_sender
from connectors.embedded.store import EmbeddedStore
from connectors.kafka.topics import create_topics
from connectors.log.clock import wall_clock_ms
from connectors.log.port import Outgoing
from connectors.topic_reader import TopicReader, open_reader
from dataflows.assembly import topics_for
from demo.brokers.cluster import KafkaCluster

APPLICATION = "orderline"
_A_COMMIT = 500
_ANSWER_S = 10.0


class Place(Protocol):
    """A log, before and while the product runs on it."""

    @property
    def name(self) -> str:
        """What it is called in the table."""
        ...

    @property
    def warm_up_s(self) -> int:
        """So long nothing is counted at a steady rate; a broker compiles itself for a minute."""
        ...

    def where(self) -> list[str]:
        """The options that name it to any of our programs."""
        ...

    def flow_options(self) -> list[str]:
        """The options that `run all` needs besides."""
        ...

    def load(self, records: Iterable[Outgoing]) -> None:
        """Put records into it while nothing runs; returns when they are stored."""
        ...

    def reader(self) -> TopicReader:
        """An external reader, once the log exists."""
        ...

    def acceptances(self) -> Acceptances:
        """A subscriber to order.accepted."""
        ...

    def sender(self) -> AbstractContextManager[Sender]:
        """A channel that sends while the flows run."""
        ...

    def broker_cpu_s(self) -> float | None:
        """User and system seconds of its broker so far; None without one."""
        ...


@dataclass(frozen=True, slots=True)
class EmbeddedPlace:
    """A new data folder."""

    data: Path
    partitions: int
    name: str = "embedded"
    warm_up_s: int = 5

    def where(self) -> list[str]:
        return ["--data", str(self.data), "--application", APPLICATION]

    def flow_options(self) -> list[str]:
        return ["--partitions", str(self.partitions)]

    def load(self, records: Iterable[Outgoing]) -> None:
        store = EmbeddedStore(self.data, APPLICATION, topics_for(self.partitions), wall_clock_ms)
        try:
            for some in _by(_A_COMMIT, records):
                store.write(some, ())
        finally:
            store.close()

    def reader(self) -> TopicReader:
        return open_reader(self.data, None, _ANSWER_S)

    def acceptances(self) -> Acceptances:
        return EmbeddedAcceptances(self.data)

    def sender(self) -> AbstractContextManager[Sender]:
        return embedded_sender(self.data, APPLICATION)

    def broker_cpu_s(self) -> float | None:
        return None


@dataclass(frozen=True, slots=True)
class KafkaPlace:
    """A log on Kafka whose broker has no topics yet; `state` is a new folder."""

    cluster: KafkaCluster
    state: Path
    name: str = "Kafka"
    warm_up_s: int = 60

    def where(self) -> list[str]:
        return ["--bootstrap", self.cluster.bootstrap, "--application", APPLICATION]

    def flow_options(self) -> list[str]:
        return ["--state", str(self.state)]

    def create_topics(self, partitions: int) -> None:
        """Create the topics of the release."""
        create_topics(self.cluster.bootstrap, partitions)

    def load(self, records: Iterable[Outgoing]) -> None:
        load_kafka(self.cluster.bootstrap, records)

    def reader(self) -> TopicReader:
        return open_reader(None, self.cluster.bootstrap)

    def acceptances(self) -> Acceptances:
        return KafkaAcceptances(self.cluster.bootstrap)

    def sender(self) -> AbstractContextManager[Sender]:
        return kafka_sender(self.cluster.bootstrap)

    def broker_cpu_s(self) -> float | None:
        return usage_of(self.cluster.process_ids).cpu_s


def load_kafka(bootstrap: str, records: Iterable[Outgoing]) -> None:
    """Produce records, by key as Java's client does; returns when the broker has them."""
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "partitioner": "murmur2_random",
            "compression.type": "lz4",
            "enable.idempotence": True,
            "queue.buffering.max.messages": 1_000_000,
            "log_level": 0,
        }
    )
    for some in _by(_A_COMMIT, records):
        for record in some:
            producer.produce(record.topic, record.value, record.key, headers=list(record.headers))
        producer.poll(0)
    left = producer.flush(60)
    if left:
        raise RuntimeError(f"{left} records were not stored within a minute")


def _by(size: int, records: Iterable[Outgoing]) -> Iterator[Sequence[Outgoing]]:
    """The records in lists of that many."""
    source = iter(records)
    while some := list(islice(source, size)):
        yield some
