"""A standby: copies of what others hold, so that a takeover reads only what came last."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.log.failpoints import Failpoints
from demo.brokers.choice import Kafka
from tests.kafka.copies import PARTITIONS, Copies, stop
from tests.kafka.copy_flow import CopyFlow, member
from tests.kafka.topics import until, wait_until_settled

KEYS = [f"k{number % 97}" for number in range(3_000)]


@pytest.fixture
def copies(kafka: Kafka, application_prefix: str, tmp_path: Path) -> Iterator[Copies]:
    copying = Copies(kafka.bootstrap, application_prefix, tmp_path / "state")
    copying.create()
    yield copying
    copying.kill_all()


class RestoredChunks(Failpoints):
    """How often a restore had to read from the changelog."""

    count = 0

    def hit(self, name: str) -> None:
        self.count += name == "mid_restore"


class Waiting:
    """Replica 1, which keeps copies."""

    def __init__(self, copies: Copies) -> None:
        self.restored = RestoredChunks()
        self._copies = copies
        self._log = member(copies.bootstrap, copies.application, 1, copies.directory, self.restored, standby=True)
        self._flow = CopyFlow(self._log, copies.topic("out"))
        copies.opened.append(self._log)

    def turn(self) -> int:
        """Go on; how many partitions are followed then."""
        self._flow.turn()
        return self.followed()

    def followed(self) -> int:
        """How many partitions are followed for others."""
        return len(self._log.copied())

    def is_up_to_date(self) -> bool:
        """Whether what it follows is copied to its end."""
        ends = self._log.end_offsets(self._copies.topic("changelog"))
        return all(reached >= ends[source] for source, reached in self._log.copied().items())

    def close(self) -> None:
        self._log.close()
        self._copies.opened.remove(self._log)


def test_a_takeover_reads_nothing_that_was_copied(copies: Copies) -> None:
    copies.copy_here(KEYS[:200])
    (holder,) = copies.opened
    waiting = Waiting(copies)
    until(lambda: waiting.followed() == PARTITIONS and waiting.is_up_to_date(), "all is copied")
    holder.close()
    copies.opened.remove(holder)
    until(lambda: waiting.turn() == 0, "it has taken over everything")
    assert 0 == waiting.restored.count
    copies.feed(KEYS)
    until(lambda: waiting.turn() == 0 and copies.copied() == len(KEYS) + 200, "the rest is copied")
    waiting.close()
    copies.assert_exact(KEYS[:200] + KEYS)


def test_what_went_to_another_member_is_still_followed(copies: Copies) -> None:
    waiting = Waiting(copies)
    until(lambda: waiting.turn() == 0, "it holds everything")
    other = copies.start(replica=0)
    until(lambda: 0 < waiting.turn() < PARTITIONS, "the other has its share")
    copies.feed(KEYS)
    until(lambda: waiting.turn() > 0 and copies.copied() == len(KEYS), "both have copied")
    wait_until_settled(copies.bootstrap, copies.topic("changelog"))
    until(waiting.is_up_to_date, "the other's share is copied")
    waiting.restored.count = 0
    stop(other)
    until(lambda: waiting.turn() == 0, "it holds everything again")
    assert 0 == waiting.restored.count
    waiting.close()
    copies.assert_exact(KEYS)


def test_a_killed_replica_is_taken_over_exactly_from_its_copy(copies: Copies) -> None:
    copies.feed(KEYS)
    survivor = copies.start("--standby", replica=0)
    victim = copies.start(replica=1)
    until(lambda: any((copies.directory / "copy" / "1").glob("*/identity.json")), "the victim has a partition")
    copies.feed(KEYS)
    done = len(copies.outputs())
    until(lambda: copies.copied() > done, "copying continues")
    victim.kill()
    victim.wait()
    until(lambda: copies.copied() >= 2 * len(KEYS), "everything is copied")
    stop(survivor)
    copies.assert_exact(KEYS * 2)
