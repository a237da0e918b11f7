"""What a customer calls his order: the same in every channel, and no two customers' alike."""

from typing import Any

import pytest

from connectors.formats.mapping import map_record
from domain.identifiers import SourceId, purchase_order_id_of
from domain.messages.orders import OrderPlaced
from schemas.channel_language.channel_file import ChannelFile
from tests.unit.channels.given import CHANNELS, PORTAL_ORDER, record, the_message, verdict

PORTAL = CHANNELS[SourceId("portal")]
EDI = CHANNELS[SourceId("edi_wholesale")]
SHOPIFY = CHANNELS[SourceId("shopify")]


def of_portal(**fields: object) -> OrderPlaced:
    order = the_message(PORTAL, {**PORTAL_ORDER, **fields})
    assert isinstance(order, OrderPlaced)
    return order


def interchange(number: str = "4500001", release: str = "") -> bytes:
    return (
        "ISA*00*          *00*          *ZZ*XYZRETAIL      *ZZ*ORDERLINE      *261102*0900*U*00401*000000001*0*P*>~"
        "GS*PO*XYZRETAIL*ORDERLINE*20261102*0900*1*X*004010~ST*850*0001~"
        f"BEG*00*SA*{number}*{release}*20261102~N1*BY*XYZ*92*7~PO1*1*4*EA*2.50**VN*BOLT~CTT*1~SE*6*0001~"
        "GE*1*1~IEA*1*000000001~"
    ).encode()


def of_edi(channel: ChannelFile, number: str = "4500001", release: str = "") -> str:
    order = the_message(channel, interchange(number, release))
    assert isinstance(order, OrderPlaced)
    return order.purchase_order_id


@pytest.mark.parametrize(
    ("number", "expected"),
    (("4500001", "K1/4500001"), (" po-7/a ", "K1/PO-7%2FA"), ("", ""), ("  ", ""), (None, "")),
)
def test_it_is_the_customer_with_his_number(number: object, expected: str) -> None:
    assert expected == of_portal(purchase_order=number).purchase_order_id


def test_an_order_without_a_number_or_a_customer_takes_no_part() -> None:
    guest: dict[str, Any] = {"po_number": "4500001", "customer": None}
    assert "" == of_portal().purchase_order_id
    order = the_message(SHOPIFY, {**SHOPIFY_ORDER, **guest}, (("X-Shopify-Topic", b"orders/create"),))
    assert isinstance(order, OrderPlaced)
    assert "" == order.purchase_order_id


def test_a_shops_own_customer_numbers_are_no_customer_numbers_of_ours() -> None:
    company = {"po_number": "4500001", "customer": {"id": 7}}
    order = the_message(SHOPIFY, {**SHOPIFY_ORDER, **company}, (("X-Shopify-Topic", b"orders/create"),))
    assert isinstance(order, OrderPlaced)
    assert "SHOPIFY:7/4500001" == order.purchase_order_id


def test_a_partner_is_a_customer_and_each_release_an_order_of_its_own() -> None:
    assert "ZZ%2FXYZRETAIL%2FXYZRETAIL/4500001" == of_edi(EDI)
    assert "ZZ%2FXYZRETAIL%2FXYZRETAIL/4500001%2F7" == of_edi(EDI, release="7")


def test_a_partner_may_be_the_same_customer_as_in_another_channel() -> None:
    index, rule = next((at, rule) for at, rule in enumerate(EDI.events) if rule.event == "OrderPlaced")
    assert rule.event == "OrderPlaced"
    assert rule.purchase_order is not None
    mapped = rule.purchase_order.model_copy(update={"customers": {"ZZ/XYZRETAIL/XYZRETAIL": "K1"}})
    events = (
        *EDI.events[:index],
        rule.model_copy(update={"purchase_order": mapped}),
        *EDI.events[index + 1 :],
    )
    known = EDI.model_copy(update={"events": events})
    assert of_portal(purchase_order="4500001").purchase_order_id == of_edi(known)


def test_a_number_that_is_too_long_refuses_the_order() -> None:
    (refused,) = map_record(PORTAL, record({**PORTAL_ORDER, "purchase_order": "9" * 201}))
    assert "purchase_order.number" in verdict(refused)


def test_an_order_is_the_same_content_whatever_release_first_read_its_number() -> None:
    assert of_portal().provenance.content_hash == of_portal(purchase_order="4500001").provenance.content_hash


def test_two_customers_never_share_a_number() -> None:
    assert purchase_order_id_of("a/b", "c") != purchase_order_id_of("a", "b/c")


SHOPIFY_ORDER: dict[str, Any] = {
    "id": 1,
    "created_at": "2026-01-05T07:59:00Z",
    "currency": "EUR",
    "line_items": [{"id": 1, "sku": "BOLT", "quantity": 1, "price": "2.50"}],
}
