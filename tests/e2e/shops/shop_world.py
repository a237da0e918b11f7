"""All flows, a shop with its connector, and a warehouse that the test plays, on one embedded log.

Flows and connector die at failpoints as chance wills, and come back with nothing but what was committed. The time moves
when there is nothing left to do.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import yaml

from connectors.embedded.log import EmbeddedLog
from connectors.embedded.store import EmbeddedStore
from connectors.erp.calls import Answered, Probed, Returned, call
from connectors.erp.connector import Connector
from connectors.erp.conversations.conversing_erp import ConversingErp
from connectors.erp.conversations.known_erps import rules_of
from connectors.erp.lanes import Work
from connectors.erp.lease import Permit
from connectors.erp.options import ConnectorOptions
from connectors.log.port import Outgoing
from connectors.topic_reader import last_of_each_key, open_reader
from dataflows.assembly import ERP_FILES, EmbeddedFlows, load_rules, topics_for, topics_of
from dataflows.case_decisions import Decision, decision_record
from domain.identifiers import ErpId, SourceId
from domain.messages.cases import CaseState, ExceptionRaised, ExceptionSnapshot
from domain.messages.inventory import ChannelAvailability
from schemas.channel_language.loader import CHANNELS
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import EXCEPTIONS_STATE, INVENTORY_AVAILABILITY, erp_command_topic
from schemas.contracts.source_topics import source_topic
from tests.e2e.shops.shop_cases import ShopCase
from tests.simulation.actors import Died, Mortality
from tests.unit.shops.doubles import Fault, FaultyWire

SHOP = ErpId("webshop")
_START_MS = 1_795_251_600_000
_STEP_MS = 1_000
_QUIET_ROUNDS = 90
"""Longer than any retry waits."""
_MOST_ROUNDS = 3_000
_WORKERS = 4


class _CallsAtOnce:
    """Stands in for `connectors.erp.calls.Calls`: each call is over when it has begun."""

    def __init__(self, adapter: ConversingErp) -> None:
        self._adapter = adapter
        self._returned: list[Returned] = []

    def start(self, work: Work, permit: Permit, *, doubtful: bool) -> None:
        self._returned.append(Answered(work, call(self._adapter, work.command, permit, doubtful=doubtful)))

    def probe(self) -> None:
        self._returned.append(Probed(self._adapter.reachable()))

    def take(self, wait_s: float) -> Iterator[Returned]:
        del wait_s
        returned, self._returned = self._returned, []
        yield from returned


class ShopWorld:
    """What a test sends and lets happen."""

    def __init__(self, folder: Path, case: ShopCase, chance: Random, faults: Sequence[Fault], per_mille: int) -> None:
        self.case = case
        self.shop = case.double()
        self.now_ms = _START_MS
        self.is_away = False
        self._codec = Codec(load_contracts())
        self._rules = load_rules(channel_folder(folder, case), erp_folder(folder, case))
        self.data = folder / "data"
        topics = topics_for(4, topics_of(self._rules))
        self._store = EmbeddedStore(self.data, "orderline", topics, lambda: self.now_ms, synced=False)
        self.mortality = Mortality(chance, per_mille)
        self._adapter_rules = rules_of(folder / "erps" / f"{SHOP}.yaml")
        self._faults = iter(faults)
        self._wire = FaultyWire(self.shop, self._each_fault())
        self._flows, self._connector = self._begun_flows(), self._begun_connector()
        self._messages = 0

    def send_order(self) -> None:
        self._send(self.case.source, self.case.record, self.case.headers)

    def receive(self, **goods: int) -> None:
        """Goods arrive at the warehouse, LAMP_1 for LAMP-1."""
        lines = [{"sku": name.replace("_", "-"), "quantity": str(quantity)} for name, quantity in goods.items()]
        self._warehouse(event="receipt", receipt_id=f"R{self._messages}", lines=lines)

    def ship(self, shipment_id: str, tracking: str, *units: tuple[str, str, int], carrier: str = "DHL") -> None:
        """Goods leave, of (line, item): the message comes twice."""
        message = {
            "event": "shipment",
            "order_id": self.case.order_id,
            "shipment_id": shipment_id,
            "carrier": carrier,
            "tracking_number": tracking,
            "lines": [{"line_id": line, "sku": item, "quantity": str(quantity)} for line, item, quantity in units],
        }
        self._warehouse(**message)
        self._warehouse(**message)

    def retry(self, case: ExceptionRaised) -> None:
        """A person retries a case."""
        self._messages += 1
        decision_id = f"decision-{self._messages}"
        record = decision_record(case, Decision.RETRY, "ann", "mended", decision_id, "2026-11-21T12:00:00Z")
        self._store.write([record], ())

    def open_cases(self) -> list[ExceptionRaised]:
        found = self._last_of(EXCEPTIONS_STATE)
        cases = [each.case for each in found if isinstance(each, ExceptionSnapshot)]
        return [each for each in cases if each.state is not CaseState.RESOLVED]

    def may_show(self) -> dict[str, int]:
        """The newest number of each item, in pieces."""
        found = self._last_of(INVENTORY_AVAILABILITY)
        return {each.item_id: each.quantity // 1_000_000 for each in found if isinstance(each, ChannelAvailability)}

    def changing_calls(self) -> int:
        """How many calls that change something the shop has got, or should have."""
        return sum(each.changes for each in self._wire.calls)

    def run(self, rounds: int | None = None) -> None:
        """Until nothing has happened for a while, or so many rounds."""
        quiet, before = 0, self._ends()
        for number in range(_MOST_ROUNDS):
            self._round()
            after = self._ends()
            quiet = quiet + 1 if after == before else 0
            if quiet == _QUIET_ROUNDS or number + 1 == rounds:
                return
            before = after
        raise AssertionError(f"the world is still busy after {_MOST_ROUNDS} rounds")

    def close(self) -> None:
        self._store.close()

    def _round(self) -> None:
        try:
            self._flows.run(until_idle=True)
        except Died:
            self._flows = self._begun_flows()
        try:
            self._connector.step()
        except Died:
            self._connector = self._begun_connector()
        self.now_ms += _STEP_MS

    def _begun_flows(self) -> EmbeddedFlows:
        return EmbeddedFlows(self._store, "orderline", self._rules, lambda: False, self.mortality)

    def _begun_connector(self) -> Connector:
        name = f"erp-connector-{SHOP}"
        log = EmbeddedLog(self._store, "orderline", name, (erp_command_topic(SHOP),), self.mortality)
        return Connector(
            log,
            _CallsAtOnce(ConversingErp(self._adapter_rules, self._wire)),
            self._codec,
            SHOP,
            workers=_WORKERS,
            options=ConnectorOptions(idle_ms=0, busy_ms=0),
            clock=lambda: self.now_ms / 1000,
        )

    def _each_fault(self) -> Iterator[Fault]:
        while True:
            yield Fault.LOST_CALL if self.is_away else next(self._faults, Fault.NONE)

    def _warehouse(self, **message: Any) -> None:
        self._messages += 1
        content = {"message_id": f"w{self._messages}", "occurred_at": "2026-11-21T09:00:00Z", **message}
        self._send("wms_central", json.dumps(content).encode())

    def _send(self, source: str, value: bytes, headers: tuple[tuple[str, bytes], ...] = ()) -> None:
        self._store.write([Outgoing(source_topic(SourceId(source)), None, value, headers)], ())

    def _last_of(self, topic: str) -> list[object]:
        reader = open_reader(self.data, None)
        try:
            return [self._codec.decode(topic, each.value) for each in last_of_each_key(reader, topic) if each.value]
        finally:
            reader.close()

    def _ends(self) -> dict[tuple[str, int], int]:
        counts = self._store.reader.topics().items()
        return {(topic, number): self._store.reader.end(topic, number)[0] for topic, n in counts for number in range(n)}


def channel_folder(folder: Path, case: ShopCase) -> Path:
    """The release's own files, and three lines of the guide."""
    channels = folder / "channels"
    channels.mkdir()
    for name in (case.source, "wms_central", "operations"):
        text = (CHANNELS / f"{name}.yaml").read_text(encoding="utf-8")
        if name == case.source:
            text = text.replace("release_gate: BOOKED", "release_gate: ACCEPTED").replace("availability_feed: true", "")
            text = f"reports_to: {SHOP}\navailability_feed: true\n{text}"
        (channels / f"{name}.yaml").write_text(text, encoding="utf-8")
    return channels


def erp_folder(folder: Path, case: ShopCase) -> Path:
    """The ERP of the demo, and the shop with its secrets."""
    erps, secrets = folder / "erps", folder / "secrets"
    erps.mkdir()
    secrets.mkdir()
    text = (ERP_FILES / "main.yaml").read_text(encoding="utf-8")
    (erps / "main.yaml").write_text(text, encoding="utf-8")
    postings = {
        "ShipmentConfirmed": {"command": "REPORT_SHIPMENT", "priority_class": 1},
        "ChannelAvailability": {"command": "REPORT_AVAILABILITY", "priority_class": 3},
    }
    shop = {
        "erp_id": str(SHOP),
        "adapter": case.adapter,
        "settings": dict(case.settings(secrets)),
        "postings": postings,
    }
    (erps / f"{SHOP}.yaml").write_text(yaml.safe_dump(yaml.safe_load(text) | shop), encoding="utf-8")
    return erps
