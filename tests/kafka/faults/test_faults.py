"""Faults from outside a member: a damaged disk, a full one, a long sleep. Every record still counts once."""

import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from dataflows.processes.exit_codes import EXIT_FENCED
from demo.brokers.choice import Kafka
from tests.chaos.damage import DAMAGES
from tests.kafka.copies import Copies, stop
from tests.kafka.topics import until

KEYS = [f"k{number % 97}" for number in range(800)]
_LIVES = 3


@pytest.fixture
def copies(kafka: Kafka, application_prefix: str, tmp_path: Path) -> Iterator[Copies]:
    copying = Copies(kafka.bootstrap, application_prefix, tmp_path / "state")
    copying.create()
    yield copying
    copying.kill_all()


def copy_all(copies: Copies, outputs: int) -> "subprocess.Popen[bytes]":
    """A replica that lives until so many outputs are there; whatever it refuses, the next start must mend."""
    for _ in range(_LIVES):
        process = copies.start()
        until(lambda: process.poll() is not None or copies.copied() >= outputs, f"{outputs} outputs")  # noqa: B023
        if process.poll() is None:
            return process
        assert 0 < (process.poll() or 0)
    raise AssertionError(f"{_LIVES} starts have not mended it")


def test_a_state_folder_damaged_in_any_way_is_repaired_or_rebuilt(copies: Copies) -> None:
    occurred = []
    for number, (name, damage) in enumerate(DAMAGES.items(), start=1):
        copies.feed(KEYS)
        process = copy_all(copies, number * len(KEYS))
        process.kill()
        process.wait()
        if name.startswith("table"):
            stop(copy_all(copies, number * len(KEYS)))
        if damage(copies.directory / "copy" / "0", Random(number)):
            occurred.append(name)
    copies.feed(KEYS)
    stop(copy_all(copies, (len(DAMAGES) + 1) * len(KEYS)))
    assert list(DAMAGES) == occurred
    copies.assert_exact(KEYS * (len(DAMAGES) + 1))


def test_nothing_is_seen_of_one_that_slept_beyond_its_session(copies: Copies) -> None:
    """With an epoch open it is fenced and ends; with none it joins again as any other."""
    sleeper = copies.start(replica=0)
    copies.feed(KEYS)
    until(lambda: copies.copied() > 0, "copying has begun")
    sleeper.send_signal(signal.SIGSTOP)
    other = copies.start(replica=1)
    copies.feed(KEYS)
    until(lambda: copies.copied() >= 2 * len(KEYS), "the other has taken over")
    sleeper.send_signal(signal.SIGCONT)
    copies.feed(KEYS)
    until(lambda: copies.copied() >= 3 * len(KEYS), "all is copied")
    stop(sleeper, EXIT_FENCED)
    stop(other)
    copies.assert_exact(KEYS * 3)


def test_a_full_disk_stops_the_member_and_room_lets_it_continue(copies: Copies) -> None:
    copies.feed(KEYS)
    process = copy_all(copies, len(KEYS))
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    copies.feed(KEYS)
    assert 0 != process.wait(30)
    stop(copy_all(copies, 2 * len(KEYS)))
    copies.assert_exact(KEYS * 2)
