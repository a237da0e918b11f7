"""Where each message goes: its topic and its key; several items travel in bundles by their home partition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from domain.messages import inventory, orders
from domain.messages import status as status_events
from domain.messages.cases import ExceptionRaised
from domain.messages.dispatch import ErpAvailability, ErpCommand, ErpRequested, ErpResponse
from domain.messages.warehouse import WarehouseCancelCommanded, WarehouseReleaseCommanded

ORDERS_INBOX = "orders.inbox.v1"
INVENTORY_INBOX = "inventory.inbox.v1"
DISPATCH_INBOX = "dispatch.inbox.v1"
ERP_RESPONSES = "erp.responses.v1"
EXCEPTIONS = "exceptions.v1"
ORDERS_STATE = "orders.state.v1"
INVENTORY_POSITIONS = "inventory.positions.v1"

KeyOf = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one class of message.

    A `bundle` is split so that the items of a record share a partition of the topic; its first line's is its key.
    """

    topic: Callable[[Any], str]
    key: KeyOf
    bundle: bool = False


def erp_command_topic(erp_id: str) -> str:
    """The topic of one ERP's commands."""
    return f"erp.commands.{erp_id}.v1"


def _to(topic: str, key: str, *, bundle: bool = False) -> Route:
    return Route(lambda _: topic, attrgetter(key), bundle)


_ORDER_INBOX_EVENTS = (
    orders.OrderPlaced,
    orders.OrderCancelRequested,
    orders.OrderPicked,
    orders.OrderShipped,
    orders.OrderReturned,
    orders.WarehouseAccepted,
    orders.WarehouseRefused,
    orders.ReservationsAnswered,
    orders.BackorderFilled,
    orders.ErpOutcomeReceived,
)
_BUNDLES = (
    inventory.ReservationsRequested,
    inventory.ReservationsConfirmed,
    inventory.ReservationsReleased,
    inventory.UnitsPicked,
    inventory.UnitsShipped,
    inventory.UnitsReturned,
)

ROUTES: Mapping[type, Route] = {
    **dict.fromkeys(_ORDER_INBOX_EVENTS, _to(ORDERS_INBOX, "order_id")),
    **dict.fromkeys(_BUNDLES, _to(INVENTORY_INBOX, "item_id", bundle=True)),
    inventory.GoodsReceived: _to(INVENTORY_INBOX, "item_id"),
    inventory.StockAdjusted: _to(INVENTORY_INBOX, "item_id"),
    ErpRequested: _to(DISPATCH_INBOX, "erp_id"),
    ErpResponse: _to(DISPATCH_INBOX, "erp_id"),
    ErpAvailability: _to(DISPATCH_INBOX, "erp_id"),
    **dict.fromkeys(status_events.STATUS_EVENTS, _to("orders.events.v1", "order.order_id")),
    status_events.OrderSnapshot: _to(ORDERS_STATE, "order.order_id"),
    status_events.OrderPurged: _to(ORDERS_STATE, "order_id"),
    inventory.UnitsTransferred: _to("inventory.events.v1", "item_id"),
    inventory.InventoryPosition: _to(INVENTORY_POSITIONS, "item_id"),
    WarehouseReleaseCommanded: _to("warehouse.commands.v1", "order_id"),
    WarehouseCancelCommanded: _to("warehouse.commands.v1", "order_id"),
    ErpCommand: Route(lambda command: erp_command_topic(command.erp_id), attrgetter("document_key")),
    ExceptionRaised: _to(EXCEPTIONS, "case_id"),
}
"""Every message that a flow emits; a class without a row is a bug and stops the flow."""

TOMBSTONES: Mapping[type, type] = {status_events.OrderPurged: status_events.OrderSnapshot}
"""Messages that end what a view tells under their key: a record without value, with the headers of the other class."""

VIEWS = frozenset({ORDERS_STATE, INVENTORY_POSITIONS})
"""Compacted topics that tell how each thing stands now; an epoch tells it once, at its end."""
