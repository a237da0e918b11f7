"""Which answers only WooCommerce can give, and what they prove.

An object has the id that was asked for, a list the header `X-WP-Total`, and an error a `code` and the status again in
`data.status`: pages of proxies, caches and hosts have none of these.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from connectors.erp.classification import NOT_FOUND, REFUSED, TRANSIENT, UNKNOWN, Meaning
from connectors.erp.conversations.conversation import Proven, not_ours
from connectors.erp.http.exchange import ErpReply

NO_ORDER: Final = "woocommerce_rest_shop_order_invalid_id"
_ERRORS: Final[Mapping[str, Meaning]] = {
    NO_ORDER: NOT_FOUND,
    "woocommerce_rest_product_invalid_id": REFUSED,
    "woocommerce_rest_product_variation_invalid_id": REFUSED,
    "woocommerce_rest_invalid_product_id": REFUSED,
    "woocommerce_rest_invalid_order_id": REFUSED,
    "rest_invalid_param": REFUSED,
    "rest_missing_callback_param": REFUSED,
    "woocommerce_rest_authentication_error": TRANSIENT,
    "woocommerce_rest_cannot_view": TRANSIENT,
    "woocommerce_rest_cannot_edit": TRANSIENT,
    "woocommerce_rest_cannot_create": TRANSIENT,
    "rest_forbidden": TRANSIENT,
    "rest_no_route": TRANSIENT,
}
"""By `code`: each is said before anything is changed. Errors of keys and permalinks are mended by people."""
_GOOD: Final = frozenset({200, 201})
_Found = TypeVar("_Found")


class WooObject(msgspec.Struct, frozen=True):
    """A part of an answer."""


class WooMeta(WooObject, frozen=True):
    """Extra data of an order or a line; other plugins have values of any kind."""

    key: str
    value: Any
    id: int = 0


class WooLine(WooObject, frozen=True):
    """A line of an order or of a refund, where the quantity is below zero and `_refunded_item_id` names the line."""

    id: int
    quantity: float
    meta_data: list[WooMeta] = []


class WooOrder(WooObject, frozen=True):
    """An order."""

    id: int
    status: str
    line_items: list[WooLine]
    meta_data: list[WooMeta]
    refunds: list[Any] = []


class WooRefund(WooObject, frozen=True):
    """A refund of an order."""

    line_items: list[WooLine]


class WooNote(WooObject, frozen=True):
    """A note of an order."""

    id: int
    note: str


class WooProduct(WooObject, frozen=True):
    """A product, or a variation of the product `parent_id`."""

    id: int
    sku: str = ""
    parent_id: int = 0
    type: str = "simple"
    stock_quantity: float | None = None


class _WooErrorData(WooObject, frozen=True):
    status: int = 0


class _WooError(WooObject, frozen=True):
    code: str
    message: str
    data: _WooErrorData


def found(reply: ErpReply, kind: type[_Found]) -> _Found | Proven:
    """The object of an answer, or what the reply proves instead."""
    if reply.status in _GOOD:
        answer = _decoded(reply, kind)
        return not_ours(reply) if answer is None else answer
    error = _decoded(reply, _WooError)
    if error is None or error.data.status != reply.status:
        return not_ours(reply)
    words = f"{error.code} {error.message}"
    return Proven(_ERRORS.get(error.code, UNKNOWN), words=words, retry_after_ms=reply.retry_after_ms)


def listed(reply: ErpReply, kind: type[list[_Found]]) -> list[_Found] | Proven:
    """The list of an answer, or what the reply proves instead."""
    if reply.status in _GOOD and "x-wp-total" not in reply.headers:
        return not_ours(reply)
    return found(reply, kind)


def _decoded(reply: ErpReply, kind: type[_Found]) -> _Found | None:
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
