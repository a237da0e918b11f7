"""The calls of a marketplace: one for each command, harmless to repeat by its `Idempotency-Key`."""

from collections.abc import Generator, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec

from connectors.erp.classification import NOT_FOUND, CertainAnswers
from connectors.erp.conversations.conversation import Conversation, Probe, Proven
from connectors.erp.http.exchange import ErpCall, ErpReply
from connectors.shops.marketplace import answers
from connectors.shops.marketplace.answers import MarketplaceAnswer, answer_of
from connectors.shops.marketplace.settings import MarketplaceSettings
from connectors.shops.reporting import ShopRules, call_id
from connectors.shops.settings import secret_in, without_secrets
from domain.messages.dispatch import DocumentLine, ErpCommand, Outcome
from domain.quantities import format_quantity, parse_quantity

_PROBE: Final = "health"


class Marketplace:
    """A `Shop` that speaks the protocol of docs/reference/shops.md."""

    def __init__(self, settings: MarketplaceSettings) -> None:
        self._path = settings.path
        self._token = secret_in(settings.token_file)

    def report_shipment(self, command: ErpCommand) -> Conversation:
        """One POST; the marketplace does it once for one `Idempotency-Key`, however long ago."""
        document = command.document
        body = {
            "shipment_key": command.business_key,
            "order_id": document.channel_order_id,
            "shipment_id": document.shipment_id,
            "carrier": document.carrier,
            "tracking_number": document.tracking_number,
            "lines": [
                {"line_id": each.line_id, "item_id": each.item_id, **_quantity_of(each)} for each in document.lines
            ],
        }
        answer, retry_after_ms = yield from self._call(
            command, "POST", "/shipments", body, {"Idempotency-Key": _idempotency_key(command)}
        )
        return self._proven(answer, answers.REPORTS, retry_after_ms)

    def find_shipment(self, command: ErpCommand) -> Conversation:
        """By the key that came with the report."""
        query = urlencode({"shipment_key": command.business_key})
        answer, retry_after_ms = yield from self._call(command, "GET", f"/shipments?{query}")
        return self._proven(answer, answers.LOOK_UPS, retry_after_ms)

    def report_availability(self, command: ErpCommand, line: DocumentLine) -> Conversation:
        """One PUT of the whole quantity."""
        answer, retry_after_ms = yield from self._call(
            command, "PUT", _availability_of(line), _quantity_of(_shown(line))
        )
        return self._proven(answer, answers.AVAILABILITIES, retry_after_ms)

    def find_availability(self, command: ErpCommand, line: DocumentLine) -> Conversation:
        """What it shows now."""
        answer, retry_after_ms = yield from self._call(command, "GET", _availability_of(line))
        proven = self._proven(answer, answers.LOOK_UPS, retry_after_ms)
        if proven.meaning.outcome is Outcome.DUPLICATE and not _is(answer.quantity, _shown(line).quantity):
            return Proven(NOT_FOUND)
        return proven

    def probe(self) -> Probe:
        """Ask for its health."""
        reply = yield ErpCall("GET", f"{self._path}/health", self._headers(_PROBE, {}), changes=False)
        answer = answer_of(reply, _PROBE)
        return answer.is_own and answer.status == 200 and not answer.error  # noqa: PLR2004 - HTTP's own number

    def _call(
        self,
        command: ErpCommand,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Generator[ErpCall, ErpReply, tuple[MarketplaceAnswer, int]]:
        this_call = call_id(command, path)
        reply = yield ErpCall(
            method,
            f"{self._path}{path}",
            self._headers(this_call, more or {}),
            None if body is None else msgspec.json.encode(body),
            changes=body is not None,
        )
        return answer_of(reply, this_call), reply.retry_after_ms

    def _headers(self, this_call: str, more: Mapping[str, str]) -> Mapping[str, str]:
        return answers.headers(self._token.reveal(), this_call, more)

    def _proven(self, answer: MarketplaceAnswer, certain: CertainAnswers, retry_after_ms: int) -> Proven:
        words = without_secrets(answer.words(), (self._token,))
        return Proven(answer.meaning(certain), answer.id, words, retry_after_ms)


class MarketplaceRules(ShopRules):
    """The `ErpRules` of a marketplace."""

    def __init__(self, settings: MarketplaceSettings) -> None:
        super().__init__(Marketplace(settings))


def _quantity_of(line: DocumentLine) -> Mapping[str, str]:
    return {"quantity": format_quantity(line.quantity), "unit": line.unit}


def _shown(line: DocumentLine) -> DocumentLine:
    """Nobody can show less than nothing."""
    return replace(line, quantity=max(line.quantity, 0))


def _availability_of(line: DocumentLine) -> str:
    return f"/availability/{quote(line.item_id, safe='')}"


def _is(text: str, quantity: int) -> bool:
    try:
        return parse_quantity(text) == quantity
    except ValueError:
        return False


def _idempotency_key(command: ErpCommand) -> str:
    """In ASCII whatever our ids hold; equal for every attempt."""
    return blake2b(command.idempotency_key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
