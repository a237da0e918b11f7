"""How long a partition with many keys is not served when it moves: to a standby, to a warm folder, to none."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined] # it re-exports

from benchmarks.measurements.state_keeper import CHANGELOG, INPUT, PARTITION, member, turn
from connectors.kafka.member.log import KafkaLog
from connectors.log.port import TopicPartition
from operators.engine.running import tune_garbage_collector

_ANSWER_S = 30.0
_LONGEST_S = 600.0
_SOURCE = TopicPartition(CHANGELOG, PARTITION)


@dataclass(frozen=True, slots=True)
class Served:
    """`seconds`: since the group gave the partition, until it can be polled; `away_s`: since its owner was killed."""

    what: str
    records: int
    seconds: float
    away_s: float | None = None


def measure_restore(bootstrap: str, directory: Path, keys: int, writes: int) -> Iterator[Served]:
    """On a broker that knows no such topics yet; the directory is new."""
    tune_garbage_collector()
    _create_topics(bootstrap)
    with _keeper(bootstrap, directory, keys, writes) as keeper:
        heir = member(bootstrap, directory, 1, standby=True)
        _copy_all(heir)
        keeper.kill()
        died_at = time.monotonic()
        served = _serve(heir)
        records = heir.end_offsets(CHANGELOG)[_SOURCE]
        yield Served("take-over by a standby", records, served, time.monotonic() - died_at)
    heir.close()
    yield Served("warm restart", records, _restart(bootstrap, directory))
    shutil.rmtree(directory)
    yield Served("cold restore", records, _restart(bootstrap, directory))


def _create_topics(bootstrap: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    topics = [NewTopic(INPUT, 1), NewTopic(CHANGELOG, 1, config={"cleanup.policy": "compact"})]
    for future in admin.create_topics(topics).values():
        future.result(_ANSWER_S)


@contextmanager
def _keeper(bootstrap: str, directory: Path, keys: int, writes: int) -> "Iterator[subprocess.Popen[str]]":
    """The owner, which has written everything, as a process."""
    words = (bootstrap, str(directory), "0", str(keys), str(writes))
    command = (sys.executable, "-m", "benchmarks.measurements.state_keeper", *words)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None or process.stdout.readline() != "written\n":
                raise RuntimeError(f"the owner ended with {process.wait()}")
            yield process
        finally:
            process.kill()


def _copy_all(heir: KafkaLog) -> None:
    """Until the standby has everything that there was when this began."""
    end = heir.end_offsets(CHANGELOG)[_SOURCE]
    deadline = time.monotonic() + _LONGEST_S
    while heir.copied().get(_SOURCE, 0) < end:
        _turn(heir, deadline)


def _restart(bootstrap: str, directory: Path) -> float:
    log = member(bootstrap, directory, 1)
    try:
        return _serve(log)
    finally:
        log.close()


def _serve(log: KafkaLog) -> float:
    """Wait until the partition is served; seconds since its assignment."""
    deadline = time.monotonic() + _LONGEST_S
    while (marked_at_s := _turn(log, deadline)) is None:
        pass
    return time.monotonic() - marked_at_s


def _turn(log: KafkaLog, deadline: float) -> float | None:
    if time.monotonic() > deadline:
        raise TimeoutError(f"not served within {_LONGEST_S:.0f} s")
    _, marked_at_s = turn(log, frozenset())
    return marked_at_s
