"""What a channel file says about business documents: one message, numbered parts, or message ids alone."""

from typing import Any

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Refused
from domain.messages.orders import OrderPicked, OrderReturned, OrderShipped
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS as FOLDER
from schemas.channel_language.loader import parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import CHANNELS, WMS_SHIPMENT, changed, record, the_message

WMS = (FOLDER / "wms_central.yaml").read_text(encoding="utf-8")
WMS_PICK = {**WMS_SHIPMENT, "event": "pick"}


def warehouse(event: str, *words: str) -> ChannelFile:
    """The warehouse's file, with more words in the rule of an event."""
    rule = f"  - event: {event}\n"
    assert rule in WMS
    return parse_channel_file(WMS.replace(rule, rule + "".join(f"    {each}\n" for each in words)), "wms.yaml")


def document_id(channel: ChannelFile, payload: dict[str, Any]) -> str:
    message = the_message(channel, payload)
    assert isinstance(message, OrderShipped | OrderPicked | OrderReturned)
    return message.document_id


@pytest.mark.parametrize(
    ("words", "expected"),
    (
        ((), "central/S1"),
        (("document: whole",), "central/S1"),
        (("document: in_parts", "part: carton"), "central/S1/2"),
        (("document: by_message",), ""),
    ),
)
def test_a_shipment_is_known_by_its_node_and_number_as_the_file_says(words: tuple[str, ...], expected: str) -> None:
    assert expected == document_id(warehouse("OrderShipped", *words), {**WMS_SHIPMENT, "carton": 2})


def test_a_pick_is_known_by_its_number_where_it_carries_one() -> None:
    channel = warehouse("OrderPicked")
    assert ("central/P1", "") == (
        document_id(channel, {**WMS_PICK, "pick_id": "P1"}),
        document_id(channel, WMS_PICK),
    )
    assert "" == document_id(warehouse("OrderPicked", "document: by_message"), {**WMS_PICK, "pick_id": "P1"})


def test_a_return_is_known_by_its_node_and_number() -> None:
    message = {
        "message_id": "m",
        "event": "return_received",
        "at": "2026-01-05T07:59:00Z",
        "country": "Germany",
        "invoice": "536365",
        "credit_note": "C1",
        "lines": [{"line": 1, "item": "A", "quantity": 1, "price": 1}],
    }
    assert "central/C1" == document_id(CHANNELS["online_retail"], message)  # type: ignore[index]  # an id


def test_no_two_numbers_are_joined_alike() -> None:
    channel = warehouse("OrderShipped", "document: in_parts", "part: carton")
    found = {
        document_id(channel, {**changed(WMS_SHIPMENT, "shipment_id", number), "carton": part})
        for number, part in (("S/1", "2"), ("S", "1/2"), ("S%2F1", "2"))
    }
    assert 3 == len(found)


def test_a_part_without_its_number_is_refused() -> None:
    (refused,) = map_record(warehouse("OrderShipped", "document: in_parts", "part: carton"), record(WMS_SHIPMENT))
    assert isinstance(refused, Refused)
    assert ("part", "is missing (carton)") == (refused.field, refused.reason)


@pytest.mark.parametrize("words", (("document: in_parts",), ("part: carton",), ("document: whole", "part: carton")))
def test_parts_and_their_numbers_go_together(words: tuple[str, ...]) -> None:
    with pytest.raises(YamlFileInvalid, match="`part` goes with `document: in_parts`"):
        warehouse("OrderShipped", *words)


def test_the_rule_for_documents_is_no_content() -> None:
    hashes = {
        the_message(channel, {**WMS_SHIPMENT, "carton": 1}).provenance.content_hash
        for channel in (warehouse("OrderShipped"), warehouse("OrderShipped", "document: by_message"))
    }
    assert 1 == len(hashes)
