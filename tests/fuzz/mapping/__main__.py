"""Hostile bytes and random channel files for the mapping alone; `make fuzz` runs it beside the whole product."""

import argparse
import json
import sys
from pathlib import Path

from tests.fuzz.mapping.campaign import every_heavy, limit_memory, mapping_campaign
from tests.oracle.seeds import fresh_seed


def main(words: list[str] | None = None) -> int:
    """Print the seed, map, print the verdict as JSON; a record that fails ends it with its traceback."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.mapping", description=__doc__)
    parser.add_argument("--seed", type=int, default=fresh_seed(), help="default: a fresh one, which is printed")
    parser.add_argument("--records", type=int, default=10_000, help="default %(default)s")
    parser.add_argument("--data", type=Path, required=True, help="a folder for the record that fails")
    parser.add_argument(
        "--heavy", type=int, metavar="BYTES", help="each heavy kind once, of this size, and nothing else"
    )
    arguments = parser.parse_args(words)
    sys.stderr.write(f"fuzz: seed {arguments.seed}\n")
    arguments.data.mkdir(parents=True, exist_ok=True)
    limit_memory()
    if arguments.heavy is None:
        verdict = mapping_campaign(arguments.data, arguments.seed, arguments.records)
    else:
        verdict = every_heavy(arguments.heavy, arguments.seed)
    sys.stdout.write(json.dumps(verdict.as_json(), indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
