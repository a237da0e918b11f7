"""Trying a payload: `orderline produce`, `orderline run all --until-idle`, `orderline tail`, on a new folder."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.embedded import incoming
from demo.channels.small_payloads import (
    jsonl,
    portal_cancellation,
    portal_order,
    purchase_order,
    receipt,
    shipment,
    shopify_webhook,
)
from domain.identifiers import OrderId
from tests.e2e.commands import Inside, orderline


class Bench:
    """A data folder, and what one does with it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = folder / "data"
        self._files = folder
        self._say = Inside(capsys)

    def produce(self, source: str, content: str, suffix: str = "jsonl") -> str:
        file = self._files / f"payload.{suffix}"
        file.write_text(content)
        said = self._say("produce", f"source.{source}.v1", "--file", str(file), "--data", str(self.data))
        assert (0, "") == (said.code, said.err)
        return said.out

    def work_off(self) -> None:
        said = self._say("run", "all", "--data", str(self.data), "--until-idle")
        assert (0, "") == (said.code, said.err)
        assert [] == list(incoming.waiting_files(self.data / "incoming"))

    def tail(self, topic: str) -> list[dict[str, Any]]:
        said = self._say("tail", topic, "--data", str(self.data), "--from-start", "--json")
        assert (0, "") == (said.code, said.err)
        return [json.loads(line) for line in said.out.splitlines()]

    def story(self, order_id: str) -> list[tuple[str, str]]:
        """The status events of an order, each with the status after it."""
        records = [record for record in self.tail("orders.events.v1") if record["key"] == order_id]
        assert list(range(1, len(records) + 1)) == [record["value"]["order"]["version"] for record in records]
        return [(record["type"], record["value"]["order"]["status"]) for record in records]


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bench:
    return Bench(tmp_path, capsys)


def test_payloads_of_every_kind_become_a_story(bench: Bench) -> None:
    assert (
        f"1 record for source.wms_central.v1; next: `orderline run all --data {bench.data} --until-idle`\n"
        == bench.produce("wms_central", jsonl(receipt("R1", {"BOLT": "10", "NUT": "1"})))
    )
    bench.work_off()
    bench.produce("portal", jsonl(portal_order("P1", {"BOLT": "4"}), {"key": "k", "value": "no JSON at all"}))
    bench.produce("shopify", jsonl(shopify_webhook(7001, "NUT", 2)))
    bench.produce("edi_wholesale", purchase_order("PO77", "BOLT", 3), "edi")
    bench.work_off()
    assert "1 record for source.wms_central.v1\n" == bench.produce(
        "wms_central", jsonl(shipment("S1", OrderId("portal:P1"), {"BOLT": "4"}))
    )
    bench.work_off()

    assert [
        ("OrderReceived", "RECEIVED"),
        ("OrderAccepted", "ALLOCATED"),
        ("InventoryAllocated", "ALLOCATED"),
        ("ShipmentConfirmed", "SHIPPED"),
    ] == bench.story("portal:P1")
    assert [
        ("OrderReceived", "RECEIVED"),
        ("OrderAccepted", "PARTIALLY_ALLOCATED"),
        ("InventoryAllocated", "PARTIALLY_ALLOCATED"),
        ("InventoryBackordered", "PARTIALLY_ALLOCATED"),
    ] == bench.story("shopify_eu:7001")
    assert [
        ("OrderReceived", "RECEIVED"),
        ("OrderAccepted", "ALLOCATED"),
        ("InventoryAllocated", "ALLOCATED"),
    ] == bench.story("edi_wholesale:ZZ:BUYER:BUYER:PO77")
    assert [("k", "no JSON at all", "source.portal.v1")] == [
        (letter["key"], letter["value"], letter["headers"]["original_topic"]) for letter in bench.tail("deadletters.v1")
    ]


def test_key_and_headers_of_a_payload_arrive_with_it(bench: Bench) -> None:
    bench.produce("shopify", jsonl(shopify_webhook(7001, "NUT", 2)))
    bench.work_off()

    (record,) = bench.tail("source.shopify.v1")
    assert "7001" == record["key"]
    assert {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Webhook-Id": "webhook-7001",
        "timestamp": "2026-11-21T09:00:00Z",
    } == record["headers"]


def test_unanswered_erp_commands_do_not_keep_it_running(bench: Bench) -> None:
    bench.produce("wms_central", jsonl(receipt("R1", {"BOLT": "10"})))
    bench.produce("portal", jsonl(portal_order("P1", {"BOLT": "4"})))
    bench.work_off()

    assert ["ErpCommand"] == [record["type"] for record in bench.tail("erp.commands.main.v1")]


def test_a_second_run_does_nothing(bench: Bench) -> None:
    bench.produce("portal", jsonl(portal_order("P1", {"BOLT": "4"})))
    bench.work_off()
    before = everything_in(bench)

    bench.work_off()
    assert before == everything_in(bench)


def everything_in(bench: Bench) -> list[Sequence[object]]:
    topics = ("orders.inbox.v1", "inventory.inbox.v1", "dispatch.inbox.v1", "orders.events.v1", "orders.state.v1")
    return [bench.tail(topic) for topic in topics]


def test_what_was_produced_first_is_read_first(bench: Bench) -> None:
    numbers = [f"P{number}" for number in range(8)]
    for number in numbers:
        bench.produce("portal", jsonl({"key": "one key", "value": portal_order(number, {"BOLT": "1"})}))
    bench.work_off()

    assert numbers == [json.loads(record["value"])["order_number"] for record in bench.tail("source.portal.v1")]


def test_a_shipment_may_overtake_its_order(bench: Bench) -> None:
    bench.produce(
        "wms_central", jsonl(receipt("R1", {"BOLT": "10"}), shipment("S1", OrderId("portal:P1"), {"BOLT": "4"}))
    )
    bench.work_off()
    assert [] == bench.story("portal:P1")

    bench.produce("portal", jsonl(portal_order("P1", {"BOLT": "4"})))
    bench.work_off()
    assert [
        ("OrderReceived", "RECEIVED"),
        ("ShipmentConfirmed", "SHIPPED"),
        ("OrderAccepted", "SHIPPED"),
    ] == bench.story("portal:P1")


def test_a_cancellation_may_overtake_its_order(bench: Bench) -> None:
    bench.produce("portal", jsonl(portal_cancellation("P1")))
    bench.work_off()
    assert [] == bench.story("portal:P1")

    bench.produce("portal", jsonl(portal_order("P1", {"BOLT": "4"})))
    bench.work_off()
    assert [("OrderReceived", "RECEIVED"), ("OrderCancelled", "CANCELLED")] == bench.story("portal:P1")
    assert [] == bench.tail("erp.commands.main.v1")


def test_it_works_from_any_folder_as_a_process(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(jsonl(portal_order("P1", {"BOLT": "4"})))
    said = [
        orderline("produce", "source.portal.v1", "--file", "p.jsonl", "--data", "data", folder=tmp_path),
        orderline("run", "all", "--data", "data", "--until-idle", folder=tmp_path),
        orderline("tail", "orders.events.v1", "--data", "data", folder=tmp_path),
    ]

    assert [(0, "")] * 3 == [(one.code, one.err) for one in said]
    assert ["OrderReceived", "OrderAccepted", "InventoryBackordered"] == [
        word for line in said[-1].out.splitlines() for word in line.split() if word.startswith(("Order", "Inventory"))
    ]
