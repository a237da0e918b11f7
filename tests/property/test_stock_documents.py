"""Whatever comes again, in any order of lines and under any message: each document counts once, as it came first.

The model knows no hashes and no rows: it keeps the first content of each number at each node.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical
from connectors.log.partitioner import partition_of
from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import CorrelationId, EventId
from domain.messages.cases import Case
from domain.messages.stock import StockDocument, StockLine
from domain.messages.stock_movements import StockMovement
from operators.engine.event import Event
from operators.machines.inventory import ITEMS, InventoryMachine
from schemas.channel_language.channel_file import ChannelFile
from tests.memory_state import MemoryRows
from tests.unit.channels.given import CHANNELS, record

PARTITIONS = 3
NODES = ("central", "north")
SETTINGS = settings(max_examples=200, deadline=None)


@cache
def channel() -> ChannelFile:
    found = next(each for each in CHANNELS.values() if each.source_id == "wms_central")
    return found.model_copy(update={"nodes": NODES})


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document as a source sends it: the seed decides the message id, the order and the numbers of its lines."""

    kind: str
    number: str
    node: str
    lines: tuple[tuple[str, int], ...]
    seed: int

    def payload(self) -> dict[str, Any]:
        chance = Random(self.seed)
        lines: list[dict[str, Any]] = [{"sku": item, "quantity": str(quantity)} for item, quantity in self.lines]
        chance.shuffle(lines)
        if chance.random() < 0.5:
            lines = [{"line": number, **line} for number, line in enumerate(lines, start=1)]
        name = "receipt_id" if self.kind == "receipt" else "adjustment_id"
        return {
            "message_id": f"m{chance.randrange(3)}",
            "event": self.kind,
            "occurred_at": f"2026-01-05T07:{chance.randrange(60):02}:00Z",
            "node_id": self.node,
            name: self.number,
            "lines": lines,
        }

    @property
    def units(self) -> Counter[str]:
        units: Counter[str] = Counter()
        for item, quantity in self.lines:
            units[item] += quantity
        return units


arrivals = st.lists(
    st.builds(
        Arrival,
        st.sampled_from(("receipt", "stock_adjusted")),
        st.sampled_from(("1", "2")),
        st.sampled_from(NODES),
        st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(1, 2)), min_size=1, max_size=4).map(tuple),
        st.integers(0, 99),
    ),
    min_size=1,
    max_size=12,
)


@dataclass
class Ledger:
    """The partitions of the inventory flow; what one splits reaches the homes of its items."""

    rows: list[MemoryRows] = field(default_factory=lambda: [MemoryRows() for _ in range(PARTITIONS)])
    machine: InventoryMachine = field(default_factory=lambda: InventoryMachine(Horizons()))
    conflicts: int = 0
    events: int = 0

    def arrive(self, arrival: Arrival) -> None:
        (outcome,) = map_record(channel(), record(arrival.payload()))
        assert isinstance(outcome, Canonical)
        assert isinstance(outcome.message, StockDocument)
        self._hear(outcome.message, partition_of(outcome.message.home_key, PARTITIONS))

    def units(self) -> Counter[tuple[str, str]]:
        """By node and item."""
        units: Counter[tuple[str, str]] = Counter()
        for rows in self.rows:
            for item_id, item in rows.rows(ITEMS):
                units.update({(node.node_id, item_id): node.available for node in item.nodes})
        return units

    def _hear(self, message: object, partition: int) -> None:
        self.events += 1
        event_id = EventId(f"event {self.events}")
        of_partition = self.rows[partition].partition
        raw = Record("inventory.inbox.v1", partition, self.events, 1, None, b"", ())
        event = Event(event_id, CorrelationId(""), (), message, raw, PARTITIONS)
        for effect in self.machine.apply(of_partition, event, of_partition.advance(1)):
            self.conflicts += isinstance(effect, Case)
            if isinstance(effect, StockMovement):
                self._split(effect)

    def _split(self, movement: StockMovement) -> None:
        homes = dict.fromkeys(partition_of(line.item_id, PARTITIONS) for line in movement.lines)
        for home in homes:
            lines = tuple(line for line in movement.lines if partition_of(line.item_id, PARTITIONS) == home)
            self._hear(_with_lines(movement, lines), home)


def _with_lines(movement: StockMovement, lines: tuple[StockLine, ...]) -> StockMovement:
    return replace(movement, lines=lines)


@SETTINGS
@given(arrivals)
def test_each_document_counts_once_as_it_came_first(history: list[Arrival]) -> None:
    ledger = Ledger()
    first: dict[tuple[str, str, str], Counter[str]] = {}
    conflicts = 0
    for arrival in history:
        ledger.arrive(arrival)
        known = first.setdefault((arrival.kind, arrival.number, arrival.node), arrival.units)
        conflicts += known != arrival.units
    expected: Counter[tuple[str, str]] = Counter()
    for (_, _, node), units in first.items():
        expected.update({(node, item): quantity * 1_000_000 for item, quantity in units.items()})
    assert expected == ledger.units()
    assert conflicts == ledger.conflicts
