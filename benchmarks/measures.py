"""What can be measured, by name: each is one or some rows of the table, on a log of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined] # it re-exports

from benchmarks import floor
from benchmarks.floor import Passed
from benchmarks.places import EmbeddedPlace, KafkaPlace, load_kafka
from benchmarks.rows import Row
from benchmarks.throughput import book_stock, run_orders
from benchmarks.workload import Workload
from tests.brokers.cluster import KafkaCluster

_FLOOR_RECORDS = 100_000
_ANSWER_S = 30.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What `make bench` was asked for."""

    workload: Workload
    partitions: int


def flows_on_embedded(settings: Settings) -> Iterator[Row]:
    """All flows in one process."""
    with new_folder() as folder:
        place = EmbeddedPlace(folder, settings.partitions)
        book_stock(place, settings.workload)
        place.load(settings.workload.raw_orders())
        yield Row.of_throughput("flows, embedded", run_orders(place, settings.workload), None)


def flows_on_kafka(settings: Settings) -> Iterator[Row]:
    """A process a flow, and before that the floor on the same broker with the same records."""
    with new_kafka(settings.partitions) as place:
        book_stock(place, settings.workload)
        place.load(settings.workload.raw_orders())
        passed = _measure_floor(place.cluster.bootstrap, settings)
        lines_a_record = settings.workload.lines / settings.workload.orders
        yield Row.of_floor("floor, Kafka", passed, lines_a_record)
        yield Row.of_throughput("flows, Kafka", run_orders(place, settings.workload), passed.records_per_s)


MEASURES: Mapping[str, Callable[[Settings], Iterator[Row]]] = {
    "embedded": flows_on_embedded,
    "kafka": flows_on_kafka,
}


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder that goes with the block."""
    with TemporaryDirectory(prefix="orderline-bench-") as folder:
        yield Path(folder)


@contextmanager
def new_kafka(partitions: int) -> Iterator[KafkaPlace]:
    """A fresh broker with all topics, for the time of the block."""
    with new_folder() as folder, KafkaCluster(directory=folder / "kafka") as cluster:
        place = KafkaPlace(cluster, folder / "state")
        place.create_topics(partitions)
        yield place


def _measure_floor(bootstrap: str, settings: Settings) -> Passed:
    """Passes the raw orders on, again and again until they are enough to measure by."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    topics = [NewTopic(name, settings.partitions) for name in (floor.INPUT, floor.OUTPUT)]
    for future in admin.create_topics(topics).values():
        future.result(_ANSWER_S)
    orders = [record._replace(topic=floor.INPUT) for record in settings.workload.raw_orders()]
    load_kafka(bootstrap, islice(cycle(orders), _FLOOR_RECORDS))
    command = [sys.executable, "-m", "benchmarks.floor", bootstrap, str(_FLOOR_RECORDS)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Passed)
