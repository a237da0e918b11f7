"""A cancellation of some lines never becomes one of the whole order, because a list of them was not found."""

from typing import Any

import pytest

from connectors.formats.mapping import map_record
from domain.identifiers import LineId, SourceId
from domain.messages.orders import OrderCancelRequested, PartOfLine
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import parse_channel_file
from tests.unit.channels.given import CHANNELS, record, the_message, verdict
from tests.unit.channels.hub import HUB_FILE

_WHOLE = """  - event: OrderCancelRequested
    when: {path: event, equals: cancel}
"""
PARTS = "parts: {each: cancelled, line_id: row, quantity: quantity}"
IDS = "line_ids: rows"
CANCEL: dict[str, Any] = {"event": "cancel", "number": "7", "shop": "North"}


def cancelling(*lines: str) -> ChannelFile:
    return parse_channel_file(HUB_FILE.replace(_WHOLE, _WHOLE + "".join(f"    {line}\n" for line in lines)), "hub.yaml")


def refusal(channel: ChannelFile, document: dict[str, Any]) -> str:
    (outcome,) = map_record(channel, record(document))
    return verdict(outcome)


@pytest.mark.parametrize(
    ("rules", "named", "field"),
    (
        ((PARTS,), "cancelled", "parts"),
        ((IDS,), "rows", "line_ids"),
        ((IDS, PARTS), "rows and cancelled", "parts"),
        (
            (PARTS.replace("cancelled", "[cancelled, parcels.*.cancelled]"),),
            "cancelled and parcels.*.cancelled",
            "parts",
        ),
    ),
)
@pytest.mark.parametrize("more", ({}, {"canceled": [{"row": "1", "quantity": "1"}]}, {"cancelled": None, "rows": None}))
def test_a_cancellation_without_the_list_that_its_rule_names_is_refused(
    rules: tuple[str, ...], named: str, field: str, more: dict[str, Any]
) -> None:
    assert refusal(cancelling(*rules), {**CANCEL, **more}).startswith(
        f"refused: {field}: there is no {named}: the source left it out, or the channel file names a wrong path"
    )


@pytest.mark.parametrize("rules", ((PARTS,), (IDS,), (IDS, PARTS)))
def test_a_file_may_say_that_a_record_without_a_list_is_of_the_whole_order(rules: tuple[str, ...]) -> None:
    cancelled = the_message(cancelling("may_be_empty: true", *rules), CANCEL)
    assert isinstance(cancelled, OrderCancelRequested)
    assert ((), ()) == (cancelled.line_ids, cancelled.parts)


@pytest.mark.parametrize("flag", ("", "may_be_empty: true"))
@pytest.mark.parametrize("more", ({"cancelled": []}, {"rows": []}, {"cancelled": "1"}, {"rows": "1"}))
def test_a_list_with_nothing_in_it_is_refused_whatever_the_file_says(flag: str, more: dict[str, Any]) -> None:
    rules = [each for each in (flag, IDS, PARTS) if each]
    assert refusal(cancelling(*rules), {**CANCEL, **more}).startswith("refused: ")


def test_one_of_two_lists_is_enough() -> None:
    channel = cancelling(IDS, PARTS)
    of_ids = the_message(channel, {**CANCEL, "rows": ["1"]})
    of_parts = the_message(channel, {**CANCEL, "cancelled": [{"row": "1", "quantity": "1"}]})
    assert isinstance(of_ids, OrderCancelRequested)
    assert isinstance(of_parts, OrderCancelRequested)
    assert (LineId("1"),) == of_ids.line_ids
    assert (PartOfLine(LineId("1"), 1_000_000),) == of_parts.parts


def test_a_rule_of_whole_orders_has_no_list_that_may_be_empty() -> None:
    with pytest.raises(ValueError, match="may_be_empty goes with line_ids or parts"):
        cancelling("may_be_empty: true")


@pytest.mark.parametrize(
    ("source_id", "document"),
    (
        ("customer_service", {"action": "cancel", "line": 1, "quantity": 1}),
        ("customer_service", {"action": "cancel", "quantities": [{"line": 1, "quantity": 1}]}),
        ("portal", {"event": "order_cancelled", "line": 1, "quantity": 1}),
        ("inside_sales", {"type": "sales_order_cancel", "position": "1"}),
        ("marketplace_jsonl", {"state": 90, "row": 1, "quantity": "1"}),
    ),
)
def test_a_line_without_its_list_cancels_nothing_in_the_files_of_the_house(
    source_id: str, document: dict[str, Any]
) -> None:
    ids = {
        "idempotency_key": "k",
        "message_id": "m",
        "order_number": "4711",
        "order": "1",
        "sales_order": "1",
        "seq": 1,
    }
    assert refusal(CHANNELS[SourceId(source_id)], {**ids, **document}).startswith("refused: ")
