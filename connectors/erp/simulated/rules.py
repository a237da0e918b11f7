"""The simulated ERP: what our commands are in its words, and what its answers mean."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from connectors.erp.classification import Meaning
from connectors.erp.conversations.conversation import Conversation, Probe, Proven
from connectors.erp.http.exchange import ErpCall
from connectors.erp.simulated.answers import (
    ErpAnswer,
    answer_of,
    meaning_of_booking,
    meaning_of_look_up,
    shows_an_erp_that_is_up,
)
from domain.messages.dispatch import CommandType, Document, ErpCommand
from domain.money.amounts import format_amount
from domain.quantities import format_quantity

CALL_HEADER: Final = "Orderline-Call"
_KINDS: Final[Mapping[CommandType, str]] = {
    CommandType.CREATE_SALES_ORDER: "sales_order",
    CommandType.POST_SHIPMENT: "shipment",
    CommandType.CANCEL_SALES_ORDER: "cancellation",
    CommandType.AMEND_SALES_ORDER: "amendment",
    CommandType.POST_CREDIT_MEMO: "credit_memo",
    CommandType.CREATE_RETURN_AUTHORIZATION: "return_authorization",
    CommandType.REVERSE_SHIPMENT: "shipment_reversal",
}
BOOKS: Final = frozenset(_KINDS)
"""The commands that it can do."""
_PROBE: Final = "health"


class SimulatedErp:
    """The `ErpRules` of the demo's ERP; where it has unique business keys, they make a repeat harmless."""

    def execute(self, command: ErpCommand) -> Conversation:
        """Book the document."""
        body = {
            "kind": _KINDS[command.command_type],
            "business_key": command.business_key,
            "idempotency_key": command.idempotency_key,
            **_content_of(command.document),
        }
        call_id = _call_id(command)
        reply = yield ErpCall("POST", "/documents", _headers(call_id), msgspec.json.encode(body), changes=True)
        answer = answer_of(reply, call_id)
        return _proven(meaning_of_booking(answer), answer)

    def find(self, command: ErpCommand) -> Conversation:
        """Look the document up by its business key."""
        query = urlencode({"kind": _KINDS[command.queried_type], "business_key": command.business_key})
        call_id = _call_id(command)
        reply = yield ErpCall("GET", f"/documents?{query}", _headers(call_id), changes=False)
        answer = answer_of(reply, call_id)
        return _proven(meaning_of_look_up(answer), answer)

    def probe(self) -> Probe:
        """Ask for its health."""
        reply = yield ErpCall("GET", "/health", _headers(_PROBE), changes=False)
        return shows_an_erp_that_is_up(answer_of(reply, _PROBE))


def _headers(call_id: str) -> Mapping[str, str]:
    return {"Content-Type": "application/json", "Cache-Control": "no-store", CALL_HEADER: call_id}


def _call_id(command: ErpCommand) -> str:
    """Short, in ASCII whatever our ids hold, and another for every attempt."""
    call = f"{command.command_id}/{command.command_type}/{command.attempt}"
    return blake2b(call.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _proven(meaning: Meaning, answer: ErpAnswer) -> Proven:
    return Proven(meaning, answer.document_number, _words_of(answer), answer.retry_after_ms)


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
