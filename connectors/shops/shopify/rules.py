"""Shopify: a shipment is a fulfilment of open lines; what may be shown is set at one location."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from connectors.erp.classification import NOT_FOUND, REFUSED, UNKNOWN, Meaning
from connectors.erp.conversations.conversation import Conversation, Probe, Proven
from connectors.shops.pieces import refused, shipped_pieces, shown_pieces
from connectors.shops.reporting import ShopRules, call_id, nothing_sent, same_item
from connectors.shops.shopify import documents
from connectors.shops.shopify.answers import refusal_of, result_of
from connectors.shops.shopify.calls import Asked, ShopifyCalls
from connectors.shops.shopify.documents import (
    ShopifyInventoryItem,
    ShopifyInventoryItems,
    ShopifyMutationResult,
    ShopifyOrder,
    ShopifyVariant,
    gid,
    number_of,
)
from connectors.shops.shopify.fulfilments import (
    OpenLines,
    Pieces,
    chosen,
    has_number,
    location_of,
    missing,
    open_orders,
    pieces_of,
)
from connectors.shops.shopify.settings import ShopifySettings
from domain.messages.dispatch import Document, DocumentLine, ErpCommand, Outcome

_APPLIED: Final = Meaning(Outcome.APPLIED)
_DUPLICATE: Final = Meaning(Outcome.DUPLICATE)
_MOST_FULFILMENTS: Final = 100
_PROBE: Final = "cProbe"


class Shopify:
    """A `Shop`. Shopify makes a second fulfilment of a repeated call, so what is there is looked at first."""

    def __init__(self, settings: ShopifySettings) -> None:
        self._settings = settings
        self._calls = ShopifyCalls(settings)

    def report_shipment(self, command: ErpCommand) -> Conversation:
        """Read the order, then fulfil exactly what has left; a shipment that is there already is a duplicate."""
        pieces = shipped_pieces(command.document)
        if isinstance(pieces, Proven):
            return pieces
        order = yield from self._order(command)
        if isinstance(order, Proven):
            return nothing_sent(order)
        if order is None:
            return refused(f"Shopify has no order {command.document.channel_order_id}")
        found = yield from self._reported(command, order, pieces)
        if found.meaning is not NOT_FOUND:
            return nothing_sent(found)
        return (yield from self._fulfil(command, order, pieces))

    def find_shipment(self, command: ErpCommand) -> Conversation:
        """A fulfilment with its tracking number and just its lines."""
        pieces = shipped_pieces(command.document)
        if isinstance(pieces, Proven):
            return pieces
        order = yield from self._order(command)
        if isinstance(order, Proven):
            return order
        return Proven(NOT_FOUND) if order is None else (yield from self._reported(command, order, pieces))

    def report_availability(self, command: ErpCommand, line: DocumentLine) -> Conversation:
        """Find the inventory item of the SKU, then set what is available at our location."""
        shown = shown_pieces(line)
        if isinstance(shown, Proven):
            return shown
        item = yield from self._item(command, line)
        if isinstance(item, Proven):
            return nothing_sent(item)
        if item.inventory_level is None:
            return refused(f"item {line.item_id} is not stocked at location {self._settings.location_id}")
        document, variables = self._showing(command, item, shown)
        done = yield from self._calls.ask(command, document, variables, ShopifyMutationResult, changes=True)
        return _proven(done)

    def find_availability(self, command: ErpCommand, line: DocumentLine) -> Conversation:
        """What is available at our location now."""
        shown = shown_pieces(line)
        if isinstance(shown, Proven):
            return shown
        item = yield from self._item(command, line)
        if isinstance(item, Proven):
            return item
        level = item.inventory_level
        is_shown = level is not None and [shown] == [each.quantity for each in level.quantities]
        return Proven(_DUPLICATE if is_shown else NOT_FOUND)

    def probe(self) -> Probe:
        """Ask for the shop's id."""
        reply = yield self._calls.call(documents.PROBE, _PROBE, {}, changes=False)
        return isinstance(result_of(reply, _PROBE), bytes)

    def _order(self, command: ErpCommand) -> Asked[ShopifyOrder | None]:
        number = command.document.channel_order_id.removeprefix(gid("Order", ""))
        if not (number.isascii() and number.isdecimal()):
            return refused(f"{command.document.channel_order_id!r} is no id of a Shopify order")
        return (yield from self._calls.ask(command, documents.ORDER, {"id": gid("Order", number)}, ShopifyOrder))

    def _reported(self, command: ErpCommand, order: ShopifyOrder, pieces: Pieces) -> Conversation:
        """DUPLICATE or NOT_FOUND. One parcel may be several shipments, so the lines count as well."""
        if len(order.fulfillments) >= _MOST_FULFILMENTS:
            return Proven(
                UNKNOWN, words=f"the order has {_MOST_FULFILMENTS} fulfilments or more: look for this one by hand"
            )
        for fulfilment in order.fulfillments:
            if has_number(fulfilment, _tracking_number(command.document)):
                lines = yield from self._calls.lines(command, documents.FULFILMENT_LINES, fulfilment.id)
                if isinstance(lines, Proven):
                    return lines
                if pieces_of(lines) == pieces:
                    return Proven(_DUPLICATE, number_of(fulfilment.id))
        return Proven(NOT_FOUND)

    def _fulfil(self, command: ErpCommand, order: ShopifyOrder, pieces: Pieces) -> Conversation:
        still_open: list[OpenLines] = []
        for each in open_orders(order.fulfillment_orders.nodes):
            lines = yield from self._calls.lines(command, documents.OPEN_LINES, each.id)
            if isinstance(lines, Proven):
                return nothing_sent(lines)
            still_open.append(OpenLines(each.id, location_of(each), lines))
        items = chosen(pieces, still_open, self._settings.location_id)
        if not items:
            return refused(missing(pieces, still_open))
        tracking = {"number": _tracking_number(command.document), "company": command.document.carrier or "Other"}
        fulfilment = {
            "lineItemsByFulfillmentOrder": items,
            "trackingInfo": tracking,
            "notifyCustomer": self._settings.notify_customer,
        }
        variables = {"fulfillment": fulfilment}
        done = yield from self._calls.ask(command, documents.FULFIL, variables, ShopifyMutationResult, changes=True)
        return (yield from self._unless_reported(command, pieces, _proven(done)))

    def _unless_reported(self, command: ErpCommand, pieces: Pieces, proven: Proven) -> Conversation:
        """A refusal is looked into: a call that arrived twice is refused the second time."""
        if proven.meaning is not REFUSED:
            return proven
        order = yield from self._order(command)
        if order is None:
            return proven
        found = order if isinstance(order, Proven) else (yield from self._reported(command, order, pieces))
        return proven if found.meaning is NOT_FOUND else found

    def _item(self, command: ErpCommand, line: DocumentLine) -> Asked[ShopifyInventoryItem]:
        """The one item with this SKU; a variant without SKU is named by its id."""
        location = gid("Location", self._settings.location_id)
        sku = line.item_id.replace("\\", "\\\\").replace('"', '\\"')
        query = {"query": f'sku:"{sku}"', "location": location}
        items = yield from self._calls.ask(command, documents.ITEMS_OF_SKU, query, ShopifyInventoryItems)
        if isinstance(items, Proven):
            return items
        found = [item for item in (items.nodes if items else ()) if same_item(item.sku or "", line.item_id)]
        if len(found) > 1:
            return refused(f"{len(found)} variants have the SKU {line.item_id}")
        if found:
            return found[0]
        if line.item_id.isascii() and line.item_id.isdecimal():
            of_variant = {"id": gid("ProductVariant", line.item_id), "location": location}
            variant = yield from self._calls.ask(command, documents.ITEM_OF_VARIANT, of_variant, ShopifyVariant)
            if variant is not None:
                return variant if isinstance(variant, Proven) else variant.inventory_item
        return refused(f"Shopify has no variant with the SKU {line.item_id}")

    def _showing(self, command: ErpCommand, item: ShopifyInventoryItem, shown: int) -> tuple[str, Mapping[str, Any]]:
        quantity: dict[str, Any] = {
            "inventoryItemId": item.id,
            "locationId": gid("Location", self._settings.location_id),
            "quantity": shown,
        }
        content: dict[str, Any] = {"name": "available", "reason": "correction", "quantities": [quantity]}
        if self._settings.api_version < documents.IDEMPOTENT_SINCE:
            return documents.SHOW, {"input": {**content, "ignoreCompareQuantity": True}}
        quantity["changeFromQuantity"] = None
        return documents.SHOW_IDEMPOTENTLY, {"input": content, "key": _idempotency_key(command)}


class ShopifyRules(ShopRules):
    """The `ErpRules` of a Shopify shop."""

    def __init__(self, settings: ShopifySettings) -> None:
        super().__init__(Shopify(settings))


def _proven(done: ShopifyMutationResult | Proven | None) -> Proven:
    if isinstance(done, Proven):
        return done
    if done is None:
        return Proven(UNKNOWN, words="Shopify answers null")
    if done.user_errors:
        return refusal_of("; ".join(each.message for each in done.user_errors), done.user_errors[0].code)
    return Proven(_APPLIED, number_of(done.fulfillment.id) if done.fulfillment else "")


def _tracking_number(document: Document) -> str:
    return document.tracking_number.strip() or document.shipment_id


def _idempotency_key(command: ErpCommand) -> str:
    """Another for every attempt: one that is made again is meant, since the shop shows something else meanwhile.

    Shopify answers a key that it knows with what it answered before, and sets nothing.
    """
    return str(UUID(hex=call_id(command, "idempotency")))
