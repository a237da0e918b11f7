"""The race for the last unit, and the same race without a ledger.

`make race SEED=N CONTENDERS=N DATA=DIR`; a fresh seed is drawn, and printed, without SEED. With DATA the log is kept.
"""

import argparse
import logging
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.oracle.seeds import fresh_seed
from tests.race.arena import PARTITIONS, raced
from tests.race.baseline import Write, race_without_ledger
from tests.race.contest import Contest
from tests.race.table import table_of
from tests.race.verdict import result_of


def main(words: list[str] | None = None) -> int:
    """Race, print the table and everything that is wrong; 1 when anything is."""
    arguments = _parser().parse_args(words)
    logging.basicConfig(level=logging.ERROR)
    contest = Contest(arguments.seed, arguments.contenders)
    sys.stdout.write(f"seed {contest.seed}\n")
    sys.stdout.flush()
    with ExitStack() as stack:
        data: Path = arguments.data or Path(stack.enter_context(TemporaryDirectory(prefix="race-")))
        if data.exists() and any(data.iterdir()):
            sys.stderr.write(f"race: {data} is not empty: name another DATA folder\n")
            return 2
        reader, crashes = stack.enter_context(raced(data, contest))
        result = result_of(reader, contest)
    baselines = {write: race_without_ledger(contest, write, PARTITIONS) for write in Write}
    sys.stdout.writelines(f"{line}\n" for line in table_of(contest, crashes, result, baselines))
    sys.stdout.writelines(f"wrong: {finding}\n" for finding in result.findings[:20])
    return 1 if result.findings else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.race", description=__doc__)
    parser.add_argument("--seed", type=int, default=fresh_seed(), help="default: a fresh one, which is printed")
    parser.add_argument("--contenders", type=int, default=10_000, help="orders (default %(default)s)")
    parser.add_argument("--data", type=Path, help="an empty folder for the log; default: one that is deleted")
    return parser


if __name__ == "__main__":
    sys.exit(main())
