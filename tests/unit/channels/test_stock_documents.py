"""A stock document is one event with all its lines; only an invalid line is refused alone, but for a count."""

import re
from pathlib import Path
from typing import Any

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Refused
from domain.identifiers import CorrelationId, SourceId
from domain.inventory.documents import identity_of
from domain.messages.stock import (
    GoodsReceived,
    GoodsSent,
    StockAdjusted,
    StockCounted,
    StockDocument,
    StockStatusChanged,
)
from schemas.channel_language.business_documents import DocumentMode
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS as FOLDER
from schemas.channel_language.loader import parse_channel_file
from schemas.channel_language.stock_rules import GoodsReceivedRule
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import (
    CHANNELS,
    WMS_ADJUSTMENT,
    WMS_COUNT,
    WMS_RECEIPT,
    WMS_STATUS_CHANGE,
    WMS_TRANSFER,
    changed,
    message,
    outcomes,
    record,
    verdict,
)

ALL = (WMS_RECEIPT, WMS_ADJUSTMENT, WMS_COUNT, WMS_STATUS_CHANGE, WMS_TRANSFER)
DOCS = Path(__file__).parents[3] / "docs"
WMS = CHANNELS[SourceId("wms_central")]
WMS_TEXT = (FOLDER / "wms_central.yaml").read_text(encoding="utf-8")


def with_rule(line: str) -> str:
    """The warehouse's channel file with one more line in its rule for receipts."""
    return WMS_TEXT.replace("  - event: GoodsReceived\n", f"  - event: GoodsReceived\n    {line}\n")


_NO_NUMBER = "'x' is not a decimal number of at most 28 characters"
_PART = "`part` goes with `document: in_parts`, which needs it"
IN_PARTS = parse_channel_file(with_rule("document: in_parts\n    part: carton"), "in_parts.yaml")
BY_MESSAGE = parse_channel_file(with_rule("document: by_message"), "by_message.yaml")


def document(payload: dict[str, Any], channel: ChannelFile = WMS) -> StockDocument:
    found = message(map_record(channel, record(payload))[0])
    assert isinstance(found, StockDocument)
    return found


def hash_of(payload: dict[str, Any], channel: ChannelFile = WMS) -> str:
    return document(payload, channel).provenance.content_hash


def without_numbers(payload: dict[str, Any]) -> dict[str, Any]:
    return {**payload, "lines": [{name: line[name] for name in line if name != "line"} for line in payload["lines"]]}


def numbered(payload: dict[str, Any]) -> dict[str, Any]:
    return {**payload, "lines": [{**line, "line": number} for number, line in enumerate(payload["lines"], start=1)]}


def turned(payload: dict[str, Any]) -> dict[str, Any]:
    return {**payload, "lines": payload["lines"][::-1]}


def test_a_receipt_is_one_event_with_all_its_lines() -> None:
    (outcome,) = outcomes("wms_central", WMS_RECEIPT)
    found = message(outcome)
    assert isinstance(found, GoodsReceived)
    assert ("w-1", "central", "R1", 0) == (
        found.provenance.correlation_id,
        found.node_id,
        found.receipt_id,
        found.refused_lines,
    )
    assert [("1", "ORL-1", 100_000_000), ("2", "ORL-2", 5_000_000)] == [
        (line.line_id, line.item_id, line.quantity) for line in found.lines
    ]
    assert "receipt/central/R1" == found.home_key


def test_an_adjustment_is_one_event_whose_lines_have_a_sign() -> None:
    (outcome,) = outcomes("wms_central", WMS_ADJUSTMENT)
    found = message(outcome)
    assert isinstance(found, StockAdjusted)
    assert ("central", "A1", "thrown away") == (found.node_id, found.adjustment_id, found.reason)
    assert [("1", "ORL-1", -10_000_000), ("2", "ORL-2", 500_000)] == [
        (line.line_id, line.item_id, line.quantity) for line in found.lines
    ]
    assert "adjustment/central/A1" == found.home_key


def test_a_count_is_one_event_with_what_is_there_at_its_time() -> None:
    (outcome,) = outcomes("wms_central", WMS_COUNT)
    found = message(outcome)
    assert isinstance(found, StockCounted)
    assert ("central", "C1", 1_767_598_200_000_000) == (found.node_id, found.count_id, found.counted_at_us)
    assert [("ORL-1", 98_000_000), ("ORL-2", 0)] == [(line.item_id, line.quantity) for line in found.lines]
    assert "count/central/C1" == found.home_key


def test_a_status_change_is_one_event() -> None:
    (outcome,) = outcomes("wms_central", WMS_STATUS_CHANGE)
    found = message(outcome)
    assert isinstance(found, StockStatusChanged)
    assert ("Q1", "seal broken", "AVAILABLE", "QUALITY_HOLD") == (
        found.change_id,
        found.reason,
        found.from_status,
        found.to_status,
    )
    assert "status change/central/Q1" == found.home_key


def test_goods_sent_are_one_event_whose_loads_are_parts() -> None:
    first, other = (document({**WMS_TRANSFER, **load}) for load in ({}, {"load": 2}))
    assert isinstance(first, GoodsSent)
    assert ("central", "north", "T1", "1") == (first.node_id, first.to_node_id, first.transfer_order_id, first.part)
    assert identity_of(first) != identity_of(other)
    assert {"transfer/central/T1"} == {first.home_key, other.home_key}


def test_a_receipt_may_come_blocked_and_from_another_node() -> None:
    sent = {"status": "HOLD", "transfer_order_id": "T1", "from_node_id": "north"}
    found = document({**WMS_RECEIPT, **sent})
    assert isinstance(found, GoodsReceived)
    assert ("QUALITY_HOLD", "T1", "north") == (found.status, found.transfer_order_id, found.from_node_id)
    plain = document(WMS_RECEIPT)
    assert isinstance(plain, GoodsReceived)
    assert ("AVAILABLE", "", "") == (plain.status, plain.transfer_order_id, plain.from_node_id)
    assert hash_of(WMS_RECEIPT) != hash_of({**WMS_RECEIPT, **sent})


@pytest.mark.parametrize("sender", ({}, {"from_node_id": "central"}), ids=("not named", "the receiving node"))
def test_a_receipt_counts_whoever_has_sent_its_goods(sender: dict[str, str]) -> None:
    found = document({**WMS_RECEIPT, "transfer_order_id": "T1", **sender})
    assert isinstance(found, GoodsReceived)
    assert ("T1", sender.get("from_node_id", "")) == (found.transfer_order_id, found.from_node_id)


def test_what_another_node_has_sent_may_be_lost_on_the_way() -> None:
    found = document({**WMS_RECEIPT, "status": "SCRAPPED", "transfer_order_id": "T1", "from_node_id": "north"})
    assert isinstance(found, GoodsReceived)
    assert "SCRAPPED" == found.status


@pytest.mark.parametrize(
    ("payload", "path", "value", "refusal"),
    (
        (WMS_COUNT, "lines.1.quantity", -1, "lines.2.quantity: -1 is below zero (count C1, item ORL-2)"),
        (WMS_COUNT, "counted_at", "2026-01-05", "counted_at: 2026-01-05 is a date without a time of day"),
        (WMS_COUNT, "counted_at", "2026-01-05T08:05:01Z", "counted_at: 2026-01-05T08:05:01Z is in the future"),
        (WMS_STATUS_CHANGE, "to_status", "FREE", "to_status: is AVAILABLE, as before"),
        (WMS_STATUS_CHANGE, "from_status", "SCRAPPED",
            "from_status: 'SCRAPPED' is not one of AVAILABLE, DAMAGED, QUALITY_HOLD"),
        (WMS_STATUS_CHANGE, "to_status", "LOST", "to_status: 'LOST' is not in the code list 'stock_status'"),
        (WMS_RECEIPT, "status", "SCRAPPED", "status: 'SCRAPPED' is not one of AVAILABLE, DAMAGED, QUALITY_HOLD"),
        (WMS_TRANSFER, "to_node_id", "central", "to_node_id: 'central' is the node of the document itself"),
        (WMS_TRANSFER, "to_node_id", "moon",
            "to_node_id: 'moon' is neither a node of this source nor one of its other_nodes"),
        (WMS_TRANSFER, "to_node_id", None, "to_node_id: is missing (to_node_id)"),
    ),
)  # fmt: skip
def test_a_document_that_cannot_be_applied_is_refused_whole(
    payload: dict[str, Any], path: str, value: object, refusal: str
) -> None:
    found = [verdict(outcome) for outcome in outcomes("wms_central", changed(payload, path, value))]
    assert [f"refused: {refusal}"] == found


@pytest.mark.parametrize(
    ("payload", "path", "value", "refusal"),
    (
        (
            WMS_RECEIPT,
            "lines.1.quantity",
            -1,
            Refused("-1 is not above zero (receipt R1, item ORL-2)", "lines.2.quantity", CorrelationId("w-1")),
        ),
        (
            WMS_RECEIPT,
            "lines.1.line",
            1,
            Refused("the line id '1' is used twice (receipt R1, item ORL-2)", "lines.2.line_id", CorrelationId("w-1")),
        ),
    ),
)
def test_only_the_invalid_line_is_refused(payload: dict[str, Any], path: str, value: object, refusal: Refused) -> None:
    valid, refused = outcomes("wms_central", changed(payload, path, value))
    found = message(valid)
    assert isinstance(found, StockDocument)
    assert (["ORL-1"], 1) == ([line.item_id for line in found.lines], found.refused_lines)
    assert refusal == refused


def test_a_document_without_a_valid_line_is_no_event() -> None:
    payload = changed(changed(WMS_RECEIPT, "lines.0.quantity", -1), "lines.1.sku", None)
    assert [
        "refused: lines.1.quantity: -1 is not above zero (receipt R1, item ORL-1)",
        "refused: lines.2.item_id: is missing (sku) (receipt R1)",
    ] == [verdict(outcome) for outcome in outcomes("wms_central", payload)]
    assert ["refused: lines: there is no line (lines)"] == [
        verdict(outcome) for outcome in outcomes("wms_central", changed(WMS_RECEIPT, "lines", []))
    ]


@pytest.mark.parametrize("payload", ALL)
def test_the_order_and_the_numbers_of_the_lines_are_no_content(payload: dict[str, Any]) -> None:
    expected = hash_of(payload)
    assert expected == hash_of(turned(numbered(payload)))
    assert expected == hash_of(without_numbers(payload)) == hash_of(turned(without_numbers(payload)))


@pytest.mark.parametrize("payload", ALL)
def test_the_message_is_no_content(payload: dict[str, Any]) -> None:
    when = {} if payload is WMS_COUNT else {"occurred_at": "2026-01-01T00:00:00Z"}
    other = {**payload, "message_id": "w-9", **when}
    assert hash_of(payload) == hash_of(other)
    assert identity_of(document(payload)) == identity_of(document(other))


@pytest.mark.parametrize(
    ("payload", "path", "value"),
    (
        (WMS_RECEIPT, "lines.0.sku", "ORL-3"),
        (WMS_RECEIPT, "lines.0.quantity", 99),
        (WMS_RECEIPT, "lines.1.sku", "ORL-1"),
        (WMS_RECEIPT, "lines", WMS_RECEIPT["lines"][:1]),
        (WMS_RECEIPT, "lines", [*WMS_RECEIPT["lines"], {"line": 3, "sku": "ORL-2", "quantity": 5}]),
        (WMS_ADJUSTMENT, "lines.0.sku", "ORL-3"),
        (WMS_ADJUSTMENT, "lines.0.quantity", 10),
        (WMS_ADJUSTMENT, "reason", "stolen"),
        (WMS_RECEIPT, "status", "HOLD"),
        (WMS_COUNT, "counted_at", "2026-01-05T07:31:00Z"),
        (WMS_COUNT, "lines.1.quantity", 1),
        (WMS_COUNT, "lines", WMS_COUNT["lines"][:1]),
        (WMS_STATUS_CHANGE, "to_status", "DAMAGED"),
        (WMS_STATUS_CHANGE, "from_status", "DAMAGED"),
        (WMS_TRANSFER, "lines.0.quantity", 4),
    ),
)
def test_what_was_received_or_adjusted_is_content(payload: dict[str, Any], path: str, value: object) -> None:
    other = changed(payload, path, value)
    assert hash_of(payload) != hash_of(other)
    assert identity_of(document(payload)) == identity_of(document(other))


def test_in_how_many_lines_an_item_stands_is_no_content() -> None:
    lots = [{"line": 1, "sku": "ORL-1", "quantity": 60}, *WMS_RECEIPT["lines"][1:], {"sku": "ORL-1", "quantity": 40}]
    assert hash_of(WMS_RECEIPT) == hash_of({**WMS_RECEIPT, "lines": lots})


def test_swapped_quantities_are_other_content() -> None:
    first, second = WMS_RECEIPT["lines"]
    swapped = [{**first, "quantity": second["quantity"]}, {**second, "quantity": first["quantity"]}]
    assert hash_of(WMS_RECEIPT) != hash_of({**WMS_RECEIPT, "lines": swapped})


def test_a_document_is_known_by_its_kind_node_and_number() -> None:
    two_nodes = WMS.model_copy(update={"nodes": ("central", "north")})
    payloads = (
        WMS_RECEIPT,
        {**WMS_RECEIPT, "node_id": "north"},
        {**WMS_RECEIPT, "receipt_id": "R2"},
        {**WMS_ADJUSTMENT, "adjustment_id": "R1"},
    )
    assert 4 == len({identity_of(document(payload, two_nodes)) for payload in payloads})


def test_a_part_is_part_of_the_identity_and_all_parts_share_a_home() -> None:
    parts = [document({**WMS_RECEIPT, "carton": carton}, IN_PARTS) for carton in ("1", "2")]
    assert ["1", "2"] == [part.part for part in parts]
    assert 2 == len({identity_of(part) for part in parts})
    assert {"receipt/central/R1"} == {part.home_key for part in parts}
    assert ["refused: part: is missing (carton)"] == [
        verdict(outcome) for outcome in map_record(IN_PARTS, record(WMS_RECEIPT))
    ]


def test_what_is_known_by_its_message_alone_has_its_home_and_identity_by_that() -> None:
    first, other = (document({**WMS_RECEIPT, "message_id": name}, BY_MESSAGE) for name in ("w-1", "w-2"))
    assert "receipt/wms_central/w-1" == first.home_key
    assert identity_of(first) != identity_of(other)
    assert identity_of(first) == identity_of(document({**WMS_RECEIPT, "receipt_id": "R2"}, BY_MESSAGE))
    assert hash_of(WMS_RECEIPT, BY_MESSAGE) != hash_of({**WMS_RECEIPT, "receipt_id": "R2"}, BY_MESSAGE)


def test_a_number_that_looks_like_a_part_is_another_document() -> None:
    part = document({**WMS_RECEIPT, "carton": "2"}, IN_PARTS)
    whole = document({**WMS_RECEIPT, "receipt_id": "R1/2"})
    assert identity_of(part) != identity_of(whole)


@pytest.mark.parametrize(
    ("line", "reason"),
    (
        ("document: in_parts", _PART),
        ("part: carton", _PART),
        ("document: by_message\n    part: carton", _PART),
        ("document: by_lines", "must be 'whole', 'in_parts' or 'by_message', not 'by_lines'"),
    ),
)
def test_a_channel_file_that_says_otherwise_is_refused(line: str, reason: str) -> None:
    with pytest.raises(YamlFileInvalid, match=reason):
        parse_channel_file(with_rule(line), "warehouse.yaml")


@pytest.mark.parametrize("line", ("document: in_parts\n    part: page", "document: by_message"))
def test_a_count_in_parts_is_refused(line: str) -> None:
    text = WMS_TEXT.replace("  - event: StockCounted\n", f"  - event: StockCounted\n    {line}\n")
    with pytest.raises(YamlFileInvalid, match="a count is whole"):
        parse_channel_file(text, "warehouse.yaml")


def test_a_sender_is_named_of_a_transfer_order() -> None:
    text = WMS_TEXT.replace("    transfer_order_id: transfer_order_id\n    from_node_id", "    from_node_id")
    with pytest.raises(YamlFileInvalid, match="`from_node_id` needs `transfer_order_id`"):
        parse_channel_file(text, "warehouse.yaml")


def test_the_examples_of_the_page_are_valid_channel_files() -> None:
    page = (DOCS / "reference" / "channel-files.md").read_text(encoding="utf-8")
    more = "code_lists:\n  channel: {shop: shopify_eu}\n  state: {open: OPEN}\n"
    head = WMS_TEXT.partition("events:\n")[0].replace("code_lists:\n", more)
    examples = [each for each in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if each.startswith("events:")]
    heads = [head.replace("warehouse", "planning") if "OrderList" in example else head for example in examples]
    files = [parse_channel_file(head + example, "page.yaml") for head, example in zip(heads, examples, strict=True)]
    rules = [rule for file in files for rule in file.events if isinstance(rule, GoodsReceivedRule)]
    assert list(DocumentMode) == [rule.document for rule in rules]


def test_whole_is_the_default() -> None:
    assert parse_channel_file(with_rule("document: whole"), "wms_central.yaml") == WMS
