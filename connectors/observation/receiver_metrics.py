"""What a receiver reports about itself: its answers, what is in flight, and whether it can store anything."""

from connectors.observation.health import Health
from connectors.observation.instruments import Instruments

_UNKNOWN = "unknown"


class ReceiverMetrics:
    """Reports from one event loop. A source that is not known has no series of its own: its name is anybody's."""

    def __init__(self, health: Health, instruments: Instruments) -> None:
        self._health = health
        self._instruments = instruments

    def answered(self, source_id: str, status: int, seconds: float) -> None:
        """A request was answered; `source_id` is empty for an unknown source."""
        source = source_id or _UNKNOWN
        self._instruments.requests_answered.labels(source, str(status)).inc()
        self._instruments.request_duration.labels(source).observe(seconds)

    def report_status(self, unavailable: str | None, requests: int, body_bytes: int) -> None:
        """The loop runs; what is in flight, and why nothing can be stored, if that is so."""
        self._health.passed_gate()
        self._health.set_available(unavailable)
        self._instruments.requests_in_flight.set(requests)
        self._instruments.body_bytes_in_flight.set(body_bytes)

    def stopping(self) -> None:
        """No request is accepted any more; those in flight are answered."""
        self._health.stopping()
