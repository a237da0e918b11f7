"""One partition of the inventory flow in memory: facts, snapshots and decisions in, statements and cases out."""

from collections.abc import Mapping
from typing import Any

from connectors.log.port import Record
from domain.cases.policy import CasePolicy
from domain.deduplication import Horizons
from domain.identifiers import (
    NO_RESERVATION,
    AdjustmentId,
    CaseId,
    ChannelId,
    CorrelationId,
    CountId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    PartId,
    ReceiptId,
    ReservationId,
    ShipmentId,
    SnapshotId,
    SourceId,
)
from domain.inventory.accounts import Item, on_hand
from domain.inventory.reconciliation.policy import PEOPLE_DECIDE, ReconciliationPolicy
from domain.messages.case_actions import CaseAction
from domain.messages.cases import CaseChange, CaseClass, CaseHome, CaseState
from domain.messages.inventory import (
    ItemDescribed,
    RequestedLine,
    ReservationLine,
    ReservationsRequested,
    UnitFactor,
    UnitsPicked,
    UnitsShipped,
)
from domain.messages.snapshots.stock import (
    DifferenceStated,
    Reporter,
    StockReported,
    StockSnapshotBegun,
    StockSnapshotContinued,
    StockSnapshotEnded,
)
from domain.messages.stock import StockLine
from domain.messages.stock_movements import UnitsAdjusted, UnitsCounted, UnitsReceived
from domain.provenance import Provenance
from domain.quantities import UNIT
from operators.engine.event import Event
from operators.machines.cases.kept_cases import CaseKeeper
from operators.machines.inventory import ITEMS, InventoryMachine
from tests.memory_state import MemoryRows

MINUTE_MS = 60_000
BEGAN_MS = 1_000 * 24 * 3_600_000
NODE, SOURCE = NodeId("E"), "wms"
IN_FLIGHT_S = 900


class Ledger:
    """Minutes count from `BEGAN_MS`; quantities are whole units of pieces."""

    def __init__(self, policy: ReconciliationPolicy = PEOPLE_DECIDE) -> None:
        self.rows = MemoryRows()
        machine = InventoryMachine(Horizons(), policy=policy)
        self._keeper = CaseKeeper(CaseHome.INVENTORY, machine, CasePolicy(), machine.react)
        self._events = 0
        self.said: list[Any] = []
        self.cases: dict[CaseId, CaseChange] = {}
        self.to(0)

    def to(self, minute: int) -> None:
        """Let the time come, and fire what is due."""
        partition = self.rows.partition
        for timer in partition.timers.take_due(partition.advance(BEGAN_MS + minute * MINUTE_MS)):
            self._heard(self._keeper.fire(partition, timer, EventId(f"{self._events:032x}")))

    def hear(self, message: Any, key: str = "bolt") -> None:
        """Apply one message."""
        self._events += 1
        partition = self.rows.partition
        record = Record("inventory.inbox.v1", 0, self._events, partition.now_ms, key, b"", ())
        event = Event(EventId(f"{self._events:032x}"), CorrelationId("c"), (), message, record, 1)
        self._heard(self._keeper.apply(partition, event, partition.now_ms))

    def _heard(self, effects: Any) -> None:
        for effect in effects:
            if isinstance(effect, StockReported):
                self.hear(effect)
            elif isinstance(effect, CaseChange):
                self.cases[effect.case_id] = effect
            else:
                self.said.append(effect)

    def describe(self, item: str, **factors: int) -> None:
        """Master data: what a unit comes to in pieces."""
        units = (UnitFactor("EA", UNIT), *(UnitFactor(unit, factor * UNIT) for unit, factor in factors.items()))
        self.hear(ItemDescribed(ItemId(item), provenance("pim", 0), "EA", units))

    def receive(self, units: int, minute: int, number: str = "R", item: str = "bolt") -> None:
        """A receipt that happened in that minute."""
        document = EventId(f"{self._events:032x}")
        of = provenance(SOURCE, minute)
        self.hear(UnitsReceived(of, NODE, ReceiptId(number), document, (line(item, units),)))

    def adjust(self, units: int, minute: int, number: str = "A", item: str = "bolt") -> None:
        """An adjustment, likewise."""
        document = EventId(f"{self._events:032x}")
        of = provenance(SOURCE, minute)
        self.hear(UnitsAdjusted(of, NODE, AdjustmentId(number), "", document, (line(item, units),)))

    def count(self, units: int, minute: int, item: str = "bolt") -> None:
        """A count, likewise."""
        document, at_us = EventId(f"{self._events:032x}"), time_us(minute)
        self.hear(UnitsCounted(provenance(SOURCE, minute), NODE, CountId("C"), at_us, document, (line(item, units),)))

    def order(self, order: str, units: int, item: str = "bolt") -> None:
        """An order takes units."""
        lines = (RequestedLine(ReservationId(order), LineId("1"), ItemId(item), units * UNIT, "EA"),)
        order_id = OrderId(f"shop:{order}")
        self.hear(ReservationsRequested(order_id, ChannelId("shop"), 5, (NODE,), confirmed=True, lines=lines))

    def pick(self, order: str, units: int, item: str = "bolt") -> None:
        """Its units are picked."""
        lines = (ReservationLine(ReservationId(order), LineId("1"), ItemId(item), units * UNIT),)
        self.hear(UnitsPicked(OrderId(f"shop:{order}"), NODE, lines))

    def ship(self, units: int, minute: int, number: str = "S", item: str = "bolt") -> None:
        """A shipment that happened in that minute, from what is free."""
        lines = (ReservationLine(NO_RESERVATION, LineId("1"), ItemId(item), units * UNIT),)
        self.hear(UnitsShipped(OrderId(f"shop:{number}"), NODE, ShipmentId(number), lines, time_us(minute)))

    def snapshot(
        self,
        units: Mapping[str, int],
        minute: int,
        reporter: Reporter = Reporter.WMS,
        number: str = "N",
        unit: str = "EA",
    ) -> None:
        """A whole snapshot of that minute, which arrives now: units by item."""
        source = reporter.lower()
        of, number_ = provenance(source, minute), SnapshotId(number)
        key = f"snapshot/{source}/{NODE}/{number}"
        lines = tuple(line(item, count, unit) for item, count in units.items())
        self.hear(StockSnapshotBegun(of, NODE, number_, reporter, time_us(minute), IN_FLIGHT_S), key)
        self.hear(StockSnapshotContinued(of, NODE, number_, PartId("1"), lines), key)
        self.hear(StockSnapshotEnded(of, NODE, number_, len(lines)), key)
        self.tick()

    def tick(self) -> None:
        """A millisecond passes: the pages of a snapshot leave."""
        partition = self.rows.partition
        for timer in partition.timers.take_due(partition.advance(partition.now_ms + 1)):
            self._heard(self._keeper.fire(partition, timer, EventId(f"{self._events:032x}")))

    def decide(self, action: type[CaseAction], subject: str = "bolt") -> None:
        """A person decides about the DRIFT case of a snapshot."""
        (case_id,) = [each.case_id for each in self.cases.values() if _is_of_snapshot(each, subject)]
        self._events += 1
        said = provenance("operations", 0, f"{self._events}")
        self.hear(action(case_id, CaseHome.INVENTORY, subject, said, "Ann", "looked"), subject)

    def statements(self, item: str = "bolt") -> list[str]:
        """What was said of the item's differences: state, cause and difference."""
        stated = [said for said in self.said if isinstance(said, DifferenceStated) if said.item_id == item]
        return [f"{said.state} {said.cause} {said.difference // UNIT:+}" for said in stated]

    def case_states(self, case_class: CaseClass = CaseClass.DRIFT, subject: str = "bolt") -> list[CaseState]:
        """The states of the cases of a class about the item."""
        cases = (each.case for each in self.cases.values())
        return [case.state for case in cases if (case.case_class, case.subject) == (case_class, subject)]

    def item(self, item: str = "bolt") -> Item | None:
        """The row of an item."""
        return self.rows.partition.state.get(ITEMS, ItemId(item))

    def on_hand(self, item: str = "bolt") -> int:
        """How many units the ledger has at the node."""
        row = self.item(item)
        return 0 if row is None else sum(on_hand(node) for node in row.nodes if node.node_id == NODE) // UNIT


def _is_of_snapshot(change: CaseChange, subject: str) -> bool:
    return change.case.subject == subject and "/snapshot/" in change.case.key


def time_us(minute: int) -> int:
    """The time of a minute."""
    return (BEGAN_MS + minute * MINUTE_MS) * 1_000


def provenance(source: str, minute: int, message: str = "m") -> Provenance:
    """Of a message about that minute."""
    return Provenance(SourceId(source), CorrelationId(message), 0, message, time_us(minute), time_us(minute))


def line(item: str, units: int, unit: str = "EA") -> StockLine:
    """A line of a stock document."""
    return StockLine(LineId("1"), ItemId(item), units * UNIT, unit)
