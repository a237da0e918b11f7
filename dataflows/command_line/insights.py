"""`orderline insights`: the business metrics by time window, as tables with sparklines, from either log."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from rich.console import Console
from rich.table import Table
from rich.text import Text

from connectors.topic_reader import TopicReader, last_of_each_key
from dataflows.command_line.tail import require_topic
from dataflows.command_line.usage import whole
from dataflows.command_line.where import add_where, log_of
from dataflows.logs import write_refusal
from dataflows.views.readable import printable, time_of
from dataflows.views.trends import Trend, sparkline, trends_of
from domain.messages.insights import Metric, Series, WindowSize, WindowUpdated
from domain.quantities import format_quantity
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import INSIGHTS_WINDOWS

_WINDOWS = 24
_UNBROKEN = 100_000
"""Columns when standard output is not a terminal: wide enough that no line wraps."""

_TITLES = {
    Metric.ACCEPTANCE: "Accepted, by the time of placing",
    Metric.PROGRESS: "Booked by the ERP, and backlog",
    Metric.MOVEMENT: "Units through the nodes",
    Metric.EXCEPTION: "Exceptions",
}


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline insights`."""
    parser = commands.add_parser(
        "insights",
        help="show the business metrics by time window",
        description="Orders, lines, units and value accepted, acceptance latency, booking success and backlog by "
        "channel and region; units shipped and received by node; exceptions by class: the latest window of each, "
        "and the trend over those before it. Windows are of event time, in UTC.",
    )
    add_where(parser)
    parser.add_argument(
        "--window", choices=("minute", "day"), default="minute", help="length of a window (default %(default)s)"
    )
    parser.add_argument("--channel", metavar="ID", help="only the metrics of this channel")
    parser.add_argument(
        "--last", type=whole(1, 400), default=_WINDOWS, metavar="N", help="number of windows (default %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line and trend")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the trends; 1 when there are none."""
    with closing(log_of(arguments).open_reader()) as reader:
        require_topic(reader, INSIGHTS_WINDOWS)
        size = WindowSize(arguments.window.upper())
        trends = list(trends_of(_windows(reader), size, arguments.channel, arguments.last))
        if not trends:
            write_refusal(_why_none(reader, arguments.channel))
            return 1
    if arguments.json:
        sys.stdout.writelines(f"{json.dumps(_as_json(trend))}\n" for trend in trends)
    else:
        _print(trends, size)
    sys.stdout.flush()
    return 0


def _why_none(reader: TopicReader, channel: str | None) -> str:
    channels = sorted({window.series.channel_id for window in _windows(reader)} - {""})
    if channel is not None and channels:
        return f"no window is about the channel {channel!r}: choose from {', '.join(channels)}"
    return "no window has been published yet: run the flow `insights`"


def _windows(reader: TopicReader) -> Iterator[WindowUpdated]:
    codec = Codec(load_contracts())
    for record in last_of_each_key(reader, INSIGHTS_WINDOWS):
        message = codec.decode(INSIGHTS_WINDOWS, record.value or b"")
        if isinstance(message, WindowUpdated):
            yield message


def _as_json(trend: Trend) -> dict[str, object]:
    return {
        "metric": trend.series.metric,
        "channel_id": trend.series.channel_id,
        "region": trend.series.region,
        "node_id": trend.series.node_id,
        "case_class": trend.series.case_class,
        "measure": trend.measure,
        "unit": trend.unit,
        "last_window": time_of(trend.last_start_ms * 1_000),
        "complete": trend.complete,
        "late": trend.late,
        "values": [None if value is None else format_quantity(value) for value in trend.values],
    }


def _print(trends: Sequence[Trend], size: WindowSize) -> None:
    """A console with colour on a terminal, and plain lines elsewhere."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _UNBROKEN)
    for metric in Metric:
        chosen = [trend for trend in trends if trend.series.metric is metric]
        if chosen:
            console.print(_heading(chosen, size))
            console.print(_table(chosen))
            console.print()


def _heading(trends: Sequence[Trend], size: WindowSize) -> Text:
    """The title of the table, and its last window."""
    last = time_of(trends[0].last_start_ms * 1_000).removesuffix(":00.000Z").replace("T", " ")
    late = sum({trend.series.key: trend.late for trend in trends}.values())
    last_window = (
        f"the {size.lower()} of {last} UTC" if size is WindowSize.MINUTE else f"the day {last.split()[0]}, UTC"
    )
    heading = Text.assemble((_TITLES[trends[0].series.metric], "bold"), (f"  last window: {last_window}", "dim"))
    if not all(trend.complete for trend in trends):
        heading.append(", still open", "dim")
    if late:
        heading.append(f", {late} late facts included", "yellow")
    return heading


def _table(trends: Iterable[Trend]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    before: Series | None = None
    for trend in trends:
        name = "" if trend.series == before else _name(trend.series)
        before = trend.series
        table.add_row(
            Text(f"  {printable(name)}", style="cyan"),
            trend.measure,
            Text(_last_value(trend), style="bold"),
            Text(sparkline(trend.values), style="green"),
        )
    return table


def _name(series: Series) -> str:
    parts = (series.channel_id, series.region, series.node_id, series.case_class.lower().replace("_", " "))
    return " ".join(filter(None, parts))


def _last_value(trend: Trend) -> str:
    value = trend.values[-1]
    if value is None:
        return "-"
    return " ".join(filter(None, (format_quantity(value), trend.unit)))
