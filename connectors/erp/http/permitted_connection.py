"""HTTP connections that write nothing without a permit, for the adapters of ERPs that speak HTTP.

The permit is checked right before each write, after all that may take long: pool, name, connection, TLS.
The kernel drops what it cannot deliver within `call_timeout_ms`, also while this process is stopped or has ended
(TCP_USER_TIMEOUT, where it exists).
"""

import socket
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ProtocolError

from connectors.erp.http.bounded_response import BoundedResponse
from connectors.erp.lease import LeaseExpired, Permit

PERMIT: ContextVar[Permit | None] = ContextVar("PERMIT", default=None)
"""The permit of the call that this thread makes; None for a call that changes nothing."""

_PIECE = 65_536


class PermittedConnection(HTTPConnection):
    """A request goes out in pieces; without its last one the ERP has no request to execute."""

    response_class = BoundedResponse

    def send(self, data: Any) -> None:  # noqa: ANN401 - http.client takes other types; ours are bytes
        """Write, while the permit lasts."""
        permit = PERMIT.get()
        if permit is None:
            return super().send(data)
        if self.sock is None:
            self.connect()
        for piece in _pieces(data):
            if not permit.is_valid():
                raise self._expired()
            super().send(piece)
            self._has_begun = True
        return None

    def putrequest(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - http.client's own signature
        """Another request begins on this connection."""
        self._has_begun = False
        super().putrequest(*arguments, **options)

    def _expired(self) -> Exception:
        if self._has_begun:
            return ProtocolError("the lease ended within the request, which was cut off")
        return LeaseExpired()


class PermittedTlsConnection(HTTPSConnection, PermittedConnection):
    """The same over TLS."""


def connection_pool(url: str, connections: int, call_timeout_ms: int) -> urllib3.HTTPConnectionPool:
    """Up to `connections` connections to one ERP. Nothing is ever repeated or redirected by the client itself."""
    pool = urllib3.connection_from_url(
        url,
        maxsize=connections,
        retries=False,
        timeout=urllib3.Timeout(connect=call_timeout_ms / 1000, read=call_timeout_ms / 1000),
        socket_options=[*HTTPConnection.default_socket_options, *_undelivered_is_dropped(call_timeout_ms)],
    )
    pool.ConnectionCls = PermittedTlsConnection if pool.scheme == "https" else PermittedConnection
    return pool


def _undelivered_is_dropped(within_ms: int) -> Iterator[tuple[int, int, int]]:
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        yield socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, within_ms


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE]
