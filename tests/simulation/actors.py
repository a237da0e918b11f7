"""Those who act in a simulation, one turn at a time: the four flows, the connector, the warehouse.

Each can die at a failpoint in its turn, and comes back with nothing but what was committed.
"""

from collections import Counter
from random import Random
from typing import Protocol

from bytewax.dataflow import Dataflow

from connectors.embedded.log import EmbeddedLog
from connectors.embedded.store import EmbeddedStore
from connectors.erp.connector import Connector
from connectors.erp.options import ConnectorOptions
from connectors.log.failpoints import Failpoints
from connectors.log.port import LogFailed
from dataflows.assembly import Rules, add_flow, embedded_log, inbox_of
from demo.warehouse import simulator as warehouse
from demo.warehouse.times import Delays
from domain.identifiers import ErpId
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.running import run_graph
from operators.engine.source import StopSignal
from operators.engine.timers import TIMERS
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import WAREHOUSE_COMMANDS, erp_command_topic
from tests.simulation.erp import CallsInTime, ErpInMemory

_APPLICATION = "orderline"
_AT_ONCE = ConnectorOptions(idle_ms=0, busy_ms=0)
_WORKERS = 8
_DELAYS = Delays(
    short_per_mille=60,
    put_back_per_mille=60,
    reverse_per_mille=60,
    deliver_per_mille=300,
    invoice_per_mille=500,
    mistype_per_mille=200,
)


class Died(LogFailed):
    """A crash, as an element of the input."""


class Mortality(Failpoints):
    """Every failpoint kills now and then; `deaths` counts where. `per_mille` 0: no more kills."""

    def __init__(self, chance: Random, per_mille: int) -> None:
        self.per_mille = per_mille
        self.deaths: Counter[str] = Counter()
        self._chance = chance

    def hit(self, name: str) -> None:
        if self._chance.randrange(1_000) < self.per_mille:
            self.deaths[name] += 1
            raise Died(name)


class Actor(Protocol):
    """Somebody who acts when it is his turn."""

    def act(self) -> None:
        """Do all that can be done now."""
        ...


class FlowActor:
    """One flow: a graph of its own a turn, so that what it does depends on no thread and no wall clock."""

    def __init__(self, name: str, store: EmbeddedStore, rules: Rules, mortality: Mortality, chance: Random) -> None:
        self._name = name
        self._store = store
        self._rules = rules
        self._mortality = mortality
        self._chance = chance

    def act(self) -> None:
        log = embedded_log(self._store, _APPLICATION, self._name, self._rules, self._mortality)
        if log.caught_up() and not self._has_timer_due():
            return
        graph = Dataflow(self._name)
        stop_signal = StopSignal(lambda: not log.rebalancing() and task.is_idle() and log.caught_up())
        task = add_flow(graph, self._name, log, self._rules, stop_signal, self._limits())
        try:
            run_graph(graph, stop_signal)
        except Died:
            return

    def _limits(self) -> EpochLimits:
        """Epochs end by their number of records or with the input, never by the time of day."""
        records = self._chance.randint(1, 40)
        return EpochLimits(age_s=1e9, least_s=0.0, records=records, poll_records=self._chance.randint(1, records))

    def _has_timer_due(self) -> bool:
        inbox = inbox_of(self._name, self._rules)
        if inbox is None:
            return False
        now_ms = self._store.now_ms()
        first = (
            self._store.reader.scan_state(self._name, partition, TIMERS.prefix, None, 1)
            for partition in range(self._store.partitions_of(inbox))
        )
        return any(TIMERS.decode(value).due_at_ms <= now_ms for rows in first for _, value in rows)


class ConnectorActor:
    """The real connector, with calls that return in the simulation's time."""

    def __init__(self, store: EmbeddedStore, erp: ErpInMemory, mortality: Mortality) -> None:
        self._store = store
        self._erp = erp
        self._mortality = mortality
        self._connector = self._begun()

    def act(self) -> None:
        try:
            self._connector.step()
        except Died:
            self._connector = self._begun()

    def _begun(self) -> Connector:
        name = "erp-connector-main"
        log = EmbeddedLog(self._store, _APPLICATION, name, (erp_command_topic(ErpId("main")),), self._mortality)
        return Connector(
            log,
            CallsInTime(self._erp),
            Codec(load_contracts()),
            ErpId("main"),
            workers=_WORKERS,
            options=_AT_ONCE,
            clock=lambda: self._erp.clock() / 1000,
        )


class WarehouseActor:
    """The demo's warehouse."""

    def __init__(self, store: EmbeddedStore, mortality: Mortality) -> None:
        self._store = store
        self._mortality = mortality
        self._warehouse = self._begun()

    def act(self) -> None:
        try:
            self._warehouse.step()
        except Died:
            self._warehouse = self._begun()

    def _begun(self) -> warehouse.WarehouseSimulator:
        log = EmbeddedLog(self._store, _APPLICATION, "warehouse-simulator", (WAREHOUSE_COMMANDS,), self._mortality)
        return warehouse.WarehouseSimulator(log, Codec(load_contracts()), _DELAYS, wait_s=0.0)
