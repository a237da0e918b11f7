"""Thousands of records of one order or of one item: each costs what the first one cost.

Cost is counted, not timed: rows read from the state, and bytes written to it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from connectors.embedded.incoming import GroupOffset
from connectors.embedded.reader import EmbeddedReader
from connectors.embedded.store import EmbeddedStore
from connectors.log.clock import wall_clock_ms
from connectors.log.port import Outgoing
from dataflows.assembly import EmbeddedFlows, load_rules, topics_for
from demo.channels.small_payloads import portal_order, receipt, shipment
from domain.identifiers import OrderId

PORTAL, WAREHOUSE = "source.portal.v1", "source.wms_central.v1"
FEW, MANY = 150, 600
A_COMMIT = 50


class CountingReader(EmbeddedReader):
    """Counts the rows of state that are looked for, and found by a scan."""

    rows = 0

    def state(self, flow: str, partition: int, key: bytes) -> bytes | None:
        self.rows += 1
        return super().state(flow, partition, key)

    def scan_state(
        self, flow: str, partition: int, prefix: bytes, after: bytes | None, limit: int
    ) -> Sequence[tuple[bytes, bytes]]:
        found = super().scan_state(flow, partition, prefix, after, limit)
        self.rows += len(found)
        return found


class CountingStore(EmbeddedStore):
    """Counts what is written to the state."""

    written_bytes = 0

    def write(
        self,
        records: Iterable[Outgoing],
        offsets: Iterable[GroupOffset],
        rows: Iterable[tuple[bytes, bytes | None]] = (),
    ) -> None:
        written = list(rows)
        self.written_bytes += sum(len(key) + len(value or b"") for key, value in written)
        super().write(records, offsets, written)


def orders_of_one_item(count: int) -> Iterator[Outgoing]:
    yield raw(WAREHOUSE, "R", receipt("R", {"HOT": "1000000"}))
    for number in range(count):
        yield raw(PORTAL, f"O{number}", portal_order(f"O{number}", {"HOT": "1"}))


def backorders_served_one_by_one(count: int) -> Iterator[Outgoing]:
    for number in range(count):
        yield raw(PORTAL, f"O{number}", portal_order(f"O{number}", {"HOT": "1"}))
    for number in range(count):
        yield raw(WAREHOUSE, "R", receipt(f"R{number}", {"HOT": "1"}))


def shipments_of_one_order(count: int) -> Iterator[Outgoing]:
    yield raw(PORTAL, "O", portal_order("O", {"HOT": str(count)}))
    for number in range(count):
        yield raw(WAREHOUSE, "O", shipment(f"S{number}", OrderId("portal:O"), {"HOT": "1"}))


def repeats_of_one_order(count: int) -> Iterator[Outgoing]:
    order = portal_order("O", {"HOT": "1"})
    for number in range(count):
        yield raw(PORTAL, "O", {**order, "message_id": f"order-{number}"})


def raw(topic: str, key: str, content: dict[str, Any]) -> Outgoing:
    return Outgoing(topic, key, json.dumps(content).encode())


def cost(folder: Path, records: Iterator[Outgoing]) -> tuple[int, int]:
    """Rows read and bytes written until all is processed.

    The first record is processed before the others: else an order that is shipped keeps what it cannot post yet for as
    long as the ledger happens to take.
    """
    with closing(CountingStore(folder, "orderline", topics_for(2), wall_clock_ms)) as store:
        store.reader = reader = CountingReader(store._database)
        for part in (islice(records, 1), records):
            while some := list(islice(part, A_COMMIT)):
                store.write(some, ())
            EmbeddedFlows(store, "orderline", load_rules(), lambda: False).run(until_idle=True)
        return reader.rows, store.written_bytes


@pytest.mark.parametrize(
    "records", (orders_of_one_item, backorders_served_one_by_one, shipments_of_one_order, repeats_of_one_order)
)
def test_four_times_as_many_cost_four_times_as_much(
    tmp_path: Path, records: Callable[[int], Iterator[Outgoing]]
) -> None:
    few, many = cost(tmp_path / "few", records(FEW)), cost(tmp_path / "many", records(MANY))
    growth = MANY // FEW
    assert all(after <= 1.5 * growth * before for before, after in zip(few, many, strict=True)), (few, many)
