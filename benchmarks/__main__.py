"""`python -m benchmarks`: measure, print the table, add a line to the results (README.md)."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from benchmarks.harness.neighbours import Neighbours
from benchmarks.loads.workload import make_workload
from benchmarks.measures import MEASURES, SECTIONS, Settings
from benchmarks.table import append_result, table_of
from dataflows.command_line.usage import OneLineParser, whole

_WIDTH = 150
_FIXTURES = "../shared/fixtures"
_INVOICES = "online_retail/online_retail.csv.gz"


def main(words: Sequence[str] | None = None) -> int:
    """Measure what is asked for."""
    arguments = _parser().parse_args(words)
    invoices = Path(os.environ.get("FIXTURES_DIR") or _FIXTURES) / _INVOICES
    workload = make_workload(arguments.orders, arguments.seed, invoices)
    title = f"{workload.orders:,} orders with {workload.lines:,} {workload.lines_from}, seed {arguments.seed}"
    console = Console()
    console.width = max(console.width, _WIDTH)
    console.print(title, highlight=False)
    settings = Settings(
        workload,
        invoices,
        arguments.partitions,
        arguments.growth,
        arguments.keys,
        arguments.seconds,
        arguments.burst,
    )
    neighbours = Neighbours()
    rows = []
    for heading, names in SECTIONS.items():
        of_section = []
        for name in (name for name in names if name in arguments.only):
            for row in MEASURES[name](settings):
                of_section.append(replace(row, others_share=round(neighbours.share(), 2)))
                console.print(f"measured: {row.measure}", highlight=False)
        if of_section:
            console.print(table_of(heading, of_section))
        rows += of_section
    append_result(arguments.results, title, arguments.seed, rows)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--orders", type=whole(1), default=5_000, metavar="N", help="default %(default)s")
    parser.add_argument("--seed", type=whole(0), default=1, metavar="N", help="default %(default)s")
    parser.add_argument(
        "--partitions", type=whole(1, 1_000), default=4, metavar="N", help="of every topic (default %(default)s)"
    )
    parser.add_argument(
        "--only", nargs="+", choices=tuple(MEASURES), default=tuple(MEASURES), help="default: all of them"
    )
    parser.add_argument(
        "--seconds",
        type=whole(1, 3_600),
        default=20,
        metavar="N",
        help="of steady orders, then of none; of a burst (default 20)",
    )
    parser.add_argument(
        "--growth", type=whole(1), default=20_000, metavar="N", help="orders that stay open (default %(default)s)"
    )
    parser.add_argument(
        "--burst", type=whole(1), default=20_000, metavar="N", help="orders in front (default %(default)s)"
    )
    parser.add_argument(
        "--keys", type=whole(1), default=1_000_000, metavar="N", help="of the partition restored (default %(default)s)"
    )
    parser.add_argument("--results", type=Path, default=Path("data/bench.jsonl"), help="default %(default)s")
    return parser


if __name__ == "__main__":
    sys.exit(main())
