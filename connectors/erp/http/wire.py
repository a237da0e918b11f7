"""The wire to an ERP that speaks HTTP: a request goes out, a reply comes back or fails to come."""

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Final, Protocol

import urllib3
from urllib3.exceptions import HTTPError, ProtocolError

from connectors.erp import bounds
from connectors.erp.http.exchange import ErpCall, ErpReply
from connectors.erp.http.permitted_connection import PERMIT, connection_pool
from connectors.erp.lease import Permit
from connectors.log.clock import wall_clock_ms

_PIECE: Final = 65_536


class ErpWire(Protocol):
    """Calls one ERP. Used from several threads at once; repeats nothing by itself."""

    def call(self, request: ErpCall, permit: Permit | None) -> ErpReply | HTTPError:
        """The reply, or what came in its place. `permit`: for a request that changes something.

        `LeaseExpired` when it ended before anything was sent.
        """
        ...

    def close(self) -> None:
        """Close its connections."""
        ...


class HttpWire:
    """An `ErpWire` over HTTP/1.1; keeps up to `connections` connections open.

    `call_timeout_ms`: to connect, and again for the whole reply, from its status line to the end of its body.
    """

    def __init__(
        self, url: str, connections: int, call_timeout_ms: int, now_ms: Callable[[], int] = wall_clock_ms
    ) -> None:
        self._pool_to = partial(connection_pool, connections=connections, call_timeout_ms=call_timeout_ms)
        self._pool = self._pool_to(url)
        self._others: dict[str, urllib3.HTTPConnectionPool] = {}
        self._lock = Lock()
        self._now_ms = now_ms

    def close(self) -> None:
        """Close the connections."""
        for pool in (self._pool, *self._others.values()):
            pool.close()

    def call(self, request: ErpCall, permit: Permit | None) -> ErpReply | HTTPError:
        """One request."""
        require_permit(request, permit)
        token = PERMIT.set(permit if request.changes else None)
        try:
            return self._reply(request)
        except HTTPError as failure:
            return failure
        finally:
            PERMIT.reset(token)

    def _reply(self, request: ErpCall) -> ErpReply:
        reply = self._pool_of(request.server).urlopen(
            request.method,
            request.path,
            body=request.body,
            headers=dict(request.headers),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            body = _read(reply)
        except BaseException:
            reply.close()
            raise
        reply.release_conn()
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return ErpReply(reply.status, headers, body, self._now_ms())

    def _pool_of(self, server: str) -> urllib3.HTTPConnectionPool:
        if not server:
            return self._pool
        with self._lock:
            if server not in self._others:
                self._others[server] = self._pool_to(server)
            return self._others[server]


def require_permit(request: ErpCall, permit: Permit | None) -> None:
    """A look-up that changes something, and a command without a permit, are bugs."""
    if request.changes and permit is None:
        raise ValueError(f"{request.method} {request.path} changes something, and has no permit")


def _read(reply: urllib3.BaseHTTPResponse) -> bytes:
    """The body as it came, not decompressed; `HTTPError` for one that is too long, or does not end in time."""
    data = b""
    while piece := reply.read1(_PIECE, decode_content=False):
        data += piece
        if len(data) > bounds.LARGEST_ANSWER:
            raise ProtocolError(f"an answer of more than {bounds.LARGEST_ANSWER} bytes")
    return data
