"""What a channel file reads of a record that shows an order as it is now."""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical, Refused
from domain.identifiers import SourceId
from domain.messages.orders import OrderPictured, OrderPlaced
from schemas.channel_language.loader import load_channel_files
from schemas.channel_language.rules import PictureRule
from tests.unit.channels.given import CHANNELS, changed, outcomes, record, the_message, verdict

FIXTURES = Path("tests/fixtures")
UPDATED = (("X-Shopify-Topic", b"orders/updated"), ("X-Shopify-Webhook-Id", b"w-1"))
CREATED = (("X-Shopify-Topic", b"orders/create"), ("X-Shopify-Webhook-Id", b"w-2"))
POLLED = load_channel_files(Path("docs/scenarios/channels/pictures"))[SourceId("amazon")]


def order(name: str) -> dict[str, Any]:
    found = json.loads((FIXTURES / "shopify" / name).read_text(), parse_float=str)
    content: dict[str, Any] = found["order"]
    return content


def shown(payload: dict[str, Any]) -> OrderPictured:
    found = the_message(CHANNELS[SourceId("shopify")], payload, UPDATED)
    assert isinstance(found, OrderPictured)
    return found


def test_an_updated_order_is_a_picture_of_what_was_created() -> None:
    created = the_message(CHANNELS[SourceId("shopify")], order("get.order.json"), CREATED)
    picture = shown(order("get.order.json"))
    assert isinstance(created, OrderPlaced)
    assert (created.lines, created.ship_to) == (picture.placed.lines, picture.placed.ship_to)
    assert (created.order_id, False) == (picture.order_id, picture.is_cancelled)
    assert created.provenance.content_hash == picture.placed.provenance.content_hash


def test_the_time_of_the_change_numbers_the_picture() -> None:
    before = shown(order("get.order.json"))
    later = shown(changed(order("get.order.json"), "updated_at", "2026-01-05T08:15:02+01:00"))
    assert 1_000_000 == later.number - before.number


def test_a_new_tag_is_no_other_content() -> None:
    before = shown(order("get.order.json"))
    tagged = shown(changed(order("get.order.json"), "tags", "wholesale, urgent"))
    assert before.provenance.content_hash == tagged.provenance.content_hash


@pytest.mark.parametrize(
    ("path", "value"),
    (
        ("line_items.0.current_quantity", 7),
        ("shipping_address.address1", "Elsewhere 1"),
        ("cancelled_at", "2026-01-06"),
    ),
)
def test_what_an_order_can_be_changed_in_is_other_content(path: str, value: object) -> None:
    before = shown(order("get.order.json"))
    after = shown(changed(order("get.order.json"), path, value))
    assert before.provenance.content_hash != after.provenance.content_hash


def test_a_line_of_which_nothing_is_left_is_not_shown() -> None:
    before = shown(order("get.order.json"))
    after = shown(changed(order("get.order.json"), "line_items.0.current_quantity", 0))
    assert before.placed.lines[1:] == after.placed.lines


def test_a_cancelled_order_is_shown_as_that() -> None:
    assert shown(order("get.order.cancelled.json")).is_cancelled


def test_an_order_without_lines_may_be_shown() -> None:
    assert () == shown(order("get.order.without_lines.json")).placed.lines


def test_a_picture_without_its_time_is_refused() -> None:
    payload = {name: value for name, value in order("get.order.json").items() if name != "updated_at"}
    (refused,) = outcomes("shopify", payload, UPDATED)
    assert isinstance(refused, Refused)
    assert "picture.time" in verdict(refused)


def test_what_a_poller_reads_of_amazon_is_a_picture() -> None:
    body = (FIXTURES / "amazon" / "searchOrders.200.two.json").read_bytes()
    assert [
        "shown amazon_uk:204-0000001-0000004: 1 lines, 8 units, 10 GBP",
        "shown amazon_uk:250-0000001-0000005: 1 lines, 1 units, 2400 JPY",
    ] == [verdict(each) for each in map_record(POLLED, record(body))]


def test_what_amazon_has_cancelled_is_shown_as_that() -> None:
    payload = json.loads((FIXTURES / "amazon" / "getOrder.200.one_line.json").read_text(), parse_float=str)
    (cancelled,) = map_record(POLLED, record(changed(payload, "order.fulfillment.fulfillmentStatus", "CANCELLED")))
    assert isinstance(cancelled, Canonical)
    assert isinstance(cancelled.message, OrderPictured)
    assert cancelled.message.is_cancelled


def test_a_file_names_one_of_time_and_number() -> None:
    with pytest.raises(ValueError, match="exactly one of time, number"):
        PictureRule.model_validate({"time": "a", "number": "b"})
