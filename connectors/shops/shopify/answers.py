"""Which answers only Shopify can give, and what they prove.

GraphQL answers 200 whatever it thinks of the request: errors are in the body. An answer with our alias in `data` and
without errors is Shopify's own; so is an error with one of its codes that means that nothing was executed.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from connectors.erp import bounds
from connectors.erp.classification import REFUSED, TRANSIENT, UNKNOWN, Meaning
from connectors.erp.conversations.conversation import Proven, not_ours
from connectors.erp.http.exchange import ErpReply

_OK: Final = 200
_NOT_EXECUTED: Final[Mapping[str, Meaning]] = {
    "THROTTLED": TRANSIENT,
    "ACCESS_DENIED": TRANSIENT,
    "SHOP_INACTIVE": TRANSIENT,
    "MAX_COST_EXCEEDED": REFUSED,
}
"""By `errors.extensions.code`. A token or a plan that is not enough is mended by people; the reports wait for it."""
_NOT_LET_IN: Final = frozenset({401, 402, 403, 423, 429, 430})
"""Statuses of Shopify's front door, with `errors` as a text and an `x-request-id`: nothing was executed."""
_AT_WORK: Final = frozenset({"IDEMPOTENCY_CONCURRENT_REQUEST"})
"""Codes of `userErrors` that go away."""


class _ShopifyThrottle(msgspec.Struct, frozen=True, rename="camel"):
    currently_available: float = 0.0
    restore_rate: float = 0.0


class _ShopifyCost(msgspec.Struct, frozen=True, rename="camel"):
    requested_query_cost: float = 0.0
    throttle_status: _ShopifyThrottle = _ShopifyThrottle()


class _ShopifyExtensions(msgspec.Struct, frozen=True):
    cost: _ShopifyCost = _ShopifyCost()
    code: str = ""


class _ShopifyError(msgspec.Struct, frozen=True):
    message: str = ""
    extensions: _ShopifyExtensions = _ShopifyExtensions()


class _ShopifyBody(msgspec.Struct, frozen=True):
    data: dict[str, msgspec.Raw] | None = None
    errors: list[_ShopifyError] | str = ()  # type: ignore[assignment]  # an empty list that nobody can change
    extensions: _ShopifyExtensions = _ShopifyExtensions()


_body = msgspec.json.Decoder(_ShopifyBody)


def result_of(reply: ErpReply, alias: str) -> bytes | Proven:
    """The JSON under our alias, or what the reply proves instead."""
    try:
        body = _body.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return not_ours(reply)
    if isinstance(body.errors, str):
        is_own = reply.status in _NOT_LET_IN and "x-request-id" in reply.headers
        words = f"{reply.status} {body.errors}"
        return Proven(TRANSIENT if is_own else UNKNOWN, words=words, retry_after_ms=reply.retry_after_ms)
    if body.errors:
        first = body.errors[0]
        code = first.extensions.code
        waits_ms = max(
            reply.retry_after_ms, _restored_after_ms(body.extensions.cost), _restored_after_ms(first.extensions.cost)
        )
        return Proven(
            _NOT_EXECUTED.get(code, UNKNOWN), words=f"{code} {first.message}".strip(), retry_after_ms=waits_ms
        )
    if reply.status != _OK or body.data is None or alias not in body.data:
        return not_ours(reply)
    return bytes(body.data[alias])


def decoded(result: bytes, kind: Any) -> Any:  # noqa: ANN401 - msgspec's own; the caller names the type
    """A result as a type, None for null, or what an answer of another form proves."""
    try:
        return msgspec.json.decode(result, type=kind | None)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return Proven(UNKNOWN, words="Shopify's answer has another form than its documentation")


def refusal_of(words: str, code: str | None) -> Proven:
    """What a `userError` proves: Shopify did not do it."""
    return Proven(TRANSIENT if code in _AT_WORK else REFUSED, words=words)


def _restored_after_ms(cost: _ShopifyCost) -> int:
    """When the bucket has enough points for the same query again."""
    missing = cost.requested_query_cost - cost.throttle_status.currently_available
    if missing <= 0 or cost.throttle_status.restore_rate <= 0:
        return 0
    return bounds.bounded_ms(int(min(missing / cost.throttle_status.restore_rate, 86_400) * 1000) + 1)
