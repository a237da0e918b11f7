"""The option `--put-aside`, by which an operator releases records that only a newer release could read."""

import argparse
import re
from typing import Final

from connectors.log.newer_contract import RecordPlace

_PLACE: Final = re.compile(r"(?P<topic>[A-Za-z0-9._-]+)/(?P<partition>[0-9]{1,9})/(?P<offset>[0-9]{1,18})")


def add_put_aside(parser: argparse.ArgumentParser) -> None:
    """Declare the option; it may be given several times."""
    parser.add_argument(
        "--put-aside",
        type=_place,
        action="append",
        default=[],
        metavar="TOPIC/PARTITION/OFFSET",
        help="write this record to deadletters.v1 where only a newer release could read it, instead of stopping at it; "
        "may be repeated",
    )


def _place(text: str) -> RecordPlace:
    found = _PLACE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not TOPIC/PARTITION/OFFSET, e.g. erp.responses.v1/0/12")
    return RecordPlace(found["topic"], int(found["partition"]), int(found["offset"]))
