"""Which shop is told what: `reports_to` of the channel files, and the postings of the shops' own files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.identifiers import ChannelId, ErpId, SourceId
from domain.messages.dispatch import PostedEvent
from schemas.channel_language.channel_file import ChannelFile
from schemas.erp_file import ErpFile
from schemas.yaml_files import YamlFileInvalid


@dataclass(frozen=True, slots=True)
class ShownBy:
    """The shop that shows what a channel may show, and how urgent it is to tell it (0 first)."""

    erp_id: ErpId
    priority_class: int


@dataclass(frozen=True, slots=True)
class Shops:
    """The shops of an installation; there may be none."""

    of_orders: Mapping[SourceId, ErpId] = field(default_factory=dict)
    """Which shop is told what became of the orders that a source places."""
    of_stock: Mapping[ChannelId, ShownBy] = field(default_factory=dict)
    """Which shop is told what a channel may show of each item."""


NO_SHOPS = Shops()


def shops_of(channels: Iterable[ChannelFile], erps: Mapping[ErpId, ErpFile]) -> Shops:
    """The shops that the channel files name; `YamlFileInvalid` where the files do not fit together."""
    of_orders: dict[SourceId, ErpId] = {}
    of_stock: dict[ChannelId, ShownBy] = {}
    for channel in channels:
        if erps[channel.erp_id].is_shop:
            raise _invalid(channel, f"erp_id: {channel.erp_id!r} is a shop, which books no orders: name an ERP")
        if channel.reports_to is None:
            continue
        shop = erps.get(channel.reports_to)
        if shop is None or not shop.is_shop:
            raise _invalid(channel, f"reports_to: {channel.reports_to!r} {_why_not(shop)}")
        of_orders[channel.source_id] = shop.erp_id
        for channel_id in _shown_in(channel, shop):
            row = shop.postings[PostedEvent.AVAILABILITY_CHANGED]
            _require_one_to_one(channel, channel_id, shop.erp_id, of_stock)
            of_stock[channel_id] = ShownBy(shop.erp_id, row.priority_class)
    return Shops(of_orders, of_stock)


def _why_not(shop: ErpFile | None) -> str:
    if shop is None:
        return "has no ERP file: add one (--erps)"
    return "is told nothing: its file posts neither REPORT_SHIPMENT nor REPORT_AVAILABILITY"


def _shown_in(channel: ChannelFile, shop: ErpFile) -> Iterable[ChannelId]:
    if PostedEvent.AVAILABILITY_CHANGED not in shop.postings:
        return ()
    if not channel.availability_feed:
        raise _invalid(
            channel,
            f"reports_to: {shop.erp_id!r} is told what may be shown (ChannelAvailability in its postings), which nobody"
            " computes: write availability_feed: true, or take the posting out",
        )
    return sorted(map(ChannelId, channel.channels or ()))


def _require_one_to_one(
    channel: ChannelFile, channel_id: ChannelId, shop: ErpId, of_stock: Mapping[ChannelId, ShownBy]
) -> None:
    """Two numbers of one item in one shop would overwrite each other."""
    other = next((each for each, shown in of_stock.items() if shown.erp_id == shop and each != channel_id), None)
    if other is not None:
        reason = f"is told what {other} may show already: a shop shows the stock of one channel"
        raise _invalid(channel, f"reports_to: {shop!r} {reason}")
    known = of_stock.get(channel_id)
    if known is not None and known.erp_id != shop:
        raise _invalid(channel, f"reports_to: what {channel_id} may show goes to {known.erp_id!r} already")


def _invalid(channel: ChannelFile, reason: str) -> YamlFileInvalid:
    return YamlFileInvalid(f"the channel file of {channel.source_id!r}: {reason}")
