"""The wire to the simulated ERP: a request goes out, an answer comes back or fails to come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
import urllib3
from urllib3.exceptions import HTTPError

from connectors.erp.classification import ErpAnswer


class ErpWire(Protocol):
    """Calls one ERP. Used from several threads at once; repeats nothing by itself."""

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> ErpAnswer | HTTPError:
        """The answer, or what came in its place."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a call waits: for the connection, then for the answer."""

    connect_ms: int = 2_000
    read_ms: int = 10_000


class HttpWire:
    """An `ErpWire` over HTTP; keeps up to `connections` connections open."""

    def __init__(self, url: str, connections: int, timeouts: Timeouts = Timeouts()) -> None:
        self._pool = urllib3.connection_from_url(
            url,
            maxsize=connections,
            retries=False,
            timeout=urllib3.Timeout(connect=timeouts.connect_ms / 1000, read=timeouts.read_ms / 1000),
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> ErpAnswer | HTTPError:
        """One request."""
        content = None if body is None else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"}
        try:
            reply = self._pool.urlopen(method, path, body=content, headers=headers, retries=False, redirect=False)
        except HTTPError as failure:
            return failure
        return _answer_of(reply)


def _answer_of(reply: urllib3.BaseHTTPResponse) -> ErpAnswer:
    retry_after = reply.headers.get("Retry-After", "")
    try:
        body = msgspec.json.decode(reply.data, type=AnswerBody)
    except msgspec.MsgspecError:
        body = AnswerBody()
    return answer_with(reply.status, body, retry_after)


class AnswerBody(msgspec.Struct, frozen=True):
    """The fields of an answer's body that matter to us."""

    document_number: str = ""
    duplicate: bool = False
    error: str = ""
    message: str = ""


def answer_with(status: int, body: AnswerBody, retry_after: str) -> ErpAnswer:
    """An answer; `retry_after` in seconds, empty when the ERP did not say."""
    return ErpAnswer(
        status=status,
        error=body.error,
        message=body.message,
        document_number=body.document_number,
        duplicate=body.duplicate,
        retry_after_ms=int(retry_after) * 1000 if retry_after.isdecimal() else 0,
    )
