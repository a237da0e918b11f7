"""The rows as a table for people, and as a line of the results file for programs."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.box import SIMPLE_HEAD
from rich.table import Table

from benchmarks.rows import Row

_NOTHING = "-"


def _number(value: float | None, form: str) -> str:
    return _NOTHING if value is None else format(value, form)


def _latency(row: Row) -> str:
    found = row.latency_ms
    return _NOTHING if found is None else f"{found.p50}/{found.p95}/{found.p99}/{found.max}"


_COLUMNS: Sequence[tuple[str, Callable[[Row], str]]] = (
    ("orders", lambda row: _number(row.orders, ",d")),
    ("lines", lambda row: _number(row.lines, ",d")),
    ("lines/s", lambda row: _number(row.lines_per_s, ",.0f")),
    ("lines/s,\nactive", lambda row: _number(row.active_lines_per_s, ",.0f")),
    ("of the\nfloor", lambda row: _number(row.share_of_floor, ".2%")),
    ("CPU ms\nan order", lambda row: _number(row.cpu_s_per_1000_orders, ".3f")),
    ("CPU ms\na line", lambda row: _number(row.cpu_s_per_1000_lines, ".3f")),
    ("broker\nms an\norder", lambda row: _number(row.broker_cpu_s_per_1000_orders, ".3f")),
    ("of a\ncore", lambda row: _number(row.cpu_share, ".1%")),
    ("broker,\nof core", lambda row: _number(row.broker_cpu_share, ".1%")),
    ("ms: p50/p95/\np99/max", _latency),
    ("peak\nMB", lambda row: _number(row.peak_rss_mb, ",d")),
    ("keys", lambda row: _number(row.keys, ",d")),
    ("records", lambda row: _number(row.records, ",d")),
    ("segments", lambda row: _number(row.segments, ",d")),
    ("segments/s", lambda row: _number(row.segments_per_s, ",.0f")),
    ("s, not\nserved", lambda row: _number(row.unserved_s, ".2f")),
    ("s, since\nthe kill", lambda row: _number(row.away_s, ".2f")),
    ("others,\nof core", lambda row: _number(row.others_share, ".0%")),
)


def table_of(title: str, rows: Sequence[Row]) -> Table:
    """One table, a measurement a row; of the columns those in which a row says something."""
    table = Table(
        box=SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False, collapse_padding=True
    )
    table.add_column("measure", no_wrap=True)
    shown = [(heading, show) for heading, show in _COLUMNS if any(show(row) != _NOTHING for row in rows)]
    for heading, _ in shown:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(row.measure, *(show(row) for _, show in shown))
    return table


def append_result(file: Path, title: str, seed: int, rows: Sequence[Row]) -> None:
    """One JSON line for a run."""
    file.parent.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    content = {"at": at, "title": title, "seed": seed, "rows": [_known(row) for row in rows]}
    with file.open("ab") as opened:
        opened.write(msgspec.json.encode(content) + b"\n")


def _known(row: Row) -> dict[str, object]:
    return {name: value for name, value in msgspec.to_builtins(row).items() if value is not None}
