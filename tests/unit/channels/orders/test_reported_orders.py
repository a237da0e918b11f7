"""What channel files read of another system's list of orders."""

from typing import Any

import pytest

from domain.identifiers import LineId, SourceId
from domain.messages.orders import OrderReported, ReportedLine, ReportedStatus
from domain.messages.snapshots.stock import Reporter
from tests.unit.channels.given import CHANNELS, outcomes, the_message, verdict

OF_THE_ERP: dict[str, Any] = {
    "message_id": "l-1",
    "event": "sales_order_state",
    "taken_at": "2026-01-05T07:00:00Z",
    "order_id": "portal:P-1",
    "sales_order": "SO-1",
    "state": "open",
    "lines": [{"line": "1", "ordered": "5", "delivered": "2"}, {"line": "2", "ordered": "3"}],
}
OF_THE_PORTAL: dict[str, Any] = {
    "message_id": "l-1",
    "event": "order_state",
    "taken_at": "2026-01-05T07:00:00Z",
    "order_number": "P-1",
    "state": "shipped",
    "lines": [],
}


def test_an_erp_says_what_it_has_under_its_number() -> None:
    found = the_message(CHANNELS[SourceId("planning")], OF_THE_ERP)
    assert isinstance(found, OrderReported)
    assert ("portal:P-1", Reporter.ERP, "SO-1", ReportedStatus.OPEN, 3_600) == (
        found.order_id,
        found.reporter,
        found.document_number,
        found.status,
        found.in_flight_s,
    )
    assert 1_767_596_400_000_000 == found.taken_at_us
    assert (
        ReportedLine(LineId("1"), 5_000_000, 2_000_000, says_shipped=True),
        ReportedLine(LineId("2"), 3_000_000, 0, says_shipped=False),
    ) == found.lines


def test_a_channel_says_what_it_shows() -> None:
    found = the_message(CHANNELS[SourceId("portal")], OF_THE_PORTAL)
    assert isinstance(found, OrderReported)
    assert ("portal:P-1", Reporter.CHANNEL, "", ReportedStatus.SHIPPED, ()) == (
        found.order_id,
        found.reporter,
        found.document_number,
        found.status,
        found.lines,
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    (
        ({"state": "sold"}, "status"),
        ({"state": None}, "status"),
        ({"taken_at": "2026-01-05"}, "taken_at"),
        ({"taken_at": "2099-01-05T07:00:00Z"}, "taken_at"),
        ({"lines": [{"line": "1", "ordered": "5"}, {"line": "1", "ordered": "2"}]}, "lines"),
        ({"lines": [{"line": "1", "ordered": "-5"}]}, "lines.1.ordered"),
        ({"lines": [{"line": "1", "ordered": "5", "delivered": "x"}]}, "lines.1.shipped"),
        ({"order_id": "P-1"}, "order_id"),
    ),
)
def test_a_report_that_cannot_be_is_refused(changed: dict[str, Any], field: str) -> None:
    (found,) = (verdict(one) for one in outcomes("planning", {**OF_THE_ERP, **changed}))
    assert field in found
