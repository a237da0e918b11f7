"""A shop is told on a Kafka, as the guide says: a user's processes, and a shop behind HTTP that keeps its own rules."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from connectors.erp.http.exchange import ErpCall, ErpReply
from demo.brokers.choice import Kafka
from tests.e2e.commands import Inside, Running, orderline, running, until
from tests.e2e.shops.shop_cases import FIRST, SECOND, SHOPIFY
from tests.e2e.shops.shop_world import SHOP, channel_folder, erp_folder
from tests.kafka.release_topics import remove_topics
from tests.unit.shops.doubles import served

_WITHIN_S = 120.0


class OneAtATime:
    """A double behind a server with threads."""

    def __init__(self, double: Any) -> None:
        self._double = double
        self._lock = Lock()
        self.throttled = double.throttled

    def answer(self, call: ErpCall) -> ErpReply:
        with self._lock:
            answer: ErpReply = self._double.answer(call)
            return answer


class Shell:
    """What a user types, and what the warehouse sends."""

    def __init__(self, where: tuple[str, ...], folder: Path, run: Inside) -> None:
        self._where = where
        self._folder = folder
        self._run = run

    def produce(self, topic: str, *payloads: dict[str, Any]) -> None:
        file = self._folder / "payloads.jsonl"
        file.write_text("\n".join(map(json.dumps, payloads)), encoding="utf-8")
        said = self._run("produce", topic, "--file", str(file), *self._where)
        assert 0 == said.code, said

    def warehouse(self, message_id: str, **message: Any) -> None:
        content = {"message_id": message_id, "occurred_at": "2026-11-21T09:00:00Z", **message}
        self.produce("source.wms_central.v1", content)

    def ship(self, shipment_id: str, tracking: str, *units: tuple[str, str, int]) -> None:
        lines = [{"line_id": line, "sku": item, "quantity": str(quantity)} for line, item, quantity in units]
        message = {"order_id": SHOPIFY.order_id, "shipment_id": shipment_id, "tracking_number": tracking}
        self.warehouse(shipment_id, event="shipment", carrier="DHL", lines=lines, **message)


@contextmanager
def connector(where: tuple[str, ...], erps: Path, url: str) -> Iterator[Running]:
    """`orderline erp-connector` of the shop."""
    with running("erp-connector", SHOP, "--erps", str(erps), "--url", url, *where) as command:
        yield command


def wait_for(what: str, seen: Callable[[], object], expected: object) -> None:
    until(lambda: seen() == expected, f"{what}: {expected}", _WITHIN_S)


def test_a_shop_is_told_once_though_its_connector_is_killed(
    kafka: Kafka, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    channels, erps = channel_folder(tmp_path, SHOPIFY), erp_folder(tmp_path, SHOPIFY)
    where = ("--bootstrap", kafka.bootstrap)
    files = ("--channels", str(channels), "--erps", str(erps))
    shop = SHOPIFY.double()
    shell = Shell(where, tmp_path, Inside(capsys))
    remove_topics(kafka.bootstrap)
    try:
        made = orderline("topics", "create", *where, "--partitions", "2", *files)
        assert 0 == made.code, made
        assert f"erp.commands.{SHOP}.v1: created" in made.out
        state = ("--state", str(tmp_path / "state"))
        with served(OneAtATime(shop)) as url, running("run", "all", *where, *state, *files):
            with connector(where, erps, url):
                goods = [{"sku": FIRST, "quantity": "20"}, {"sku": SECOND, "quantity": "5"}]
                shell.warehouse("r1", event="receipt", receipt_id="R1", lines=goods)
                wait_for("shown", lambda: SHOPIFY.shown(shop, FIRST), 20)
                envelope = {name: value.decode() for name, value in SHOPIFY.headers}
                shell.produce("source.shopify.v1", {"key": "6001", "value": SHOPIFY.payload, "headers": envelope})
                wait_for("shown", lambda: SHOPIFY.shown(shop, FIRST), 17)
                shell.ship("S-1", "T-1", ("11", FIRST, 2), ("12", SECOND, 1))
            shell.ship("S-2", "T-2", ("11", FIRST, 1))
            shell.warehouse("r2", event="receipt", receipt_id="R2", lines=[{"sku": FIRST, "quantity": "4"}])
            with connector(where, erps, url):
                expected = [("T-1", {"11": 2, "12": 1}), ("T-2", {"11": 1})]
                wait_for("fulfilments", lambda: sorted(SHOPIFY.reported(shop), key=str), expected)
                wait_for("shown", lambda: (SHOPIFY.shown(shop, FIRST), SHOPIFY.shown(shop, SECOND)), (21, 4))
    finally:
        remove_topics(kafka.bootstrap)
