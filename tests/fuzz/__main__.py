"""Hostile records into the whole product: `make fuzz RECORDS=N SEED=N DATA=DIR`; without SEED a fresh one is drawn."""

import argparse
import json
import logging
import sys
from pathlib import Path

from tests.fuzz.campaign import campaign
from tests.oracle.seeds import fresh_seed


def main(words: list[str] | None = None) -> int:
    """Print the seed, feed, print the verdict as JSON; 1 when a record is named nowhere."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=fresh_seed(), help="default: a fresh one, which is printed")
    parser.add_argument("--records", type=int, default=10_000, help="default %(default)s")
    parser.add_argument("--data", type=Path, required=True, help="an empty folder for the log")
    arguments = parser.parse_args(words)
    logging.basicConfig(level=logging.ERROR)
    sys.stderr.write(f"fuzz: seed {arguments.seed}\n")
    arguments.data.mkdir(parents=True, exist_ok=True)
    verdict = campaign(arguments.data, arguments.seed, arguments.records)
    sys.stdout.write(json.dumps(verdict.as_json(), indent=2) + "\n")
    return 1 if verdict.unnamed else 0


if __name__ == "__main__":
    sys.exit(main())
