"""The adapter to the simulated ERP: what our commands are in its words, and what its answers mean."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

import msgspec
from urllib3.exceptions import HTTPError

from connectors.erp.adapter import response_to
from connectors.erp.classification import Meaning, meaning_of_failure
from connectors.erp.lease import Permit
from connectors.erp.simulated.answers import ErpAnswer, meaning_of_booking, meaning_of_look_up, shows_an_erp_that_is_up
from connectors.erp.simulated.wire import ErpWire, Request
from domain.messages.dispatch import CommandType, Document, ErpCommand, ErpResponse
from domain.money.amounts import format_amount
from domain.quantities import format_quantity

_KINDS: Mapping[CommandType, str] = {
    CommandType.CREATE_SALES_ORDER: "sales_order",
    CommandType.POST_SHIPMENT: "shipment",
    CommandType.CANCEL_SALES_ORDER: "cancellation",
    CommandType.AMEND_SALES_ORDER: "amendment",
    CommandType.POST_CREDIT_MEMO: "credit_memo",
    CommandType.CREATE_RETURN_AUTHORIZATION: "return_authorization",
    CommandType.REVERSE_SHIPMENT: "shipment_reversal",
}
_HEALTH = Request("GET", "/health", "health")


class SimulatedErp:
    """An `ErpAdapter`."""

    def __init__(self, wire: ErpWire) -> None:
        self._wire = wire

    def close(self) -> None:
        """Close the wire."""
        self._wire.close()

    def execute(self, command: ErpCommand, permit: Permit) -> ErpResponse:
        """Book the document; where the ERP has unique business keys, they make a repeat harmless."""
        body = {
            "kind": _KINDS[command.command_type],
            "business_key": command.business_key,
            "idempotency_key": command.idempotency_key,
            **_content_of(command.document),
        }
        answer = self._wire.call(Request("POST", "/documents", _call_id(command), body, permit))
        if isinstance(answer, HTTPError):
            return _response(command, meaning_of_failure(answer), ErpAnswer(0))
        return _response(command, meaning_of_booking(answer), answer)

    def find(self, command: ErpCommand) -> ErpResponse:
        """Look the document up by its business key."""
        query = urlencode({"kind": _KINDS[command.queried_type], "business_key": command.business_key})
        answer = self._wire.call(Request("GET", f"/documents?{query}", _call_id(command)))
        if isinstance(answer, HTTPError):
            return _response(command, meaning_of_failure(answer), ErpAnswer(0))
        return _response(command, meaning_of_look_up(answer), answer)

    def reachable(self) -> bool:
        """Ask for its health."""
        answer = self._wire.call(_HEALTH)
        return not isinstance(answer, HTTPError) and shows_an_erp_that_is_up(answer)


def _call_id(command: ErpCommand) -> str:
    """Short, in ASCII whatever our ids hold, and another for every attempt."""
    call = f"{command.command_id}/{command.command_type}/{command.attempt}"
    return blake2b(call.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _response(command: ErpCommand, meaning: Meaning, answer: ErpAnswer) -> ErpResponse:
    return response_to(
        command,
        meaning.outcome,
        document_number=answer.document_number,
        reason=meaning.reason or _words_of(answer),
        retry_after_ms=answer.retry_after_ms,
    )


def _words_of(answer: ErpAnswer) -> str:
    """Empty for what went well."""
    if answer.is_own and not answer.error:
        return ""
    whose = "" if answer.is_own else "not the ERP's own answer: "
    return f"{whose}{answer.status} {answer.error} {answer.message}".rstrip()


def _content_of(document: Document) -> dict[str, Any]:
    """The document in the ERP's words: decimal numbers as text."""
    content: dict[str, Any] = msgspec.to_builtins(document)
    for line in (*content["lines"], *content["charges"]):
        line["quantity"] = format_quantity(line["quantity"])
        line["unit_price"] = format_amount(line["unit_price"])
    return content
