"""A flow's owner with nothing but state.

`python -m benchmarks.measurements.state_keeper BOOTSTRAP DIRECTORY REPLICA KEYS WRITES`

It writes KEYS keys WRITES times each, prints `written`, and then writes one key per epoch until it is killed.
"""

import sys
from collections.abc import Iterator
from itertools import chain, cycle, repeat
from pathlib import Path
from random import Random

from connectors.kafka.member.log import KafkaLog
from connectors.observation.observer import UNOBSERVED, Observer

APPLICATION = "bench"
INPUT = "bench.in"
CHANGELOG = "bench.changelog"
PARTITION = 0

_A_COMMIT = 10_000
_VALUE_BYTES = 100
_TURN_S = 0.02


def member(
    bootstrap: str, directory: Path, replica: int, *, standby: bool = False, observer: Observer = UNOBSERVED
) -> KafkaLog:
    """A replica of the flow `keys`."""
    return KafkaLog(
        bootstrap, APPLICATION, "keys", replica, [INPUT], directory, CHANGELOG, standby=standby, observer=observer
    )


def _rows(keys: int, writes: int) -> Iterator[tuple[bytes, bytes]]:
    """Half of a value is text that repeats, half of it is chance, so that it compresses as rows do."""
    chance = Random(1)
    text = b"status=OPEN;promise=2026-11-21;warehouse=central;.."[: _VALUE_BYTES // 2]
    for number in chain.from_iterable(repeat(range(keys), writes)):
        yield b"order/%010d" % number, text + chance.randbytes(_VALUE_BYTES // 2)


def _write(log: KafkaLog, keys: int, writes: int) -> None:
    changes: dict[bytes, bytes | None] = {}
    for key, value in _rows(keys, writes):
        changes[key] = value
        if len(changes) == _A_COMMIT:
            log.commit({}, {PARTITION: changes})
            changes = {}
    log.commit({}, {PARTITION: changes})


def turn(log: KafkaLog, held: frozenset[int]) -> tuple[frozenset[int], float | None]:
    """One gate and poll: what is held then, and since when what came in it was not served."""
    change = log.take_assignment()
    log.poll(1, _TURN_S)
    if change is None:
        return held, None
    return held - change.revoked | change.assigned, change.marked_at_s if change.assigned else None


def main(bootstrap: str, directory: str, replica: str, keys: str, writes: str) -> None:
    """Until it is killed."""
    log = member(bootstrap, Path(directory), int(replica))
    held: frozenset[int] = frozenset()
    while not held:
        held, _ = turn(log, held)
    _write(log, int(keys), int(writes))
    sys.stdout.write("written\n")
    sys.stdout.flush()
    for key, value in cycle(_rows(1, 1)):
        held, _ = turn(log, held)
        if held:
            log.commit({}, {PARTITION: {key: value}})


if __name__ == "__main__":
    main(*sys.argv[1:])
