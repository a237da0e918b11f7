"""The order machine's rows of parcels: who is told, and when they are forgotten."""

from collections.abc import Sequence

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import CorrelationId, EventId, ItemId, LineId, OrderId, ParcelId, ShipmentId, SourceId
from domain.messages.orders import FulfilmentLine, ParcelEvent, ParcelSent, ParcelTold
from domain.messages.parcels import ParcelReported, ParcelStatus
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.machines.homes.parcels import PARCEL_HORIZON, PARCELS, REMEMBERED_MS
from operators.machines.orders import OrderMachine
from tests.memory_state import MemoryRows
from tests.unit.orders.story import RULES

HOUR_MS = 3_600_000


class Home:
    """One partition, which is the home of every parcel."""

    def __init__(self) -> None:
        self.rows = MemoryRows()
        self._machine = OrderMachine(RULES, Horizons())
        self._records = 0

    def hear(self, message: ParcelEvent, at_ms: int = 1) -> Sequence[object]:
        self._records += 1
        partition = self.rows.partition
        partition.advance(at_ms)
        record = Record("orders.inbox.v1", 0, self._records, partition.now_ms, "key", b"", ())
        event = Event(EventId(f"event {self._records}"), CorrelationId(""), (), message, record, 1)
        return self._machine.apply(partition, event, partition.now_ms)

    def pass_time(self, until_ms: int) -> None:
        partition = self.rows.partition
        for timer in partition.timers.take_due(partition.advance(until_ms)):
            self._machine.fire(partition, timer, EventId("timer"))

    def counted(self) -> tuple[int, int]:
        return len(list(self.rows.rows(PARCELS))), len(list(self.rows.rows(PARCEL_HORIZON)))


def report(second: int) -> ParcelReported:
    provenance = Provenance(SourceId("c"), CorrelationId(f"{second}"), 0, "h", second, second)
    return ParcelReported(ParcelId("JD1"), provenance, "DHL", ParcelStatus.IN_TRANSIT, 0, "", "", "")


def sent() -> ParcelSent:
    lines = (FulfilmentLine(LineId("1"), ItemId("lamp"), 2),)
    return ParcelSent(ParcelId("JD1"), OrderId("o:1"), ShipmentId("S"), lines)


def test_an_order_is_told_what_was_reported_before_and_afterwards() -> None:
    home = Home()
    assert [] == list(home.hear(report(1)))
    (first,) = home.hear(sent())
    (second,) = home.hear(report(2))
    assert isinstance(first, ParcelTold)
    assert isinstance(second, ParcelTold)
    assert ("o:1", report(1), report(2)) == (first.order_id, first.report, second.report)


def test_what_comes_again_changes_no_row() -> None:
    home = Home()
    home.hear(report(1))
    assert [] == list(home.hear(report(1)))
    assert (1, 1) == home.counted()


def test_a_parcel_is_forgotten_two_months_after_it_was_last_heard_of() -> None:
    home = Home()
    home.hear(report(1))
    home.hear(sent(), at_ms=5 * HOUR_MS)
    assert (1, 1) == home.counted()
    home.pass_time(REMEMBERED_MS + 2 * HOUR_MS)
    assert (1, 1) == home.counted()
    home.pass_time(REMEMBERED_MS + 7 * HOUR_MS)
    assert (0, 0) == home.counted()
    assert [] == list(home.hear(report(2), at_ms=REMEMBERED_MS + 8 * HOUR_MS))
