"""Our contracts as the program uses them: message class, record, schema version and id, and what each topic carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.messages import cases, insights, inventory, ticks
from domain.messages import dispatch as commands
from domain.messages import orders as events
from domain.messages import status as status_events
from domain.messages import warehouse as warehouse_commands
from schemas.avro.avro_files import SCHEMAS, BadSchema
from schemas.contracts.lock import current_schemas, unreleased
from schemas.contracts.released import Release, read_releases
from schemas.contracts.topics import Topic, load_topics

MESSAGES: tuple[type, ...] = (
    cases.ExceptionRaised,
    commands.ErpAvailability,
    commands.ErpCommand,
    commands.ErpRequested,
    commands.ErpResponse,
    insights.PartialSums,
    insights.WatermarkReached,
    insights.WindowUpdated,
    inventory.GoodsReceived,
    inventory.InventoryPosition,
    inventory.ReservationsConfirmed,
    inventory.ReservationsReleased,
    inventory.ReservationsRequested,
    inventory.StockAdjusted,
    inventory.UnitsPicked,
    inventory.UnitsReturned,
    inventory.UnitsShipped,
    inventory.UnitsTransferred,
    events.BackorderFilled,
    events.ErpOutcomeReceived,
    events.OrderCancelRequested,
    events.OrderPicked,
    events.OrderPlaced,
    events.OrderReturned,
    events.OrderShipped,
    events.ReservationsAnswered,
    ticks.Tick,
    events.WarehouseAccepted,
    events.WarehouseRefused,
    status_events.CancelRefused,
    status_events.CancelRequested,
    status_events.ErpCommandRefused,
    status_events.InventoryAllocated,
    status_events.InventoryBackordered,
    status_events.OrderAccepted,
    status_events.OrderBooked,
    status_events.OrderCancelled,
    status_events.OrderClosed,
    status_events.OrderDuplicateReceived,
    status_events.OrderReceived,
    status_events.OrderRejected,
    status_events.OrderSnapshot,
    status_events.PickReleased,
    status_events.ReturnReceived,
    status_events.ShipmentConfirmed,
    warehouse_commands.WarehouseCancelCommanded,
    warehouse_commands.WarehouseReleaseCommanded,
)
"""Every class that is a record of some topic."""


@dataclass(frozen=True, slots=True)
class Contract:
    """One record: its class, and its released versions, the last of which is what we write and read as."""

    message: type
    record: str
    releases: tuple[Release, ...]

    @property
    def current(self) -> Release:
        """The version that we write."""
        return self.releases[-1]


@dataclass(frozen=True, slots=True)
class Contracts:
    """All contracts and topics."""

    topics: Mapping[str, Topic]
    by_record: Mapping[str, Contract]
    by_message: Mapping[type, Contract]

    def of_topic(self, topic: str) -> tuple[Contract, ...]:
        """What a topic may carry; nothing for raw bytes."""
        return tuple(self.by_record[record] for record in self.topics[topic].records)

    def subjects(self) -> Mapping[str, Contract]:
        """Every subject of a registry, `<topic>-<record>`."""
        return {
            f"{topic}-{record}": self.by_record[record]
            for topic in self.topics
            for record in self.topics[topic].records
        }


@cache
def load_contracts() -> Contracts:
    """The project's own contracts, read once."""
    return read_contracts(SCHEMAS)


def read_contracts(root: Path) -> Contracts:
    """The contracts in a folder; `BadSchema` when files, lock and classes do not belong together."""
    topics = load_topics(root / "topics")
    releases = read_releases(root)
    current = current_schemas(root, topics)
    stale = ", ".join(release.record for release in unreleased(current, releases))
    if stale:
        raise BadSchema(f"no schema id yet for {stale}: run `python -m schemas.contracts.lock`")
    classes = {message.__name__: message for message in MESSAGES}
    missing = ", ".join(record for record in current if record.rpartition(".")[2] not in classes)
    if missing:
        raise BadSchema(f"no message class for {missing}: add it to schemas/contracts/contracts.py, MESSAGES")
    contracts = [
        Contract(
            message=classes[record.rpartition(".")[2]],
            record=record,
            releases=tuple(release for release in releases if release.record == record),
        )
        for record in current
    ]
    return Contracts(topics, {each.record: each for each in contracts}, {each.message: each for each in contracts})
