"""What each HTTP answer and each failure of the wire means: one table for bookings, one for look-ups.

The danger is on one side only: to call a thing surely not done that was done makes a second document. So whatever no
row names is UNKNOWN, and a look-up says NOT_FOUND only to the ERP's own word, never to a proxy's 404.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from connectors.erp.adapter import UNREACHABLE
from domain.messages.dispatch import Outcome


@dataclass(frozen=True, slots=True)
class ErpAnswer:
    """An answer as far as it matters: `error` is the ERP's own code in the body, empty when there is none."""

    status: int
    error: str = ""
    message: str = ""
    document_number: str = ""
    duplicate: bool = False
    retry_after_ms: int = 0


@dataclass(frozen=True, slots=True)
class Meaning:
    """An outcome with its reason; an empty reason is filled with the answer's own words."""

    outcome: Outcome
    reason: str = ""


_UNKNOWN = Meaning(Outcome.UNKNOWN)
_TRANSIENT = Meaning(Outcome.REJECTED_TRANSIENT)
_DOWN = Meaning(Outcome.REJECTED_TRANSIENT, UNREACHABLE)
_REFUSED = Meaning(Outcome.REJECTED_BUSINESS)

_REFUSALS: Mapping[tuple[int, str], Meaning] = {
    (409, "LOCKED"): _TRANSIENT,
    (409, "OTHER_CONTENT"): _REFUSED,
}
_STATUSES: Mapping[int, Meaning] = {
    400: _REFUSED,
    401: _TRANSIENT,  # our credentials, not the order: a person mends them, then it goes on
    403: _TRANSIENT,
    409: _REFUSED,
    413: _REFUSED,
    422: _REFUSED,
    423: _TRANSIENT,
    429: _TRANSIENT,
    503: _DOWN,
}
_LOOK_UP_STATUSES: Mapping[int, Meaning] = {
    401: _TRANSIENT,
    403: _TRANSIENT,
    423: _TRANSIENT,
    429: _TRANSIENT,
    503: _DOWN,
}
_NEVER_SENT = (NewConnectionError, ConnectTimeoutError)


def meaning_of_booking(answer: ErpAnswer) -> Meaning:
    """The outcome of a booking from its answer."""
    if answer.status in (200, 201):
        if not answer.document_number:
            return _UNKNOWN
        return Meaning(Outcome.DUPLICATE if answer.duplicate else Outcome.APPLIED)
    return _REFUSALS.get((answer.status, answer.error)) or _STATUSES.get(answer.status, _UNKNOWN)


def meaning_of_look_up(answer: ErpAnswer) -> Meaning:
    """The outcome of a look-up from its answer."""
    if answer.status == 200 and answer.document_number:  # noqa: PLR2004 - the words of HTTP
        return Meaning(Outcome.DUPLICATE)
    if (answer.status, answer.error) == (404, "NOT_FOUND"):
        return Meaning(Outcome.NOT_FOUND)
    return _LOOK_UP_STATUSES.get(answer.status, _UNKNOWN)


def meaning_of_failure(failure: HTTPError) -> Meaning:
    """The outcome of a call without an answer: certain only when no byte of it left."""
    return (
        _DOWN if isinstance(failure, _NEVER_SENT) else Meaning(Outcome.UNKNOWN, f"no answer: {type(failure).__name__}")
    )
