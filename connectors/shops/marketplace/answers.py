"""Which answers only the marketplace can give, and what they prove.

It repeats, in the body's `in_answer_to`, the id that came in the header `Orderline-Call`: a body without it is a
proxy's, or an older answer out of a cache.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from connectors.erp import bounds
from connectors.erp.classification import DOWN, NOT_FOUND, REFUSED, TRANSIENT, UNKNOWN, CertainAnswers, Meaning
from connectors.erp.http.exchange import ErpReply
from domain.messages.dispatch import Outcome

_APPLIED: Final = Meaning(Outcome.APPLIED)
_DUPLICATE: Final = Meaning(Outcome.DUPLICATE)
_NEVER_DONE: Final[CertainAnswers] = {
    (401, "UNAUTHORIZED"): TRANSIENT,
    (403, "FORBIDDEN"): TRANSIENT,
    (429, "TOO_MANY_CALLS"): TRANSIENT,
    (503, "DOWN"): DOWN,
}
REPORTS: Final[CertainAnswers] = {
    **_NEVER_DONE,
    (200, ""): _DUPLICATE,
    (201, ""): _APPLIED,
    (400, "BAD_REQUEST"): REFUSED,
    (404, "UNKNOWN_ORDER"): REFUSED,
    (404, "UNKNOWN_LINE"): REFUSED,
    (404, "UNKNOWN_ITEM"): REFUSED,
    (409, "OTHER_CONTENT"): REFUSED,
    (422, "TOO_MANY_UNITS"): REFUSED,
    (422, "ORDER_CANCELLED"): REFUSED,
}
AVAILABILITIES: Final[CertainAnswers] = {**REPORTS, (200, ""): _APPLIED}
LOOK_UPS: Final[CertainAnswers] = {**_NEVER_DONE, (200, ""): _DUPLICATE, (404, "NOT_FOUND"): NOT_FOUND}


class _MarketplaceBody(msgspec.Struct, frozen=True):
    in_answer_to: str = ""
    id: str = ""
    quantity: str = ""
    error: str = ""
    message: str = ""


_body = msgspec.json.Decoder(_MarketplaceBody)


class MarketplaceAnswer(msgspec.Struct, frozen=True):
    """An answer, of which nothing is kept when it is not the marketplace's own."""

    status: int
    is_own: bool = False
    id: str = ""
    """Of the shipment there."""
    quantity: str = ""
    """Of the item that it shows."""
    error: str = ""
    message: str = ""

    def meaning(self, certain: CertainAnswers) -> Meaning:
        """What it proves, by a table of answers."""
        return certain.get((self.status, self.error), UNKNOWN) if self.is_own else UNKNOWN

    def words(self) -> str:
        """For people; empty for what went well."""
        if self.is_own:
            return f"{self.error} {self.message}".strip()
        return f"not the marketplace's own answer: {self.status}"


def answer_of(reply: ErpReply, call_id: str) -> MarketplaceAnswer:
    """What a reply to a call says."""
    try:
        body = _body.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        body = _MarketplaceBody()
    if body.in_answer_to != call_id:
        return MarketplaceAnswer(reply.status)
    return MarketplaceAnswer(
        reply.status,
        is_own=True,
        id=bounds.document_number(body.id),
        quantity=body.quantity,
        error=bounds.reason(body.error),
        message=bounds.reason(body.message),
    )


def headers(token: str, call_id: str, more: Mapping[str, str]) -> Mapping[str, str]:
    """The headers of a call."""
    return {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "Orderline-Call": call_id,
        **more,
    }
