"""What a channel may show is told to its shop: of each record the whole number, once."""

import pytest

from connectors.log.port import Record
from domain.identifiers import ChannelId, ErpId, EventId, ItemId
from domain.messages.dispatch import CommandType, ErpRequested
from domain.messages.inventory import ChannelAvailability
from operators.machines.edi.shown_stock import concerns_shops, shown
from schemas.contracts.registry import INVENTORY_AVAILABILITY, ORDERS_EVENTS
from schemas.shops import ShownBy

SHOPS = {ChannelId("portal"): ShownBy(ErpId("webshop"), 3)}


def availability(channel: str, item: str, quantity: int) -> ChannelAvailability:
    return ChannelAvailability(ChannelId(channel), ItemId(item), 7, 77, "EA", quantity, ())


def told(message: object, event: str = "11111111-1111-5111-8111-111111111111") -> tuple[ErpRequested, ...]:
    return shown(message, EventId(event), SHOPS)


@pytest.mark.parametrize(
    ("topic", "key", "expected"),
    (
        (INVENTORY_AVAILABILITY, "portal:LAMP", True),
        (INVENTORY_AVAILABILITY, "portal:LAMP:2", True),
        (INVENTORY_AVAILABILITY, "portal_2:LAMP", False),
        (INVENTORY_AVAILABILITY, "shop:portal", False),
        (INVENTORY_AVAILABILITY, None, False),
        (ORDERS_EVENTS, "portal:1", False),
    ),
)
def test_the_key_says_whether_a_record_concerns_a_shop(topic: str, key: str | None, *, expected: bool) -> None:
    record = Record(topic, 0, 0, 0, key, b"", ())
    assert expected == concerns_shops(record, SHOPS)
    assert not concerns_shops(record, {})


def test_the_shop_is_told_the_whole_number_and_its_unit() -> None:
    (report,) = told(availability("portal", "LAMP", 5_000_000))
    assert (ErpId("webshop"), CommandType.REPORT_AVAILABILITY, 3) == (
        report.erp_id,
        report.command_type,
        report.priority_class,
    )
    (line,) = report.document.lines
    assert ("LAMP", 5_000_000, "EA") == (line.item_id, line.quantity, line.unit)
    assert "portal" == report.document.channel_id


def test_reports_of_one_item_replace_each_other_and_those_of_others_do_not() -> None:
    (first,), (second,) = told(availability("portal", "LAMP", 5)), told(availability("portal", "LAMP", 4), "other")
    assert (first.document_key, first.business_key) == (second.document_key, second.business_key)
    assert first.command_id != second.command_id
    (other,) = told(availability("portal", "LAMP/2", 5))
    assert first.document_key != other.document_key


def test_a_record_that_is_read_again_asks_for_the_same_command() -> None:
    assert told(availability("portal", "LAMP", 5)) == told(availability("portal", "LAMP", 5))


def test_nobody_is_told_what_a_channel_without_a_shop_may_show() -> None:
    assert () == told(availability("shop", "LAMP", 5))
