"""The parts of a snapshot are mapped one by one; a part with an invalid line is refused whole."""

from typing import Any

import pytest

from domain.messages.snapshots.stock import Reporter, StockSnapshotBegun, StockSnapshotContinued, StockSnapshotEnded
from tests.unit.channels.given import changed, message, outcomes, verdict

BEGUN: dict[str, Any] = {
    "message_id": "n-1",
    "event": "snapshot_begun",
    "snapshot_id": "N1",
    "taken_at": "2026-01-05T07:30:00Z",
}
LINES: dict[str, Any] = {
    "message_id": "n-2",
    "event": "snapshot_lines",
    "snapshot_id": "N1",
    "part": 1,
    "sent_at": "2026-01-05T07:30:05Z",
    "lines": [{"sku": "ORL-1", "quantity": 98}, {"sku": "ORL-1", "quantity": 2, "unit": "BOX"}],
}
ENDED: dict[str, Any] = {
    "message_id": "n-3",
    "event": "snapshot_ended",
    "snapshot_id": "N1",
    "sent_at": "2026-01-05T07:30:06Z",
    "line_count": 2,
}


def test_the_head_says_of_when_and_of_whom_it_is() -> None:
    (outcome,) = outcomes("wms_central", BEGUN)
    found = message(outcome)
    assert isinstance(found, StockSnapshotBegun)
    assert (Reporter.WMS, 1_767_598_200_000_000, 900) == (found.reporter, found.taken_at_us, found.in_flight_s)
    assert "snapshot/wms_central/central/N1" == found.home_key


def test_lines_keep_their_units() -> None:
    (outcome,) = outcomes("wms_central", LINES)
    found = message(outcome)
    assert isinstance(found, StockSnapshotContinued)
    assert [("ORL-1", 98_000_000, "EA"), ("ORL-1", 2_000_000, "XBX")] == [
        (line.item_id, line.quantity, line.unit) for line in found.lines
    ]
    assert ("snapshot/wms_central/central/N1", "part/1") == (found.home_key, found.part_key)


def test_the_end_says_how_many_lines_there_are() -> None:
    (outcome,) = outcomes("wms_central", ENDED)
    found = message(outcome)
    assert isinstance(found, StockSnapshotEnded)
    assert (2, "snapshot/wms_central/central/N1") == (found.line_count, found.home_key)


def test_a_part_with_its_lines_in_another_order_has_the_same_content() -> None:
    (first,) = outcomes("wms_central", LINES)
    (again,) = outcomes("wms_central", {**LINES, "message_id": "n-9", "lines": LINES["lines"][::-1]})
    assert message(first).provenance.content_hash == message(again).provenance.content_hash


@pytest.mark.parametrize(
    ("part", "path", "value", "expected"),
    (
        (BEGUN, "taken_at", "2026-01-05", "refused: taken_at: 2026-01-05 is a date without a time of day"),
        (BEGUN, "taken_at", "2026-01-05T08:06:00Z", "refused: taken_at: 2026-01-05T08:06:00Z is in the future"),
        (BEGUN, "snapshot_id", None, "refused: snapshot_id: is missing (snapshot_id)"),
        (LINES, "lines", [], "refused: lines: there is no line (lines)"),
        (LINES, "lines.1.quantity", "-1", "refused: lines.2.quantity: -1 is below zero"),
        (ENDED, "line_count", "two", "refused: line_count: 'two' is not a whole number from 0 to 999999999"),
    ),
)
def test_a_part_that_breaks_the_contract_is_refused_whole(
    part: dict[str, Any], path: str, value: object, expected: str
) -> None:
    (outcome,) = outcomes("wms_central", changed(part, path, value))
    assert expected == verdict(outcome)
