"""Who is suspicious, for how long, and what is noted and reported of it."""

import logging
from pathlib import Path

import pytest

from connectors.log.in_flight_journal import InFlightJournal, InputPartition, Suspect
from connectors.log.port import Batch, Offsets, TopicPartition
from operators.engine.poison.poison_guard import PoisonGuard
from tests.unit.operators.poison.processes import INBOX, POISON, Processes


@pytest.fixture
def processes(tmp_path: Path) -> Processes:
    return Processes(tmp_path / "in-flight")


def test_once_the_suspects_are_committed_nothing_is_suspicious_in_this_process_or_the_next(
    processes: Processes,
) -> None:
    processes.write(b"1", b"2")
    assert not processes.run(killed_at=b"2")
    task = processes.begin()
    for _ in range(5):
        processes.gate(task)
    assert not task.guard.is_suspicious
    assert {} == InFlightJournal(processes.file).left.ends


def test_a_process_says_which_records_it_processes_alone_and_when_there_are_none_left(
    processes: Processes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "operators.engine.poison")
    processes.write(b"1", b"2", b"3")
    assert not processes.run(killed_at=b"3")
    assert [] == caplog.messages
    assert processes.run()
    assert [
        f"orders: the last process ended with records of {INBOX}/0 in flight: up to 3 each is processed alone",
        "orders: there are no suspects any more",
    ] == caplog.messages


def test_with_suspects_what_enters_the_graph_is_on_the_disk_before_and_without_them_only_in_memory(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(InFlightJournal, "sync", lambda _journal: synced.append(len(processes.seen)))
    processes.write(b"1", b"2")
    assert not processes.run(killed_at=b"2")
    assert [] == synced
    assert processes.run()
    assert [2, 3] == synced


def test_with_suspects_the_record_that_is_alone_in_flight_is_on_the_disk_by_name(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int | None] = []

    def sync(_journal: InFlightJournal) -> None:
        alone = InFlightJournal(processes.file).left.alone
        synced.append(None if alone is None else alone.offset)

    monkeypatch.setattr(InFlightJournal, "sync", sync)
    processes.write(b"1", b"2")
    assert not processes.run(killed_at=b"2")
    assert processes.run()
    assert [0, 1] == synced


def test_the_reason_of_a_strike_is_short_and_fits_into_a_header(processes: Processes) -> None:
    processes.write(b"1")
    task = processes.begin()
    task.next_records()
    task.guard.strike(ValueError("\ud800" * 1_000))
    (strikes,) = processes.poison_guard.suspects.strikes.values()
    assert 500 == len(strikes.reason.encode())


def test_a_strike_says_where_the_failure_was_raised(processes: Processes) -> None:
    def raising() -> None:
        raise KeyError("a bug")

    processes.write(b"1")
    task = processes.begin()
    task.next_records()
    try:
        raising()
    except KeyError as bug:
        task.guard.strike(bug)
    (strikes,) = processes.poison_guard.suspects.strikes.values()
    line = raising.__code__.co_firstlineno + 1
    assert f"raised KeyError twice in raising, line {line}: 'a bug'" == strikes.reason


def test_without_suspects_nobody_asks_for_committed_offsets_at_an_assignment(processes: Processes) -> None:
    asked: list[str] = []

    def committed(topic: str) -> Offsets:
        asked.append(topic)
        return {}

    source = TopicPartition(INBOX, 0)
    processes.begin().guard.assigned([source], committed)
    assert [] == asked
    processes.write(b"1", b"2")
    assert not processes.run(killed_at=b"2")
    processes.begin().guard.assigned([source, TopicPartition("another", 0)], committed)
    assert [INBOX] == asked


def test_a_flow_does_not_suspect_the_records_of_a_partition_that_was_revoked(processes: Processes) -> None:
    processes.write(b"1", b"2")
    assert not processes.run(killed_at=b"2")
    task = processes.begin()
    processes.gate(task)
    assert task.guard.is_suspicious
    task.guard.revoked([TopicPartition(INBOX, 0)])
    assert not task.guard.is_suspicious


def test_records_stay_suspects_until_they_are_committed_however_the_next_processes_end(processes: Processes) -> None:
    def suspects() -> list[int]:
        return list(InFlightJournal(processes.file).left.ends.values())

    processes.write(b"1", b"2")
    assert not processes.run(killed_at=b"2")
    assert not processes.run(killed_at=b"1")
    assert [2] == suspects()
    processes.gate(processes.begin())
    processes.poison_guard.end()
    assert [2] == suspects()


def test_records_stay_suspects_when_the_next_process_is_killed_before_it_polls(processes: Processes) -> None:
    processes.write(b"1", b"2")
    assert not processes.run(killed_at=b"2")
    PoisonGuard(InFlightJournal(processes.file))
    assert [2] == list(InFlightJournal(processes.file).left.ends.values())


def test_what_a_gate_notes_does_not_grow_with_what_the_flow_has_read(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes: list[int] = []
    monkeypatch.setattr(InFlightJournal, "reach", lambda _journal, _source, end: notes.append(end))
    task = processes.begin()
    for _ in range(5):
        processes.write(b"1")
        processes.gate(task)
    assert [1, 0, 2, 0, 3, 0, 4, 0, 5] == notes


def test_a_timer_that_fires_alone_is_on_the_disk_by_name_before_it_fires(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[object] = []
    monkeypatch.setattr(
        InFlightJournal, "sync", lambda _journal: synced.append(InFlightJournal(processes.file).left.alone)
    )
    processes.write(b"1")
    task = processes.begin()
    (record,) = task.next_records()
    task.guard.firing(record, "the key of a timer")
    assert [Suspect(InputPartition("orders", INBOX, 0), 0, "the key of a timer")] == synced


def test_of_several_records_in_the_graph_none_is_accused(processes: Processes) -> None:
    processes.deadly = "graph"
    processes.write(b"1", POISON)
    assert not processes.run()
    assert {} == PoisonGuard(InFlightJournal(processes.file)).suspects.strikes


def test_a_batch_without_records_puts_nothing_in_flight(processes: Processes) -> None:
    task = processes.begin()
    task.next_records()
    task.guard.take([Batch(TopicPartition(INBOX, 0), (), 7)])
    assert {} == InFlightJournal(processes.file).left.ends


def test_a_batch_without_records_accuses_no_record_that_was_in_flight_before(processes: Processes) -> None:
    processes.write(b"1")
    task = processes.begin()
    assert 1 == len(processes.gate(task))
    assert [] == processes.gate(task)
    task.guard.take([Batch(TopicPartition(INBOX, 0), (), 7)])
    assert None is InFlightJournal(processes.file).left.alone


def test_a_flow_that_asks_for_its_turn_again_and_again_gets_it_once(processes: Processes) -> None:
    processes.write(b"1", b"2")
    assert not processes.run(killed_at=b"2")
    orders = processes.begin()
    other = processes.begin("inventory", processes.poison_guard).guard
    assert 1 == len(orders.next_records())
    assert [False] * 3 == [other.takes_turn() for _ in range(3)]
    orders.guard.passed()
    assert [False, True, False, True] == [guard.takes_turn() for guard in (orders.guard, other, other, orders.guard)]


def test_only_the_record_that_has_two_strikes_is_put_aside_and_the_next_process_knows_it(processes: Processes) -> None:
    processes.write(b"1", b"2")
    task = processes.begin()
    first, second = task.next_records()
    task.guard.take([Batch(TopicPartition(INBOX, 0), [first], 1)])
    for reason in ({}, {"": "raised KeyError twice: 'a bug'"}):
        task.guard.strike(KeyError("a bug"))
        assert reason == task.guard.verdicts_on(first)
        assert {} == task.guard.verdicts_on(second)
    suspect = Suspect(InputPartition("orders", INBOX, 0), first.offset)
    left = InFlightJournal(processes.file).left
    assert ([suspect], {suspect: 2}) == (
        list(left.set_aside),
        {each: strikes.times for each, strikes in left.strikes.items()},
    )


def test_what_raises_without_a_record_alone_in_flight_or_with_one_that_was_put_aside_is_a_bug(
    processes: Processes,
) -> None:
    processes.write(b"1")
    guard = processes.begin().guard
    with pytest.raises(KeyError):
        guard.strike(KeyError("nothing is in flight"))
    task = processes.begin()
    (record,) = task.next_records()
    for _ in range(2):
        task.guard.strike(ValueError("a bug"))
    task.guard.verdicts_on(record)
    with pytest.raises(KeyError):
        task.guard.strike(KeyError("while it is put aside"))
