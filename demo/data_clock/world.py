"""A simulation on the clock of its data: flows, warehouse and ERP act one after the other; time moves in between.

```
        ┌── flows, in turn, until none can do more
  time ─┤
        └── ERP connector, warehouse ── nothing new? ── time moves to the next due record or timer
```
Nothing here reads the wall clock, so a run can be repeated to the byte. Each raw record has its own time and each timer
fires at its own, but the flows process records and windows once an hour and other timers every five minutes, which is
shorter than any timeout. Nothing is synced to disk: a run that was interrupted has to start again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

from connectors.embedded.log import EmbeddedLog
from connectors.embedded.store import EmbeddedStore
from connectors.erp.connector import Connector
from connectors.erp.conversations.conversing_erp import ConversingErp
from connectors.erp.options import ConnectorOptions
from connectors.erp.simulated.rules import SimulatedErp
from connectors.log.port import Outgoing
from dataflows import insights
from dataflows.assembly import Rules, topics_for
from demo.data_clock.calls_in_step import CallsInStep
from demo.data_clock.flows import FlowsInTurn
from demo.erp.behaviour import ErpBehaviour
from demo.erp.in_process import ErpInProcess
from demo.warehouse import simulator as warehouse
from demo.warehouse.times import Delays
from domain.identifiers import ErpId
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import WAREHOUSE_COMMANDS, erp_command_topic

_TIMERS_MS: Final = 5 * 60_000
_HOUR_MS: Final = 3_600_000
_RESTS_AFTER_MS: Final = 30 * 24 * _HOUR_MS
"""How long after the last record of the feed the run ends; what still waits then waits for input that never comes."""
_ERP_ID: Final = ErpId("main")
_WORKERS: Final = 64
_AT_ONCE: Final = ConnectorOptions(idle_ms=0, busy_ms=0)


class Dated(Protocol):
    """A raw record and its time."""

    @property
    def at_ms(self) -> int:
        """Milliseconds since 1970, never less than those of the record before."""
        ...

    @property
    def outgoing(self) -> Outgoing:
        """The record."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace and the faults of a simulation."""

    erp: ErpBehaviour
    warehouse: Delays


class World:
    """The simulation as a context manager; `live` runs it to its end."""

    def __init__(self, data: Path, application: str, rules: Rules, feed: Iterable[Dated], pace: Pace) -> None:
        self._feed: Iterator[Dated] = iter(feed)
        self._coming: Dated | None = next(self._feed, None)
        self.now_ms = 0 if self._coming is None else self._coming.at_ms
        self._ends_at_ms = self.now_ms
        self._store = EmbeddedStore(data, application, topics_for(4), lambda: self.now_ms, synced=False)
        self._erp = ErpInProcess(data / "erp.sqlite", pace.erp, lambda: self.now_ms)
        self._flows = FlowsInTurn(self._store, application, rules, self._between)
        codec = Codec(load_contracts())
        self._connector = Connector(
            self._beside(application, f"erp-connector-{_ERP_ID}", erp_command_topic(_ERP_ID)),
            CallsInStep(ConversingErp(SimulatedErp(), self._erp)),
            codec,
            _ERP_ID,
            workers=_WORKERS,
            options=_AT_ONCE,
            clock=lambda: self.now_ms / 1000,
        )
        self._warehouse = warehouse.WarehouseSimulator(
            self._beside(application, "warehouse-simulator", WAREHOUSE_COMMANDS), codec, pace.warehouse, wait_s=0.0
        )

    def _beside(self, application: str, name: str, topic: str) -> EmbeddedLog:
        return EmbeddedLog(self._store, application, name, (topic,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._erp.close()
        self._store.close()

    def live(self) -> None:
        """Run until the feed has ended and nothing is due."""
        self._flows.run()

    def erp_statistics(self) -> dict[str, Any]:
        """The ERP's own count."""
        return dict(self._erp.statistics())

    def _between(self) -> bool:
        self._connector.step()
        self._warehouse.step()
        return not self._flows.are_settled() or self._move_on()

    def _move_on(self) -> bool:
        """Move the time to the next due record or timer; False when there is none."""
        moment_ms = min(self._dues(), default=None)
        if moment_ms is None or moment_ms > self._ends_at_ms + _RESTS_AFTER_MS:
            return False
        while self._coming is not None and self._coming.at_ms <= moment_ms:
            self._hand_over(self._coming.at_ms)
        self.now_ms = moment_ms
        return True

    def _dues(self) -> Iterator[int]:
        if self._coming is not None:
            yield _next_full(_HOUR_MS, self._coming.at_ms)
        if (due_ms := self._warehouse.next_due_ms()) is not None:
            yield _next_full(_HOUR_MS, max(due_ms, self.now_ms + 1))
        for flow, due_ms in self._flows.dues():
            step_ms = _HOUR_MS if flow == insights.FLOW else _TIMERS_MS
            yield _next_full(step_ms, max(due_ms, self.now_ms + 1))

    def _hand_over(self, at_ms: int) -> None:
        """Send all records of one time, at that time."""
        records = []
        while self._coming is not None and self._coming.at_ms == at_ms:
            records.append(self._coming.outgoing)
            self._coming = next(self._feed, None)
        self.now_ms = max(self.now_ms, at_ms)
        self._ends_at_ms = self.now_ms
        self._store.write(records, ())


def _next_full(step_ms: int, at_ms: int) -> int:
    """The first full step at or after a time."""
    return -(-at_ms // step_ms) * step_ms
