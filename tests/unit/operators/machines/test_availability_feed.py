"""The availability feed: published with each change of an item, and for all items when channels change."""

from collections.abc import Mapping

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import (
    ChannelId,
    CorrelationId,
    ErpId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    ReceiptId,
    ReservationId,
    SourceId,
)
from domain.messages.inventory import ChannelAvailability, NodeUnits, RequestedLine, ReservationsRequested
from domain.messages.reference_data import ChannelFence, StockPolicySet
from domain.messages.stock import StockLine
from domain.messages.stock_movements import UnitsReceived
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.engine.timers import TIMERS
from operators.machines.availability_feed import NO_SHOPS
from operators.machines.inventory import InventoryMachine
from tests.memory_state import MemoryRows

PROVENANCE = Provenance(SourceId("wms"), CorrelationId("1"), 0, "", 0, 0)
LAMP, CENTRAL, NORTH = ItemId("lamp"), NodeId("central"), NodeId("north")
PORTAL, SHOP = ChannelId("portal"), ChannelId("shop")
BOTH = {PORTAL: (CENTRAL, NORTH), SHOP: (CENTRAL,)}
Shown = list[tuple[str, str, int, tuple[tuple[str, int], ...]]]


class Ledger:
    """One partition of the inventory flow, which may be started again with other channels."""

    def __init__(self, sourcing: Mapping[ChannelId, tuple[NodeId, ...]]) -> None:
        self.rows = MemoryRows()
        self.start(sourcing)
        self._events = 0

    def start(
        self, sourcing: Mapping[ChannelId, tuple[NodeId, ...]], shown_by: Mapping[ChannelId, ErpId] = NO_SHOPS
    ) -> None:
        self.machine = InventoryMachine(Horizons(), sourcing, shown_by=shown_by)

    def hear(self, message: object) -> Shown:
        return shown(self.effects_of(message))

    def effects_of(self, message: object) -> object:
        self._events += 1
        partition = self.rows.partition
        record = Record("inventory.inbox.v1", 0, self._events, partition.now_ms, None, b"", ())
        event = Event(EventId(f"event {self._events}"), CorrelationId("c"), (), message, record, 1)
        return self.machine.apply(partition, event, partition.now_ms)

    def wait(self) -> list[Shown]:
        """What each page of all items shows, until none is left."""
        partition = self.rows.partition
        pages: list[Shown] = []
        while list(self.rows.rows(TIMERS)):
            due = partition.timers.take_due(partition.advance(partition.now_ms + 1))
            pages.extend(shown(self.machine.fire(partition, timer, EventId("timer"))) for timer in due)
        return pages


def shown(effects: object) -> Shown:
    assert isinstance(effects, list | tuple)
    return [
        (each.channel_id, each.item_id, each.quantity, tuple((at.node_id, at.quantity) for at in each.nodes))
        for each in effects
        if isinstance(each, ChannelAvailability)
    ]


def received(quantity: int, item_id: ItemId = LAMP, node_id: NodeId = CENTRAL) -> UnitsReceived:
    line = StockLine(LineId("1"), item_id, quantity, "EA")
    return UnitsReceived(PROVENANCE, node_id, ReceiptId("R"), EventId("document"), (line,))


def asked(quantity: int) -> ReservationsRequested:
    line = RequestedLine(ReservationId("r"), LineId("1"), LAMP, quantity, "EA")
    return ReservationsRequested(OrderId("portal:1"), PORTAL, 1, (CENTRAL,), confirmed=True, lines=(line,))


def policy(safety_stock: int, *fences: ChannelFence) -> StockPolicySet:
    return StockPolicySet(LAMP, PROVENANCE, (NodeUnits(CENTRAL, safety_stock),), fences)


def ready(sourcing: Mapping[ChannelId, tuple[NodeId, ...]]) -> Ledger:
    """A ledger with a lamp whose first page is out."""
    ledger = Ledger(sourcing)
    ledger.hear(received(10))
    ledger.wait()
    return ledger


def test_a_change_shows_each_channel_what_its_nodes_have() -> None:
    ledger = ready(BOTH)
    assert [("portal", "lamp", 14, (("central", 10), ("north", 4)))] == ledger.hear(received(4, node_id=NORTH))
    assert [
        ("portal", "lamp", 11, (("central", 7), ("north", 4))),
        ("shop", "lamp", 7, (("central", 7),)),
    ] == ledger.hear(asked(3))


def test_a_channel_is_not_shown_what_is_kept_from_it() -> None:
    ledger = ready(BOTH)
    fence = ChannelFence(CENTRAL, PORTAL, 5)
    assert [("portal", "lamp", 8, (("central", 8),)), ("shop", "lamp", 3, (("central", 3),))] == ledger.hear(
        policy(2, fence)
    )
    assert [("portal", "lamp", 3, (("central", 3),))] == ledger.hear(asked(5))


def test_what_has_not_changed_for_a_channel_is_not_published() -> None:
    ledger = ready(BOTH)
    ledger.hear(policy(10))
    assert [] == ledger.hear(policy(20))
    assert [] == ledger.hear(received(9))


def test_nothing_left_is_shown_as_nothing() -> None:
    assert [("portal", "lamp", 0, ()), ("shop", "lamp", 0, ())] == ready(BOTH).hear(asked(12))


def test_all_items_are_published_page_by_page_when_a_channel_is_new() -> None:
    ledger = Ledger({})
    for number in range(250):
        assert [] == ledger.hear(received(1, ItemId(f"item {number:03}")))
    assert [] == ledger.wait()
    ledger.start({SHOP: (CENTRAL,)})
    ledger.hear(received(1, ItemId("item 007")))
    pages = ledger.wait()
    assert [100, 100, 50] == list(map(len, pages))
    assert [f"item {number:03}" for number in range(250)] == [item for page in pages for _, item, _, _ in page]
    assert ("shop", "item 007", 2, (("central", 2),)) in pages[0]


def test_other_nodes_of_a_channel_publish_all_items_again() -> None:
    ledger = ready(BOTH)
    ledger.start({**BOTH, PORTAL: (NORTH,)})
    ledger.hear(received(1, node_id=NORTH))
    assert [[("portal", "lamp", 1, (("north", 1),)), ("shop", "lamp", 10, (("central", 10),))]] == ledger.wait()
    ledger.hear(received(1))
    assert [] == ledger.wait()


def test_a_channel_whose_feed_ends_has_nothing_to_show() -> None:
    ledger = ready(BOTH)
    ledger.start({SHOP: (CENTRAL,)})
    ledger.hear(received(1))
    assert [[("shop", "lamp", 11, (("central", 11),)), ("portal", "lamp", 0, ())]] == ledger.wait()
    assert [("shop", "lamp", 12, (("central", 12),))] == ledger.hear(received(1))
    assert [] == ledger.wait()


def test_a_restart_with_the_same_channels_publishes_nothing_again() -> None:
    ledger = ready(BOTH)
    ledger.rows.restart()
    ledger.start(BOTH)
    ledger.hear(received(1))
    assert [] == ledger.wait()


def test_all_items_are_published_again_for_a_shop_that_is_told_from_now_on() -> None:
    ledger = ready({PORTAL: (CENTRAL,)})
    for shop in ("webshop", "other"):
        ledger.start({PORTAL: (CENTRAL,)}, {PORTAL: ErpId(shop)})
        ledger.hear(received(1))
        assert 1 == len(ledger.wait())
        ledger.hear(received(1))
        assert [] == ledger.wait()


def test_a_record_names_the_position_and_the_unit_that_it_is_made_of() -> None:
    ledger = ready(BOTH)
    partition = ledger.rows.partition
    record = Record("inventory.inbox.v1", 0, 9, partition.now_ms, None, b"", ())
    event = Event(EventId("event"), CorrelationId("c"), (), received(1), record, 1)
    effects = InventoryMachine(Horizons(), BOTH).apply(partition, event, 77)
    (of_portal, _) = (each for each in effects if isinstance(each, ChannelAvailability))
    assert ("portal:lamp", 2, 77, "EA") == (of_portal.key, of_portal.version, of_portal.as_of_ms, of_portal.unit)
