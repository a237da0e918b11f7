"""`orderline produce year`: the invoices of a file, as fast as they are worked off."""

import argparse
from pathlib import Path

from dataflows.command_line.usage import whole


def add_year(parser: argparse.ArgumentParser) -> None:
    """The file, and how much of it."""
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="a real year, with the columns of UCI Online Retail (plain or .gz)"
    )
    parser.add_argument("--invoices", type=whole(1), metavar="N", help="only its first N invoices (default: all)")
