"""What a story came to, in named views: two orders of arrival are compared view by view."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any

from domain.identifiers import LineId
from domain.inventory.accounts import balances, on_hand
from domain.messages.cases import Case, CaseState
from domain.messages.dispatch import CommandType
from domain.messages.orders import FulfilmentLine
from domain.messages.status import PickConfirmed, ReturnReceived, ShipmentConfirmed
from domain.messages.warehouse import WarehouseReleaseCommanded
from domain.orders.alike_lines.groups import all_of, first_by_line
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.orders.status import status_of
from domain.returns import ReturnedLine
from tests.orders_and_ledger import audit
from tests.orders_and_ledger.world import World

View = Mapping[tuple[str, ...], object]
_POSTED = frozenset({CommandType.POST_SHIPMENT, CommandType.REVERSE_SHIPMENT, CommandType.POST_CREDIT_MEMO})


@dataclass(frozen=True, slots=True)
class Outcome:
    """Quantities are in millionths, by order, line, item or node."""

    counted: View
    """What facts say of each order line: picked, shipped and so on; and what moved for no line's item."""
    on_hand: View
    """What is at each node, and came from and went to the outside."""
    told: View
    """The documents of warehouses that subscribers were told of."""
    posted: View
    """The units of shipments, reversals and credit memos that the ERP was asked to post, by order line."""
    cancelled: View
    booked: View
    """The units of sales orders less those of cancellations that the ERP was asked for, by order line."""
    held: View
    """Reserved, allocated and backordered, by order line."""
    promised: View
    """The day of each order line that waits for supply."""
    places: View
    """What each claim holds, by node."""
    accounts: View
    asked: View
    """What warehouses were asked for and have not shipped."""
    released: View
    """What warehouses were asked for in all, and what is done because nothing leaves of it."""
    status: View
    cases: View
    """The open cases, by class and subject."""


VIEWS = tuple(field.name for field in fields(Outcome))


Names = Mapping[tuple[str, str], str]
"""Of an order and a line the first line that is like it."""


def outcome_of(world: World) -> Outcome:
    orders, items = audit.orders_of(world).values(), audit.items_of(world).values()
    lines = [(order, line) for order in orders for line in one_line_an_item(order)]
    names = names_of(orders)
    nodes = [(item, node) for item in items for node in item.nodes]
    misdirected = {
        (order.order_id, each.line_id, each.item_id): moved
        for order in orders
        for each in order.misdirected
        if any(moved := (each.picked, each.shipped, each.invoiced, each.delivered, each.returned))
    }
    return Outcome(
        counted=misdirected
        | {
            (order.order_id, line.line_id): (
                line.picked,
                line.sent,
                line.delivered,
                line.delivered_beyond,
                line.invoiced,
                line.invoiced_amount,
                line.units_with_amount,
                line.returned,
                line.missing,
            )
            for order, line in lines
        },
        on_hand={
            (item.item_id, node.node_id): there
            for item, node in nodes
            if any(there := (on_hand(node), node.supplier, node.customer, node.damaged, node.adjustment))
        },
        told=_told(world, names),
        posted=_of_first_line(_posted(world), names, 1),
        cancelled={(order.order_id, line.line_id): line.cancelled for order, line in lines},
        booked=_of_first_line(booked(world), names, 0),
        held={
            (order.order_id, line.line_id): (line.reserved, line.allocated, line.backordered) for order, line in lines
        },
        promised={(order.order_id, line.line_id): line.promised_us for order, line in lines if line.promised_us},
        places=_places(world),
        accounts={(item.item_id, node.node_id): balances(node) for item, node in nodes if any(balances(node))},
        asked=_of_first_line(
            {
                (order.order_id, line.line_id, asked.node_id): asked.quantity
                for order in orders
                for line in order.lines
                for asked in line.released_at
            },
            names,
            0,
        ),
        released={
            **_of_first_line(_released(world), names, 0),
            **{(order.order_id, line.line_id, "done"): line.done for order, line in lines if line.done},
        },
        status={
            (order.order_id,): (status_of(order), order.accepted, order.erp_status, order.stage) for order in orders
        },
        cases=dict.fromkeys(open_cases(world), True),
    )


def _of_first_line(units: Mapping[tuple[str, ...], int], names: Names, place: int) -> View:
    """By the first of the lines that are alike, of keys that have order and line at these places."""
    together: Counter[tuple[str, ...]] = Counter()
    for key, quantity in units.items():
        order_and_line = key[place], key[place + 1]
        first = names.get(order_and_line, order_and_line[1])
        together[*key[: place + 1], first, *key[place + 2 :]] += quantity
    return together


def _told(world: World, names: Names) -> View:
    """Lines that are alike as one: which of them a unit is of is decided by what came before."""
    told = (each for each in world.published if isinstance(each, PickConfirmed | ShipmentConfirmed | ReturnReceived))
    documents: Counter[tuple[str, ...]] = Counter()
    for each in told:
        units: Counter[FulfilmentLine | ReturnedLine] = Counter()
        for line in each.lines:
            first = LineId(names.get((each.order.order_id, line.line_id), line.line_id))
            units[replace(line, line_id=first, quantity=0)] += line.quantity
        lines = sorted(repr(replace(line, quantity=quantity)) for line, quantity in units.items())
        documents[type(each).__name__, each.order.order_id, each.node_id, *lines] += 1
    return documents


def _posted(world: World) -> Mapping[tuple[str, ...], int]:
    units: Counter[tuple[str, ...]] = Counter()
    for request in world.erp_requests:
        if request.command_type in _POSTED:
            for line in request.document.lines:
                units[request.command_type, request.document.order_id, line.line_id] += line.quantity
    return units


def booked(world: World) -> Mapping[tuple[str, ...], int]:
    """By order and line. A cancellation without lines takes back all; an amendment that is refused changes nothing."""
    units: Counter[tuple[str, ...]] = Counter()
    refused = world.refused_amendments
    for request in world.erp_requests:
        order_id = request.document.order_id
        if request.command_type is CommandType.CREATE_SALES_ORDER:
            units.update({(order_id, line.line_id): line.quantity for line in request.document.lines})
        if request.command_type is CommandType.AMEND_SALES_ORDER and request.command_id not in refused:
            units = Counter({name: left for name, left in units.items() if name[0] != order_id})
            units.update({(order_id, line.line_id): line.quantity for line in request.document.lines})
        if request.command_type is CommandType.CANCEL_SALES_ORDER:
            units.subtract({(order_id, line.line_id): line.quantity for line in request.document.lines})
            if not request.document.lines:
                units.update({name: -left for name, left in units.items() if name[0] == order_id})
    return {name: left for name, left in units.items() if left}


def _places(world: World) -> View:
    places: dict[tuple[str, ...], object] = {}
    for order in audit.orders_of(world).values():
        for line in one_line_an_item(order):
            held: Counter[str] = Counter()
            for claim in line.claims:
                for at in claim.held:
                    held.update({f"{at.node_id} pending": at.pending, f"{at.node_id} allocated": at.allocated})
                    held.update({f"{at.node_id} picked": at.picked})
            places[order.order_id, line.line_id] = {place: units for place, units in held.items() if units}
    return places


def _released(world: World) -> Mapping[tuple[str, ...], int]:
    units: Counter[tuple[str, ...]] = Counter()
    for message in world.published:
        if isinstance(message, WarehouseReleaseCommanded):
            for line in message.lines:
                units[message.order_id, line.line_id, message.node_id] += line.quantity
    return units


def open_cases(world: World) -> set[tuple[str, str]]:
    """A case is open until it is resolved under its key; one without a key stays open."""
    latest: dict[tuple[str, str, str], Case] = {}
    for number, case in enumerate(world.cases):
        latest[case.case_class, case.subject, case.key or str(number)] = case
    return {(case_class, subject) for (case_class, subject, _), case in latest.items() if case.state is CaseState.OPEN}


def differences(one: Outcome, other: Outcome) -> dict[str, tuple[View, View]]:
    """The views that differ, each with what only one of the two has."""
    found: dict[str, tuple[View, View]] = {}
    for name in VIEWS:
        first, second = dict(getattr(one, name)), dict(getattr(other, name))
        names = [key for key in {**first, **second} if first.get(key) != second.get(key)]
        if names:
            found[name] = ({key: first.get(key) for key in names}, {key: second.get(key) for key in names})
    return found


def one_line_an_item(order: Order) -> tuple[OrderLine, ...]:
    """The lines of the order, those that are alike as one under the name of the first."""
    return tuple(reduce(_together, alike) for alike in all_of(order.lines))


def names_of(orders: Iterable[Order]) -> Names:
    """Those of all lines of these orders that have others like them."""
    return {(order.order_id, line_id): name for order in orders for line_id, name in first_by_line(order.lines).items()}


def _together(one: OrderLine, other: OrderLine) -> OrderLine:
    """What is counted of them is added up; what they are is that of the first."""
    pairs = zip(OrderLine._fields, one, other, strict=True)
    return OrderLine._make(mine if name in _KINDS else _sum(mine, its) for name, mine, its in pairs)


_KINDS = {"line_id", "item_id", "unit", "unit_price", "price_basis", "kept_unit", "fulfilment", "is_unit_known"}


def _sum(one: Any, other: Any) -> Any:
    return one + other
