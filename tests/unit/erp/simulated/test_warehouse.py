"""The simulated warehouse: what it answers, when, and that a restart changes nothing."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from connectors.log.port import Outgoing, TopicPartition
from demo.warehouse.messages import CARRIER, FINANCE, WAREHOUSE, halves
from demo.warehouse.simulator import WarehouseSimulator, run
from demo.warehouse.times import Delays
from domain.addresses import Address
from domain.identifiers import CommandId, ItemId, LineId, NodeId, OrderId
from domain.messages.warehouse import ReleasedLine, WarehouseCancelCommanded, WarehouseReleaseCommanded
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import WAREHOUSE_COMMANDS
from tests.memory_log import MemoryLog, MemoryTopics

CODEC = Codec(load_contracts())
DELAYS = Delays(seed=3, pick_ms=200, ship_ms=400, report_ms=100, split_per_mille=0)
DONE_MS = 2_000
"""Long enough for all answers to one command."""
LINES = (ReleasedLine(LineId("1"), ItemId("ITEM-1"), 3_000_000), ReleasedLine(LineId("2"), ItemId("ITEM-2"), 1_500_000))


def release(order: str = "portal:P-1", number: int = 1, lines: tuple[ReleasedLine, ...] = LINES) -> Any:
    address = Address("A", "B", "C", "D", "", "DE")
    return WarehouseReleaseCommanded(
        CommandId(f"{order}/release/{number}"), OrderId(order), NodeId("central"), address, lines
    )


def cancel(order: str = "portal:P-1", *line_ids: str) -> Any:
    return WarehouseCancelCommanded(
        CommandId(f"{order}/cancel"), OrderId(order), NodeId("central"), tuple(map(LineId, line_ids))
    )


@dataclass
class World:
    """The log, and a warehouse that can be killed and started again."""

    delays: Delays = DELAYS
    topics: MemoryTopics = field(
        default_factory=lambda: MemoryTopics(
            {WAREHOUSE_COMMANDS: 1, WAREHOUSE: 1, CARRIER: 1, FINANCE: 1, "deadletters.v1": 1}
        )
    )

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.log = MemoryLog(self.topics, "orderline.warehouse-simulator", [WAREHOUSE_COMMANDS])
        self.simulator = WarehouseSimulator(self.log, CODEC, self.delays)

    def command(self, message: Any) -> None:
        self.topics.append(Outgoing(WAREHOUSE_COMMANDS, message.order_id, CODEC.encode(WAREHOUSE_COMMANDS, message)))

    def after(self, milliseconds: int) -> None:
        self.simulator.step()
        self.topics.now_ms += milliseconds
        self.simulator.step()

    def answers(self, topic: str = WAREHOUSE) -> list[dict[str, Any]]:
        return [msgspec.json.decode(record.value or b"") for record in self.topics.all_of(topic)]

    def events(self) -> list[str]:
        return [answer["event"] for answer in self.answers()]

    def committed(self) -> int:
        return self.topics.offsets.get(("orderline.warehouse-simulator", TopicPartition(WAREHOUSE_COMMANDS, 0)), 0)


@pytest.fixture
def world() -> World:
    return World()


def test_a_release_is_picked_then_shipped_and_its_offset_moves_only_then(world: World) -> None:
    world.command(release())
    picked_at_ms = DELAYS.picked_at_ms(CommandId("portal:P-1/release/1"), world.topics.now_ms)
    world.after(picked_at_ms - world.topics.now_ms + DELAYS.report_ms - 1)
    assert [] == world.events()
    world.after(1)
    assert (["pick"], 0) == (world.events(), world.committed())
    world.after(DONE_MS)
    assert (["pick", "shipment"], 1) == (world.events(), world.committed())


def test_the_records_have_the_shape_that_the_channel_file_reads(world: World) -> None:
    world.command(release())
    world.after(DONE_MS)
    pick, shipment = world.answers()
    lines = [
        {"line_id": "1", "sku": "ITEM-1", "quantity": "3"},
        {"line_id": "2", "sku": "ITEM-2", "quantity": "1.5"},
    ]
    about = {"node_id": "central", "order_id": "portal:P-1", "command_id": "portal:P-1/release/1", "lines": lines}
    assert about == {name: pick[name] for name in about} == {name: shipment[name] for name in about}
    assert {"message_id", "event", "occurred_at", "pick_id", *about} == set(pick)
    assert {"message_id", "event", "occurred_at", "shipment_id", "carrier", "tracking_number", *about} == set(shipment)
    assert pick["occurred_at"].startswith("1970-01-01T00:16:40.")
    assert {"portal:P-1"} == {record.key for record in world.topics.all_of(WAREHOUSE)}


def test_an_order_in_two_shipments_ships_each_unit_once() -> None:
    world = World(Delays(split_per_mille=1000))
    world.command(release(lines=(ReleasedLine(LineId("1"), ItemId("ITEM-1"), 5_000_000),)))
    world.command(release("portal:P-2"))
    world.after(DONE_MS)
    assert ["pick", "pick", "shipment", "shipment", "shipment", "shipment"] == sorted(world.events())
    shipments = [answer for answer in world.answers() if answer["event"] == "shipment"]
    assert 4 == len({shipment["shipment_id"] for shipment in shipments})
    assert ["2", "3"] == [
        shipment["lines"][0]["quantity"] for shipment in shipments if shipment["order_id"] == "portal:P-1"
    ]
    assert ["1", "2"] == [
        line["line_id"] for each in shipments if each["order_id"] == "portal:P-2" for line in each["lines"]
    ]


def test_a_unit_that_is_not_found_is_reported_and_not_shipped() -> None:
    world = World(Delays(split_per_mille=0, short_per_mille=1000))
    world.command(release())
    world.command(release("portal:P-2", lines=(ReleasedLine(LineId("1"), ItemId("ITEM-1"), 1_000_000),)))
    world.after(DONE_MS)
    said = {(answer["order_id"], answer["event"]): answer["lines"] for answer in world.answers()}
    missing = [{"line_id": "1", "sku": "ITEM-1", "quantity": "1"}]
    assert {
        ("portal:P-1", "short_pick"): missing,
        ("portal:P-1", "pick"): [
            {"line_id": "1", "sku": "ITEM-1", "quantity": "2"},
            {"line_id": "2", "sku": "ITEM-2", "quantity": "1.5"},
        ],
        ("portal:P-1", "shipment"): said["portal:P-1", "pick"],
        ("portal:P-2", "short_pick"): missing,
    } == said
    assert 2 == world.committed()


def test_what_is_put_back_is_picked_again_and_leaves_once() -> None:
    world = World(Delays(split_per_mille=0, put_back_per_mille=1000))
    world.command(release())
    world.after(DONE_MS)
    assert ["pick", "unpick", "pick", "shipment"] == world.events()
    assert 4 == len({answer["message_id"] for answer in world.answers()})
    assert ["RESTOCKED"] * 2 == [line["condition"] for line in world.answers()[1]["lines"]]


def test_a_carrier_reports_each_parcel_once_it_is_handed_over() -> None:
    world = World(Delays(split_per_mille=1000, deliver_per_mille=1000))
    world.command(release())
    world.after(2 * DONE_MS)
    shipments, deliveries = world.answers()[1:], world.answers(CARRIER)
    names = ("shipment_id", "carrier", "lines")
    assert [["delivered"] * 2, 1] == [[each["event"] for each in deliveries], world.committed()]
    assert [[each[name] for name in names] for each in shipments] == [
        [each[name] for name in names] for each in deliveries
    ]
    assert all(
        shipped["occurred_at"] < there["occurred_at"] for shipped, there in zip(shipments, deliveries, strict=True)
    )


def test_a_parcel_that_did_not_leave_is_reported_and_never_delivered() -> None:
    world = World(Delays(split_per_mille=0, reverse_per_mille=1000, deliver_per_mille=1000))
    world.command(release())
    world.after(DONE_MS)
    _, shipment, reversal = world.answers()
    assert ["shipment_reversed", *(shipment[name] for name in ("shipment_id", "lines"))] == [
        reversal[name] for name in ("event", "shipment_id", "lines")
    ]
    assert [[], 1] == [world.answers(CARRIER), world.committed()]


def test_finance_invoices_what_left_once_and_nothing_that_did_not() -> None:
    world = World(Delays(split_per_mille=0, invoice_per_mille=1000))
    world.command(release())
    world.after(2 * DONE_MS)
    (_, shipment), (invoice,) = world.answers(), world.answers(FINANCE)
    assert ("invoiced", shipment["lines"], 1) == (invoice["event"], invoice["lines"], world.committed())
    assert shipment["occurred_at"] < invoice["occurred_at"]
    left = World(Delays(split_per_mille=0, invoice_per_mille=1000, reverse_per_mille=1000))
    left.command(release())
    left.after(2 * DONE_MS)
    assert [] == left.answers(FINANCE)


def test_a_wrong_invoice_is_cancelled_and_written_anew() -> None:
    world = World(Delays(split_per_mille=0, invoice_per_mille=1000, mistype_per_mille=1000))
    world.command(release())
    world.after(2 * DONE_MS)
    wrong, cancelled, right = world.answers(FINANCE)
    assert ["invoiced", "invoice_cancelled", "invoiced"] == [each["event"] for each in (wrong, cancelled, right)]
    assert wrong["invoice_id"] == cancelled["invoice_id"] != right["invoice_id"]
    assert wrong["lines"] == cancelled["lines"]
    assert [("4", "3"), ("1.5", "1.5")] == [
        (too_much["quantity"], line["quantity"]) for too_much, line in zip(wrong["lines"], right["lines"], strict=True)
    ]
    assert 3 == len({each["message_id"] for each in (wrong, cancelled, right)})


def test_a_single_unit_cannot_be_split() -> None:
    lines = (ReleasedLine(LineId("1"), ItemId("ITEM-1"), 1_500_000),)
    assert (lines, ()) == halves(lines)


def test_a_cancellation_before_the_pick_is_accepted_and_nothing_leaves(world: World) -> None:
    world.command(release())
    world.command(cancel())
    world.after(DONE_MS)
    assert ["cancel_accepted"] == world.events()
    assert 2 == world.committed()


def test_a_cancellation_after_the_pick_is_refused_and_the_goods_leave(world: World) -> None:
    world.command(release())
    world.after(DELAYS.pick_ms * 3 // 2)
    world.command(cancel())
    world.after(DONE_MS)
    assert ["pick", "cancel_refused", "shipment"] == world.events()
    assert "already picked" == world.answers()[1]["reason"]


def test_a_cancellation_after_the_shipment_is_refused(world: World) -> None:
    world.command(release())
    world.after(DONE_MS)
    world.command(cancel())
    world.after(DONE_MS)
    assert ["pick", "shipment", "cancel_refused"] == world.events()


def test_a_cancelled_line_stays_and_the_others_leave(world: World) -> None:
    world.command(release())
    world.command(cancel("portal:P-1", "1"))
    world.after(DONE_MS)
    assert ["cancel_accepted", "pick", "shipment"] == world.events()
    assert [["2"], ["2"]] == [[line["line_id"] for line in each["lines"]] for each in world.answers()[1:]]


def test_a_cancellation_of_a_picked_and_an_unpicked_line_is_refused_as_a_whole(world: World) -> None:
    world.command(release(lines=LINES[:1]))
    world.after(DELAYS.pick_ms * 3 // 2)
    world.command(release(number=2, lines=LINES[1:]))
    world.command(cancel("portal:P-1", "1", "2"))
    world.after(DONE_MS)
    assert ["cancel_refused", "pick", "pick", "shipment", "shipment"] == sorted(world.events())


def test_killed_at_any_moment_it_says_the_same_again() -> None:
    def killed_after(milliseconds: int) -> dict[str, bytes]:
        shares = {"split": 500, "short": 200, "put_back": 200, "reverse": 300, "deliver": 700}
        world = World(Delays(seed=3, **{f"{name}_per_mille": share for name, share in shares.items()}))
        for number in range(6):
            world.command(release(f"portal:P-{number}"))
        world.after(150)
        for number in range(0, 6, 2):
            world.command(cancel(f"portal:P-{number}", "1"))
        world.after(milliseconds)
        world.start()
        world.after(DONE_MS)
        world.after(DONE_MS)
        assert 9 == world.committed()
        said: dict[str, bytes] = {}
        for record in (*world.topics.all_of(WAREHOUSE), *world.topics.all_of(CARRIER)):
            message_id = msgspec.json.decode(record.value or b"")["message_id"]
            assert record.value == said.setdefault(message_id, record.value or b"")
        return said

    expected = killed_after(DONE_MS)
    events = {msgspec.json.decode(value)["event"] for value in expected.values()}
    ends = {"shipment_reversed", "delivered", "cancel_accepted", "cancel_refused"}
    assert {"short_pick", "pick", "unpick", "shipment", *ends} == events
    for milliseconds in range(0, 1_200, 40):
        assert expected == killed_after(milliseconds), f"killed after {milliseconds} ms"


def test_a_backlog_that_comes_in_slowly_is_read_before_anything_is_reported(world: World) -> None:
    world.command(release())
    world.command(cancel())
    world.topics.now_ms += DONE_MS
    world.log.most_a_poll = 1
    for _ in range(3):
        world.after(0)
    assert ["cancel_accepted"] == world.events()


def test_a_lost_commit_is_made_good(world: World) -> None:
    world.command(release())
    world.log.lose_next_commit = True
    world.after(DONE_MS)
    assert [] == world.events()
    world.after(0)
    assert (["pick", "shipment"], 1) == (world.events(), world.committed())


def test_what_is_no_command_goes_to_the_dead_letters(world: World) -> None:
    world.topics.append(Outgoing(WAREHOUSE_COMMANDS, "key", b"garbage"))
    world.after(0)
    assert [b"garbage"] == [record.value for record in world.topics.all_of("deadletters.v1")]
    assert 1 == world.committed()


def test_it_runs_until_it_is_stopped(world: World) -> None:
    world.command(release())
    turns = iter((False, False, True))

    def stop() -> bool:
        world.topics.now_ms += DONE_MS
        return next(turns)

    run(world.log, CODEC, DELAYS, stop)
    assert ["pick", "shipment"] == world.events()
