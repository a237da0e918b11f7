"""A real year as a demo: all its invoices, as fast as the flows work them off."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.text import Text

from connectors.topic_reader import TopicReader
from demo.online_retail.survey import Survey
from demo.performance.plan import Year, write_whole
from demo.performance.year_view import YearView
from demo.report.report import Report
from demo.report.year_rendering import render_year
from demo.report.year_report import UNPRICED_FILE, control_of, make_year_report

_ORPHAN_AFTER_S: Final = 5
"""A credit note without an order waits so long for one. Its order cannot come later: they share a partition."""
_OUTAGE_SHARE: Final = 20
_OUTAGE_S: Final = 10


class YearPerformance:
    """A `Performance`."""

    quiet_s = _ORPHAN_AFTER_S + 3.0
    flow_options: Sequence[str] = ("--orphan-after", str(_ORPHAN_AFTER_S), "--partitions", "1")
    """On an embedded log one process works all partitions off: a second one only splits the records in two."""

    def __init__(self, data: Path, year: Year, control: Survey) -> None:
        self._data = data
        self._year = year
        self._control = control
        self._began_at = time.monotonic()

    @property
    def feed(self) -> Sequence[str]:
        """The file, or the first part of it."""
        first = [] if self._year.invoices is None else ["--invoices", str(self._year.invoices)]
        return ["year", "--csv", self._year.csv, *first]

    @property
    def erp_options(self) -> Sequence[str]:
        """Quick enough for a year, and down early in it."""
        after_orders = str(max(1, self._control.invoices // _OUTAGE_SHARE))
        return ["--latency-ms", "1", "5", "--outage-after-orders", after_orders, "--outage-seconds", str(_OUTAGE_S)]

    @contextmanager
    def begun(self, reader: TopicReader, console: Console) -> Iterator[YearView]:
        """How far the year is."""
        with YearView(reader, self._control, console) as view:
            yield view

    def report(self, reader: TopicReader, run: Report, where: str) -> tuple[Mapping[str, Any], RenderableType]:
        """The sum of the year, then what any run reports; every line without a price is named in a file beside."""
        seconds = time.monotonic() - self._began_at
        report = make_year_report(reader, control_of(Path(self._year.csv), self._control), run)
        speed = {"seconds": round(seconds, 1), "rows_per_second": round(self._control.rows / seconds)}
        write_whole(self._data / UNPRICED_FILE, report.unpriced_as_text.encode())
        return {**report.as_json(), **speed}, Group(render_year(report, where), _told(speed))


def _told(speed: Mapping[str, float]) -> Text:
    return Text(
        f"\nAll of it took {speed['seconds']} s, most of the report included: {speed['rows_per_second']:,} rows/s"
    )
