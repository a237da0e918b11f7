"""`orderline demo --csv FILE --clock data`: a year on its own time, in one process; to be repeated to the byte."""

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console

from connectors.topic_reader import open_reader
from dataflows.assembly import Rules, load_rules
from dataflows.processes.exit_codes import EXIT_INTERRUPTED
from dataflows.processes.say import say
from dataflows.processes.shutdown import ShutdownSignal
from demo.command_line.report import high_water_mb, report_of
from demo.data_clock.world import Pace, World
from demo.erp.behaviour import ErpBehaviour
from demo.online_retail.records import YearRecord, year_records
from demo.online_retail.survey import Survey, survey
from demo.performance.plan import Plan, write_atomically
from demo.report.digests import topic_digests
from demo.report.year_rendering import render_year
from demo.report.year_report import UNPRICED_FILE, YearReport, control_of, make_year_report
from demo.warehouse.times import Delays

_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS
_RETURN_AHEAD_MS: Final = 15 * _DAY_MS
"""How long a return may precede its shipment: two weekly deliveries."""
_RETURNED_WITHIN_MS: Final = 400 * _DAY_MS
"""One return in ten comes more than two months after the sale, and some come after a year: its order is still known."""
_OUTAGE_SHARE: Final = 20
"""The ERP goes down when one order in so many is booked."""
_OUTAGE_MS: Final = 6 * _HOUR_MS
_SHOW_EVERY_S: Final = 5.0


class YearOnDataClock:
    """Reads and checks the file when it is created; `run` replays it."""

    def __init__(self, application: str, plan: Plan, data: Path, console: Console) -> None:
        if plan.year is None:
            raise ValueError("a plan without a year")
        self._application = application
        self._plan = plan
        self._file = Path(plan.year.csv)
        self._most = plan.year.invoices
        self._data = data
        self._console = console
        self._shutdown_signal = ShutdownSignal()
        self._began_at = time.monotonic()
        self._control = survey(self._file, self._most)

    def run(self) -> int:
        """Run to the end. `report.json` has no figures of the machine, so the same year gives the same report."""
        control = self._control
        say(self._console, f"{control.invoices:,} invoices with {control.rows:,} rows, data in {self._data}")
        with World(self._data, self._application, _rules(), self._feed(), _pace(self._plan, control)) as world:
            world.live()
            statistics = world.erp_statistics()
        if self._shutdown_signal.wanted():
            say(
                self._console,
                "stopped; a run on the data's clock cannot be resumed; start again in another DATA folder",
            )
            return EXIT_INTERRUPTED
        worked_s = time.monotonic() - self._began_at
        report = self._reported(statistics)
        _write(self._data / "machine.json", machine := self._machine(worked_s))
        self._console.print(render_year(report, self._plan.place(self._data)))
        say(self._console, ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in machine.items()))
        say(self._console, f"The same as JSON, with a digest of every topic: {self._data / 'report.json'}")
        return 0 if report.is_accounted_for else 1

    def _reported(self, statistics: Mapping[str, Any]) -> YearReport:
        reader = open_reader(self._data, None)
        try:
            run = report_of(reader, statistics, seed=self._plan.seed, memory_mb=None)
            run = replace(run, latency_ms=None)  # on the data's clock it would be in full hours
            report = make_year_report(reader, control_of(self._file, self._control), run)
            write_atomically(self._data / UNPRICED_FILE, report.unpriced_as_text.encode())
            _write(self._data / "report.json", {**report.as_json(), "topic_sha256": topic_digests(reader)})
        finally:
            reader.close()
        return report

    def _machine(self, worked_s: float) -> dict[str, float]:
        return {
            "seconds": round(worked_s, 1),
            "report_seconds": round(time.monotonic() - self._began_at - worked_s, 1),
            "lines_per_second": round(self._control.rows / worked_s),
            "peak_rss_mb": high_water_mb(os.getpid()),
        }

    def _feed(self) -> Iterator[YearRecord]:
        """The records of the year, with a line of progress every few seconds; ends early on shutdown."""
        control = self._control
        show_at = time.monotonic()
        for record in year_records(self._file, control, self._most):
            if self._shutdown_signal.wanted():
                return
            if time.monotonic() >= show_at:
                show_at = time.monotonic() + _SHOW_EVERY_S
                say(self._console, f"{_date_of(record.at_ms)}  {control.percent_at(record.at_ms):3d} %")
            yield record


def _write(file: Path, content: Mapping[str, object]) -> None:
    write_atomically(file, msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")


def _rules() -> Rules:
    rules = load_rules()
    orders = replace(rules.orders, premature_return_limit_ms=_RETURN_AHEAD_MS, purge_after_ms=_RETURNED_WITHIN_MS)
    return replace(rules, orders=orders)


def _pace(plan: Plan, control: Survey) -> Pace:
    """The demo's faults, with realistic times for picking and shipping."""
    erp = ErpBehaviour(
        seed=plan.seed,
        latency_from_ms=0,
        latency_to_ms=0,
        lose_answer_per_mille=10,
        lock_per_mille=10,
        outage_after_orders=control.invoices // _OUTAGE_SHARE,
        outage_ms=_OUTAGE_MS,
    )
    return Pace(erp, Delays(seed=plan.seed, pick_ms=_HOUR_MS, ship_ms=2 * _HOUR_MS, report_ms=60_000))


def _date_of(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1_000, UTC):%Y-%m-%d}"
