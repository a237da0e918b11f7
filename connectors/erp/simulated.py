"""The adapter to the simulated ERP, over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec
import urllib3
from urllib3.exceptions import HTTPError

from connectors.erp.adapter import UNREACHABLE, response_to
from connectors.erp.classification import (
    Answer,
    Meaning,
    meaning_of_booking,
    meaning_of_failure,
    meaning_of_look_up,
)
from domain.dispatch.commands import CommandType, Document, ErpCommand, ErpResponse
from domain.money import format_amount
from domain.quantities import format_quantity

_KINDS: Mapping[CommandType, str] = {
    CommandType.CREATE_SALES_ORDER: "sales_order",
    CommandType.POST_SHIPMENT: "shipment",
    CommandType.CANCEL_SALES_ORDER: "cancellation",
    CommandType.POST_CREDIT_MEMO: "credit_memo",
}
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a call waits: for the connection, then for the answer."""

    connect_ms: int = 2_000
    read_ms: int = 10_000


class SimulatedErp:
    """An `ErpAdapter`; keeps up to `connections` connections open."""

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

    def execute(self, command: ErpCommand) -> ErpResponse:
        """Book the document; the unique business key of the ERP makes a repeat harmless."""
        body = {
            "kind": _KINDS[command.command_type],
            "business_key": command.business_key,
            "idempotency_key": command.idempotency_key,
            **_content_of(command.document),
        }
        answer = self._call("POST", "/documents", body)
        if isinstance(answer, HTTPError):
            return _response(command, meaning_of_failure(answer), Answer(0))
        return _response(command, meaning_of_booking(answer), answer)

    def find(self, command: ErpCommand) -> ErpResponse:
        """Look the document up by its business key."""
        query = urlencode({"kind": _KINDS[command.queried_type], "business_key": command.business_key})
        answer = self._call("GET", f"/documents?{query}")
        if isinstance(answer, HTTPError):
            return _response(command, meaning_of_failure(answer), Answer(0))
        return _response(command, meaning_of_look_up(answer), answer)

    def reachable(self) -> bool:
        """Ask for its health."""
        answer = self._call("GET", "/health")
        meaning = meaning_of_failure(answer) if isinstance(answer, HTTPError) else meaning_of_look_up(answer)
        return meaning.reason != UNREACHABLE

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer | HTTPError:
        content = None if body is None else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"}
        try:
            reply = self._pool.urlopen(method, path, body=content, headers=headers, retries=False, redirect=False)
        except HTTPError as failure:
            return failure
        return _answer_of(reply)


def _answer_of(reply: urllib3.BaseHTTPResponse) -> Answer:
    try:
        body = msgspec.json.decode(reply.data, type=_Body)
    except msgspec.MsgspecError:
        body = _Body()
    retry_after = reply.headers.get("Retry-After", "")
    return Answer(
        status=reply.status,
        error=body.error,
        message=body.message,
        document_number=body.document_number,
        duplicate=body.duplicate,
        retry_after_ms=int(retry_after) * 1000 if retry_after.isdecimal() else 0,
    )


class _Body(msgspec.Struct, frozen=True):
    """The fields of an answer's body that matter to us."""

    document_number: str = ""
    duplicate: bool = False
    error: str = ""
    message: str = ""


def _response(command: ErpCommand, meaning: Meaning, answer: Answer) -> ErpResponse:
    words = f"{answer.status} {answer.error} {answer.message}".rstrip() if answer.error or answer.status >= 300 else ""  # noqa: PLR2004
    return response_to(
        command,
        meaning.outcome,
        document_number=answer.document_number,
        reason=(meaning.reason or words)[:_LONGEST_REASON],
        retry_after_ms=answer.retry_after_ms,
    )


def _content_of(document: Document) -> dict[str, Any]:
    """The document in the ERP's words: decimal numbers as text."""
    content: dict[str, Any] = msgspec.to_builtins(document)
    for line in (*content["lines"], *content["charges"]):
        line["quantity"] = format_quantity(line["quantity"])
        line["unit_price"] = format_amount(line["unit_price"])
    return content
