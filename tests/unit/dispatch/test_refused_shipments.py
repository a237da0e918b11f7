"""What takes a shipment back, or credits it, is not sent behind one that the ERP has refused."""

from dataclasses import replace

import pytest

from domain.identifiers import ItemId, LineId, ShipmentId
from domain.messages.dispatch import CommandType, DocumentLine, ErpRequested, Outcome
from tests.unit.dispatch.story import Story, request

TYPES = {
    "POST": CommandType.POST_SHIPMENT,
    "REVERSE": CommandType.REVERSE_SHIPMENT,
    "MEMO": CommandType.POST_CREDIT_MEMO,
    "AUTHORISE": CommandType.CREATE_RETURN_AUTHORIZATION,
    "CANCEL": CommandType.CANCEL_SALES_ORDER,
    "AMEND": CommandType.AMEND_SALES_ORDER,
}


def asked(text: str) -> ErpRequested:
    """Such as `POST S 1 2`: a shipment S of lines 1 and 2; `-` is no shipment."""
    word, shipment_id, *lines = text.split()
    wanted = request(text, "order", TYPES[word])
    document = replace(
        wanted.document,
        shipment_id=ShipmentId(shipment_id.replace("-", "")),
        lines=tuple(DocumentLine(LineId(each), ItemId("BOLT"), 5, "EA", 1) for each in lines),
    )
    return replace(wanted, document=document)


@pytest.mark.parametrize(
    ("behind", "comes_back"),
    (
        ("REVERSE S 1", True),
        ("REVERSE T 1", False),
        ("MEMO - 1", True),
        ("MEMO - 2", False),
        ("AUTHORISE - 1", True),
        ("CANCEL - 1", False),
        ("CANCEL -", False),
        ("AMEND - 1", False),
        ("POST T 1", False),
    ),
)
def test_behind_a_refused_shipment_only_what_needs_it_comes_back(behind: str, comes_back: bool) -> None:
    story = Story()
    story.ask(asked("POST S 1"))
    story.ask(asked(behind))
    decision = story.answer("POST S 1", Outcome.REJECTED_BUSINESS)
    assert ([behind] if comes_back else []) == [each.command_id for each in decision.outcomes[1:]]
    assert (behind in story.released_ids) is not comes_back


@pytest.mark.parametrize(
    ("follows", "comes_back"),
    (("POST T 1", True), ("POST T 2", False), ("CANCEL - 1", True), ("CANCEL -", True), ("MEMO - 2", False)),
)
def test_what_follows_a_reversal_that_was_not_sent_comes_back_with_it(follows: str, comes_back: bool) -> None:
    story = Story()
    for each in ("POST S 1", "REVERSE S 1", follows):
        story.ask(asked(each))
    decision = story.answer("POST S 1", Outcome.REJECTED_BUSINESS)
    assert ["REVERSE S 1", *([follows] if comes_back else [])] == [each.command_id for each in decision.outcomes[1:]]
    assert {"the ERP has refused the shipment that it follows"} == {each.reason for each in decision.outcomes[1:]}


@pytest.mark.parametrize(
    ("behind", "comes_back"),
    (
        ("POST T 1", True),
        ("POST T 2", False),
        ("CANCEL - 1", True),
        ("CANCEL -", True),
        ("CANCEL - 2", False),
        ("MEMO - 1", False),
        ("AMEND - 1", False),
        ("REVERSE T 1", False),
    ),
)
def test_behind_a_refused_reversal_what_is_shipped_again_or_cancelled_comes_back(behind: str, comes_back: bool) -> None:
    story = Story()
    story.ask(asked("REVERSE S 1"))
    story.ask(asked(behind))
    decision = story.answer("REVERSE S 1", Outcome.REJECTED_BUSINESS)
    assert ([behind] if comes_back else []) == [each.command_id for each in decision.outcomes[1:]]
    assert {"the ERP has refused the reversal that it follows"} >= {each.reason for each in decision.outcomes[1:]}
