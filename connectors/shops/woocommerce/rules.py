"""WooCommerce: a shipment is an entry and a note of the order, and completes it; stock is set by SKU."""

from base64 import b64encode
from collections.abc import Generator, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import msgspec

from connectors.erp.classification import NOT_FOUND, UNKNOWN, Meaning
from connectors.erp.conversations.conversation import Conversation, Probe, Proven
from connectors.erp.http.exchange import ErpCall, ErpReply
from connectors.shops.pieces import refused, shipped_pieces, shown_pieces
from connectors.shops.reporting import ShopRules, call_id, nothing_sent, same_item
from connectors.shops.settings import secret_in, without_secrets
from connectors.shops.woocommerce.answers import WooNote, WooOrder, WooProduct, WooRefund, found, listed
from connectors.shops.woocommerce.settings import WooCommerceSettings
from connectors.shops.woocommerce.shipments import (
    entry_of,
    has_note,
    is_all_shipped,
    may_be_completed,
    new_entry,
    note_of,
)
from domain.identifiers import LineId
from domain.messages.dispatch import DocumentLine, ErpCommand, Outcome

_APPLIED: Final = Meaning(Outcome.APPLIED)
_DUPLICATE: Final = Meaning(Outcome.DUPLICATE)
_ORDER_FIELDS: Final = "id,status,line_items,meta_data,refunds"
_PRODUCT_FIELDS: Final = "id,parent_id,type,sku,stock_quantity"
_MOST: Final = 100
"""Entries of a page: no order has more notes or refunds, and no SKU more products, or people have to look."""
_Answer = TypeVar("_Answer")


class WooCommerce:
    """A `Shop`. The entry of a shipment is written last: it proves that the note is there as well."""

    def __init__(self, settings: WooCommerceSettings) -> None:
        self._settings = settings
        self._secrets = (secret_in(settings.consumer_key_file), secret_in(settings.consumer_secret_file))
        login = ":".join(each.reveal() for each in self._secrets)
        self._authorization = f"Basic {b64encode(login.encode()).decode()}"

    def report_shipment(self, command: ErpCommand) -> Conversation:
        """Read the order; write the note, if it is not there; write the entry, and the status with the last one."""
        pieces = shipped_pieces(command.document)
        if isinstance(pieces, Proven):
            return pieces
        order = yield from self._order(command)
        if isinstance(order, Proven):
            return self._unknown_order(command) if order.meaning is NOT_FOUND else nothing_sent(order)
        entry = entry_of(order, command.business_key)
        if entry is not None:
            return Proven(_DUPLICATE, str(entry.id))
        unknown = pieces.keys() - {str(line.id) for line in order.line_items}
        if unknown:
            return refused(f"the order has no line {', '.join(sorted(unknown))}")
        noted = yield from self._note(command)
        if noted is not None:
            return noted
        return (yield from self._write(command, order, pieces))

    def find_shipment(self, command: ErpCommand) -> Conversation:
        """The entry of the shipment; an order that is not there has none."""
        order = yield from self._order(command)
        if isinstance(order, Proven):
            return order
        entry = entry_of(order, command.business_key)
        return Proven(NOT_FOUND) if entry is None else Proven(_DUPLICATE, str(entry.id))

    def report_availability(self, command: ErpCommand, line: DocumentLine) -> Conversation:
        """Find the product or the variation, then set its stock."""
        shown = shown_pieces(line)
        if isinstance(shown, Proven):
            return shown
        product = yield from self._product(command, line)
        if isinstance(product, Proven):
            return nothing_sent(product)
        parent = f"/products/{product.parent_id}/variations" if product.type == "variation" else "/products"
        body = {"manage_stock": True, "stock_quantity": shown}
        path = f"{parent}/{product.id}?_fields={_PRODUCT_FIELDS}"
        answer = self._hidden(found((yield self._call("PUT", path, body)), WooProduct))
        if isinstance(answer, Proven):
            return answer
        return Proven(_APPLIED if (answer.id, answer.stock_quantity) == (product.id, shown) else UNKNOWN)

    def find_availability(self, command: ErpCommand, line: DocumentLine) -> Conversation:
        """Its stock now."""
        shown = shown_pieces(line)
        if isinstance(shown, Proven):
            return shown
        product = yield from self._product(command, line)
        if isinstance(product, Proven):
            return product
        return Proven(_DUPLICATE if product.stock_quantity == shown else NOT_FOUND)

    def probe(self) -> Probe:
        """Ask for one product."""
        reply = yield self._call("GET", "/products?per_page=1&_fields=id")
        return not isinstance(listed(reply, list[WooProduct]), Proven)

    def _order(self, command: ErpCommand) -> Generator[ErpCall, ErpReply, WooOrder | Proven]:
        number = command.document.channel_order_id
        if not (number.isascii() and number.isdecimal()):
            return refused(f"{number!r} is no id of a WooCommerce order")
        path = self._asked(command, f"/orders/{number}", _fields=_ORDER_FIELDS)
        return self._own(found((yield self._call("GET", path)), WooOrder), int(number))

    def _note(self, command: ErpCommand) -> Generator[ErpCall, ErpReply, Proven | None]:
        """None when the note is there."""
        notes_of = f"/orders/{command.document.channel_order_id}/notes"
        path = self._asked(command, notes_of, _fields="id,note", per_page=str(_MOST))
        notes = self._hidden(listed((yield self._call("GET", path)), list[WooNote]))
        if isinstance(notes, Proven):
            return nothing_sent(notes)
        if has_note(notes, command.document):
            return None
        body = {"note": note_of(command.document), "customer_note": self._settings.notify_customer}
        written = self._hidden(found((yield self._call("POST", notes_of, body)), WooNote))
        return written if isinstance(written, Proven) else None

    def _write(self, command: ErpCommand, order: WooOrder, pieces: Mapping[LineId, int]) -> Conversation:
        body: dict[str, Any] = {"meta_data": [new_entry(command.business_key, command.document, pieces)]}
        if may_be_completed(order) and (yield from self._is_last(command, order, pieces)):
            body["status"] = "completed"
        path = f"/orders/{order.id}?_fields={_ORDER_FIELDS}"
        answer = self._own(found((yield self._call("PUT", path, body)), WooOrder), order.id)
        if isinstance(answer, Proven):
            return answer
        entry = entry_of(answer, command.business_key)
        return (
            Proven(UNKNOWN, words="the order comes back without the entry")
            if entry is None
            else Proven(_APPLIED, str(entry.id))
        )

    def _is_last(
        self, command: ErpCommand, order: WooOrder, pieces: Mapping[LineId, int]
    ) -> Generator[ErpCall, ErpReply, bool]:
        """Refunds are read only where they may make the difference; unread, the order is not completed."""
        if is_all_shipped(order, pieces):
            return True
        if not order.refunds:
            return False
        path = self._asked(command, f"/orders/{order.id}/refunds", _fields="line_items", per_page=str(_MOST))
        refunds = listed((yield self._call("GET", path)), list[WooRefund])
        return not isinstance(refunds, Proven) and is_all_shipped(order, pieces, refunds)

    def _product(self, command: ErpCommand, line: DocumentLine) -> Generator[ErpCall, ErpReply, WooProduct | Proven]:
        path = self._asked(command, "/products", sku=line.item_id, _fields=_PRODUCT_FIELDS, per_page=str(_MOST))
        products = self._hidden(listed((yield self._call("GET", path)), list[WooProduct]))
        if isinstance(products, Proven):
            return products
        same = [each for each in products if same_item(each.sku, line.item_id)]
        if len(same) == 1:
            return same[0]
        return refused(f"{len(same) or 'no'} product{'s have' if same else ' has'} the SKU {line.item_id}")

    @staticmethod
    def _asked(command: ErpCommand, path: str, **query: str) -> str:
        """A path that no cache between us has seen before."""
        return f"{path}?{urlencode({**query, 'orderline_call': call_id(command, path)})}"

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> ErpCall:
        headers = {
            "Authorization": self._authorization,
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
        }
        data = None if body is None else msgspec.json.encode(body)
        return ErpCall(method, f"{self._settings.path}{path}", headers, data, changes=body is not None)

    def _own(self, answer: WooOrder | Proven, order_id: int) -> WooOrder | Proven:
        if isinstance(answer, WooOrder) and answer.id != order_id:
            return Proven(UNKNOWN, words=f"an answer about order {answer.id}")
        return self._hidden(answer)

    def _hidden(self, answer: _Answer | Proven) -> _Answer | Proven:
        if not isinstance(answer, Proven):
            return answer
        words = without_secrets(answer.words, self._secrets)
        return Proven(answer.meaning, answer.document_number, words, answer.retry_after_ms)

    @staticmethod
    def _unknown_order(command: ErpCommand) -> Proven:
        return refused(f"WooCommerce has no order {command.document.channel_order_id}")


class WooCommerceRules(ShopRules):
    """The `ErpRules` of a WooCommerce shop."""

    def __init__(self, settings: WooCommerceSettings) -> None:
        super().__init__(WooCommerce(settings))
