"""What it costs to read and map what sources send, in this process and without any log: CPU time of one core."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from benchmarks.loads.interchanges import SentInterchange, interchanges
from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical
from connectors.formats.x12.documents import documents_of
from connectors.formats.x12.interchanges import read_x12
from connectors.log.port import Outgoing, Record
from demo.channels.feed import DEMO_STARTS_AT_MS, demo_records
from domain.identifiers import SourceId
from domain.messages.orders import OrderPlaced
from operators.engine.running import tune_garbage_collector
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import load_channel_files

_ROUNDS = 3
_SOURCE = "source."
_VERSION = ".v1"


@dataclass(frozen=True, slots=True)
class Reading:
    """The fastest of some rounds over the same input."""

    what: str
    orders: int
    segments: int | None
    cpu_s: float


def measure_reading(orders: int) -> Iterator[Reading]:
    """X12 to segments and envelopes, X12 to documents, and the orders of each channel of the demo to canonical ones.

    The garbage collector looks as seldom as in a process of flows.
    """
    tune_garbage_collector()
    sent = list(interchanges(orders))
    yield _of_x12("X12 to segments", sent, orders, read_x12)
    yield _of_x12("X12 to documents", sent, orders, lambda text: documents_of(read_x12(text)))
    channels = load_channel_files()
    for source_id, records in sorted(_orders_by_source(orders).items()):
        if (reading := _of_mapping(channels[source_id], records)).orders:
            yield reading


def _of_x12(what: str, sent: Sequence[SentInterchange], orders: int, read: Callable[[str], object]) -> Reading:
    def read_all() -> None:
        for one in sent:
            read(one.text)

    return Reading(what, orders, sum(one.segments for one in sent), _fastest(read_all))


def _of_mapping(channel: ChannelFile, records: Sequence[Record]) -> Reading:
    def map_all() -> None:
        for record in records:
            map_record(channel, record)

    outcomes = (outcome for record in records for outcome in map_record(channel, record))
    placed = sum(isinstance(one, Canonical) and isinstance(one.message, OrderPlaced) for one in outcomes)
    return Reading(f"{channel.source_id} to orders", placed, None, _fastest(map_all))


def _orders_by_source(orders: int) -> Mapping[SourceId, Sequence[Record]]:
    """The records of the demo's feed with orders in them, repeats and what is broken included."""
    by_source: dict[SourceId, list[Record]] = {}
    for sent in islice(demo_records(1, orders), orders):
        source_id = SourceId(sent.outgoing.topic.removeprefix(_SOURCE).removesuffix(_VERSION))
        if not source_id.startswith("wms"):
            by_source.setdefault(source_id, []).append(_received(sent.outgoing))
    return by_source


def _received(sent: Outgoing) -> Record:
    return Record(sent.topic, 0, 0, DEMO_STARTS_AT_MS, sent.key, sent.value, sent.headers)


def _fastest(work: Callable[[], None]) -> float:
    times = []
    for _ in range(_ROUNDS):
        before = time.process_time()
        work()
        times.append(time.process_time() - before)
    return min(times)
