"""A cold partition assigned to a member that serves others: these continue, and it is served once it is restored."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from connectors.kafka.member import restore
from connectors.kafka.member.restore import Restore
from connectors.log.failpoints import Failpoints
from connectors.log.port import LogFailed
from connectors.observation.observation import Observation
from demo.brokers.choice import Kafka
from tests.contract.logs import Member
from tests.kafka.copies import PARTITIONS, Copies
from tests.kafka.copy_flow import CopyFlow, member
from tests.kafka.topics import until
from tests.unit.observation.pages import series_of

KEYS = [f"k{number % 97}" for number in range(600)]
A_FEW = 5
"""Offsets: the marks of transactions behind the last record."""
ALL = frozenset(range(PARTITIONS))


@pytest.fixture(params=(False, True), ids=("classic", "incremental"))
def copies(kafka: Kafka, application_prefix: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Copies]:
    copying = Copies(kafka.bootstrap, application_prefix, tmp_path / "state", incremental=request.param)
    copying.create()
    copying.feed(KEYS)
    yield copying
    copying.kill_all()


class CutShort(Failpoints):
    """Ends a restore after some slices."""

    left = 5

    def hit(self, name: str) -> None:
        self.left -= name == "mid_restore"
        if not self.left:
            raise LogFailed("cut short")


def go_on_unless_cold(restore: Restore, resume: Callable[[Restore], None] = Restore.resume) -> None:
    """A cold restore that takes as long as the test likes."""
    if restore.left <= A_FEW:
        resume(restore)


def test_what_is_served_continues_while_a_cold_partition_restores(
    copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving, staying = copies.flow(0), copies.flow(1)
    share_out(copies, leaving, staying)
    copies.feed(KEYS)
    kept = staying.held
    monkeypatch.setattr(Restore, "resume", go_on_unless_cold)
    copies.close(leaving)

    def serves_what_it_kept() -> bool:
        for _ in range(10):
            staying.turn()
        copied, fed = copies.records("out"), copies.records("in")
        assert staying.held <= kept
        return staying.log.member_status().is_restoring and all(copied[number] == fed[number] for number in kept)

    def seen() -> object:
        status, copied, fed = staying.log.member_status(), copies.records("out"), copies.records("in")
        return f"kept {sorted(kept)}, held {sorted(staying.held)}, {status}, copied {copied}, fed {fed}"

    until(serves_what_it_kept, "all of what it kept is copied", seen=seen)
    copied, fed = copies.records("out"), copies.records("in")
    assert all(2 * copied[number] == fed[number] for number in ALL - kept)
    monkeypatch.undo()
    monkeypatch.setattr(restore, "_SLICE", 10)
    goes_on_at_s = monotonic()
    copies.copy_with(staying, 2 * len(KEYS))
    assert staying.held == ALL
    assert staying.marked_at_s is not None
    assert staying.marked_at_s < goes_on_at_s, "the pause of a cold partition counts from when it came"
    copies.close(staying)
    copies.assert_exact(KEYS * 2)


def test_a_restore_that_was_cut_short_continues_where_it_stopped(
    copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore, "_SLICE", 10)
    first = copies.flow(0)
    copies.copy_with(first, len(KEYS))
    written = sum(first.log.end_offsets(copies.topic("changelog")).values())
    copies.close(first)
    shutil.rmtree(copies.directory)
    observation = Observation(30)
    with pytest.raises(LogFailed, match="cut short"):
        restore_all(copies, observation, CutShort())
    begun = restored(observation)
    assert 0 < begun < written
    restore_all(copies, observation, Failpoints())
    assert written == restored(observation)
    copies.assert_exact(KEYS)


def test_a_long_restore_says_how_far_it_is(
    copies: Copies, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    copies.copy_with(first := copies.flow(0), len(KEYS))
    copies.close(first)
    shutil.rmtree(copies.directory)
    monkeypatch.setattr(restore, "_SLICE", 10)
    restore_all(copies, Observation(30), Failpoints())
    assert "restoring" not in caplog.text
    shutil.rmtree(copies.directory)
    monkeypatch.setattr(restore, "_REPORT_EVERY_S", 0.0)
    restore_all(copies, Observation(30), Failpoints())
    assert re.search(rf"{copies.topic('changelog')}/\d: restoring, \d+ of \d+ records read", caplog.text)


def restore_all(copies: Copies, observation: Observation, failpoints: Failpoints) -> None:
    where = (copies.bootstrap, copies.application, 0, copies.directory)
    log = member(*where, failpoints, incremental=copies.incremental, observer=observation.observer("copy"))
    try:
        Member(log).join()
    finally:
        log.close()


def restored(observation: Observation) -> float:
    """Records applied so far."""
    return series_of(observation)['restore_records_total{flow="copy"}']


def share_out(copies: Copies, one: CopyFlow, other: CopyFlow) -> None:
    """Until both have a share and everything is copied."""

    def done() -> bool:
        one.turn()
        other.turn()
        return bool(one.held and other.held) and ALL == one.held | other.held and copies.copied() == len(KEYS)

    until(done, "both have a share")
