"""The simulated ERP's rules: takes a request, applies its fault, returns the answer. Independent of HTTP."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, Lock, Timer
from typing import Any

from demo.erp.behaviour import CallFault, ErpBehaviour
from demo.erp.database import ErpDatabase
from demo.erp.documents import KINDS, Booking, Documents, NewDocument
from demo.erp.outages import Outages
from demo.erp.statistics import ErpStatistic, Tallies, statistics_of

_KEYS = ("kind", "business_key", "idempotency_key")
_RETRY_AFTER = {"Retry-After": "1"}


@dataclass(frozen=True, slots=True)
class DeskAnswer:
    """A status with a JSON body; a `lost` one is never sent."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


_BOOKED: Mapping[Booking, tuple[int, ErpStatistic]] = {
    Booking.CREATED: (201, ErpStatistic.CREATED),
    Booking.EXISTS: (200, ErpStatistic.DUPLICATES),
    Booking.OTHER_CONTENT: (409, ErpStatistic.OTHER_CONTENT),
    Booking.CUSTOMER_BLOCKED: (422, ErpStatistic.REFUSED),
    Booking.UNKNOWN_ORDER: (422, ErpStatistic.REFUSED),
}


class ErpDesk:
    """Answers requests from several threads at once; `now_ms` is the ERP's own clock."""

    def __init__(self, database: ErpDatabase, behaviour: ErpBehaviour, now_ms: Callable[[], int]) -> None:
        self._database = database
        self._behaviour = behaviour
        self._now_ms = now_ms
        self._documents = Documents(database, behaviour.unique_keys, behaviour.blocked_customers)
        self._outages = Outages(database)
        self._tallies = Tallies(database)
        self._rate = _CallsOfOneSecond()
        self._closed = Event()
        self._late: set[Timer] = set()

    def close(self) -> None:
        """End the calls in progress, and cancel the late bookings."""
        self._closed.set()
        for timer in tuple(self._late):
            timer.cancel()
            timer.join()

    def post_document(self, request: Mapping[str, Any]) -> DeskAnswer:
        """`POST /documents`: book a document."""
        self._tallies.count(ErpStatistic.CALLS)
        if obstacle := self._obstacle():
            return obstacle
        document = _document_of(request)
        if isinstance(document, DeskAnswer):
            return document
        attempt = self._tallies.count_attempt(document.kind, document.business_key)
        self._wait_latency(document.kind, document.business_key, attempt)
        fault = self._behaviour.fault_of(document.kind, document.business_key, attempt)
        return self._apply(fault, document)

    def get_document(self, kind: str, business_key: str) -> DeskAnswer:
        """`GET /documents`: look a document up by its business key."""
        self._tallies.count(ErpStatistic.LOOK_UPS)
        if obstacle := self._obstacle():
            return obstacle
        if kind not in KINDS or not business_key:
            return _refusal(400, "BAD_REQUEST", "kind and business_key must name a document")
        self._wait_latency(kind, business_key, 0)
        numbers = self._documents.find(kind, business_key)
        if not numbers:
            self._tallies.count(ErpStatistic.NOT_FOUND)
            return _refusal(404, "NOT_FOUND", f"no {kind} under {business_key}")
        return DeskAnswer(200, {"document_number": numbers[0], "documents": len(numbers)})

    def health(self) -> DeskAnswer:
        """`GET /health`: whether the ERP is up."""
        return self._down() or DeskAnswer(200, {"status": "up"})

    def statistics(self) -> DeskAnswer:
        """`GET /statistics`: answered during an outage as well."""
        return DeskAnswer(200, statistics_of(self._database))

    def control(self, drill: Mapping[str, Any]) -> DeskAnswer:
        """`POST /control`: start or end an outage, change latency or faults."""
        changes = dict(drill)
        down = changes.pop("down", None)
        if down not in (None, True, False):
            return _refusal(400, "BAD_REQUEST", "down must be true or false")
        try:
            self._behaviour = self._behaviour.changed_by(changes)
        except ValueError as error:
            return _refusal(400, "BAD_REQUEST", str(error))
        if down is not None:
            (self._outages.start if down else self._outages.end)(self._now_ms())
        return DeskAnswer(200, {"down": self._outages.is_down(self._now_ms())})

    def _obstacle(self) -> DeskAnswer | None:
        """The answer before any work: an outage, or too many calls."""
        if down := self._down():
            self._tallies.count(ErpStatistic.REFUSED_WHILE_DOWN)
            return down
        if self._rate.allows(self._behaviour.calls_per_second, self._now_ms()):
            return None
        self._tallies.count(ErpStatistic.THROTTLED)
        return _refusal(429, "TOO_MANY_CALLS", "over the rate", _RETRY_AFTER)

    def _down(self) -> DeskAnswer | None:
        return _refusal(503, "DOWN", "outage", _RETRY_AFTER) if self._outages.is_down(self._now_ms()) else None

    def _wait_latency(self, kind: str, business_key: str, attempt: int) -> None:
        self._closed.wait(self._behaviour.latency_ms_of(kind, business_key, attempt) / 1000)

    def _apply(self, fault: CallFault, document: NewDocument) -> DeskAnswer:
        match fault:
            case CallFault.NONE:
                return self._book(document)
            case CallFault.LOCKED:
                self._tallies.count(ErpStatistic.LOCKED)
                return _refusal(423, "LOCKED", "another user has the document open", _RETRY_AFTER)
            case CallFault.ANSWER_LOST:
                self._tallies.count(ErpStatistic.LOST_ANSWERS)
                answer = self._book(document)
                return DeskAnswer(answer.status, answer.body, lost=True)
            case CallFault.BOOKED_LATE:
                self._tallies.count(ErpStatistic.LATE_BOOKINGS)
                self._book_later(document)
                return _refusal(504, "TIMEOUT", "still executing")

    def _book_later(self, document: NewDocument) -> None:
        def book() -> None:
            self._book(document)
            self._late.discard(timer)

        timer = Timer(self._behaviour.late_by_ms / 1000, book)
        timer.daemon = True
        self._late.add(timer)
        timer.start()

    def _book(self, document: NewDocument) -> DeskAnswer:
        booking, number = self._documents.book(document, self._now_ms())
        status, tally = _BOOKED[booking]
        self._tallies.count(tally)
        if booking is Booking.CREATED:
            self._start_planned_outage()
            return DeskAnswer(status, {"document_number": number})
        if booking is Booking.EXISTS:
            return DeskAnswer(status, {"document_number": number, "duplicate": True})
        return _refusal(status, booking, f"{document.kind} {document.business_key} {number}".rstrip())

    def _start_planned_outage(self) -> None:
        behaviour = self._behaviour
        if behaviour.outage_after_orders and self._documents.booked("sales_order") >= behaviour.outage_after_orders:
            now_ms = self._now_ms()
            self._outages.plan(now_ms, now_ms + behaviour.outage_ms)


class _CallsOfOneSecond:
    """Counts the calls of the current second."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._second = 0
        self._calls = 0

    def allows(self, limit: int, now_ms: int) -> bool:
        """Count a call; False when it is over the limit. A limit of 0 allows all."""
        with self._lock:
            second = now_ms // 1000
            self._calls = self._calls + 1 if second == self._second else 1
            self._second = second
            return not limit or self._calls <= limit


def _document_of(request: Mapping[str, Any]) -> NewDocument | DeskAnswer:
    kind, business_key, idempotency_key = keys = [request.get(name) for name in _KEYS]
    if kind not in KINDS or not all(isinstance(key, str) and key for key in keys):
        return _refusal(400, "BAD_REQUEST", "kind, business_key and idempotency_key must be given")
    content = {name: value for name, value in request.items() if name not in _KEYS}
    return NewDocument(str(kind), str(business_key), str(idempotency_key), content)


def _refusal(status: int, error: str, message: str, headers: Mapping[str, str] | None = None) -> DeskAnswer:
    return DeskAnswer(status, {"error": error, "message": message}, headers or {})
