"""Amazon: a shipment is a confirmed package of an order; what may be shown is a patch of a listing."""

from collections.abc import Generator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final
from urllib.parse import quote, urlencode

from connectors.erp.classification import NOT_FOUND, REFUSED, UNKNOWN, Meaning
from connectors.erp.conversations.conversation import Conversation, Probe, Proven
from connectors.erp.http.exchange import ErpCall, ErpReply
from connectors.shops.amazon.answers import (
    AmazonListing,
    AmazonOrder,
    AmazonOrderAnswer,
    AmazonSubmission,
    accepted,
    found,
    is_own,
)
from connectors.shops.amazon.calls import AmazonCalls
from connectors.shops.amazon.settings import AmazonSettings
from connectors.shops.pieces import shipped_pieces, shown_pieces
from connectors.shops.reporting import ShopRules, nothing_sent
from domain.identifiers import LineId
from domain.messages.dispatch import Document, DocumentLine, ErpCommand, Outcome

_APPLIED: Final = Meaning(Outcome.APPLIED)
_DUPLICATE: Final = Meaning(Outcome.DUPLICATE)
_LARGEST_REFERENCE: Final = 999_999_999
_CARRIER_CODES: Final[Mapping[str, str]] = {"dhl": "DHL", "fedex": "FedEx", "ups": "UPS", "usps": "USPS"}
_OTHER: Final = "Other"
_BY_MERCHANT: Final = "DEFAULT"
"""The fulfilment channel of what we ship ourselves."""
_PROBE: Final = "/sellers/v1/marketplaceParticipations"
_WORKS: Final = 500
"""Statuses from here on are of a server that does not."""


class Amazon:
    """A `Shop`. A package confirmed twice under one reference is one package: Amazon takes the second as an edit."""

    def __init__(self, settings: AmazonSettings) -> None:
        self._settings = settings
        self._calls = AmazonCalls(settings)
        self._carrier_codes = {
            **_CARRIER_CODES,
            **{name.casefold(): code for name, code in settings.carrier_codes.items()},
        }

    def report_shipment(self, command: ErpCommand) -> Conversation:
        """Read the packages of the order; confirm this one, if it is not among them."""
        pieces = shipped_pieces(command.document)
        if isinstance(pieces, Proven):
            return pieces
        reply = yield from self._read_order(command)
        order = _order_in(reply, command)
        if isinstance(order, Proven):
            return self._calls.hidden(nothing_sent(order))
        if _has_package(order, command):
            return Proven(_DUPLICATE, _reference_of(command))
        body = {
            "marketplaceId": self._settings.marketplace_id,
            "packageDetail": self._package(command, pieces, _received_at(reply)),
        }
        reply = yield from self._calls.call(
            "POST", f"/orders/v0/orders/{_order_id(command)}/shipmentConfirmation", body
        )
        failure = nothing_sent(reply) if isinstance(reply, Proven) else accepted(reply)
        return Proven(_APPLIED, _reference_of(command)) if failure is None else self._calls.hidden(failure)

    def find_shipment(self, command: ErpCommand) -> Conversation:
        """The package with the reference of the shipment."""
        order = _order_in((yield from self._read_order(command)), command)
        if isinstance(order, Proven):
            return self._calls.hidden(order)
        return Proven(_DUPLICATE, _reference_of(command)) if _has_package(order, command) else Proven(NOT_FOUND)

    def report_availability(self, command: ErpCommand, line: DocumentLine) -> Conversation:
        """Merge the quantity into the listing: its handling time and restock date stay."""
        del command  # the quantity is absolute
        shown = shown_pieces(line)
        if isinstance(shown, Proven):
            return shown
        value = [{"fulfillment_channel_code": _BY_MERCHANT, "quantity": shown}]
        patch = {"op": "merge", "path": "/attributes/fulfillment_availability", "value": value}
        body = {"productType": "PRODUCT", "patches": [patch]}
        reply = yield from self._calls.call("PATCH", self._listing(line), body)
        submission = nothing_sent(reply) if isinstance(reply, Proven) else found(reply, AmazonSubmission)
        if isinstance(submission, Proven):
            return self._calls.hidden(submission)
        words = "; ".join(each.message for each in submission.issues if each.severity == "ERROR")
        if submission.status == "ACCEPTED":
            return Proven(_APPLIED, submission.submission_id)
        return self._calls.hidden(Proven(REFUSED if submission.status == "INVALID" else UNKNOWN, words=words))

    def find_availability(self, command: ErpCommand, line: DocumentLine) -> Conversation:
        """What the listing shows now."""
        del command  # the listing says it all
        shown = shown_pieces(line)
        if isinstance(shown, Proven):
            return shown
        reply = yield from self._calls.call("GET", self._listing(line, includedData="fulfillmentAvailability"))
        listing = reply if isinstance(reply, Proven) else found(reply, AmazonListing)
        if isinstance(listing, Proven):
            return self._calls.hidden(listing)
        is_shown = any(
            each.fulfillment_channel_code == _BY_MERCHANT and each.quantity == shown
            for each in listing.fulfillment_availability
        )
        return Proven(_DUPLICATE if is_shown else NOT_FOUND)

    def probe(self) -> Probe:
        """Without a token Amazon refuses it, and so shows that it works."""
        reply = yield self._calls.without_token(_PROBE)
        return is_own(reply) and reply.status < _WORKS

    def _read_order(self, command: ErpCommand) -> Generator[ErpCall, ErpReply, ErpReply | Proven]:
        return (
            yield from self._calls.call("GET", f"/orders/2026-01-01/orders/{_order_id(command)}?includedData=PACKAGES")
        )

    def _package(self, command: ErpCommand, pieces: Mapping[LineId, int], at: str) -> Mapping[str, Any]:
        document = command.document
        return {
            "packageReferenceId": _reference_of(command),
            **self._carrier(document),
            "trackingNumber": document.tracking_number.strip() or document.shipment_id,
            "shipDate": at,
            "orderItems": [{"orderItemId": line_id, "quantity": quantity} for line_id, quantity in pieces.items()],
        }

    def _carrier(self, document: Document) -> Mapping[str, str]:
        carrier = document.carrier.strip()
        code = self._carrier_codes.get(carrier.casefold(), _OTHER)
        return {"carrierCode": code, "carrierName": carrier or _OTHER} if code == _OTHER else {"carrierCode": code}

    def _listing(self, line: DocumentLine, **more: str) -> str:
        query = urlencode({"marketplaceIds": self._settings.marketplace_id, **more})
        return f"/listings/2021-08-01/items/{self._settings.seller_id}/{quote(line.item_id, safe='')}?{query}"


class AmazonRules(ShopRules):
    """The `ErpRules` of a seller on Amazon."""

    def __init__(self, settings: AmazonSettings) -> None:
        super().__init__(Amazon(settings))


def _order_in(reply: ErpReply | Proven, command: ErpCommand) -> AmazonOrder | Proven:
    answer = reply if isinstance(reply, Proven) else found(reply, AmazonOrderAnswer)
    if isinstance(answer, Proven):
        return answer
    if answer.order.order_id != command.document.channel_order_id:
        return Proven(UNKNOWN, words="an answer about another order")
    return answer.order


def _has_package(order: AmazonOrder, command: ErpCommand) -> bool:
    return any(each.package_reference_id == _reference_of(command) for each in order.packages)


def _reference_of(command: ErpCommand) -> str:
    """A positive number, as Amazon wants it, unique within the order; equal for every attempt."""
    digest = blake2b(command.business_key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return str(int.from_bytes(digest, "big") % _LARGEST_REFERENCE + 1)


def _order_id(command: ErpCommand) -> str:
    return quote(command.document.channel_order_id, safe="")


def _received_at(reply: ErpReply | Proven) -> str:
    """The command does not say when it left: it is reported as of now."""
    at_ms = reply.received_at_ms if isinstance(reply, ErpReply) else 0
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
