"""What a channel file reads of records that ask for a return, or decide about one; and how its goods may come back."""

import pytest

from connectors.formats.outcomes import Refused
from domain.identifiers import LineId, SourceId
from domain.messages.orders import OrderPlaced, OrderReturned
from domain.messages.returns.policy import STANDARD_RETURNS, ReturnApproval, ReturnPolicy
from domain.messages.returns.requests import (
    OrderReturnAuthorised,
    OrderReturnDeclined,
    OrderReturnRequested,
    UnitsToReturn,
)
from schemas.channel_language.orders.return_rules import ReturnsRule
from tests.unit.channels.given import CHANNELS, PORTAL_ORDER, changed, outcomes, the_message, verdict
from tests.unit.channels.language.market import market

DAY_MS = 24 * 3_600_000
REQUESTED = {
    "message_id": "m-3",
    "event": "return_requested",
    "occurred_at": "2026-01-05T07:59:00Z",
    "order_number": "P-1",
    "return_number": "R-7",
    "reason": "too bright",
    "lines": [{"line": "1", "quantity": "2"}, {"line": "1", "quantity": "1"}],
}
DECIDED = {
    "decision_id": "d-1",
    "outcome": "return_authorised",
    "decided_at": "2026-01-05T07:59:00Z",
    "order_id": "portal:P-1",
    "return_id": "R-7",
    "decided_by": "ann",
}
BROUGHT = {
    "message_id": "w-1",
    "event": "return_received",
    "occurred_at": "2026-01-05T07:59:00Z",
    "order_id": "portal:P-1",
    "return_id": "R-7",
    "parcel": "2",
    "lines": [{"line_id": "1", "sku": "ORL-1", "quantity": "2"}],
}


def test_a_request_names_its_return_and_adds_up_the_units_of_a_line() -> None:
    found = the_message(CHANNELS[SourceId("portal")], REQUESTED)
    assert isinstance(found, OrderReturnRequested)
    assert ("portal:P-1", "R-7", "R-7", "too bright") == (
        found.order_id,
        found.return_id,
        found.document_id,
        found.reason,
    )
    assert (UnitsToReturn(LineId("1"), 3_000_000),) == found.lines


@pytest.mark.parametrize(
    ("paid_back", "stated"),
    (
        (("10.5", "3"), (True, 135_000)),
        (("0", "0"), (True, 0)),
        (("10.5", None), (False, 0)),
        ((None, None), (False, 0)),
    ),
)
def test_what_is_paid_back_is_stated_of_every_line_or_not_at_all(
    paid_back: tuple[str | None, str | None], stated: tuple[bool, int]
) -> None:
    lines = [{"line": str(number), "units": "1", "back": back} for number, back in enumerate(paid_back, 1)]
    rule = """\
  - event: OrderReturnRequested
    occurred_at: ts
    channel_order_id: ref
    return_id: ref
    lines: {each: parts, line_id: line, quantity: units, credit: back}
"""
    found = the_message(market(rule), {"ref": "M-1", "ts": "2026-01-05T07:59:00Z", "parts": lines})
    assert isinstance(found, OrderReturnRequested)
    assert stated == (found.states_credit, found.credit)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    (
        ("lines", [], "there is no line"),
        ("lines", [{"line": "1", "quantity": "-1"}], "lines.1.quantity"),
        ("return_number", None, "return_id"),
    ),
)
def test_a_request_that_cannot_be_read_is_refused(path: str, value: object, reason: str) -> None:
    (refused,) = outcomes("portal", changed(REQUESTED, path, value))
    assert isinstance(refused, Refused)
    assert reason in verdict(refused)


@pytest.mark.parametrize(
    ("outcome", "event"),
    (("return_authorised", OrderReturnAuthorised), ("return_declined", OrderReturnDeclined)),
)
def test_a_decision_says_who_decides(outcome: str, event: type[OrderReturnAuthorised | OrderReturnDeclined]) -> None:
    found = the_message(CHANNELS[SourceId("decisions")], changed(DECIDED, "outcome", outcome))
    assert isinstance(found, event)
    assert ("portal:P-1", "R-7", "ann") == (found.order_id, found.return_id, found.decided_by)


def test_goods_without_a_price_are_credited_at_that_of_their_line() -> None:
    found = the_message(CHANNELS[SourceId("wms_central")], BROUGHT)
    assert isinstance(found, OrderReturned)
    assert [(0, True)] == [(line.unit_price, line.at_order_price) for line in found.lines]
    assert "central/R-7/2" == found.document_id


def test_the_rules_of_the_file_are_joined_to_its_orders() -> None:
    placed = the_message(CHANNELS[SourceId("portal")], PORTAL_ORDER)
    assert isinstance(placed, OrderPlaced)
    assert ReturnPolicy(ReturnApproval.AUTOMATICALLY, 30 * DAY_MS) == placed.policy.returns


def test_a_file_that_says_nothing_leaves_returns_to_a_person() -> None:
    assert STANDARD_RETURNS == ReturnsRule().policy()
