"""Nothing of a record waits for the garbage collector: a backlog would fill the memory with what is done."""

import gc

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import NO_RESERVATION, CorrelationId, EventId, ItemId, LineId, NodeId, OrderId, ShipmentId
from domain.messages.inventory import ReservationLine, UnitsShipped
from operators.engine.event import Event
from operators.machines.inventory import InventoryMachine
from tests.memory_state import MemoryRows


def _shipment(number: int) -> Event:
    line = ReservationLine(NO_RESERVATION, LineId("1"), ItemId("bolt"), 4)
    shipped = UnitsShipped(OrderId("portal:1"), NodeId("E"), ShipmentId(f"S{number}"), (line,), occurred_at_us=1)
    record = Record("inventory.inbox.v1", 0, number, 0, None, b"", ())
    return Event(EventId(f"event {number}"), CorrelationId("c"), (), shipped, record, 1)


def test_what_the_ledger_made_of_a_record_is_freed_when_it_is_applied() -> None:
    partition, machine = MemoryRows().partition, InventoryMachine(Horizons())
    first, second = _shipment(1), _shipment(2)
    machine.apply(partition, first, partition.now_ms)
    gc.collect()
    gc.disable()
    try:
        machine.apply(partition, second, partition.now_ms)
        left = gc.collect()
    finally:
        gc.enable()
    assert 0 == left
