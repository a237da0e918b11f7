"""Ids as a channel file makes them of a record: of the channel, the order, and a business document.

The channel is the file's, or, for a hub that carries several, the one that the record names. An order is named by its
number, in the scope that the file states, or by our id.
"""

from typing import NamedTuple
from urllib.parse import quote

from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import checked_id
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import (
    NO_PURCHASE_ORDER,
    ChannelId,
    OrderId,
    PurchaseOrderId,
    order_id_of,
    purchase_order_id_of,
    scoped_order_id_of,
)
from schemas.channel_language.business_documents import DocumentMode, NumberedDocument
from schemas.channel_language.channel_file import ChannelFile, ChannelKind
from schemas.channel_language.order_rule import OrderName, OrderRule
from schemas.channel_language.rule import BLANK
from schemas.channel_language.rules import MappingRule, OrderContentRule
from schemas.channel_language.sources import ValueOrigin


class NamedOrder(NamedTuple):
    """An order as its channel names it."""

    order_id: OrderId
    channel_id: ChannelId
    number: str
    """For people, and unique only in its scope; with `/RELEASE` for a release of a blanket order."""


def channel_id_of(channel: ChannelFile, source: ValueOrigin | None, place: DocumentPlace) -> ChannelId:
    """The channel's id; it must not contain a colon, the separator in order ids."""
    if source is None:
        return channel.channel_id
    channel_id = checked_id(required_text(source, "channel_id", place), "channel_id")
    if ":" in channel_id:
        raise BrokenForm("channel_id", f"{channel_id!r} contains a colon")
    return ChannelId(channel_id)


def named_order_id(channel: ChannelFile, rule: OrderRule, place: DocumentPlace) -> OrderId:
    """The order that a record is about."""
    if rule.channel_order_id is not None:
        return named_order(channel, rule, rule.channel_order_id, place).order_id
    order_id = checked_id(required_text(rule.order_id or BLANK, "order_id", place), "order_id")
    owner, _, number = order_id.partition(":")
    if not owner or not number:
        raise BrokenForm("order_id", f"{order_id!r} is not CHANNEL:NUMBER")
    if not _may_name(channel, owner):
        raise BrokenForm("order_id", f"{order_id!r} is an order of another channel")
    return OrderId(order_id)


def named_order(
    channel: ChannelFile, rule: OrderContentRule | OrderName, source: ValueOrigin, place: DocumentPlace
) -> NamedOrder:
    """The order of a number; the same fields make its id in every kind of message.

    What makes the scope is in the document, also where the number is in an element of a list.
    """
    channel_id = channel_id_of(channel, rule.channel_id, place)
    number = checked_id(required_text(source, "channel_order_id", place), "channel_order_id")
    if not channel.scopes_orders:
        return NamedOrder(_checked(order_id_of(channel_id, number)), channel_id, number)
    place = place.of_document
    scope = [_part(part, f"order_scope.{index}", place) for index, part in enumerate(channel.order_scope, start=1)]
    release = _release(channel, place)
    order_id = _checked(scoped_order_id_of(channel_id, scope, number, release))
    return NamedOrder(order_id, channel_id, f"{number}/{release}" if release else number)


def purchase_order_id(channel: ChannelFile, rule: OrderContentRule, place: DocumentPlace) -> PurchaseOrderId:
    """The customer's number of an order with the customer; empty where the record does not say both."""
    source = rule.purchase_order
    number = optional_text(source.number, "purchase_order.number", place) if source else None
    customer = optional_text(source.customer, "purchase_order.customer", place) if source else None
    if source is None or not number or not customer:
        return NO_PURCHASE_ORDER
    release = _release(channel, place)
    known_as = checked_id(source.customers.get(customer, customer), "purchase_order.customer")
    number = checked_id(f"{number}/{release}" if release else number, "purchase_order.number")
    return purchase_order_id_of(known_as, number)


def known_order_id(channel: ChannelFile, rule: MappingRule | None, place: DocumentPlace) -> OrderId | None:
    """The order that a refused document is about, as far as it can be read; without a rule, by the first that can."""
    for each in channel.events if rule is None else (rule,):
        try:
            if isinstance(each, OrderContentRule):
                return named_order(channel, each, each.channel_order_id, place).order_id
            if isinstance(each, OrderRule):
                return named_order_id(channel, each, place)
        except BrokenForm:
            continue
    return None


def _may_name(channel: ChannelFile, owner: str) -> bool:
    """Warehouses and decisions concern the orders of all channels; a source of orders speaks of its own."""
    if channel.kind is not ChannelKind.ORDERS or channel.channels is None:
        return True
    return owner == channel.channel_id or owner in channel.channels


def _checked(order_id: OrderId) -> OrderId:
    return OrderId(checked_id(order_id, "order_id"))


def _part(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    return checked_id(required_text(source, field, place), field)


def _release(channel: ChannelFile, place: DocumentPlace) -> str:
    found = optional_text(channel.order_release, "order_release", place) if channel.order_release else None
    return checked_id(found, "order_release") if found else ""


def document_id_of(rule: NumberedDocument, place: DocumentPlace, *scoped_number: str) -> str:
    """The number with its scope and its part, joined so that no two are alike; empty: only message ids count."""
    match rule.document:
        case DocumentMode.BY_MESSAGE:
            return ""
        case DocumentMode.WHOLE:
            return _joined(*scoped_number)
        case DocumentMode.IN_PARTS:
            if rule.part is None:
                raise ValueError("a document in parts without a rule for their numbers")
            return _joined(*scoped_number, checked_id(required_text(rule.part, "part", place), "part"))


def _joined(*names: str) -> str:
    return "/".join(quote(name, safe=" #:") for name in names)
