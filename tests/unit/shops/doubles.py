"""Wires to the doubles of shops: in the process, where answers get lost or others answer, and a real one over HTTP."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final, Protocol

import msgspec
from urllib3.exceptions import HTTPError, ProtocolError

from connectors.erp.http.exchange import ErpCall, ErpReply
from connectors.erp.lease import Permit

NOW_MS: Final = 1_700_000_000_000
_GATEWAY_PAGE: Final = b"<html><h1>504 Gateway Time-out</h1></html>"


class Double(Protocol):
    """A shop. It answers one call at a time."""

    def answer(self, call: ErpCall) -> ErpReply:
        """What the shop does, and says."""
        ...

    def throttled(self, call: ErpCall) -> ErpReply:
        """What it says when there are too many calls; it does nothing."""
        ...


class Fault(Enum):
    """What may happen to one call."""

    NONE = auto()
    LOST_CALL = auto()
    """It does not arrive."""
    LOST_ANSWER = auto()
    """The shop has done it, and the answer gets lost."""
    GATEWAY_BEFORE = auto()
    """A proxy answers 504, and the shop has never heard of it."""
    GATEWAY_AFTER = auto()
    """A proxy answers 504, after the shop has done it."""
    PORTAL = auto()
    """Something in between answers 200 with a page of its own."""
    DOUBLED = auto()
    """The call arrives twice, and the second answer comes back."""
    THROTTLED = auto()
    """The shop itself answers that there were too many calls."""


class FaultyWire:
    """An `ErpWire` to a double. After the faults that are given, every call arrives."""

    def __init__(self, double: Double, faults: Iterable[Fault] = ()) -> None:
        self._double = double
        self._faults = iter(faults)
        self.calls: list[ErpCall] = []

    def call(self, request: ErpCall, permit: Permit | None) -> ErpReply | HTTPError:  # noqa: PLR0911 - one a fault
        assert permit is not None or not request.changes
        self.calls.append(request)
        match next(self._faults, Fault.NONE):
            case Fault.NONE:
                return self._double.answer(request)
            case Fault.LOST_CALL:
                return ProtocolError("reset")
            case Fault.LOST_ANSWER:
                self._double.answer(request)
                return ProtocolError("reset")
            case Fault.GATEWAY_BEFORE:
                return reply(504, _GATEWAY_PAGE)
            case Fault.GATEWAY_AFTER:
                self._double.answer(request)
                return reply(504, _GATEWAY_PAGE)
            case Fault.PORTAL:
                return reply(200, {"status": "ok", "data": None, "id": 1}, {"content-type": "application/json"})
            case Fault.DOUBLED:
                self._double.answer(request)
                return self._double.answer(request)
            case Fault.THROTTLED:
                return self._double.throttled(request)

    def close(self) -> None:
        """Nothing is open."""


class Saying:
    """A double that says the same to everything."""

    def __init__(self, said: ErpReply) -> None:
        self._said = said

    def answer(self, _: ErpCall) -> ErpReply:
        return self._said

    throttled = answer


def reply(status: int, body: object = b"", headers: Mapping[str, str] | None = None) -> ErpReply:
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return ErpReply(status, headers or {}, data, NOW_MS)


def body_of(call: ErpCall) -> Any:
    return msgspec.json.decode(call.body or b"null")


@contextmanager
def served(double: Double) -> Iterator[str]:
    """The double behind a real HTTP server; its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = dict(self.headers.items())
            answer = double.answer(ErpCall(self.command, self.path, headers, data or None, changes=False))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_PATCH = _handle  # noqa: N815 - the names of http.server

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
