"""Which answers only Amazon can give, and what they prove: each has the header `x-amzn-RequestId`."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final, TypeVar

import msgspec

from connectors.erp import bounds
from connectors.erp.classification import REFUSED, TRANSIENT, UNKNOWN, Meaning
from connectors.erp.conversations.conversation import Proven, not_ours
from connectors.erp.http.exchange import ErpReply

_REQUEST_ID: Final = "x-amzn-requestid"
_ERRORS: Final[Mapping[int, Meaning]] = {
    400: REFUSED,
    401: TRANSIENT,
    403: TRANSIENT,
    404: REFUSED,
    413: REFUSED,
    415: REFUSED,
    422: REFUSED,
    429: TRANSIENT,
}
"""By status, of an answer with `errors`. An application that is not authorised is mended by people."""
_NOT_LET_IN: Final = frozenset({401, 403})
_GOOD: Final = frozenset({200, 202, 204})
_Found = TypeVar("_Found")


class AmazonObject(msgspec.Struct, frozen=True, rename="camel"):
    """A part of an answer."""


class AmazonPackage(AmazonObject, frozen=True):
    """A package of an order."""

    package_reference_id: str = ""


class AmazonOrder(AmazonObject, frozen=True):
    """An order, of version 2026-01-01."""

    order_id: str
    packages: list[AmazonPackage] = []


class AmazonOrderAnswer(AmazonObject, frozen=True):
    """The answer of `getOrder`."""

    order: AmazonOrder


class AmazonAvailability(AmazonObject, frozen=True):
    """How much of an item is offered through one fulfilment channel."""

    fulfillment_channel_code: str
    quantity: int | None = None


class AmazonListing(AmazonObject, frozen=True):
    """The answer of `getListingsItem`."""

    sku: str
    fulfillment_availability: list[AmazonAvailability] = []


class AmazonIssue(AmazonObject, frozen=True):
    """What is wrong with a listing, for people."""

    message: str = ""
    severity: str = ""


class AmazonSubmission(AmazonObject, frozen=True):
    """The answer of `patchListingsItem`."""

    sku: str
    status: str
    submission_id: str
    issues: list[AmazonIssue] = []


class AmazonToken(msgspec.Struct, frozen=True):
    """The answer of Login with Amazon."""

    access_token: str


class _AmazonError(AmazonObject, frozen=True):
    code: str = ""
    message: str = ""
    details: str | None = None


class _AmazonErrors(AmazonObject, frozen=True):
    errors: list[_AmazonError]


class _TokenError(msgspec.Struct, frozen=True):
    error: str
    error_description: str = ""


def is_own(reply: ErpReply) -> bool:
    """Whether Amazon has given the answer."""
    return _REQUEST_ID in reply.headers


def is_not_let_in(reply: ErpReply) -> bool:
    """Whether Amazon does not take the token: it has expired, or was never good enough."""
    return reply.status in _NOT_LET_IN and is_own(reply)


def found(reply: ErpReply, kind: type[_Found]) -> _Found | Proven:
    """The object of an answer, or what the reply proves instead."""
    if is_own(reply) and reply.status in _GOOD:
        answer = _decoded(reply.body, kind)
        return not_ours(reply) if answer is None else answer
    return failed(reply)


def failed(reply: ErpReply) -> Proven:
    """What an answer that is not a good one proves."""
    errors = _decoded(reply.body, _AmazonErrors)
    if not is_own(reply) or errors is None or not errors.errors:
        return not_ours(reply)
    first = errors.errors[0]
    words = " ".join(filter(None, (first.code, first.message, first.details)))
    return Proven(_ERRORS.get(reply.status, UNKNOWN), words=words, retry_after_ms=_retry_after_ms(reply))


def accepted(reply: ErpReply) -> Proven | None:
    """None for an answer that says yes, and no more."""
    return None if is_own(reply) and reply.status in _GOOD else failed(reply)


def token_in(reply: ErpReply) -> str | Proven:
    """The token, or why there is none; nothing of ours was changed by asking."""
    token: AmazonToken | None = _decoded(reply.body, AmazonToken)
    if reply.status in _GOOD and token is not None:
        text = token.access_token
        return text if text.isascii() and text.isprintable() and text else not_ours(reply)
    error: _TokenError | None = _decoded(reply.body, _TokenError)
    if error is None:
        return not_ours(reply)
    return Proven(UNKNOWN, words=f"no token: {error.error} {error.error_description}")


def _retry_after_ms(reply: ErpReply) -> int:
    """As it says, or as long as one call takes at the rate of this operation (calls a second)."""
    if reply.retry_after_ms or reply.status != 429:  # noqa: PLR2004 - HTTP's own number
        return reply.retry_after_ms
    try:
        rate = float(reply.headers.get("x-amzn-ratelimit-limit", "")[:20])
    except ValueError:
        return 0
    return bounds.bounded_ms(int(1000 / rate)) if isfinite(rate) and rate > 0.001 else 0  # noqa: PLR2004 - a sane rate


def _decoded(body: bytes, kind: Any) -> Any:  # noqa: ANN401 - msgspec's own; the callers name the type
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
