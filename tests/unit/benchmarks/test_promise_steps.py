"""How the messages of the reference job become records, and how those of a batch that go together share one."""

from collections.abc import Sequence

import bytewax.operators as op
import msgspec
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink, TestingSource, run_main

from benchmarks.promise_job.messages import Answered, Answers, Requested, Requests, Status, writers
from benchmarks.promise_job.steps import emit
from benchmarks.promise_job.topics import ORDERS, STATUS, Hops
from connectors.log.partitioner import partition_of
from connectors.log.port import Outgoing, TopicPartition
from domain.identifiers import CorrelationId, EventId
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.keyed_state import Effects
from operators.engine.task import Task
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_log import MemoryLog, MemoryTopics

HOPS = Hops("test")
PARTITIONS = 2
# Of two partitions murmur2 puts "a" into 0, "d" into 1.
ITEMS = ("a", "d")
MOST = 50


def emitted(*effects: Effects[object]) -> Sequence[Outgoing]:
    """The records of one batch."""
    topics = MemoryTopics(dict.fromkeys((ORDERS, STATUS, HOPS.requests, HOPS.answers), PARTITIONS))
    task = Task("orders", MemoryLog(topics, "test.orders", [ORDERS]), Codec(load_contracts()), ORDERS, EpochLimits())
    found: list[Outgoing] = []
    flow = Dataflow("test")
    batch = op.input("in", flow, TestingSource(list(effects), batch_size=max(1, len(effects))))
    op.output("out", emit("emit", batch, task, writers(HOPS), HOPS.requests), TestingSink(found))
    run_main(flow)  # type: ignore[no-untyped-call]  # bytewax ships it without annotations
    return found


def caused(orders_partition: int, offset: int, *messages: object) -> Effects[object]:
    return Effects(
        EventId(""), CorrelationId(""), (), TopicPartition(ORDERS, orders_partition), offset, 1_000, messages
    )


def asked(number: int, item_id: str) -> Requested:
    return Requested(f"o-{number}", ((1, item_id, 1),))


def test_requests_travel_by_the_partitions_they_come_from_and_go_to() -> None:
    records = emitted(
        caused(0, 1, asked(1, "a"), asked(1, "d")), caused(1, 1, asked(2, "a")), caused(0, 2, asked(3, "d"))
    )
    found = [
        (record.topic, record.partition, msgspec.msgpack.decode(record.value or b"", type=Requests))
        for record in records
    ]
    assert [
        (HOPS.requests, 0, Requests(0, (asked(1, "a"),))),
        (HOPS.requests, 1, Requests(0, (asked(1, "d"), asked(3, "d")))),
        (HOPS.requests, 0, Requests(1, (asked(2, "a"),))),
    ] == found
    assert [0, 1] == [partition_of(item, PARTITIONS) for item in ITEMS]


def test_a_record_has_fifty_requests_at_most_and_they_keep_their_order() -> None:
    requests = [asked(number, "a") for number in range(2 * MOST + 1)]
    records = emitted(*(caused(0, number, request) for number, request in enumerate(requests)))
    parts = [msgspec.msgpack.decode(record.value or b"", type=Requests).of_orders for record in records]
    assert [MOST, MOST, 1] == list(map(len, parts))
    assert requests == [request for part in parts for request in part]


def test_answers_go_back_to_where_the_orders_live_and_a_status_by_its_key() -> None:
    answers, status = Answers(1, (Answered("o-1", ((1, 1, 0),)),)), Status("o-1", "ALLOCATED", ((1, 1, 0),))
    first, second = emitted(caused(0, 1, answers, status))
    assert (HOPS.answers, 1) == (first.topic, first.partition)
    assert answers == msgspec.msgpack.decode(first.value or b"", type=Answers)
    assert (STATUS, "o-1", None) == (second.topic, second.key, second.partition)
    assert {"order_id": "o-1", "status": "ALLOCATED", "lines": [[1, 1, 0]]} == msgspec.json.decode(second.value or b"")
