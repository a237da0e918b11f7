"""The whole product under faults of every kind, then the verdict.

`make chaos SEED=N SECONDS=N DATA=DIR NODES=1|3 KAFKA_VERSION=V`; a fresh seed is drawn, and printed, without SEED.
"""

import argparse
import json
import logging
import sys
from pathlib import Path

from demo.brokers.jars import KAFKA_VERSION, KAFKA_VERSIONS
from tests.chaos.campaign import campaign
from tests.oracle.seeds import fresh_seed


def main(words: list[str] | None = None) -> int:
    """Strike, judge, write `DATA/chaos.json`; 1 when anything was wrong."""
    arguments = _parser().parse_args(words)
    logging.basicConfig(level=logging.ERROR)
    folder: Path = arguments.data.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        sys.stderr.write(f"chaos: {folder} is not empty: name another DATA folder\n")
        return 2
    _say(f"seed {arguments.seed}, {arguments.nodes} x Kafka {arguments.kafka_version}")
    verdict = campaign(
        folder, arguments.seed, arguments.seconds, nodes=arguments.nodes, version=arguments.kafka_version, say=_say
    )
    file = folder / "chaos.json"
    file.write_text(json.dumps(verdict.as_json(), indent=2) + "\n")
    for finding in verdict.findings[:20]:
        _say(finding)
    _say(
        f"{sum(verdict.faults.values())} faults of {len(verdict.faults)} kinds, {verdict.records_checked:,} records: "
        f"{verdict.wrong_outputs} wrong, {verdict.lost} lost, {verdict.duplicated} doubled, "
        f"{verdict.oversold_units} units oversold, {verdict.erp_documents_per_order_max} ERP document an order"
    )
    _say(f"the same as JSON: {file}")
    return 1 if verdict.findings else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=fresh_seed(), help="default: a fresh one, which is printed")
    parser.add_argument("--seconds", type=int, default=120, help="of faults (default %(default)s)")
    parser.add_argument("--data", type=Path, required=True, help="an empty folder: logs, state, the broker's data")
    parser.add_argument("--nodes", type=int, choices=(1, 3), default=1, help="Kafka brokers (default %(default)s)")
    parser.add_argument("--kafka-version", choices=KAFKA_VERSIONS, default=KAFKA_VERSION, help="default %(default)s")
    return parser


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
