"""Serves the receiver over HTTP/1.1: deadlines for slow senders, and an orderly end.

uvicorn has a timeout between requests and none within the head of one, so a sender that writes a byte now and then
would hold its connection for ever. Bodies have their own deadline (`connectors/ingest/bodies.py`).
"""

import asyncio
import socket
from asyncio import TimerHandle, Transport
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from connectors.log.port import LogFailed
from connectors.observation.server import HttpAddress

_HEAD_WITHIN_S: Final = 10.0
_LARGEST_HEAD: Final = 32_768
_REPORT_EVERY_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What bounds the connections."""

    head_within_s: float = _HEAD_WITHIN_S
    connections: int = 1_024
    """More are answered 503 by the server itself."""
    idle_s: int = 5
    """How long a connection stays open between two requests."""
    linger_s: float = 0.0
    """How long requests are accepted after a stop was requested: load balancers take a moment to see it."""
    end_within_s: int = 25
    """How long the requests in flight may take after a stop was requested."""


def listening(address: HttpAddress) -> socket.socket:
    """Listen; `LogFailed` when that cannot be."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=1_024)
    except OSError as error:
        raise LogFailed(f"cannot listen on {address} ({error.strerror}): choose another --listen") from error


def serve(
    application: ASGIApp,
    listener: socket.socket,
    report: Callable[[], None],
    stopping: Callable[[], None],
    settings: ServerSettings | None = None,
) -> None:
    """Answer requests until SIGTERM or SIGINT, then those that are in flight.

    `report` is called every second, `stopping` when a signal came.
    """
    settings = settings or ServerSettings()
    server = _LingeringServer(_config(application, settings), stopping, settings.linger_s)
    asyncio.run(_serve(server, listener, report))


class _LingeringServer(uvicorn.Server):
    """Says when it begins to end, so that no load balancer sends it anything more."""

    def __init__(self, config: uvicorn.Config, stopping: Callable[[], None], linger_s: float) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._linger_s = linger_s

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping()
        await asyncio.sleep(self._linger_s)
        await super().shutdown(sockets)


async def _serve(server: uvicorn.Server, listener: socket.socket, report: Callable[[], None]) -> None:
    reports = asyncio.create_task(_keep_reporting(report))
    try:
        await server.serve(sockets=[listener])
    finally:
        reports.cancel()
        with suppress(asyncio.CancelledError):
            await reports


async def _keep_reporting(report: Callable[[], None]) -> None:
    while True:
        report()
        await asyncio.sleep(_REPORT_EVERY_S)


def _config(application: ASGIApp, settings: ServerSettings) -> uvicorn.Config:
    protocol = type("Protocol", (_PunctualProtocol,), {"head_within_s": settings.head_within_s})
    return uvicorn.Config(
        application,
        http=protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        # A bug is an error; what senders do wrong is counted, and would fill the log.
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=settings.connections,
        timeout_keep_alive=settings.idle_s,
        timeout_graceful_shutdown=settings.end_within_s,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
    )


class _PunctualProtocol(H11Protocol):
    """Closes a connection whose request has no complete head in time, from its first byte or its beginning on."""

    head_within_s: float = _HEAD_WITHIN_S

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - as the server passes them
        super().__init__(*given, **named)
        self._head_timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as the base declares it
        super().connection_made(transport)
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_watching()
        super().connection_lost(exc)

    def _watch_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_watching()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_within_s, self._close_late)

    def _stop_watching(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _close_late(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.abort()
