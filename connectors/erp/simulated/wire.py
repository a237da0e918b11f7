"""The wire to the simulated ERP: a request goes out, an answer comes back or fails to come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
import urllib3
from urllib3.exceptions import HTTPError, ProtocolError

from connectors.erp import bounds
from connectors.erp.http.permitted_connection import PERMIT, connection_pool
from connectors.erp.lease import Permit
from connectors.erp.simulated.answers import ErpAnswer, answer_with, body_of
from connectors.log.clock import wall_clock_ms

CALL_HEADER = "Orderline-Call"
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Request:
    """One call. The ERP repeats `call_id` in its answer. `permit` None: it changes nothing there."""

    method: str
    path: str
    call_id: str
    body: Mapping[str, Any] | None = None
    permit: Permit | None = None


class ErpWire(Protocol):
    """Calls one ERP. Used from several threads at once; repeats nothing by itself."""

    def call(self, request: Request) -> ErpAnswer | HTTPError:
        """The answer, or what came in its place; `LeaseExpired` when the permit ended before anything was sent."""
        ...

    def close(self) -> None:
        """Close its connections."""
        ...


class HttpWire:
    """An `ErpWire` over HTTP; keeps up to `connections` connections open.

    `call_timeout_ms`: to connect, and again for the whole answer, from its status line to the end of its body.
    """

    def __init__(
        self, url: str, connections: int, call_timeout_ms: int, now_ms: Callable[[], int] = wall_clock_ms
    ) -> None:
        self._pool = connection_pool(url, connections, call_timeout_ms)
        self._now_ms = now_ms

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def call(self, request: Request) -> ErpAnswer | HTTPError:
        """One request."""
        token = PERMIT.set(request.permit)
        try:
            return self._answer(request)
        except HTTPError as failure:
            return failure
        finally:
            PERMIT.reset(token)

    def _answer(self, request: Request) -> ErpAnswer:
        reply = self._pool.urlopen(
            request.method,
            request.path,
            body=None if request.body is None else msgspec.json.encode(request.body),
            headers={"Content-Type": "application/json", "Cache-Control": "no-store", CALL_HEADER: request.call_id},
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            data = _read(reply)
        except BaseException:
            reply.close()
            raise
        reply.release_conn()
        retry_after_ms = bounds.retry_after_ms(reply.headers.get("Retry-After", ""), self._now_ms())
        return answer_with(reply.status, body_of(data), request.call_id, retry_after_ms)


def _read(reply: urllib3.BaseHTTPResponse) -> bytes:
    """The body as it came, not decompressed; `HTTPError` for one that is too long, or does not end in time."""
    data = b""
    while piece := reply.read1(_PIECE, decode_content=False):
        data += piece
        if len(data) > bounds.LARGEST_ANSWER:
            raise ProtocolError(f"an answer of more than {bounds.LARGEST_ANSWER} bytes")
    return data
