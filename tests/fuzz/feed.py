"""The feed of a campaign: hostile records for every topic that a flow reads, from one seed."""

import json
from collections.abc import Iterator, Sequence
from random import Random

from connectors.log.port import Outgoing
from demo.channels import small_payloads
from demo.channels.feed import demo_records
from domain.identifiers import OrderId
from domain.messages import orders, stock
from domain.messages.snapshots import orders as order_lists
from domain.messages.snapshots import stock as snapshots
from schemas.avro.records import FRAME
from schemas.codec import Codec
from schemas.contracts.contracts import Contract, load_contracts
from tests.fuzz.envelopes import hostile_headers, hostile_key
from tests.fuzz.messages import any_message
from tests.fuzz.payloads import hostile_payload

PORTAL, WAREHOUSE, RESPONSES = "source.portal.v1", "source.wms_central.v1", "erp.responses.v1"
_SHARE_OF_SOURCES = 0.82
_SHARE_OF_RESPONSES = 0.08
_FROM_SOURCES = (
    orders.OrderPlaced,
    orders.OrderCancelRequested,
    orders.OrderPicked,
    orders.OrderShipped,
    orders.OrderReturned,
    orders.WarehouseAccepted,
    orders.WarehouseRefused,
    order_lists.OrderListBegun,
    order_lists.OrderListContinued,
    order_lists.OrderListEnded,
    stock.GoodsReceived,
    stock.StockAdjusted,
    stock.StockCounted,
    stock.StockStatusChanged,
    stock.GoodsSent,
    stock.SupplyAnnounced,
    snapshots.StockSnapshotBegun,
    snapshots.StockSnapshotContinued,
    snapshots.StockSnapshotEnded,
)
"""What intake writes into inboxes: what our own flows say to each other is no outside input."""
_OF_STOCK = {stock.__name__, snapshots.__name__}
_FOR_INSIGHTS = ("orders.events.v1", "inventory.events.v1", "exceptions.v1")


class Feed:
    """Records without end. `learn` names ids that are known to the flows, so that answers meet what they answer."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(f"fuzz {seed}")
        self._codec = Codec(load_contracts())
        self._pool = tuple(_pool(seed))
        self._known: tuple[str, ...] = ("main", "central", "portal:1")

    def learn(self, ids: Sequence[str]) -> None:
        """Ids that were seen in the log; a few hundred are enough."""
        self._known = ("main", "central", *ids[-300:])

    def records(self, count: int) -> Iterator[Outgoing]:
        """So many more."""
        for _ in range(count):
            kind = self._chance.random()
            if kind < _SHARE_OF_SOURCES:
                yield self._payload()
            elif kind < _SHARE_OF_SOURCES + _SHARE_OF_RESPONSES:
                yield self._message(RESPONSES, self._one_of(RESPONSES))
            else:
                yield self._for_flows()

    def _payload(self) -> Outgoing:
        record = self._chance.choice(self._pool)
        return Outgoing(
            record.topic,
            hostile_key(self._chance, record.key),
            hostile_payload(self._chance, record.value),
            hostile_headers(self._chance, record.headers),
        )

    def _for_flows(self) -> Outgoing:
        if self._chance.random() < 0.5:
            topic = self._chance.choice(_FOR_INSIGHTS)
            return self._message(topic, self._one_of(topic))
        contract = load_contracts().by_message[self._chance.choice(_FROM_SOURCES)]
        topic = "inventory.inbox.v1" if contract.message.__module__ in _OF_STOCK else "orders.inbox.v1"
        return self._message(topic, contract)

    def _one_of(self, topic: str) -> Contract:
        return self._chance.choice(load_contracts().of_topic(topic))

    def _message(self, topic: str, contract: Contract) -> Outgoing:
        """Some are broken. The schema id stays, for one of a newer release stops a flow on purpose."""
        message = any_message(self._chance, contract, self._known)
        value = self._codec.encode(topic, message)
        if self._chance.random() < 0.1:
            value = value[:FRAME] + (hostile_payload(self._chance, value[FRAME:]) or b"")
        return Outgoing(topic, _key_of(message), value, hostile_headers(self._chance, ()))


def _key_of(message: object) -> str:
    """The key under which its writer would have put it, because a flow stops at a record in the wrong partition."""
    for name in ("order_id", "item_id", "home_key", "erp_id", "case_id"):
        if getattr(message, name, ""):
            return str(getattr(message, name))
    order = getattr(message, "order", None)
    return str(order.order_id) if order is not None else ""


def _pool(seed: int) -> Iterator[Outgoing]:
    order_ids = [OrderId("portal:1")]
    for planned in demo_records(seed, 80, 6_000):
        yield planned.outgoing
        if planned.order_id is not None:
            order_ids.append(planned.order_id)
    for number in range(1, 9):
        yield _json(PORTAL, small_payloads.portal_order(str(number), {"BOLT": "5", "NUT": "2.5"}))
        yield _json(PORTAL, small_payloads.portal_cancellation(str(number)))
        yield _json(WAREHOUSE, small_payloads.receipt(f"R{number}", {"BOLT": "7", "NUT": "3"}))
        for event in ("count", "status_change", "transfer_sent"):
            yield _json(WAREHOUSE, _stock_report(event, number))
    for number, order_id in enumerate(order_ids):
        yield _json(WAREHOUSE, small_payloads.shipment(f"S{number}", order_id, {"BOLT": "2"}))
        for event in ("pick", "cancel_accepted", "cancel_refused", "return"):
            yield _json(WAREHOUSE, _of_warehouse(event, number, order_id))


def _of_warehouse(event: str, number: int, order_id: OrderId) -> dict[str, object]:
    return {
        "message_id": f"{event}-{number}",
        "event": event,
        "occurred_at": "2026-11-21T09:00:00Z",
        "node_id": "central",
        "order_id": order_id,
        "command_id": f"command-{number}",
        "pick_id": f"P{number}",
        "return_id": f"T{number}",
        "reason": "damaged",
        "lines": [{"line_id": "1", "sku": "BOLT", "quantity": "1", "condition": "restocked"}],
    }


def _stock_report(event: str, number: int) -> dict[str, object]:
    return {
        "message_id": f"{event}-{number}",
        "event": event,
        "occurred_at": "2026-11-21T09:00:00Z",
        "counted_at": "2026-11-21T09:00:00Z",
        "node_id": "central",
        "to_node_id": "north",
        "count_id": f"C{number}",
        "change_id": f"Q{number}",
        "transfer_order_id": f"T{number}",
        "from_status": "FREE",
        "to_status": "HOLD",
        "lines": [{"sku": "BOLT", "quantity": "3"}, {"sku": "NUT", "quantity": "2"}],
    }


def _json(topic: str, content: object) -> Outgoing:
    return Outgoing(topic, None, json.dumps(content).encode())
