"""A wholesaler's invoices, credit notes and stock adjustments through the whole product, held against the oracles.

Ten of A and one of B came. 536365 orders six of A and four of B, with postage; 536366 is postage alone; A563185 is bad
debt. All is shipped that is there. Then two of A come back, one more broken, with a discount; twenty of A are written
off, of which six are there; two of B are found. One of A comes back for an unknown order: it is on the shelf
once its order had its time to arrive, after the write-off.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.topic_reader import TopicReader, every_record, last_of_each_key, open_reader
from dataflows.assembly import load_rules
from dataflows.command_line.main import main
from demo.erp.behaviour import ErpBehaviour
from demo.warehouse.payloads import stock_adjustment
from domain.identifiers import AdjustmentId
from domain.inventory.accounts import balances
from domain.messages.cases import ExceptionRaised
from domain.messages.dispatch import ErpCommand
from domain.messages.inventory import InventoryPosition
from domain.messages.status import OrderSnapshot, ReturnReceived
from domain.money.amounts import format_amount
from domain.quantities import UNIT
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.e2e.small_world import START_MS, WAREHOUSE, SmallWorld, receipt, small_world
from tests.oracle.insights import insights_findings
from tests.oracle.quiescent_log import QuiescentLog
from tests.oracle.replay import replay_findings
from tests.oracle.witnesses import report_of, witness_findings

HUB = "source.online_retail.v1"
POSTAGE = {"line": "9", "code": "POST", "description": "POSTAGE", "quantity": "1", "price": "18.00"}
LONGER_THAN_ANY_DEADLINE_MS = 3_600_000


def invoice(number: str, goods: dict[str, str], *charges: dict[str, str]) -> bytes:
    """Of a customer without an account."""
    lines = [
        {"line": str(line), "item": item, "description": "", "quantity": quantity, "price": "2.50"}
        for line, (item, quantity) in enumerate(goods.items(), start=1)
    ]
    return said("order_placed", number, number, lines=lines, charges=charges)


def credit_note(number: str, invoice: str, lines: list[dict[str, str]], *charges: dict[str, str]) -> bytes:
    return said("return_received", f"{number}/{invoice}", invoice, credit_note=number, lines=lines, charges=charges)


def said(event: str, message_id: str, invoice: str, **content: Any) -> bytes:
    about = {"event": event, "message_id": message_id, "invoice": invoice, "at": "2010-12-01T08:26:00"}
    return json.dumps({**about, "customer": "", "country": "United Kingdom", **content}).encode()


def back(quantity: str, condition: str = "restocked") -> dict[str, str]:
    return {"line": "1", "item": "A", "quantity": quantity, "price": "2.50", "condition": condition}


def live(world: SmallWorld) -> None:
    world.send(WAREHOUSE, "R1", receipt("R1", {"A": "10", "B": "1"}))
    world.send(HUB, "536365", invoice("536365", {"A": "6", "B": "4"}, POSTAGE))
    world.send(HUB, "536366", invoice("536366", {}, POSTAGE))
    world.send(HUB, "A563185", invoice("A563185", {}, {**POSTAGE, "code": "B"}))
    world.run()
    discount = {"line": "2", "code": "D", "description": "Discount", "quantity": "-1", "price": "5"}
    note = credit_note("C1", "536365", [back("2"), back("1", "damaged")], discount)
    for _ in range(2):
        world.send(HUB, "536365", note)
    world.send(HUB, "C2", credit_note("C2", "C2", [back("1")]))
    world.run()
    world.send(WAREHOUSE, "W1", stock_adjustment(AdjustmentId("W1"), START_MS, "thrown away", [("A", -20), ("B", 2)]))
    world.run()
    world.now_ms += LONGER_THAN_ANY_DEADLINE_MS
    world.run()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallWorld]:
    with small_world(tmp_path_factory.mktemp("world"), ErpBehaviour()) as world:
        live(world)
        yield world


@pytest.fixture
def reader(world: SmallWorld) -> Iterator[TopicReader]:
    reader = open_reader(world.data, None)
    yield reader
    reader.close()


def messages(reader: TopicReader, topic: str) -> list[Any]:
    codec = Codec(load_contracts())
    return [codec.decode(topic, record.value or b"") for record in every_record(reader, topic)]


def test_the_return_is_published_once_with_its_credit(reader: TopicReader) -> None:
    (returned,) = (event for event in messages(reader, "orders.events.v1") if isinstance(event, ReturnReceived))
    assert ("uk:536365", "C1", "12.5", "PARTIAL") == (
        returned.order.order_id,
        returned.return_id,
        format_amount(returned.credit),
        returned.order.return_status,
    )


def test_orders_are_worth_their_goods_and_charges(reader: TopicReader) -> None:
    codec = Codec(load_contracts())
    snapshots = [
        codec.decode(record.topic, record.value or b"") for record in last_of_each_key(reader, "orders.state.v1")
    ]
    orders = {each.order.order_id: each.order for each in snapshots if isinstance(each, OrderSnapshot)}
    assert {"uk:536365": ("43", "PARTIALLY_SHIPPED"), "uk:536366": ("18", "BOOKED")} == {
        order_id: (format_amount(order.value), order.status) for order_id, order in orders.items()
    }


def test_the_erp_has_one_credit_memo_with_the_discount(world: SmallWorld, reader: TopicReader) -> None:
    documents = world.erp.statistics()["documents"]
    assert (2, 1) == (documents["sales_order"], documents["credit_memo"])
    (asked,) = (
        command
        for command in messages(reader, "erp.commands.main.v1")
        if isinstance(command, ErpCommand) and command.document.return_id
    )
    assert ("uk:536365/central/C1", ["D"]) == (asked.business_key, [charge.code for charge in asked.document.charges])


def test_units_lie_where_they_came_to(reader: TopicReader) -> None:
    last = {each.item_id: each for each in messages(reader, "inventory.positions.v1")}
    a, b = last["A"], last["B"]
    assert isinstance(a, InventoryPosition)
    (at_a,), (at_b,) = a.nodes, b.nodes
    assert (-13, 1, 2, 20) == tuple(
        units // UNIT for units in (at_a.available, at_a.damaged, at_a.customer, at_a.adjustment)
    )
    assert (3, -2) == (at_b.customer // UNIT, at_b.adjustment // UNIT), "what was found filled the backorder"
    assert [0, 0] == [sum(balances(node)) for node in (at_a, at_b)]


LATE = "1 event for an order that is not here, and did not come within 15 min"


def test_every_trouble_is_a_case(reader: TopicReader) -> None:
    cases = [each for each in messages(reader, "exceptions.v1") if isinstance(each, ExceptionRaised)]
    assert {
        ("MALFORMED_PAYLOAD", "uk:A563185", "charges.1.code: 'B' is not in the code list 'charge'"),
        (
            "SHRINKAGE",
            "A",
            "central wrote off 20 units with adjustment W1, 14 more than are free to promise",
        ),
        (
            "ORPHAN_EVENT",
            "uk:C2",
            f"{LATE}: return central/C2 (1 of A) from online_retail",
        ),
    } == {(case.case_class, case.subject, case.reason) for case in cases}


def test_the_report_finds_nothing_wrong(world: SmallWorld, reader: TopicReader) -> None:
    report = report_of(reader, load_rules(), world.erp.statistics())
    assert [] == [finding for finding in witness_findings(reader, report) if "ERP has" not in finding]
    assert (2, 0, True) == (report.orders_booked, report.oversold_units, report.units_conserved)


def test_outputs_states_and_windows_follow_from_the_inputs(reader: TopicReader) -> None:
    rules = load_rules()
    assert [] == replay_findings(QuiescentLog(reader, rules), rules)
    assert [] == insights_findings(reader)


def test_the_story_of_the_order_has_the_return(world: SmallWorld, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["show", "order", "uk:536365", "--data", str(world.data)])
    printed = capsys.readouterr().out
    for words in (
        "placed the order: 6 x A, 4 x B, charges of 18 GBP",
        "took back C1 at central: 2 x A restocked, 1 x A damaged, charges of -5",
        "the ledger records return C1: 2 x A restocked, 1 x A damaged",
        "return C1, credit 12.5 GBP, returned partial",
        "post credit memo uk:536365/central/C1",
    ):
        assert words in printed
