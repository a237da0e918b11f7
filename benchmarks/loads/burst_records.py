"""The raw records of a burst: thousands of marketplace orders, and urgent records that must not wait for them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from connectors.log.port import Outgoing
from demo.channels.small_payloads import portal_cancellation, portal_order, receipt, shipment, shopify_webhook
from domain.identifiers import ChannelId, OrderId, order_id_of
from schemas.headers import Headers

BURST: Final = "source.amazon.v1"
_ITEMS: Final = 200
_IN_STOCK: Final = "9000000"
_AT: Final = "2026-11-21T09:00:00Z"
_JSON: Headers = (("content-type", b"application/json"),)


@dataclass(frozen=True, slots=True)
class Urgent:
    """A record whose effect, an event of `order_id` on the status topic, is waited for."""

    kind: str
    record: Outgoing
    order_id: OrderId
    effect: str


KINDS: Final = ("shipment", "cancellation", "order, class 0", "order, class 2")


def stock() -> Outgoing:
    """The receipt of the goods that all orders want."""
    goods = {_item(number): _IN_STOCK for number in range(_ITEMS)}
    return _raw("source.wms_central.v1", "R1", receipt("R1", goods))


def burst(orders: int, first: int = 0) -> Iterator[Outgoing]:
    """So many orders of a marketplace, of one line or two."""
    for number in range(first, first + orders):
        yield _raw(BURST, burst_number(number), {"order": _amazon(number)})


def large_order(lines: int) -> tuple[Outgoing, OrderId]:
    """One of many lines, of class 1."""
    goods = {f"LARGE-{number:05}": "1" for number in range(lines)}
    return _raw("source.portal.v1", "LARGE", portal_order("LARGE", goods)), order_id_of(ChannelId("portal"), "LARGE")


def huge_records(records: int, size: int) -> Iterator[Outgoing]:
    """Of the marketplace, and unreadable: bytes that no compression makes smaller."""
    chance = Random(1)
    for number in range(records):
        yield Outgoing(BURST, f"HUGE{number}", chance.randbytes(size), _JSON)


def burst_number(number: int) -> str:
    """The marketplace's own number of an order."""
    return f"202-{number:07}-0000000"


def burst_order_id(number: int) -> OrderId:
    """Ours."""
    return order_id_of(ChannelId("amazon_uk"), burst_number(number))


def prepared(rounds: int) -> Iterator[tuple[Outgoing, OrderId]]:
    """The orders, accepted before the burst, that are shipped and cancelled in it."""
    for number in range(rounds):
        yield _inside_sales(f"SHIP{number}"), order_id_of(ChannelId("inside_sales"), f"SHIP{number}")
        order = portal_order(f"CANCEL{number}", {_item(number): "1"})
        yield _raw("source.portal.v1", f"CANCEL{number}", order), order_id_of(ChannelId("portal"), f"CANCEL{number}")


def urgent(number: int) -> Iterator[Urgent]:
    """One of each of `KINDS`, in their order: of class 0 the first and the third, of 1 the second, of 2 the last."""
    shipped, cancelled, entered = f"SHIP{number}", f"CANCEL{number}", f"ENTERED{number}"
    message = shipment(f"S{number}", order_id_of(ChannelId("inside_sales"), shipped), {_item(0): "1"})
    raw = _raw("source.wms_central.v1", shipped, message)
    yield Urgent(KINDS[0], raw, order_id_of(ChannelId("inside_sales"), shipped), "ShipmentConfirmed")
    raw = _raw("source.portal.v1", cancelled, portal_cancellation(cancelled))
    yield Urgent(KINDS[1], raw, order_id_of(ChannelId("portal"), cancelled), "OrderCancelled")
    yield Urgent(KINDS[2], _inside_sales(entered), order_id_of(ChannelId("inside_sales"), entered), "OrderAccepted")
    webhook = shopify_webhook(number, _item(number), 1)
    headers = tuple((name, value.encode()) for name, value in webhook["headers"].items())
    raw = _raw("source.shopify.v1", webhook["key"], webhook["value"], headers)
    yield Urgent(KINDS[3], raw, order_id_of(ChannelId("shopify_eu"), str(number)), "OrderAccepted")


def _inside_sales(number: str) -> Outgoing:
    content = {
        "type": "sales_order",
        "entry": 1,
        "sales_order": number,
        "entered_at": _AT,
        "account": "C1",
        "delivery": {"name": "n", "street": "s", "city": "c", "zip": "1"},
        "positions": [{"pos": 1, "item": _item(0), "qty": "1", "price": "2.00", "text": ""}],
    }
    return _raw("source.inside_sales.v1", number, content)


def _amazon(number: int) -> Mapping[str, object]:
    wanted = {number % _ITEMS, number * 7 % _ITEMS}
    return {
        "orderId": burst_number(number),
        "createdTime": _AT,
        "buyer": {"buyerEmail": f"buyer-{number % 997}@marketplace.amazon.co.uk"},
        "recipient": {"deliveryAddress": {"name": "n", "addressLine1": "s", "city": "c", "countryCode": "GB"}},
        "orderItems": [
            {
                "orderItemId": str(position),
                "quantityOrdered": 1,
                "product": {
                    "sellerSku": _item(item),
                    "title": "Goods",
                    "price": {"unitPrice": {"amount": "3.00", "currencyCode": "GBP"}},
                },
            }
            for position, item in enumerate(sorted(wanted), start=1)
        ],
    }


def _item(number: int) -> str:
    return f"BURST-{number % _ITEMS:03}"


def _raw(topic: str, key: str, content: object, headers: Headers = ()) -> Outgoing:
    return Outgoing(topic, key, json.dumps(content, separators=(",", ":")).encode(), (*_JSON, *headers))
