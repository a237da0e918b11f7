"""What an order of WooCommerce knows of our shipments: one entry of its extra data for each.

The key names the shipment, so that writing it twice leaves one entry; the value says how many pieces of each line, so
that the last shipment of an order can be told from the others.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from html import unescape
from typing import Any, Final

import msgspec

from connectors.shops.woocommerce.answers import WooMeta, WooNote, WooOrder, WooRefund
from domain.identifiers import LineId
from domain.messages.dispatch import Document

_PREFIX: Final = "orderline_shipment_"
_REFUNDED_LINE: Final = "_refunded_item_id"
_NOT_COMPLETED: Final = frozenset({"completed", "cancelled", "refunded", "failed", "trash", "pending", "on-hold"})
"""Statuses that a shipment does not complete: they are final, or the order is not paid."""


class _ShipmentEntry(msgspec.Struct, frozen=True):
    shipment_id: str
    carrier: str
    tracking_number: str
    lines: dict[str, int]


def key_of(business_key: str) -> str:
    """The key of a shipment's entry."""
    return _PREFIX + blake2b(business_key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def entry_of(order: WooOrder, business_key: str) -> WooMeta | None:
    """The entry of a shipment, if it was reported."""
    key = key_of(business_key)
    return next((each for each in order.meta_data if each.key == key), None)


def new_entry(business_key: str, document: Document, pieces: Mapping[LineId, int]) -> Mapping[str, str]:
    """The entry to write."""
    entry = _ShipmentEntry(
        document.shipment_id,
        document.carrier,
        document.tracking_number,
        {str(line): each for line, each in pieces.items()},
    )
    return {"key": key_of(business_key), "value": msgspec.json.encode(entry).decode()}


def note_of(document: Document) -> str:
    """For people, and for the customer where the settings say so."""
    by = f" by {document.carrier}" if document.carrier else ""
    number = f", tracking number {document.tracking_number}" if document.tracking_number else ""
    return f"Shipped{by}{number} {_mark(document)}"


def has_note(notes: Sequence[WooNote], document: Document) -> bool:
    """Whether an earlier try has written the note already."""
    return any(_mark(document) in unescape(each.note) for each in notes)


def may_be_completed(order: WooOrder) -> bool:
    """Whether the order is completed by its last shipment."""
    return order.status not in _NOT_COMPLETED


def is_all_shipped(order: WooOrder, pieces: Mapping[LineId, int], refunds: Sequence[WooRefund] = ()) -> bool:
    """Whether nothing of the order is left after this shipment, what was refunded aside."""
    shipped: dict[str, float] = {str(line_id): quantity for line_id, quantity in pieces.items()}
    for lines in map(_lines_of, order.meta_data):
        for line_id, quantity in lines.items():
            shipped[line_id] = shipped.get(line_id, 0) + quantity
    for refund in refunds:
        for line in refund.line_items:
            line_id = str(next((each.value for each in line.meta_data if each.key == _REFUNDED_LINE), ""))
            shipped[line_id] = shipped.get(line_id, 0) + abs(line.quantity)
    return all(shipped.get(str(line.id), 0) >= line.quantity for line in order.line_items)


def _lines_of(entry: WooMeta) -> Mapping[str, int]:
    """The pieces of an entry of ours; one that somebody has edited counts for nothing."""
    value: Any = entry.value
    if not entry.key.startswith(_PREFIX) or not isinstance(value, str):
        return {}
    try:
        return msgspec.json.decode(value, type=_ShipmentEntry).lines
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return {}


def _mark(document: Document) -> str:
    return f"[{document.shipment_id}]"
