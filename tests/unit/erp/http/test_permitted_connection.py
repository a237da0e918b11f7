"""Where a process can be stopped within a call: nothing of a request is written behind its permit."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from threading import Event, Thread

import pytest
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError

from connectors.erp.http.exchange import ErpCall, ErpReply
from connectors.erp.http.permitted_connection import PermittedConnection
from connectors.erp.http.wire import HttpWire
from connectors.erp.lease import LeaseExpired, Permit
from tests.unit.erp.running import wait_until

TIMEOUT_MS = 300


@dataclass
class Clock:
    """It jumps at the write with the number `stops_at`, counted from 0, as a stopped process would find it."""

    stops_at: int
    questions: int = 0

    def __call__(self) -> float:
        self.questions += 1
        return inf if self.questions > self.stops_at else 0.0


@dataclass
class Listener:
    """Notes what it gets on each connection; answers with `reply`, piece by piece, as long as `trickles`."""

    reply: tuple[bytes, ...] = ()
    requests: int = 1
    """How many it answers on a connection."""
    received: list[bytes] = field(default_factory=list)
    ended: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            with client:
                for _ in range(self.requests):
                    self._answer(client)

    def _answer(self, client: socket.socket) -> None:
        data = b""
        while not (self.reply and b"\r\n\r\n" in data) and (piece := client.recv(65_536)):
            data += piece
        self.received.append(data)
        for part in self.reply:
            try:
                client.sendall(part)
            except OSError:
                break
            self.ended.wait(TIMEOUT_MS / 3000)

    def close(self) -> None:
        self.ended.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@contextmanager
def wire_to(listener: Listener) -> Iterator[HttpWire]:
    wire = HttpWire(f"http://127.0.0.1:{listener.port}", 2, TIMEOUT_MS)
    try:
        yield wire
        wait_until(lambda: bool(listener.received), "the connection's end")
    finally:
        wire.close()
        listener.close()


def called(wire: HttpWire, stops_at: int, size: int = 10) -> ErpReply | HTTPError:
    request = ErpCall("POST", "/documents", body=b"x" * size, changes=True)
    return wire.call(request, Permit(1.0, Clock(stops_at)))


def looked_up(wire: HttpWire) -> ErpReply | HTTPError:
    return wire.call(ErpCall("GET", "/documents", changes=False), None)


def test_a_call_that_is_stopped_before_its_first_write_leaves_nothing() -> None:
    listener = Listener()
    with wire_to(listener) as wire, pytest.raises(LeaseExpired):
        called(wire, stops_at=0)
    assert [b""] == listener.received


@pytest.mark.parametrize("stops_at", (1, 2, 3))
def test_a_call_that_is_stopped_between_two_writes_leaves_no_whole_request_and_is_unknown(stops_at: int) -> None:
    listener = Listener()
    size = 65_536 * stops_at
    with wire_to(listener) as wire:
        assert isinstance(called(wire, stops_at, size), ProtocolError)
    (head, _, body) = b"".join(listener.received).partition(b"\r\n\r\n")
    assert head.startswith(b"POST /documents")
    assert 65_536 * (stops_at - 1) == len(body)


def test_a_stop_while_the_connection_is_made_is_seen_before_the_first_write(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener()
    now_s = 0.0
    connect = PermittedConnection.connect

    def stopped(connection: PermittedConnection) -> None:
        nonlocal now_s
        connect(connection)
        now_s = inf

    monkeypatch.setattr(PermittedConnection, "connect", stopped)
    with wire_to(listener) as wire, pytest.raises(LeaseExpired):
        wire.call(ErpCall("POST", "/documents", changes=True), Permit(1.0, lambda: now_s))
    assert [b""] == listener.received


TRICKLES = {
    "the status line": (b"HTTP/1.1 200 ", [b"x"]),
    "one header": (b"HTTP/1.1 200 OK\r\nX-Slow: ", [b"x"]),
    "header after header": (b"HTTP/1.1 200 OK\r\n", [b"X-Slow: y\r\n"]),
    "interim responses": (b"", [b"HTTP/1.1 100 Continue\r\n\r\n"]),
    "the body": (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", [b" "]),
    "a chunk's length": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", [b"0"]),
    "chunk after chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", [b"1\r\n \r\n"]),
    "headers, then the body": (
        b"HTTP/1.1 200 OK\r\n",
        [*[b"X-Slow: y\r\n"] * 2, b"Content-Length: 1000\r\n\r\n", *[b" "] * 1_000],
    ),
}


@pytest.mark.parametrize("what", TRICKLES)
def test_an_answer_that_trickles_in_ends_with_the_call(what: str) -> None:
    head, pieces = TRICKLES[what]
    listener = Listener(reply=(head, *pieces, *pieces * (90 // len(pieces))))
    with wire_to(listener) as wire:
        began_s = time.monotonic()
        answer = looked_up(wire)
        took_s = time.monotonic() - began_s
        assert isinstance(answer, ReadTimeoutError)
        assert TIMEOUT_MS / 1000 <= took_s < 4 * TIMEOUT_MS / 1000


def test_a_connection_is_used_again_with_the_whole_timeout() -> None:
    reply = b"HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n"
    listener = Listener(reply=(reply,), requests=2)
    with wire_to(listener) as wire:
        first, second = (looked_up(wire) for _ in range(2))
        assert isinstance(first, ErpReply)
        assert isinstance(second, ErpReply)
        assert (204, 204) == (first.status, second.status)
        assert 1 == wire._pool.num_connections


def test_what_cannot_be_delivered_is_dropped_by_the_kernel() -> None:
    listener = Listener(reply=(b"HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n",))
    with wire_to(listener) as wire:
        assert isinstance(looked_up(wire), ErpReply | HTTPError)
        connection = wire._pool._get_conn()
        assert isinstance(connection, PermittedConnection)
        assert connection.sock is not None
        assert TIMEOUT_MS == connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        connection.close()
