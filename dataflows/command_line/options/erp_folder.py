"""The option that names a folder of ERP files outside the release."""

import argparse
from pathlib import Path

from dataflows.assembly import ERP_FILES


def add_erps(parser: argparse.ArgumentParser) -> None:
    """Declare `--erps`."""
    parser.add_argument(
        "--erps",
        type=Path,
        default=ERP_FILES,
        metavar="DIR",
        help="folder of ERP files (default: those in the release)",
    )
