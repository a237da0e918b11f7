"""When the next tick of a partition follows the one that was read."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.identifiers import EventId
from domain.messages.cases import Case
from operators.engine.partition import Partition
from operators.engine.timers import Timer
from tests.memory_log import MemoryLog
from tests.unit.operators.poison.guarded_flow import INBOX, GuardedFlow


@pytest.fixture
def flow(tmp_path: Path) -> GuardedFlow:
    return GuardedFlow(tmp_path)


def test_a_tick_that_is_appended_before_its_timer_is_due_is_not_repeated_at_once(
    flow: GuardedFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemoryLog, "now_ms", lambda log: log.topics.now_ms + 500)
    flow.write("wake 400 alarm")
    assert flow.live(gates=30)
    assert [] == flow.machine.fired
    _, *ticks = flow.topics.all_of(INBOX)
    assert 1 == len(ticks)


def test_behind_a_tick_that_fired_a_timer_the_next_one_comes_as_soon_as_a_timer_is_due(
    flow: GuardedFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow.write("wake 100 first", "wake 200 second")
    assert flow.live()
    flow.topics.now_ms += 100
    fire = flow.machine.fire

    def a_while_later(partition: Partition, timer: Timer, cause: EventId) -> Sequence[Case]:
        flow.topics.now_ms += 100
        return fire(partition, timer, cause)

    monkeypatch.setattr(flow.machine, "fire", a_while_later)
    assert flow.live(gates=30)
    assert ["first", "second"] == flow.machine.fired
