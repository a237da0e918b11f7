"""Whatever dies, and at whichever step: every record counts once."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.brokers.choice import Kafka
from tests.kafka.copies import Copies, stop
from tests.kafka.topics import until

COMMIT_STEPS = (
    "after_produce",
    "after_changelog",
    "after_offsets",
    "after_commit",
    "after_state_write",
)
KEYS = [f"k{number % 97}" for number in range(3_000)]


@pytest.fixture
def copies(kafka: Kafka, application_prefix: str, tmp_path: Path) -> Iterator[Copies]:
    copying = Copies(kafka.bootstrap, application_prefix, tmp_path / "state")
    copying.create()
    copying.feed(KEYS)
    yield copying
    copying.kill_all()


def test_a_crash_at_any_step_of_the_commit_or_restore_neither_loses_nor_doubles(copies: Copies) -> None:
    died = [copies.start(step, "4").wait(30) for step in COMMIT_STEPS]
    shutil.rmtree(copies.directory)
    died.append(copies.start("mid_restore", "2").wait(30))
    assert [-signal.SIGKILL] * 6 == died
    last = copies.start()
    until(lambda: copies.copied() >= len(KEYS), "everything is copied")
    stop(last)
    copies.assert_exact(KEYS)


def test_a_killed_replica_is_taken_over_exactly(copies: Copies) -> None:
    survivor, victim = copies.start(replica=0), copies.start(replica=1)
    until(lambda: any((copies.directory / "copy" / "1").glob("*/identity.json")), "the victim has a partition")
    copies.feed(KEYS)
    done = len(copies.outputs())
    until(lambda: copies.copied() > done, "copying continues")
    victim.kill()
    victim.wait()
    until(lambda: copies.copied() >= 2 * len(KEYS), "everything is copied")
    stop(survivor)
    copies.assert_exact(KEYS * 2)


def test_a_replica_that_dies_in_the_middle_of_a_rebalance_is_taken_over_exactly(copies: Copies) -> None:
    victim = copies.start("mid_rebalance", "2", replica=0)
    until(lambda: copies.copied() > 0, "copying has begun")
    survivor = copies.start(replica=1)
    assert -signal.SIGKILL == victim.wait(30)
    copies.feed(KEYS)
    until(lambda: copies.copied() >= 2 * len(KEYS), "everything is copied")
    stop(survivor)
    copies.assert_exact(KEYS * 2)


def test_a_replica_that_joins_and_leaves_in_order_takes_its_share_exactly(copies: Copies) -> None:
    first = copies.start(replica=0)
    until(lambda: copies.copied() > 0, "copying has begun")
    second = copies.start(replica=1)
    until(lambda: any((copies.directory / "copy" / "1").glob("*/identity.json")), "the second has a partition")
    copies.feed(KEYS)
    stop(second)
    until(lambda: copies.copied() >= 2 * len(KEYS), "everything is copied")
    stop(first)
    copies.assert_exact(KEYS * 2)
