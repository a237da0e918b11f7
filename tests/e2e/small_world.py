"""All flows, a real ERP simulator with its connector, and a warehouse, in one thread on one embedded log.

The test controls the time: it advances as soon as there is nothing left to do, so no test waits.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from connectors.embedded.client import EmbeddedClient
from connectors.embedded.store import EmbeddedStore
from connectors.erp.calls import Calls
from connectors.erp.connector import Connector
from connectors.erp.options import ConnectorOptions
from connectors.log.port import Outgoing
from dataflows.assembly import EmbeddedFlows, load_rules, topics_for
from demo.erp.behaviour import ErpBehaviour
from demo.warehouse import simulator as warehouse
from demo.warehouse.times import Delays
from domain.identifiers import ErpId
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import WAREHOUSE_COMMANDS, erp_command_topic
from tests.unit.erp.running import RunningErp, running_erp

START_MS = 1_795_251_600_000
PORTAL = "source.portal.v1"
WAREHOUSE = "source.wms_central.v1"

_STEP_MS = 1_000
_QUIET_ROUNDS = 6
_MOST_ROUNDS = 200
_WORKERS = 4


class SmallWorld:
    """What a test sends and lets happen. `data` is the folder of the log."""

    def __init__(self, data: Path, erp: RunningErp, calls: Calls) -> None:
        self.data = data
        self.erp = erp
        self.now_ms = START_MS
        self.store = EmbeddedStore(data, "orderline", topics_for(4), self._clock)
        self._rules = load_rules()
        commands = self._beside("erp-connector-main", erp_command_topic(ErpId("main")))
        options = ConnectorOptions(idle_ms=0, busy_ms=10)
        codec = Codec(load_contracts())
        self._connector = Connector(
            commands, calls, codec, ErpId("main"), workers=_WORKERS, options=options, clock=self._seconds
        )
        floor = self._beside("warehouse-simulator", WAREHOUSE_COMMANDS)
        self._warehouse = warehouse.WarehouseSimulator(floor, Codec(load_contracts()), Delays(split_per_mille=0))
        self._logs = (commands, floor)

    def _clock(self) -> int:
        return self.now_ms

    def _seconds(self) -> float:
        return self.now_ms / 1000

    def _beside(self, name: str, topic: str) -> EmbeddedClient:
        return EmbeddedClient(self.data, "orderline", name, (topic,), self._clock)

    def send(self, topic: str, key: str | None, value: bytes) -> None:
        """A raw record from outside."""
        self.store.write([Outgoing(topic, key, value)], [])

    def process(self) -> None:
        """The flows process all that was sent; no time passes, and nobody outside answers."""
        EmbeddedFlows(self.store, "orderline", self._rules, lambda: False).run(until_idle=True)

    def run(self) -> Self:
        """Until nothing has happened for some seconds of its time."""
        quiet, before = 0, self._ends()
        for _ in range(_MOST_ROUNDS):
            self._round()
            after = self._ends()
            quiet = quiet + 1 if after == before else 0
            if quiet == _QUIET_ROUNDS:
                return self
            before = after
        raise AssertionError(f"the world is still busy after {_MOST_ROUNDS} rounds")

    def _round(self) -> None:
        self.process()
        self._connector.step()
        self._connector.finish()
        self._warehouse.step()
        self.now_ms += _STEP_MS

    def _ends(self) -> dict[tuple[str, int], int]:
        counts = self.store.reader.topics().items()
        return {(topic, number): self.store.reader.end(topic, number)[0] for topic, n in counts for number in range(n)}

    def close(self) -> None:
        """Let go of the log."""
        for log in self._logs:
            log.close()
        self.store.close()


@contextmanager
def small_world(folder: Path, behaviour: ErpBehaviour) -> Iterator[SmallWorld]:
    """A world below a folder, for the time of a block."""
    with (
        running_erp(folder / "erp.sqlite", behaviour) as erp,
        Calls(erp.adapter, _WORKERS) as calls,
    ):
        world = SmallWorld(folder / "data", erp, calls)
        try:
            yield world
        finally:
            world.close()


def portal_order(number: str, quantities: dict[str, str], message_id: str | None = None) -> bytes:
    """An order as the portal sends it; quantities by item."""
    lines = [
        {"line": line, "item": item, "quantity": quantity, "unit_price": "1.50"}
        for line, (item, quantity) in enumerate(quantities.items(), start=1)
    ]
    return _json(
        message_id=message_id or f"order-{number}",
        event="order_placed",
        order_number=number,
        customer={"number": "C1"},
        currency="EUR",
        ship_to={"name": "n", "street": "s", "city": "c", "postal_code": "1", "country": "DE"},
        lines=lines,
    )


def receipt(number: str, goods: dict[str, str]) -> bytes:
    """Goods as the warehouse reports them; quantities by item."""
    lines = [{"sku": item, "quantity": quantity} for item, quantity in goods.items()]
    return _json(message_id=f"receipt-{number}", event="receipt", receipt_id=number, lines=lines)


def _json(**content: Any) -> bytes:
    return json.dumps({"occurred_at": "2026-11-21T09:00:00Z", **content}).encode()
