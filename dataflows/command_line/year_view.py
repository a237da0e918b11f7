"""How far a year is: its date, and the counts that tell whether all is worked off. Decodes next to nothing."""

import time
from collections import Counter
from types import TracebackType
from typing import Final, Self

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from connectors.log import Record, TopicPartition
from connectors.simulators.online_retail.records import SHOP
from connectors.simulators.online_retail.survey import Survey
from connectors.topic_reader import TopicReader
from dataflows.command_line.say import say
from schemas.headers import header

_FOLLOWED: Final = (SHOP, "orders.events.v1", "dispatch.inbox.v1", "orders.inbox.v1", "exceptions.v1")
_LINE_EVERY_S: Final = 5.0
_AT_ONCE: Final = 2_000


class _Dated(msgspec.Struct, frozen=True):
    at: str


class YearView:
    """A `PerformanceView`: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, reader: TopicReader, control: Survey, console: Console) -> None:
        self._reader = reader
        self._control = control
        self._console = console
        self._read: dict[TopicPartition, int] = {}
        self._counts: Counter[str] = Counter()
        self._date = "-"
        self._began_at = time.monotonic()
        self._line_at = 0.0
        self._bar = Progress(
            TextColumn("{task.fields[date]}"),
            BarColumn(None),
            TextColumn("{task.percentage:3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=control.invoices, date="-")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def look(self) -> bool:
        """Take in what is new; whether anything was."""
        self._reader.refresh()
        return sum([self._follow(topic) for topic in _FOLLOWED]) > 0

    def all_answered(self) -> bool:
        """Whether nothing waits for the ERP."""
        return self._counts["ErpRequested"] == self._counts["ErpOutcomeReceived"]

    def show(self, stage: str) -> None:
        """Draw the bar, or write a line."""
        if self._console.is_terminal:
            self._bar.update(self._task, completed=self._counts[SHOP], description=self._words(stage), date=self._date)
        elif time.monotonic() >= self._line_at:
            self._line_at = time.monotonic() + _LINE_EVERY_S
            elapsed = int(time.monotonic() - self._began_at)
            say(self._console, f"{elapsed // 60}:{elapsed % 60:02d}  {self._date}  {self._words(stage)}")

    def _words(self, stage: str) -> str:
        count = self._counts
        waiting = count["ErpRequested"] - count["ErpOutcomeReceived"]
        return (
            f"{stage}: {count['OrderReceived']:,} orders, {count['OrderAccepted']:,} accepted, "
            f"{count['ShipmentConfirmed']:,} shipments, {count['ReturnReceived']:,} returns, "
            f"{waiting:,} wait for the ERP, {count['ExceptionRaised']:,} exceptions"
        )

    def _follow(self, topic: str) -> int:
        """Count what is new by its type; how many there were."""
        new = 0
        for source, end in self._reader.ends(topic).items():
            while (position := self._read.get(source, 0)) < end:
                records = self._reader.read(*source, position, _AT_ONCE)
                if not records:
                    break
                self._read[source] = records[-1].offset + 1
                new += len(records)
                self._counts.update(map(_kind_of, records))
                if topic == SHOP:
                    self._date = max(self._date, _date_of(records[-1]))
        return new


def _kind_of(record: Record) -> str:
    return (header(record.headers, "ce_type") or record.topic).rpartition(".")[2] if record.topic != SHOP else SHOP


def _date_of(record: Record) -> str:
    return msgspec.json.decode(record.value or b"", type=_Dated).at[:10]
