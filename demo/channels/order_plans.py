"""What the customers of the demo order, before any channel puts it into its own words."""

from dataclasses import dataclass
from random import Random
from typing import Final

from demo.channels.catalogue import CatalogueItem, catalogue, wanted_items
from demo.channels.edi_partners import QUALIFIER, partner_of
from domain.identifiers import ChannelId, LineId, OrderId, SourceId, order_id_of, scoped_order_id_of

CHANNELS: Final = ("shopify", "amazon", "edi_wholesale", "portal", "inside_sales")
"""The sources of orders, by source_id."""
_SHARES: Final = (40, 20, 15, 15, 10)
_CHANNEL_IDS: Final = {"shopify": "shopify_eu", "amazon": "amazon_uk"}
"""Where the channel is not named as its source."""
_WHOLESALE: Final = frozenset({"edi_wholesale", "portal", "inside_sales"})

_MEDIAN_LINES: Final = 1.39
"""The logarithm of 4."""
_SPREAD: Final = 0.95
MOST_LINES: Final = 60

_FIRST_NAMES: Final = (
    "Ada",
    "Bruno",
    "Clara",
    "David",
    "Elif",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Katja",
    "Luc",
)
_LAST_NAMES: Final = ("Abel", "Brandt", "Costa", "Dietz", "Evans", "Fischer", "Garcia", "Hansen", "Ivanov", "Jansen")
_STREETS: Final = ("Station Road", "Mill Lane", "Harbour Street", "Park Avenue", "Church Street", "Industrial Way")


@dataclass(frozen=True, slots=True)
class Town:
    """A customer's address."""

    city: str
    postal_code: str
    state: str
    state_name: str
    country: str
    country_name: str


_EU_TOWNS: Final = (
    Town("Hamburg", "20095", "HH", "Hamburg", "DE", "Germany"),
    Town("Lyon", "69002", "ARA", "Auvergne-Rhone-Alpes", "FR", "France"),
    Town("Utrecht", "3511", "UT", "Utrecht", "NL", "Netherlands"),
    Town("Graz", "8010", "6", "Steiermark", "AT", "Austria"),
    Town("Porto", "4000-069", "PT-13", "Porto", "PT", "Portugal"),
)
_UK_TOWNS: Final = (
    Town("Manchester", "M1 2AB", "England", "England", "GB", "United Kingdom"),
    Town("Leeds", "LS1 4AP", "England", "England", "GB", "United Kingdom"),
    Town("Cardiff", "CF10 1EP", "Wales", "Wales", "GB", "United Kingdom"),
)
_US_TOWNS: Final = (
    Town("Solon", "44139", "OH", "Ohio", "US", "United States"),
    Town("Athens", "30603", "GA", "Georgia", "US", "United States"),
    Town("San Diego", "92121", "CA", "California", "US", "United States"),
)
_TOWNS: Final = {"amazon": _UK_TOWNS, "edi_wholesale": _US_TOWNS}


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A quantity of an item, in units."""

    position: int
    item: CatalogueItem
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """One order: customer, lines, address and channel. `mark` is a unique number for the channel's ids."""

    index: int
    source_id: SourceId
    number: str
    mark: int
    placed_at_ms: int
    first_name: str
    last_name: str
    customer: int
    street: str
    town: Town
    lines: tuple[WantedLine, ...]

    @property
    def order_id(self) -> OrderId:
        """As Orderline will call it."""
        channel_id = ChannelId(_CHANNEL_IDS.get(self.source_id, self.source_id))
        if self.source_id != "edi_wholesale":
            return order_id_of(channel_id, self.number)
        sender = partner_of(self.customer).sender
        return scoped_order_id_of(channel_id, (QUALIFIER, sender, sender), self.number, "")

    @property
    def name(self) -> str:
        """Of the person."""
        return f"{self.first_name} {self.last_name}"

    @property
    def total(self) -> int:
        """All lines, in ten-thousandths."""
        return sum(line.quantity * line.item.price for line in self.lines)


def line_id_of(plan: OrderPlan, line: WantedLine) -> LineId:
    """The id that the channel gives the line."""
    if plan.source_id == "shopify":
        return LineId(str(1_071_000_000 + plan.index * 100 + line.position))
    if plan.source_id == "amazon":
        return LineId(f"{plan.mark % 10**9:09}{line.position:05}")
    return LineId(str(line.position))


def another_line(plan: OrderPlan) -> WantedLine:
    """A line that an amendment adds: an item that the order has not, behind its last line."""
    items = {line.item.item_id for line in plan.lines}
    item = next(each for each in catalogue()[plan.mark % 100 :] if each.item_id not in items)
    return WantedLine(plan.lines[-1].position + 1, item, 1 + plan.mark % 3)


def plan_order(seed: int, index: int, placed_at_ms: int, sources: tuple[str, ...] = ()) -> OrderPlan:
    """The order of that index; always the same for a seed. `sources`: the channels it may come by, if not all."""
    chance = Random(f"{seed}/order/{index}")
    source_id = chance.choices(CHANNELS, _SHARES)[0]
    if sources and source_id not in sources:
        source_id = chance.choice(sources)
    mark = chance.randrange(10**12)
    return OrderPlan(
        index=index,
        source_id=SourceId(source_id),
        number=_number(SourceId(source_id), index, mark),
        mark=mark,
        placed_at_ms=placed_at_ms,
        first_name=chance.choice(_FIRST_NAMES),
        last_name=chance.choice(_LAST_NAMES),
        customer=chance.randrange(1, 500),
        street=f"{chance.randrange(1, 200)} {chance.choice(_STREETS)}",
        town=chance.choice(_TOWNS.get(source_id, _EU_TOWNS)),
        lines=_lines(chance, bulk=source_id in _WHOLESALE),
    )


def _number(source_id: SourceId, index: int, mark: int) -> str:
    numbers = {
        "shopify": str(5_400_000_000_000 + index),
        "amazon": f"{202 + mark % 5}-{index:07}-{mark % 10**7:07}",
        "edi_wholesale": f"PO{4_500_000 + index}",
        "portal": f"P-{index:06}",
        "inside_sales": f"SO-{index:06}",
    }
    return numbers[source_id]


def _lines(chance: Random, *, bulk: bool) -> tuple[WantedLine, ...]:
    count = max(1, min(MOST_LINES, round(chance.lognormvariate(_MEDIAN_LINES, _SPREAD))))
    items = catalogue()
    return tuple(
        WantedLine(position, items[rank], chance.choice((4, 6, 10, 12, 24)) if bulk else chance.choice((1, 1, 1, 2, 3)))
        for position, rank in enumerate(wanted_items(chance, count), start=1)
    )
