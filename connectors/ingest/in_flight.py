"""How many requests, and how many bytes of them, are in flight: what is beyond is refused at once and never queued."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from connectors.ingest.problems import Problem
from domain.identifiers import SourceId

_SOON_S = 1


@dataclass(frozen=True, slots=True)
class InFlightLimits:
    """The most that is in flight at a time."""

    requests: int = 256
    requests_of_source: int = 128
    """So that a burst of one source leaves room for all others."""
    body_bytes: int = 67_108_864


class InFlight:
    """Counts in one event loop."""

    def __init__(self, limits: InFlightLimits) -> None:
        self._limits = limits
        self._by_source: Counter[SourceId] = Counter()
        self.requests = 0
        self.body_bytes = 0

    @contextmanager
    def request(self, source_id: SourceId) -> Iterator["RequestInFlight"]:
        """Count a request for the time of the block; `Problem` when there is no room."""
        if self._by_source[source_id] >= self._limits.requests_of_source:
            raise _too_many(HTTPStatus.TOO_MANY_REQUESTS, "too many requests of this source are in flight")
        if self.requests >= self._limits.requests:
            raise _too_many(HTTPStatus.SERVICE_UNAVAILABLE, "too many requests are in flight")
        self.requests += 1
        self._by_source[source_id] += 1
        request = RequestInFlight(self)
        try:
            yield request
        finally:
            self.requests -= 1
            self._by_source[source_id] -= 1
            self.body_bytes -= request.body_bytes

    def take(self, size: int) -> None:
        """Count bytes of a body; `Problem` when there is no room for them."""
        if self.body_bytes + size > self._limits.body_bytes:
            raise _too_many(HTTPStatus.SERVICE_UNAVAILABLE, "the bodies in flight take all memory that is for them")
        self.body_bytes += size


class RequestInFlight:
    """One request, and how many bytes of its body have come."""

    def __init__(self, in_flight: InFlight) -> None:
        self._in_flight = in_flight
        self.body_bytes = 0

    def take(self, size: int) -> None:
        """Count bytes that have come; `Problem` when there is no room for them."""
        self._in_flight.take(size)
        self.body_bytes += size


def _too_many(status: HTTPStatus, why: str) -> Problem:
    return Problem(status, "too-many-requests", f"{why}: send it again", retry_after_s=_SOON_S)
