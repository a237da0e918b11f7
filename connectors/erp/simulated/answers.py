"""Which answers only the simulated ERP can give, and what they prove.

It repeats, in the body's `in_answer_to`, the call's id that came in the header `Orderline-Call`. A body without it is
somebody else's, or an older answer out of a cache, whatever else it says.
"""

from dataclasses import dataclass

import msgspec

from connectors.erp import bounds
from connectors.erp.classification import DOWN, NOT_FOUND, REFUSED, TRANSIENT, UNKNOWN, CertainAnswers, Meaning
from connectors.erp.http.exchange import ErpReply
from domain.messages.dispatch import Outcome

_OK = 200
_CREATED = 201
_BOOKINGS: CertainAnswers = {
    (400, "BAD_REQUEST"): REFUSED,
    (409, "OTHER_CONTENT"): REFUSED,
    (422, "CUSTOMER_BLOCKED"): REFUSED,
    (422, "UNKNOWN_ORDER"): REFUSED,
    (423, "LOCKED"): TRANSIENT,
    (429, "TOO_MANY_CALLS"): TRANSIENT,
    (503, "DOWN"): DOWN,
}
_LOOK_UPS: CertainAnswers = {
    (404, "NOT_FOUND"): NOT_FOUND,
    (429, "TOO_MANY_CALLS"): TRANSIENT,
    (503, "DOWN"): DOWN,
}


class AnswerBody(msgspec.Struct, frozen=True):
    """The fields of an answer's body that matter to us."""

    in_answer_to: str = ""
    document_number: str = ""
    duplicate: bool = False
    error: str = ""
    message: str = ""


_NO_BODY = AnswerBody()
_body = msgspec.json.Decoder(AnswerBody)


@dataclass(frozen=True, slots=True)
class ErpAnswer:
    """An answer within bounds. `is_own`: the ERP itself gave it, to this very call."""

    status: int
    is_own: bool = False
    error: str = ""
    message: str = ""
    document_number: str = ""
    duplicate: bool = False
    retry_after_ms: int = 0


def body_of(data: bytes) -> AnswerBody:
    """A body as it came; empty for one that is not the ERP's JSON."""
    try:
        return _body.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _NO_BODY


def answer_of(reply: ErpReply, call_id: str) -> ErpAnswer:
    """What a reply to a call says."""
    return answer_with(reply.status, body_of(reply.body), call_id, reply.retry_after_ms)


def answer_with(status: int, body: AnswerBody, call_id: str, retry_after_ms: int) -> ErpAnswer:
    """The answer to a call; of a body that is not the ERP's nothing is kept."""
    if body.in_answer_to != call_id:
        return ErpAnswer(status, retry_after_ms=retry_after_ms)
    return ErpAnswer(
        status=status,
        is_own=True,
        error=bounds.reason(body.error),
        message=bounds.reason(body.message),
        document_number=bounds.document_number(body.document_number),
        duplicate=body.duplicate,
        retry_after_ms=retry_after_ms,
    )


def meaning_of_booking(answer: ErpAnswer) -> Meaning:
    """The outcome of a booking from its answer."""
    if not answer.is_own:
        return UNKNOWN
    if answer.status in {_OK, _CREATED} and answer.document_number:
        return Meaning(Outcome.DUPLICATE if answer.duplicate else Outcome.APPLIED)
    return _BOOKINGS.get((answer.status, answer.error), UNKNOWN)


def meaning_of_look_up(answer: ErpAnswer) -> Meaning:
    """The outcome of a look-up from its answer."""
    if not answer.is_own:
        return UNKNOWN
    if answer.status == _OK and answer.document_number:
        return Meaning(Outcome.DUPLICATE)
    return _LOOK_UPS.get((answer.status, answer.error), UNKNOWN)


def shows_an_erp_that_is_up(answer: ErpAnswer) -> bool:
    """Whether this is the ERP's own answer to a question about its health, and a good one."""
    return answer.is_own and answer.status == _OK and not answer.error
