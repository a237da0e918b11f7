"""What a channel file reads of a record that says what returned goods are like."""

import pytest

from connectors.formats.outcomes import Refused
from domain.identifiers import ItemId, LineId, SourceId
from domain.messages.orders import OrderReturned
from domain.messages.returns.inspections import OrderReturnInspected
from domain.returns import InspectedLine, ReturnCondition
from tests.unit.channels.given import CHANNELS, changed, outcomes, the_message, verdict

INSPECTED = {
    "message_id": "w-1",
    "event": "return_inspected",
    "occurred_at": "2026-01-05T07:59:00Z",
    "order_id": "portal:P-1",
    "return_id": "R-7",
    "inspection_id": "I-1",
    "reason": "one was dropped",
    "lines": [
        {"line_id": "1", "sku": "ORL-1", "quantity": "2"},
        {"line_id": "1", "sku": "ORL-1", "quantity": "1", "condition": "MISSING", "credited": "NO"},
    ],
}
LINE = {"line_id": "1", "sku": "ORL-1", "quantity": "2"}


def test_an_inspection_says_what_became_of_the_goods_and_what_is_credited() -> None:
    found = the_message(CHANNELS[SourceId("wms_central")], INSPECTED)
    assert isinstance(found, OrderReturnInspected)
    assert ("portal:P-1", "R-7", "central/I-1") == (found.order_id, found.return_id, found.document_id)
    assert (
        InspectedLine(LineId("1"), ItemId("ORL-1"), 2_000_000, ReturnCondition.RESTOCKED, is_credited=True),
        InspectedLine(LineId("1"), ItemId("ORL-1"), 1_000_000, ReturnCondition.MISSING, is_credited=False),
    ) == found.lines


@pytest.mark.parametrize(
    ("lines", "reason"),
    (
        ([], "there is no line"),
        ([{**LINE, "condition": "INSPECT"}], "lines.1.condition"),
        ([{**LINE, "credited": "PERHAPS"}], "lines.1.credited"),
        ([{**LINE, "quantity": "0"}], "every line has a quantity of zero"),
    ),
)
def test_an_inspection_that_cannot_be_read_is_refused(lines: list[dict[str, str]], reason: str) -> None:
    (refused,) = outcomes("wms_central", changed(INSPECTED, "lines", lines))
    assert isinstance(refused, Refused)
    assert reason in verdict(refused)


def test_goods_may_come_to_be_inspected() -> None:
    brought = {**INSPECTED, "event": "return_received", "lines": [{**LINE, "condition": "INSPECT"}]}
    found = the_message(CHANNELS[SourceId("wms_central")], brought)
    assert isinstance(found, OrderReturned)
    assert [ReturnCondition.INSPECT] == [line.condition for line in found.lines]
