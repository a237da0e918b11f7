"""The option that names a folder of channel files outside the release."""

import argparse
from pathlib import Path


def add_channels(parser: argparse.ArgumentParser) -> None:
    """Declare `--channels`."""
    parser.add_argument(
        "--channels", type=Path, metavar="DIR", help="folder of channel files (default: those in the release)"
    )
