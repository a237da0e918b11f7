"""Account for everything in a log, counted from its topics and from the ERP's own database."""

import argparse
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from connectors.topic_reader import TopicReader
from dataflows.assembly import load_rules
from dataflows.command_line.where import add_where, log_of
from dataflows.processes.supervisor import Child
from demo.erp.client import erp_statistics
from demo.report.rendering import render_report
from demo.report.report import Report, make_report, outages_of

_KIB_A_MB = 1_024


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = commands.add_parser("report", help="account for every order and unit in a log", description=__doc__)
    add_where(parser)
    parser.add_argument("--erp-url", metavar="URL", help="count the documents of the ERP simulator at this URL")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the report; it is exact once the flows have nothing left to do."""
    log = log_of(arguments)
    with closing(log.open_reader()) as reader:
        statistics = None if arguments.erp_url is None else erp_statistics(arguments.erp_url)
        report = report_of(reader, statistics, seed=None, memory_mb=None)
    if arguments.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report.as_json()), indent=2).decode() + "\n")
    else:
        Console().print(render_report(report, log.name(), None))
    return 0


def report_of(
    reader: TopicReader, statistics: Mapping[str, Any] | None, *, seed: int | None, memory_mb: int | None
) -> Report:
    """The report of everything committed up to now."""
    reader.refresh()
    outages = [] if statistics is None else outages_of(statistics)
    return make_report(reader, load_rules().channels, statistics, outages, seed, memory_mb)


def peak_memory_mb(child: Child) -> int:
    """The high-water mark of a child and its children, in megabytes; 0 where the system does not tell."""
    if child.process is None:
        return 0
    return sum(high_water_mb(number) for number in _family(child.process.pid))


def _family(number: int) -> list[int]:
    try:
        listed = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    except OSError:
        listed = []
    return [number, *(member for child in listed for member in _family(int(child)))]


def high_water_mb(number: int) -> int:
    """The high-water mark of one process, in megabytes; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{number}/status").read_text()
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) // _KIB_A_MB if found else 0
