"""The adapter to the simulated ERP: what our commands are in its words, and what its answers mean."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from urllib3.exceptions import HTTPError

from connectors.erp.adapter import UNREACHABLE, response_to
from connectors.erp.classification import (
    ErpAnswer,
    Meaning,
    meaning_of_booking,
    meaning_of_failure,
    meaning_of_look_up,
)
from connectors.erp.simulated.wire import ErpWire
from domain.messages.dispatch import CommandType, Document, ErpCommand, ErpResponse
from domain.money import format_amount
from domain.quantities import format_quantity

_KINDS: Mapping[CommandType, str] = {
    CommandType.CREATE_SALES_ORDER: "sales_order",
    CommandType.POST_SHIPMENT: "shipment",
    CommandType.CANCEL_SALES_ORDER: "cancellation",
    CommandType.POST_CREDIT_MEMO: "credit_memo",
}
_LONGEST_REASON = 200


class SimulatedErp:
    """An `ErpAdapter`."""

    def __init__(self, wire: ErpWire) -> None:
        self._wire = wire

    def close(self) -> None:
        """Let go of the wire."""
        self._wire.close()

    def execute(self, command: ErpCommand) -> ErpResponse:
        """Book the document; the unique business key of the ERP makes a repeat harmless."""
        body = {
            "kind": _KINDS[command.command_type],
            "business_key": command.business_key,
            "idempotency_key": command.idempotency_key,
            **_content_of(command.document),
        }
        answer = self._wire.call("POST", "/documents", body)
        if isinstance(answer, HTTPError):
            return _response(command, meaning_of_failure(answer), ErpAnswer(0))
        return _response(command, meaning_of_booking(answer), answer)

    def find(self, command: ErpCommand) -> ErpResponse:
        """Look the document up by its business key."""
        query = urlencode({"kind": _KINDS[command.queried_type], "business_key": command.business_key})
        answer = self._wire.call("GET", f"/documents?{query}")
        if isinstance(answer, HTTPError):
            return _response(command, meaning_of_failure(answer), ErpAnswer(0))
        return _response(command, meaning_of_look_up(answer), answer)

    def reachable(self) -> bool:
        """Ask for its health."""
        answer = self._wire.call("GET", "/health")
        meaning = meaning_of_failure(answer) if isinstance(answer, HTTPError) else meaning_of_look_up(answer)
        return meaning.reason != UNREACHABLE


def _response(command: ErpCommand, meaning: Meaning, answer: ErpAnswer) -> ErpResponse:
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
