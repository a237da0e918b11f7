"""The live view of a year: its date, and counts by event type from the headers, almost without decoding."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from rich.console import Console, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from connectors.log.port import Record, TopicPartition
from connectors.topic_reader import TopicReader
from demo.online_retail.records import SHOP
from demo.online_retail.survey import Survey
from demo.performance.live_view import LiveView, panel, two_columns
from schemas.contracts.registry import DISPATCH_INBOX, EXCEPTIONS, ORDERS_EVENTS, ORDERS_INBOX
from schemas.headers import header

_FOLLOWED: Final = (SHOP, ORDERS_EVENTS, DISPATCH_INBOX, ORDERS_INBOX, EXCEPTIONS)
_TICK: Final = "Tick"
_AT_ONCE: Final = 2_000
_ORDERS: Final[Mapping[str, str]] = {
    "received": "OrderReceived",
    "accepted": "OrderAccepted",
    "booked by the ERP": "OrderBooked",
    "shipments": "ShipmentConfirmed",
    "returns": "ReturnReceived",
}
"""Labels, and the event that each counts."""


class _Dated(msgspec.Struct, frozen=True):
    at: str


class YearView(LiveView):
    """The live view of `orderline demo --csv`."""

    def __init__(self, reader: TopicReader, control: Survey, console: Console) -> None:
        super().__init__(console)
        self._reader = reader
        self._control = control
        self._read: dict[TopicPartition, int] = {}
        self._counts: Counter[str] = Counter()
        self._date = ""

    def look(self) -> bool:
        """Read new records; True when there were any but ticks, which come as long as an order waits for stock."""
        self._reader.refresh()
        return sum([self._follow(topic) for topic in _FOLLOWED]) > 0

    def all_answered(self) -> bool:
        """True when no command waits for the ERP."""
        return self._waiting() == 0

    def _line(self, stage: str) -> str:
        counts = ", ".join(f"{self._counts[event]:,} {words}" for words, event in _ORDERS.items())
        return (
            f"{self._date or 'before the first order'}  {stage}: {counts}, "
            f"{self._waiting():,} waiting for the ERP, {self._counts['ExceptionRaised']:,} exceptions"
        )

    def _after_stage(self) -> str:
        return ""

    def _body(self) -> Sequence[RenderableType]:
        orders = [(words, self._counts[event]) for words, event in _ORDERS.items()]
        others = [
            ("backordered", self._counts["InventoryBackordered"]),
            ("waiting for the ERP", self._waiting()),
            ("answered by the ERP", self._counts["ErpOutcomeReceived"]),
            ("exceptions", self._counts["ExceptionRaised"]),
            ("input records", self._counts[SHOP]),
        ]
        return (self._bar(), two_columns(panel("orders", orders), panel("commands and exceptions", others)))

    def _bar(self) -> RenderableType:
        """Progress by input records; approximate, because a credit note may become several and some rows none."""
        row = Table.grid(expand=True, padding=(0, 1, 0, 0))
        row.add_column(width=11)
        row.add_column(ratio=1)
        row.add_row(Text(self._date or "-", "bold"), ProgressBar(self._control.invoices, self._counts[SHOP]))
        return row

    def _waiting(self) -> int:
        return self._counts["ErpRequested"] - self._counts["ErpOutcomeReceived"]

    def _follow(self, topic: str) -> int:
        """Count new records by type; returns how many were not ticks."""
        new = 0
        for source, end in self._reader.ends(topic).items():
            while (position := self._read.get(source, 0)) < end:
                records = self._reader.read(*source, position, _AT_ONCE)
                if not records:
                    break
                self._read[source] = records[-1].offset + 1
                kinds = Counter(map(_kind_of, records))
                new += kinds.total() - kinds[_TICK]
                self._counts.update(kinds)
                if topic == SHOP:
                    self._date = max(self._date, _date_of(records[-1]))
        return new


def _kind_of(record: Record) -> str:
    return SHOP if record.topic == SHOP else (header(record.headers, "ce_type") or "").rpartition(".")[2]


def _date_of(record: Record) -> str:
    return msgspec.json.decode(record.value or b"", type=_Dated).at[:10]
