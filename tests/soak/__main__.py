"""`make soak SECONDS=N SEED=N DATA=DIR`: day after day for a time, and what every table held at the end of each."""

import argparse
import json
import sys
import time
from pathlib import Path

from tests.oracle.seeds import fresh_seed
from tests.soak.feed import MOST_DAYS, SoakFeed
from tests.soak.soak import WARM_UP_DAYS, Soak

_ORDERS_A_DAY = 60
_FEWEST_DAYS = WARM_UP_DAYS + 4


def main(words: list[str] | None = None) -> int:
    """Live until the time is over, write `DATA/soak.json`; 1 when a table grows."""
    arguments = _parser().parse_args(words)
    folder: Path = arguments.data.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        sys.stderr.write(f"soak: {folder} is not empty: name another DATA folder\n")
        return 2
    _say(f"seed {arguments.seed}")
    ends_at = time.monotonic() + arguments.seconds

    def is_long_enough(days: int) -> bool:
        _say(f"day {days}: {sum(size.rows for size in soak.days[-1].values()):,} rows")
        return days >= MOST_DAYS or (days >= _FEWEST_DAYS and time.monotonic() >= ends_at)

    soak = Soak(folder, SoakFeed(arguments.seed, _ORDERS_A_DAY), is_long_enough)
    soak.live()
    file = folder / "soak.json"
    file.write_text(json.dumps(soak.as_json(), indent=1) + "\n")
    growing = soak.growing()
    for finding in growing or ["nothing grows but the windows of whole days, which are kept for 400"]:
        _say(finding)
    _say(f"{len(soak.days)} days, seed {arguments.seed}; the same as JSON: {file}")
    return 1 if growing else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=fresh_seed(), help="default: a fresh one, which is printed")
    parser.add_argument(
        "--seconds", type=int, default=45, help=f"no day begins behind them, {_FEWEST_DAYS} days apart (default 45)"
    )
    parser.add_argument("--data", type=Path, required=True, help="an empty folder: the log and the ERP's store")
    return parser


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
