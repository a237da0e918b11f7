"""Maps a document to `StockPolicySet`."""

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Final

from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import is_given, lines_at
from connectors.formats.forms import checked_id, quantity_from_zero, whole_number
from connectors.formats.orders.order_events import node_of
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import ChannelId, ItemId, NodeId
from domain.messages.inventory import NodeUnits
from domain.messages.reference_data import ChannelFence, StockPolicySet
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import FencesRule, SafetyStockRule, StockPolicySetRule
from schemas.channel_language.sources import ValueOrigin

MOST_FENCES: Final = 100
"""Fences of an item, over all nodes and channels, and as many nodes with a safety stock: each is in the item's row."""
_WHOLE: Final = 100
"""Percent."""


def stock_policy(
    channel: ChannelFile, rule: StockPolicySetRule, place: DocumentPlace, origin: Origin
) -> StockPolicySet:
    """The policy of a document; `BrokenForm` when it violates the contract.

    Both lists must be there: one that is missing could be meant as empty, or forgotten.
    """
    item_id = ItemId(checked_id(required_text(rule.item_id, "item_id", place), "item_id"))
    safety_stock = tuple(_safety_stock(channel, rule.safety_stock, at) for at in _list(rule.safety_stock, place))
    fences = tuple(_fence(channel, rule.fences, at) for at in _list(rule.fences, place))
    _require_once("safety_stock", (each.node_id for each in safety_stock), "node")
    _require_once("fences", ((each.node_id, each.channel_id) for each in fences), "channel at a node")
    shares: Counter[NodeId] = Counter()
    for fence in fences:
        shares[fence.node_id] += fence.percent
        if shares[fence.node_id] > _WHOLE:
            raise BrokenForm("fences", f"more than {_WHOLE} percent of {fence.node_id!r} are fenced")
    policy = StockPolicySet(
        item_id,
        origin.provenance,
        tuple(each for each in safety_stock if each.quantity),
        tuple(each for each in fences if each.quantity or each.percent),
    )
    return with_content_hash(policy)


def _list(rule: SafetyStockRule | FencesRule, place: DocumentPlace) -> list[DocumentPlace]:
    field = "safety_stock" if isinstance(rule, SafetyStockRule) else "fences"
    if not is_given(rule, place):
        raise BrokenForm(field, f"is missing ({rule.named}); an empty list is none")
    places = lines_at(rule, field, place)
    if len(places) > MOST_FENCES:
        raise BrokenForm(field, f"are {len(places)}; at most {MOST_FENCES} are allowed for one item")
    return places


def _require_once(field: str, named: Iterable[Hashable], what: str) -> None:
    if any(count > 1 for count in Counter(named).values()):
        raise BrokenForm(field, f"a {what} is listed twice")


def _safety_stock(channel: ChannelFile, rule: SafetyStockRule, at: DocumentPlace) -> NodeUnits:
    field = f"safety_stock.{at.position}.quantity"
    return NodeUnits(
        node_of(channel, rule.node_id, at), quantity_from_zero(required_text(rule.quantity, field, at), field)
    )


def _fence(channel: ChannelFile, rule: FencesRule, at: DocumentPlace) -> ChannelFence:
    field = f"fences.{at.position}"
    node_id = node_of(channel, rule.node_id, at)
    channel_id = checked_id(required_text(rule.channel_id, f"{field}.channel_id", at), f"{field}.channel_id")
    quantity = _text(rule.quantity, f"{field}.quantity", at)
    percent = _text(rule.percent, f"{field}.percent", at)
    if (quantity is None) == (percent is None):
        raise BrokenForm(field, "has not exactly one of quantity, percent")
    if percent is None:
        return ChannelFence(node_id, ChannelId(channel_id), quantity_from_zero(quantity or "", f"{field}.quantity"))
    return ChannelFence(node_id, ChannelId(channel_id), percent=_share(percent, f"{field}.percent"))


def _text(source: ValueOrigin | None, field: str, at: DocumentPlace) -> str | None:
    return None if source is None else optional_text(source, field, at)


def _share(text: str, field: str) -> int:
    percent = whole_number(text, field)
    if percent > _WHOLE:
        raise BrokenForm(field, f"{text} is more than {_WHOLE}")
    return percent
