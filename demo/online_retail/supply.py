"""The suppliers of the year: the file tells nothing of them, so a rule does, and it leaves some backorders to fill.

On the first day at 06:00, before the first order, each item comes in the quantity that its customers will order in
the `OPENING_WEEKS` weeks from its first sale on. Every Monday at 06:00 comes what left the shelves in the week
before: what was ordered, and what was written off. So the stock starts each week at its opening quantity, and a week
that wants more than that (a peak, a large order) waits for Monday. The last delivery is on the Monday after the end
of the file. What comes back from customers is stock on top.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from demo.online_retail.invoices import Invoice
from domain.identifiers import ReceiptId

OPENING_WEEKS: Final = 8
_LONDON: Final = ZoneInfo("Europe/London")
_WEEK_MS: Final = 7 * 24 * 3_600_000
_OPENS_AT: Final = 6
_LINES: Final = 200
"""Of one receipt."""


class Delivery(NamedTuple):
    """One receipt: its id, its time, and units by item."""

    receipt_id: ReceiptId
    at_ms: int
    goods: Sequence[tuple[str, int]]


@dataclass(slots=True)
class OpeningDemand:
    """The opening stock: what is ordered of each item in its first weeks."""

    _begins_ms: dict[str, int] = field(default_factory=dict)
    _wanted: Counter[str] = field(default_factory=Counter)

    def see(self, invoice: Invoice) -> None:
        """Add an invoice; they must come in the order of time."""
        for item, quantity in _sold(invoice):
            begins_ms = self._begins_ms.setdefault(item, invoice.at_ms)
            if invoice.at_ms < begins_ms + OPENING_WEEKS * _WEEK_MS:
                self._wanted[item] += quantity

    def deliveries(self, first_order_ms: int) -> list[Delivery]:
        """The opening stock."""
        return _receipts(_morning_of(first_order_ms), self._wanted)


class WeeklyDeliveries:
    """The weekly deliveries. Call `due` before each invoice, and then `see` with the invoice."""

    def __init__(self, first_order_ms: int) -> None:
        self._due_ms = _monday_after(first_order_ms)
        self._gone: Counter[str] = Counter()

    def due(self, now_ms: int) -> list[Delivery]:
        """The deliveries due at or before `now_ms` that were not returned yet."""
        deliveries: list[Delivery] = []
        while now_ms >= self._due_ms:
            deliveries += self._delivered()
        return deliveries

    def last(self) -> list[Delivery]:
        """The deliveries after the last invoice."""
        return self._delivered()

    def see(self, invoice: Invoice) -> None:
        """Count the units that an invoice takes from stock."""
        self._gone.update(dict(_sold(invoice)))
        for line in invoice.lines:
            if line.is_write_off and not invoice.is_credit_note:
                self._gone[line.row.code] -= line.row.quantity

    def _delivered(self) -> list[Delivery]:
        deliveries = _receipts(self._due_ms, self._gone)
        self._gone = Counter()
        self._due_ms = _monday_after(self._due_ms)
        return deliveries


def _sold(invoice: Invoice) -> Iterable[tuple[str, int]]:
    sold: Counter[str] = Counter()
    for line in invoice.lines:
        if line.is_goods:
            sold[line.row.code] += line.row.quantity
    return sold.items()


def _receipts(at_ms: int, goods: Counter[str]) -> list[Delivery]:
    listed = sorted(goods.items())
    name = f"{_local(at_ms):%Y%m%d}"
    return [
        Delivery(ReceiptId(f"{name}-{start // _LINES + 1:03}"), at_ms, listed[start : start + _LINES])
        for start in range(0, len(listed), _LINES)
    ]


def _morning_of(at_ms: int) -> int:
    """06:00 of the day; earlier where the first order of the file is."""
    morning = _local(at_ms).replace(hour=_OPENS_AT, minute=0, second=0, microsecond=0)
    return min(int(morning.timestamp()) * 1_000, at_ms)


def _monday_after(at_ms: int) -> int:
    """The first Monday at 06:00 after a time."""
    morning = _local(at_ms).replace(hour=_OPENS_AT, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=-morning.weekday())
    while monday.timestamp() * 1_000 <= at_ms:
        monday += timedelta(days=7)
    return int(monday.timestamp()) * 1_000


def _local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1_000, _LONDON)
