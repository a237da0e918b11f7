"""Maps the parts of a complete list of orders."""

from typing import assert_never

from connectors.formats.channel_ids import named_order
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import lines_at
from connectors.formats.forms import checked_id, microseconds_of_day, whole_number
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import required_text
from domain.identifiers import OrderId, PartId, SnapshotId
from domain.messages.snapshots.orders import OrderListBegun, OrderListContinued, OrderListEnded, OrderListPart
from domain.messages.snapshots.stock import Reporter
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rule import BLANK
from schemas.channel_language.snapshots.orders import (
    ListedOrdersRule,
    OrderListBegunRule,
    OrderListContinuedRule,
    OrderListEndedRule,
)
from schemas.channel_language.sources import ValueOrigin

ListRule = OrderListBegunRule | OrderListContinuedRule | OrderListEndedRule


def order_list_part(channel: ChannelFile, rule: ListRule, place: DocumentPlace, origin: Origin) -> OrderListPart:
    """The part in a document; `BrokenForm` when any of it violates the contract, a single order included."""
    snapshot_id = SnapshotId(_id(rule.snapshot_id, "snapshot_id", place))
    match rule:
        case OrderListBegunRule():
            return with_content_hash(_begun(channel, rule, snapshot_id, place, origin))
        case OrderListContinuedRule():
            part = PartId(_id(rule.part, "part", place))
            orders = tuple(sorted(_orders(channel, rule.orders, place)))
            return with_content_hash(OrderListContinued(origin.provenance, snapshot_id, part, orders))
        case OrderListEndedRule():
            return with_content_hash(OrderListEnded(origin.provenance, snapshot_id, _count(rule, place)))
        case _:
            assert_never(rule)


def _begun(
    channel: ChannelFile, rule: OrderListBegunRule, snapshot_id: SnapshotId, place: DocumentPlace, origin: Origin
) -> OrderListBegun:
    """A list of the future is refused: what is entered until then cannot be in it."""
    text = required_text(rule.taken_at, "taken_at", place)
    taken_at_us = microseconds_of_day(text, "taken_at", channel.timezone)
    if taken_at_us > origin.provenance.ingested_at_us + channel.future_tolerance_s * 1_000_000:
        raise BrokenForm("taken_at", f"{text} is in the future")
    own_id = channel.erp_id if rule.reporter is Reporter.ERP else channel.channel_id
    system_id = _id(rule.system_id, "system_id", place) if rule.system_id else own_id
    return OrderListBegun(origin.provenance, snapshot_id, rule.reporter, system_id, taken_at_us, rule.in_flight_s)


def _count(rule: OrderListEndedRule, place: DocumentPlace) -> int:
    """An empty list is refused: it is an export that failed, and would accuse every order."""
    count = whole_number(required_text(rule.order_count, "order_count", place), "order_count")
    if not count:
        raise BrokenForm("order_count", "is 0; an empty list is not compared")
    return count


def _orders(channel: ChannelFile, rule: ListedOrdersRule, place: DocumentPlace) -> list[OrderId]:
    places = lines_at(rule, "orders", place)
    if not places:
        raise BrokenForm("orders", f"there is no order ({rule.named})")
    return [_order_id(channel, rule, at, f"orders.{at.position}") for at in places]


def _order_id(channel: ChannelFile, rule: ListedOrdersRule, at: DocumentPlace, field: str) -> OrderId:
    """An id of another form is not refused: other systems have orders of which nobody here knows."""
    if rule.channel_order_id is not None:
        return named_order(channel, rule, rule.channel_order_id, at).order_id
    source = rule.order_id or BLANK
    return OrderId(checked_id(required_text(source, f"{field}.order_id", at), f"{field}.order_id"))


def _id(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    return checked_id(required_text(source, field, place), field)
