"""The price list of a channel file: a table beside it, with what an item costs a customer from which day on.

Of the rows of a customer and an item that are valid on a day the one with the latest `from` counts; where a customer
has none, that of all customers (`*`). An item without a row has no list price.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Final, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import Field, StrictInt

from domain.identifiers import joined
from domain.messages.orders import PlacedLine
from domain.money.prices import Price, parse_price
from domain.units import plain_unit
from schemas.channel_language.sources import Id, Part
from schemas.iso_codes import CURRENCIES, UNITS

KEY: Final = ("customer", "item", "from")
"""The key that the table has to have, in this order."""
_ALL: Final = "*"
_HUNDRED: Final = 100

CodeLists = Mapping[str, Mapping[str, str]]


class PriceListRule(Part):
    """Which table has the prices, and which difference is none."""

    table: Id
    """One of `tables`, with the key [customer, item, from] and the column `price`. It may have the columns `until` (the
    last day), `per` (for how many units the price is), `currency` (by default the file's) and `unit` (by default any).
    Days are written 2026-01-31, and `*` is every customer.
    """
    tolerance_percent: Annotated[StrictInt, Field(ge=0, le=100)] = 0
    """By how much of its list price a line may cost more or less."""


class ListPrice(NamedTuple):
    """One row."""

    first_day: date
    last_day: date
    price: Price
    currency: str
    unit: str
    """Empty: of any."""

    def is_for(self, currency: str, unit: str) -> bool:
        """Whether it says what something costs that is counted and paid so."""
        return self.currency == currency and (not self.unit or plain_unit(self.unit) == plain_unit(unit))


class PriceList:
    """All rows of a table; `ValueError` with the first that is wrong."""

    def __init__(self, rule: PriceListRule, lists: CodeLists, currency: str, timezone: str) -> None:
        self._tolerance_percent = rule.tolerance_percent
        self._timezone = ZoneInfo(timezone)
        self._rows: dict[str, list[ListPrice]] = {}
        columns = {
            name: lists.get(f"{rule.table}.{name}", {}) for name in ("price", "until", "per", "currency", "unit")
        }
        for key in columns["price"]:
            named, _, first_day = key.rpartition("/")
            row = {name: column.get(key, "") for name, column in columns.items()}
            try:
                self._rows.setdefault(named, []).append(_row(first_day, row, currency))
            except (ValueError, KeyError) as error:
                raise ValueError(f"price_list: {key!r} in table {rule.table!r}: {error}") from None
        for rows in self._rows.values():
            rows.sort(key=lambda row: row.first_day, reverse=True)

    def price_of(self, customer_id: str, line: PlacedLine, currency: str, at_us: int) -> Price | None:
        """What a unit of a line costs the customer; None: nothing says it, or not in its currency and unit."""
        day = datetime.fromtimestamp(at_us // 1_000_000, UTC).astimezone(self._timezone).date()
        for customer in (customer_id, _ALL):
            for row in self._rows.get(joined((customer, line.item_id), "/"), ()):
                if row.first_day <= day <= row.last_day:
                    return row.price if row.is_for(currency, line.unit) else None
        return None

    def agrees(self, price: Price, listed: Price) -> bool:
        """Whether a price differs from that of the list by no more than the tolerance."""
        return _HUNDRED * abs(price.scaled - listed.scaled) <= self._tolerance_percent * listed.scaled


def _row(first_day: str, row: Mapping[str, str], currency: str) -> ListPrice:
    last_day = date.fromisoformat(row["until"]) if row["until"] else date.max
    per = row["per"] or "1"
    if per not in {"1", "10", "100", "1000"}:
        raise ValueError(f"{per!r} is none of 1, 10, 100, 1000")
    price = parse_price(row["price"], int(per))
    if price.unit_price < 0:
        raise ValueError("the price is below zero")
    if row["currency"] not in {"", *CURRENCIES}:
        raise ValueError(f"{row['currency']!r} is not a currency of ISO 4217")
    if row["unit"] and row["unit"] not in UNITS:
        raise ValueError(f"{row['unit']!r} is not a unit of UN/ECE Recommendation 20")
    return ListPrice(date.fromisoformat(first_day), last_day, price, row["currency"] or currency, row["unit"])
