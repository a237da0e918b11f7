"""The measurements by name; each gives one or more rows of the table, on its own log."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined] # it re-exports

from benchmarks.harness.places import EmbeddedPlace, KafkaPlace, Place, load_kafka
from benchmarks.harness.product import flows_only, whole_product
from benchmarks.loads.workload import Workload, make_workload
from benchmarks.measurements import floor
from benchmarks.measurements.burst import measure_burst
from benchmarks.measurements.floor import Passed
from benchmarks.measurements.growth import measure_growth
from benchmarks.measurements.reading import measure_reading
from benchmarks.measurements.reference_job import EXECUTABLE, PromiseJob, PromiseStage, orders, receipts
from benchmarks.measurements.restore import measure_restore
from benchmarks.measurements.steady import RATE_PER_S, measure_steady
from benchmarks.measurements.throughput import book_stock, run_orders
from benchmarks.rows import Row
from demo.brokers.cluster import KafkaCluster
from demo.brokers.ports import free_ports

_FLOOR_RECORDS = 100_000
_PRODUCT_ORDERS = 1_000
"""The ERP takes 400 documents a second: more orders would measure its patience."""
_ANSWER_S = 30.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What `make bench` was asked for."""

    workload: Workload
    invoices: Path
    """The file of the real ones, which may be missing."""
    partitions: int
    growth: int
    """How many orders stay open in the measure of growth."""
    keys: int
    """How many keys the partition has that is restored and taken over."""
    steady_s: int
    """How long orders come at a steady rate, the warm-up apart, and how long none come after that; how long a burst is
    watched."""
    burst: int
    """How many marketplace orders wait before the urgent records."""


def flows_on_embedded(settings: Settings) -> Iterator[Row]:
    """All flows in one process."""
    with new_embedded(settings.partitions) as place:
        load_all(place, settings.workload)
        run = run_orders(place, settings.workload, flows_only(place), until_rest=False)
        yield Row.of_throughput("flows, embedded", run, None)


def flows_on_kafka(settings: Settings) -> Iterator[Row]:
    """A process a flow; before that, on the same broker with the same records, the floor."""
    with new_kafka(settings.partitions) as place:
        load_all(place, settings.workload)
        passed = _measure_floor(place.cluster.bootstrap, settings)
        lines_a_record = settings.workload.lines / settings.workload.orders
        yield Row.of_floor("floor, Kafka", passed, lines_a_record)
        run = run_orders(place, settings.workload, flows_only(place), until_rest=False)
        yield Row.of_throughput("flows, Kafka", run, passed.records_per_s)


def product_on_embedded(settings: Settings) -> Iterator[Row]:
    """With ERP and warehouse, until everything is booked and shipped."""
    with new_embedded(settings.partitions) as place:
        yield _product(place, settings)


def product_on_kafka(settings: Settings) -> Iterator[Row]:
    """With ERP and warehouse, until everything is booked and shipped."""
    with new_kafka(settings.partitions) as place:
        yield _product(place, settings)


def _product(place: Place, settings: Settings) -> Row:
    workload = settings.workload.first(_PRODUCT_ORDERS)
    load_all(place, workload)
    with new_folder() as folder:
        programs = whole_product(place, folder / "erp.sqlite", *free_ports(1))
        run = run_orders(place, workload, programs, until_rest=True)
    return Row.of_throughput(f"product, {place.name}", run, None)


def steady_on_embedded(settings: Settings) -> Iterator[Row]:
    """Latency, then idleness."""
    with new_embedded(settings.partitions) as place:
        yield from _steady(place, settings)


def steady_on_kafka(settings: Settings) -> Iterator[Row]:
    """Latency, then idleness."""
    with new_kafka(settings.partitions) as place:
        yield from _steady(place, settings)


def _steady(place: Place, settings: Settings) -> Iterator[Row]:
    orders = RATE_PER_S * (place.warm_up_s + settings.steady_s)
    workload = settings.workload.first(orders)
    book_stock(place, workload)
    measured = measure_steady(place, list(workload.raw_orders()), settings.steady_s)
    yield Row.of_latency(f"{RATE_PER_S} orders/s, {place.name}", measured)
    yield Row.of_idleness(f"idle, {place.name}", measured.idle)


def growth_on_embedded(settings: Settings) -> Iterator[Row]:
    """Orders that stay open, more and more of them."""
    workload = make_workload(settings.growth, settings.workload.seed, settings.invoices).with_one_line_each()
    with new_embedded(settings.partitions) as place:
        load_all(place, workload)
        for sample in measure_growth(place, workload):
            yield Row.of_growth(f"{sample.open_orders:,} open", sample)


def burst_on_kafka(settings: Settings) -> Iterator[Row]:
    """The waits of urgent records during a burst, by kind; then what the flows cost during it."""
    with new_kafka(settings.partitions) as place:
        yield from Row.of_burst(measure_burst(place, settings.burst, settings.steady_s))


def reading_alone(settings: Settings) -> Iterator[Row]:
    """Readers and the mapping, without flows and logs."""
    for reading in measure_reading(settings.workload.orders):
        yield Row.of_reading(reading)


def restore_on_kafka(settings: Settings) -> Iterator[Row]:
    """A partition moves: each key is once in its changelog, then three times."""
    for writes in (1, 3):
        with new_folder() as folder, KafkaCluster(directory=folder / "kafka") as cluster:
            for served in measure_restore(cluster.bootstrap, folder / "state", settings.keys, writes):
                yield Row.of_restore(f"{served.what}, {writes} a key", settings.keys, served)


def reference_job(settings: Settings) -> Iterator[Row]:
    """The job `promise`, if its executable exists."""
    if not EXECUTABLE.exists():
        return
    with new_folder() as folder, KafkaCluster(directory=folder / "kafka") as cluster:
        stage = PromiseStage(cluster)
        stage.create_topics(settings.partitions)
        load_kafka(cluster.bootstrap, receipts(settings.workload))
        load_kafka(cluster.bootstrap, orders(settings.workload))
        job = PromiseJob(cluster.bootstrap, settings.partitions, folder / "state")
        run = run_orders(stage, settings.workload, job, until_rest=False)
        yield Row.of_throughput("promise, Kafka", run, None)


MEASURES: Mapping[str, Callable[[Settings], Iterator[Row]]] = {
    "reading": reading_alone,
    "embedded": flows_on_embedded,
    "kafka": flows_on_kafka,
    "product-embedded": product_on_embedded,
    "product-kafka": product_on_kafka,
    "steady-embedded": steady_on_embedded,
    "steady-kafka": steady_on_kafka,
    "promise": reference_job,
    "growth": growth_on_embedded,
    "burst": burst_on_kafka,
    "restore": restore_on_kafka,
}
SECTIONS: Mapping[str, Sequence[str]] = {
    "Readers and the mapping": ("reading",),
    "Throughput": ("embedded", "kafka", "product-embedded", "product-kafka", "promise"),
    "Latency, then idleness": ("steady-embedded", "steady-kafka"),
    "Orders that stay open": ("growth",),
    "Urgent records behind a burst": ("burst",),
    "A partition moves": ("restore",),
}
"""The measures by the table in which they are shown, in the order in which they are taken."""


def load_all(place: Place, workload: Workload) -> None:
    """Prepare a log with stock and orders."""
    book_stock(place, workload)
    place.load(workload.raw_orders())


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder that goes with the block."""
    with TemporaryDirectory(prefix="orderline-bench-") as folder:
        yield Path(folder)


@contextmanager
def new_embedded(partitions: int) -> Iterator[EmbeddedPlace]:
    """A fresh data folder, for the time of the block."""
    with new_folder() as folder:
        yield EmbeddedPlace(folder / "data", partitions)


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
    command = [sys.executable, "-m", "benchmarks.measurements.floor", bootstrap, str(_FLOOR_RECORDS)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Passed)
