"""The event registry: every event once, with its topic, its key and the folder of its schema.

Routes, the codec's allow-lists, the records of each topic and the reference pages are derived from `ROWS`. A row names
an event, or a union of `domain.messages`: the unions are what mypy reads, so a flow cannot send an event that has no
row, and a machine that does not handle one of them does not type-check. An event's contract is
`schemas/contracts/<area>/<Name>.avsc`, its example `schemas/contracts/examples/<Name>.json`.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, get_args

from domain.identifiers import ErpId
from domain.messages import (
    case_actions,
    cases,
    customers,
    dispatch,
    failure_policy,
    insights,
    invariants,
    inventory,
    orders,
    reference_data,
    status,
    stock,
    stock_movements,
    ticks,
    warehouse,
)
from domain.messages.cases import CaseHome
from domain.messages.edi import events as edi
from domain.messages.notifications import events as notifications
from domain.messages.snapshots import orders as order_lists
from domain.messages.snapshots import stock as snapshots

CUSTOMERS_NOTIFICATIONS = "customers.notifications.v1"
DISPATCH_INBOX = "dispatch.inbox.v1"
EDI_INBOX = "edi.inbox.v1"
EDI_OUTBOUND = "edi.outbound.v1"
ERP_RESPONSES = "erp.responses.v1"
EXCEPTIONS = "exceptions.v1"
EXCEPTIONS_STATE = "exceptions.state.v1"
INSIGHTS_INBOX = "insights.inbox.v1"
INSIGHTS_WINDOWS = "insights.windows.v1"
INVENTORY_AVAILABILITY = "inventory.availability.v1"
INVENTORY_EVENTS = "inventory.events.v1"
INVENTORY_INBOX = "inventory.inbox.v1"
INVENTORY_POSITIONS = "inventory.positions.v1"
INVARIANTS_VIOLATED = "invariants.violated.v1"
ORDERS_ARCHIVE = "orders.archive.v1"
ORDERS_EVENTS = "orders.events.v1"
ORDERS_INBOX = "orders.inbox.v1"
ORDERS_STATE = "orders.state.v1"
RECONCILIATION = "reconciliation.v1"
REFERENCE_CHANNELS = "reference.channels.v1"
WAREHOUSE_COMMANDS = "warehouse.commands.v1"
ERP_COMMANDS = "erp.commands.*.v1"
"""One topic for each ERP: the star is its erp_id."""

INBOXES = (ORDERS_INBOX, INVENTORY_INBOX, DISPATCH_INBOX, EDI_INBOX, INSIGHTS_INBOX)
HOMES = {
    CaseHome.ORDERS: ORDERS_INBOX,
    CaseHome.INVENTORY: INVENTORY_INBOX,
    CaseHome.DISPATCH: DISPATCH_INBOX,
    CaseHome.EDI: EDI_INBOX,
}
"""The inboxes of the flows that keep cases."""
CASE_INBOXES = tuple(HOMES.values())[1:]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event, or all events of a union, that share a topic and a key."""

    topic: str
    """Where flows send it."""
    events: Any
    """A class or a union of classes (a union is no `type`, hence Any)."""
    key: str = ""
    """The path of the field that is the record's key; empty: the event is sent to partitions, without a key."""
    area: str = ""
    """The folder of its schema, and the middle of the record's full name; empty for a tombstone, without schema."""
    bundle: bool = False
    """The key is in each of its `lines`: the event is split so that the lines of a record share a partition."""
    view: bool = False
    """The topic is compacted and shows current state: per epoch, only the last record of a key is written."""
    everywhere: bool = False
    """The event is sent to every partition of its topic, without a key."""
    tombstone_of: type | None = None
    """The event is written as a record without value, which deletes the view of this class under its key."""
    also_in: tuple[str, ...] = ()
    """Further topics that carry it, written by others than the flows' emit step, or by it for another home."""
    home: str = ""
    """The field that names the flow whose inbox it goes to, where that is not always the same (`HOMES`)."""

    @property
    def classes(self) -> tuple[type, ...]:
        """The events, one by one."""
        return get_args(self.events) or (self.events,)


# fmt: off
ROWS = (
    EventRow(ORDERS_INBOX,        orders.OrderEvent,           "order_id",       "orders"),
    EventRow(ORDERS_INBOX,        orders.PurchaseOrderEvent,   "home_key",       "orders"),
    EventRow(ORDERS_INBOX,        orders.ParcelEvent,          "home_key",       "orders"),
    EventRow(ORDERS_INBOX,        customers.CustomerEvent,     "home_key",       "orders"),
    EventRow(ORDERS_INBOX,        order_lists.OrderListPart,   "home_key",       "orders"),
    EventRow(ORDERS_INBOX,        order_lists.OrdersListed,    "order_id",       "orders", bundle=True),
    EventRow(ORDERS_INBOX,        order_lists.OrderListCompleted, "",            "orders", everywhere=True),
    EventRow(ORDERS_INBOX,        failure_policy.OutageEvent,  "",               "orders", everywhere=True),
    EventRow(INVENTORY_INBOX,     inventory.OrderMessage,      "item_id",        "inventory", bundle=True),
    EventRow(INVENTORY_INBOX,     stock.StockDocument,         "home_key",       "inventory"),
    EventRow(INVENTORY_INBOX,     stock_movements.StockMovement, "item_id",       "inventory", bundle=True),
    EventRow(INVENTORY_INBOX,     snapshots.StockSnapshotPart, "home_key",        "inventory"),
    EventRow(INVENTORY_INBOX,     snapshots.StockReported,     "item_id",         "inventory", bundle=True),
    EventRow(RECONCILIATION,      snapshots.DifferenceStated,  "item_id",         "inventory"),
    EventRow(INVENTORY_INBOX,     reference_data.ReferenceData, "item_id",       "inventory"),
    EventRow(REFERENCE_CHANNELS,  reference_data.ChannelFilePublished, "source_id", "channels"),
    EventRow(DISPATCH_INBOX,      dispatch.ErpRequested,       "erp_id",         "dispatch"),
    EventRow(DISPATCH_INBOX,      dispatch.ConnectorReport,    "erp_id",         "dispatch", also_in=(ERP_RESPONSES,)),
    EventRow(INSIGHTS_INBOX,      insights.PartialSums,        "series.key",     "insights"),
    EventRow(INSIGHTS_INBOX,      insights.WatermarkReached,   "",               "insights"),
    EventRow(ORDERS_INBOX,        ticks.Tick,                  "",               "orders", also_in=INBOXES[1:]),
    EventRow(ORDERS_EVENTS,       status.StatusEvent,          "order.order_id", "orders"),
    EventRow(ORDERS_STATE,        status.OrderSnapshot,        "order.order_id", "orders", view=True),
    EventRow(ORDERS_STATE,        status.OrderPurged,         "order_id", view=True, tombstone_of=status.OrderSnapshot),
    EventRow(ORDERS_ARCHIVE,      status.OrderArchived,        "order.order_id", "orders"),
    EventRow(CUSTOMERS_NOTIFICATIONS, notifications.CustomerNotification, "order_id", "customers"),
    EventRow(INVENTORY_EVENTS,    inventory.StockTransferred,  "item_id",        "inventory", bundle=True),
    EventRow(INVENTORY_POSITIONS, inventory.InventoryPosition, "item_id",        "inventory", view=True),
    EventRow(INVENTORY_AVAILABILITY, inventory.ChannelAvailability, "key",         "inventory", view=True),
    EventRow(ERP_COMMANDS,        dispatch.ErpCommand,         "document_key",   "dispatch"),
    EventRow(WAREHOUSE_COMMANDS,  warehouse.WarehouseCommand,  "order_id",       "warehouse"),
    EventRow(EDI_INBOX,           edi.EdiEvent,                "partner_id",     "edi"),
    EventRow(EDI_OUTBOUND,        edi.EdiDocumentSent,         "partner_id",     "edi"),
    EventRow(EXCEPTIONS,          cases.ExceptionRaised,       "case_id",        "cases"),
    EventRow(EXCEPTIONS,          case_actions.CaseActionRefused, "case_id",     "cases"),
    EventRow(EXCEPTIONS_STATE,    cases.ExceptionSnapshot,     "case.case_id",   "cases", view=True),
    EventRow(EXCEPTIONS_STATE,    cases.ExceptionForgotten, "case_id", view=True, tombstone_of=cases.ExceptionSnapshot),
    EventRow(ORDERS_INBOX,        cases.CaseReported,          "home_key",       "cases"),
    EventRow(ORDERS_INBOX,        case_actions.CaseAction, "home_key", "cases", home="home", also_in=CASE_INBOXES),
    EventRow(INVARIANTS_VIOLATED, invariants.ViolationFound,   "subject",        "invariants"),
    EventRow(INSIGHTS_WINDOWS,    insights.WindowUpdated,      "key",            "insights"),
)
# fmt: on

MESSAGES: tuple[type, ...] = tuple(event for row in ROWS if row.area for event in row.classes)
"""Every class that is a record of a topic."""

VIEWS = frozenset(row.topic for row in ROWS if row.view)
"""The topics whose records are buffered until the end of their epoch."""


def erp_command_topic(erp_id: ErpId) -> str:
    """The topic of one ERP's commands."""
    return ERP_COMMANDS.replace("*", erp_id)


def rows_of(topic: str) -> tuple[EventRow, ...]:
    """The rows whose events a topic carries; none for a topic of raw bytes."""
    return tuple(row for row in ROWS if any(fnmatchcase(topic, each) for each in (row.topic, *row.also_in)))


def records_of(topic: str) -> tuple[str, ...]:
    """The full names of the records that a topic may carry."""
    return tuple(record_name(row, event) for row in rows_of(topic) if row.area for event in row.classes)


def record_name(row: EventRow, event: type) -> str:
    """The full name of an event's Avro record."""
    return f"orderline.{row.area}.v1.{event.__name__}"
