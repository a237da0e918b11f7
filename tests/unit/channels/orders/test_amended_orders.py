"""What a channel file reads of a record that amends an order."""

import pytest

from connectors.formats.outcomes import Refused
from domain.addresses import Address
from domain.identifiers import ItemId, LineId, SourceId
from domain.inventory.supply.rows import DAY_US
from domain.messages.orders import OrderAmendRequested, PartOfLine, PlacedLine
from domain.papers import RequestedDay
from tests.unit.channels.given import CHANNELS, changed, outcomes, the_message, verdict

MARCH_2 = 1_772_409_600_000_000
"""The portal is in Berlin, where it is half past midnight."""
AMENDED = {
    "message_id": "m-3",
    "event": "order_amended",
    "occurred_at": "2026-01-05T07:59:00Z",
    "order_number": "P-1",
    "revision": "1",
    "reason": "fewer",
    "quantities": [{"line": "1", "quantity": "2"}, {"line": "2", "quantity": "0"}],
    "added": [{"line": "3", "item": "NUT", "quantity": "4", "unit_price": "0.50"}],
    "ship_to": {"name": "Ann", "street": "S 2", "city": "Bonn", "postal_code": "53111", "country": "DE"},
}


def test_an_amendment_sets_quantities_adds_lines_and_moves_the_address() -> None:
    found = the_message(CHANNELS[SourceId("portal")], AMENDED)
    assert isinstance(found, OrderAmendRequested)
    assert ("portal:P-1", 1, "fewer") == (found.order_id, found.provenance.revision, found.reason)
    assert (PartOfLine(LineId("1"), 2_000_000), PartOfLine(LineId("2"), 0)) == found.quantities
    assert (PlacedLine(LineId("3"), ItemId("NUT"), 4_000_000, "EA", 5_000, ""),) == found.added
    assert (Address("Ann", "S 2", "Bonn", "53111", "", "DE"),) == found.ship_to


def test_an_amendment_may_change_one_thing_only() -> None:
    payload = {name: value for name, value in AMENDED.items() if name not in {"added", "ship_to"}}
    found = the_message(CHANNELS[SourceId("portal")], payload)
    assert isinstance(found, OrderAmendRequested)
    assert ((), ()) == (found.added, found.ship_to)


def test_an_amendment_may_set_days_of_the_order_and_of_lines() -> None:
    payload = {name: AMENDED[name] for name in ("message_id", "event", "occurred_at", "order_number", "revision")}
    days = {"requested_date": "2026-03-01T23:30:00Z", "requested_dates": [{"line": "2", "date": "2026-04-01"}]}
    found = the_message(CHANNELS[SourceId("portal")], payload | days)
    assert isinstance(found, OrderAmendRequested)
    assert (RequestedDay(MARCH_2), RequestedDay(MARCH_2 + 30 * DAY_US, LineId("2"))) == found.requested


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    (
        ("quantities", [{"line": "1", "quantity": "2"}, {"line": "1", "quantity": "3"}], "'1' is used twice"),
        ("quantities", [{"line": "1", "quantity": "-2"}], "quantities.1.quantity"),
        ("ship_to", {"name": "Ann"}, "ship_to.street"),
        ("revision", None, "revision"),
        ("requested_date", "next week", "requested"),
        ("requested_dates", [{"line": "1", "date": "2026-04-01"}, {"line": "1", "date": "2026-04-02"}], "two days"),
    ),
)
def test_an_amendment_that_cannot_be_read_is_refused(path: str, value: object, reason: str) -> None:
    (refused,) = outcomes("portal", changed(AMENDED, path, value))
    assert isinstance(refused, Refused)
    assert reason in verdict(refused)


def test_an_amendment_that_changes_nothing_is_refused() -> None:
    payload = {name: AMENDED[name] for name in ("message_id", "event", "occurred_at", "order_number", "revision")}
    (refused,) = outcomes("portal", payload)
    assert "nothing is changed" in verdict(refused)
