"""A simulated ERP that runs inside the test, and what it counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import urllib3

from connectors.erp.conversations.conversing_erp import ConversingErp
from connectors.erp.http.wire import HttpWire
from connectors.erp.simulated.rules import SimulatedErp
from connectors.log.clock import wall_clock_ms
from demo.erp.behaviour import ErpBehaviour
from demo.erp.simulator import ErpSimulator

_DEADLINE_S = 60.0
TIMEOUT_MS = 10_000


@dataclass(frozen=True)
class RunningErp:
    """The adapter to it, and its own pages."""

    url: str
    adapter: ConversingErp

    def statistics(self) -> dict[str, Any]:
        return page(f"{self.url}/statistics")

    def control(self, **drill: object) -> dict[str, Any]:
        return page(f"{self.url}/control", drill)


@contextmanager
def running_erp(
    database: Path,
    behaviour: ErpBehaviour,
    now_ms: Callable[[], int] = wall_clock_ms,
    call_timeout_ms: int = TIMEOUT_MS,
) -> Iterator[RunningErp]:
    with (
        ErpSimulator("127.0.0.1", 0, database, behaviour, now_ms) as simulator,
        adapter_to(simulator.port, call_timeout_ms) as adapter,
    ):
        yield RunningErp(f"http://127.0.0.1:{simulator.port}", adapter)


@contextmanager
def adapter_to(port: int, call_timeout_ms: int = TIMEOUT_MS) -> Iterator[ConversingErp]:
    adapter = ConversingErp(SimulatedErp(), HttpWire(f"http://127.0.0.1:{port}", 4, call_timeout_ms))
    try:
        yield adapter
    finally:
        adapter.close()


def page(url: str, body: object = None) -> dict[str, Any]:
    """Get a page; with a body, post it."""
    with urllib3.PoolManager(retries=False) as pool:
        reply = pool.request("GET" if body is None else "POST", url, json=body)
        answer: dict[str, Any] = reply.json()
        return answer


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Look again and again until the condition holds, or fail."""
    deadline = monotonic() + _DEADLINE_S
    pause = Event()
    while not condition():
        assert monotonic() < deadline, f"not within {_DEADLINE_S} s: {what}"
        pause.wait(0.005)
