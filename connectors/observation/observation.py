"""Observation of one process: its flows together, and the answers to `/livez`, `/readyz` and `/metrics`."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from connectors.observation.flow_metrics import FlowMetrics
from connectors.observation.health import Health
from connectors.observation.instruments import instruments_in
from connectors.observation.receiver_metrics import ReceiverMetrics
from connectors.observation.watcher_metrics import WatcherMetrics

_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class HttpReply:
    """An HTTP response."""

    status: int
    content_type: str
    body: bytes


class Observation:
    """Creates an observer for each flow before it runs; another thread then serves the answers."""

    def __init__(self, live_within_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._live_within_s = live_within_s
        self._clock = clock
        # The creation times would double the number of series, and are not used.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._instruments = instruments_in(self._registry)
        self._healths: dict[str, Health] = {}

    def observer(self, flow: str) -> FlowMetrics:
        """A new observer, for one more flow."""
        health = self._healths[flow] = Health(self._live_within_s, self._clock)
        return FlowMetrics(flow, health, self._instruments, self._clock)

    def receiver(self, name: str) -> ReceiverMetrics:
        """The metrics of a receiver."""
        health = self._healths[name] = Health(self._live_within_s, self._clock)
        self._instruments.ready.labels(name).set_function(lambda: health.is_ready)
        return ReceiverMetrics(health, self._instruments)

    def watcher(self, name: str) -> WatcherMetrics:
        """The metrics of a file watcher."""
        health = self._healths[name] = Health(self._live_within_s, self._clock)
        self._instruments.ready.labels(name).set_function(lambda: health.is_ready)
        return WatcherMetrics(health, self._instruments)

    def answer(self, path: str) -> HttpReply:
        """The response for a path."""
        match path.partition("?")[0]:
            case "/livez":
                return self._verdict(Health.dead)
            case "/readyz":
                return self._verdict(Health.unready)
            case "/metrics":
                return HttpReply(200, CONTENT_TYPE_PLAIN_0_0_4, generate_latest(self._registry))
            case _:
                return HttpReply(404, _TEXT, b"there are /livez, /readyz and /metrics\n")

    def _verdict(self, fault_of: Callable[[Health], str | None]) -> HttpReply:
        """200 when no flow has a fault, else 503 with the first one."""
        faults = ((flow, fault) for flow, health in tuple(self._healths.items()) if (fault := fault_of(health)))
        first = next(faults, None)
        if first is None and self._healths:
            return HttpReply(200, _TEXT, b"ok\n")
        flow, fault = first or ("", "joining")
        named = f"{flow}: {fault}" if len(self._healths) > 1 else fault
        return HttpReply(503, _TEXT, f"{named}\n".encode())
