"""A failure gets one strike, stored before it is tried again, wherever the process is killed meanwhile."""

from pathlib import Path
from typing import NoReturn

import pytest

from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.port import Record
from operators.engine.poison.flow_guard import FlowGuard
from operators.engine.poison.poison_guard import PoisonGuard
from operators.engine.task import Task
from tests.unit.operators.poison.processes import Killed, Processes


@pytest.fixture
def processes(tmp_path: Path) -> Processes:
    return Processes(tmp_path / "in-flight")


def raising(_batch: list[Record]) -> list[Record]:
    raise LookupError("as a bug would")


def killed(*_arguments: object) -> NoReturn:
    raise Killed


def fail(task: Task) -> None:
    """The next poll raises in the graph."""
    records = task.next_records()
    assert 1 == len(records)
    task.took(len(records))
    task.step(raising)(records)


def isolated(processes: Processes) -> Task:
    """A flow that has the only record alone in the graph, and there it raises."""
    processes.write(b"1")
    task = processes.begin()
    fail(task)
    assert [] == task.next_records()
    fail(task)
    assert task.isolation.is_active
    return task


def strikes_of_next_process(processes: Processes) -> list[int]:
    return [each.times for each in PoisonGuard(InFlightJournal(processes.file)).suspects.strikes.values()]


@pytest.mark.parametrize("during", ("the strike is stored", "the epoch is aborted"))
def test_a_process_that_is_killed_after_a_failure_leaves_one_strike(
    processes: Processes, monkeypatch: pytest.MonkeyPatch, during: str
) -> None:
    task = isolated(processes)
    if during == "the strike is stored":
        monkeypatch.setattr(processes.poison_guard.suspects, "begin", killed)
    else:
        monkeypatch.setattr(processes.log, "abort", killed)
    with pytest.raises(Killed):
        task.next_records()
    assert [1] == strikes_of_next_process(processes)


@pytest.mark.parametrize("values", ((b"1",), (b"1", b"2")))
def test_a_process_that_is_killed_while_it_aborts_a_failed_epoch_accuses_none_of_its_records(
    processes: Processes, monkeypatch: pytest.MonkeyPatch, values: tuple[bytes, ...]
) -> None:
    processes.write(*values)
    task = processes.begin()
    records = task.next_records()
    task.took(len(records))
    task.step(raising)(records)
    monkeypatch.setattr(processes.log, "abort", killed)
    with pytest.raises(Killed):
        task.next_records()
    left = PoisonGuard(InFlightJournal(processes.file)).suspects
    assert ({}, {}) == (left.strikes, left.ends)


def test_a_strike_at_the_last_gate_is_there_at_the_next_start(processes: Processes) -> None:
    isolated(processes).finish()
    processes.poison_guard.end()
    assert [1] == strikes_of_next_process(processes)


def test_without_a_poison_guard_what_fails_alone_is_raised() -> None:
    with pytest.raises(LookupError):
        FlowGuard().strike(LookupError("as a bug would"))
