"""A real year as a demo: all its invoices, as fast as the flows process them."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.text import Text

from connectors.topic_reader import TopicReader
from demo.online_retail.survey import Survey
from demo.performance.plan import Year, write_atomically
from demo.performance.year_view import YearView
from demo.report.report import Report
from demo.report.year_rendering import render_year
from demo.report.year_report import UNPRICED_FILE, control_of, make_year_report

_ORPHAN_AFTER_S: Final = 5
"""How long a credit note without an order is parked. Its order cannot come later: they share a partition."""
_OUTAGE_SHARE: Final = 20
_OUTAGE_S: Final = 10


class YearPerformance:
    """The `Performance` of `orderline demo --csv`."""

    quiet_s = _ORPHAN_AFTER_S + 3.0

    def __init__(self, data: Path, year: Year, control: Survey, *, is_embedded: bool) -> None:
        self._is_embedded = is_embedded
        self._data = data
        self._year = year
        self._control = control
        self._began_at = time.monotonic()

    @property
    def feed(self) -> Sequence[str]:
        """The file, or its first `invoices`."""
        first = [] if self._year.invoices is None else ["--invoices", str(self._year.invoices)]
        return ["year", "--csv", self._year.csv, *first]

    @property
    def flow_options(self) -> Sequence[str]:
        """On an embedded log one process has all partitions: a second one only splits the records in two."""
        partitions = ("--partitions", "1") if self._is_embedded else ()
        return ("--orphan-after", str(_ORPHAN_AFTER_S), *partitions)

    @property
    def erp_options(self) -> Sequence[str]:
        """Short latencies, so that a year does not take hours, and an outage early in it."""
        after_orders = str(max(1, self._control.invoices // _OUTAGE_SHARE))
        return ["--latency-ms", "1", "5", "--outage-after-orders", after_orders, "--outage-seconds", str(_OUTAGE_S)]

    @contextmanager
    def begun(self, reader: TopicReader, console: Console) -> Iterator[YearView]:
        """A live view of the date and the counts."""
        with YearView(reader, self._control, console) as view:
            yield view

    def report(self, reader: TopicReader, run: Report, where: str) -> tuple[Mapping[str, Any], RenderableType]:
        """The sum of the year, then the figures of the run; lines without a price are listed in a file next to it."""
        seconds = time.monotonic() - self._began_at
        report = make_year_report(reader, control_of(Path(self._year.csv), self._control), run)
        speed = {"seconds": round(seconds, 1), "rows_per_second": round(self._control.rows / seconds)}
        write_atomically(self._data / UNPRICED_FILE, report.unpriced_as_text.encode())
        return {**report.as_json(), **speed}, Group(render_year(report, where), _speed_line(speed))


def _speed_line(speed: Mapping[str, float]) -> Text:
    return Text(
        f"\nThe whole run took {speed['seconds']} s, most of the report included: {speed['rows_per_second']:,} rows/s"
    )
