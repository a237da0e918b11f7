"""What a process knows of the one before that was killed, and what it puts aside for that."""

from pathlib import Path

import pytest

from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.port import LogFailed, TopicPartition
from operators.engine.poison.poison_guard import PoisonGuard
from operators.engine.poison.suspects import KILLED_TWICE
from tests.unit.operators.poison.processes import INBOX, POISON, Killed, Processes


@pytest.fixture
def processes(tmp_path: Path) -> Processes:
    return Processes(tmp_path / "in-flight")


DEAD = f"dead {KILLED_TWICE}".encode()


def test_what_kills_while_it_is_read_is_a_dead_letter_at_the_third_start_and_all_others_are_processed_once(
    processes: Processes,
) -> None:
    processes.write(b"1", b"2", POISON, b"3", b"4")
    assert [False, False, True] == [processes.run() for _ in range(3)]
    assert [b"1", b"2", DEAD, b"3", b"4"] == processes.outputs()
    assert 2 == processes.seen.count(POISON)


def test_what_kills_behind_the_first_operator_is_known_by_name_when_it_was_alone(processes: Processes) -> None:
    processes.deadly = "graph"
    processes.write(b"1", POISON, b"2")
    assert [False, False, False, True] == [processes.run() for _ in range(4)]
    assert [b"1", DEAD, b"2"] == processes.outputs()


def test_the_only_record_in_flight_is_known_by_name_at_once(processes: Processes) -> None:
    processes.deadly = "graph"
    processes.write(POISON)
    assert [False, False, True] == [processes.run() for _ in range(3)]
    assert [DEAD] == processes.outputs()


def test_two_that_kill_are_both_found_in_two_partitions(tmp_path: Path) -> None:
    processes = Processes(tmp_path / "in-flight", partitions=2)
    processes.write(b"1", POISON, b"2")
    processes.write(POISON, b"3", partition=1)
    assert [False, False, False, False, True] == [processes.run() for _ in range(5)]
    assert sorted([b"1", b"2", b"3", DEAD, DEAD]) == sorted(filter(None, processes.outputs()))


def test_an_innocent_record_at_which_an_operator_killed_twice_is_not_lost(processes: Processes) -> None:
    processes.write(b"1", b"2", b"3", b"4")
    assert not processes.run(killed_at=b"2")
    assert not processes.run(killed_at=b"3")
    assert processes.run()
    assert [b"1", b"2", b"3", b"4"] == processes.outputs()


def test_a_record_that_was_committed_since_is_acquitted(processes: Processes) -> None:
    processes.write(b"1", b"2")
    assert not processes.run(killed_at=b"2")
    assert processes.run()
    processes.write(b"3")
    assert not processes.run(killed_at=b"3")
    assert not processes.begin().guard.is_suspicious
    assert {} == {place: times for place, times in processes.poison_guard.suspects.strikes.items() if place.offset < 2}
    assert processes.run()
    assert [b"1", b"2", b"3"] == processes.outputs()


def test_with_suspects_each_record_is_an_epoch_and_behind_them_polls_are_as_large_as_before(
    processes: Processes,
) -> None:
    processes.write(b"1", b"2", b"3")
    assert not processes.run(killed_at=b"3")
    processes.write(b"4", b"5", b"6")
    assert processes.run()
    source = TopicPartition(INBOX, 0)
    assert [1, 2, 3, 6] == [commit[source] for commit in processes.log.commits if source in commit]


def test_what_is_behind_the_suspects_of_one_partition_goes_together_with_other_partitions(tmp_path: Path) -> None:
    processes = Processes(tmp_path / "in-flight", partitions=2)
    processes.write(b"1")
    assert not processes.run(killed_at=b"1")
    processes.write(b"2", b"3")
    processes.write(b"4", b"5", partition=1)
    assert processes.run()
    assert 2 == len(processes.log.commits)
    assert [b"1", b"2", b"3", b"4", b"5"] == processes.outputs()


def test_a_process_that_is_killed_outside_the_graph_accuses_nothing(processes: Processes) -> None:
    processes.write(b"1", b"2")
    task = processes.begin()
    processes.gate(task)
    task.next_records()
    processes.write(b"3")
    next_process = processes.begin()
    processes.gate(next_process)
    assert not next_process.guard.is_suspicious
    assert {} == processes.poison_guard.suspects.strikes


def test_a_process_that_ends_orderly_leaves_nothing_in_flight(processes: Processes) -> None:
    processes.write(b"1", b"2")
    with PoisonGuard(InFlightJournal(processes.file)) as poison_guard:
        assert 2 == len(processes.begin("orders", poison_guard).next_records())
    assert {} == InFlightJournal(processes.file).left.ends


def test_a_process_that_ends_orderly_before_the_suspects_are_processed_hands_them_on(processes: Processes) -> None:
    processes.write(b"1", POISON)
    assert not processes.run()
    task = processes.begin()
    processes.gate(task)
    processes.poison_guard.end()
    assert not processes.run()
    assert processes.run()
    assert [b"1", DEAD] == processes.outputs()


def test_an_epoch_that_is_lost_with_suspects_is_processed_again_once(processes: Processes) -> None:
    processes.write(b"1", b"2", b"3")
    assert not processes.run(killed_at=b"1")
    task = processes.begin()
    processes.gate(task)
    processes.log.lose_next_commit = True
    for _ in range(9):
        processes.gate(task)
    assert [b"1", b"2", b"3"] == processes.outputs()


def test_a_rebalance_with_suspects_forgets_what_waits(processes: Processes) -> None:
    processes.write(b"1", b"2", b"3")
    assert not processes.run(killed_at=b"3")
    task = processes.begin()
    processes.gate(task)
    processes.log.reassign(frozenset({0}), frozenset({0}))
    for _ in range(9):
        processes.gate(task)
    assert [b"1", b"2", b"3"] == processes.outputs()


def test_partitions_that_come_and_go_one_by_one_leave_those_that_stay_as_they_were(tmp_path: Path) -> None:
    processes = Processes(tmp_path / "in-flight", partitions=3)
    processes.write(b"1", b"2")
    assert not processes.run(killed_at=b"2")
    task = processes.begin()
    processes.gate(task)
    assert task.guard.is_suspicious
    processes.log.reassign(frozenset({2}), frozenset())
    processes.gate(task)
    assert task.guard.is_suspicious
    processes.log.reassign(frozenset(), frozenset({2}))
    for _ in range(9):
        processes.gate(task)
    assert not task.guard.is_suspicious
    assert [b"1", b"2"] == processes.outputs()


def test_the_suspects_of_a_partition_that_went_are_for_their_next_owner(tmp_path: Path) -> None:
    processes = Processes(tmp_path / "in-flight", partitions=2)
    processes.write(b"1", b"2")
    assert not processes.run(killed_at=b"2")
    task = processes.begin()
    processes.gate(task)
    processes.log.reassign(frozenset({0}), frozenset())
    processes.gate(task)
    assert not task.guard.is_suspicious


def test_with_suspects_the_flows_of_a_process_take_turns(processes: Processes) -> None:
    processes.write(b"1", b"2", b"3")
    assert not processes.run(killed_at=b"1")
    orders = processes.begin()
    other = processes.begin("inventory", processes.poison_guard)
    assert 1 == len(orders.next_records())
    assert [] == other.next_records()
    assert other.waits
    orders.took(1)
    assert [] == orders.next_records()
    assert 3 == len(other.next_records())
    other.took(3)
    assert [] == other.next_records()
    assert 1 == len(orders.next_records())


def test_of_two_flows_with_records_in_flight_only_the_one_that_reads_is_accused(processes: Processes) -> None:
    processes.write(POISON)
    orders = processes.begin()
    inventory = processes.begin("inventory", processes.poison_guard)
    assert 1 == len(inventory.next_records())
    with pytest.raises(Killed):
        processes.gate(orders)
    assert ["orders"] == [place.source.flow for place in PoisonGuard(InFlightJournal(processes.file)).suspects.strikes]


def test_while_two_flows_have_records_in_flight_none_is_accused_of_what_happens_behind_the_first_operators(
    processes: Processes,
) -> None:
    processes.deadly = "graph"
    processes.write(POISON)
    orders = processes.begin()
    inventory = processes.begin("inventory", processes.poison_guard)
    assert 1 == len(inventory.next_records())
    with pytest.raises(Killed):
        processes.gate(orders)
    left = PoisonGuard(InFlightJournal(processes.file))
    assert {} == left.suspects.strikes
    assert {"orders", "inventory"} == {source.flow for source in left.suspects.ends}


@pytest.mark.parametrize(
    "torn", (b"", b"\x01", b"\x01" + b"\0" * 40, b"\x02\0\0\0\xff\xff\xff\xff", b"\x02\0\0\0\0\0\0\x01\xc1")
)
def test_a_journal_that_is_torn_say_nothing(processes: Processes, torn: bytes) -> None:
    processes.file.write_bytes(torn)
    processes.write(b"1")
    assert processes.run()
    assert [b"1"] == processes.outputs()


def test_a_folder_that_takes_no_journal_is_reported(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("is a file")
    with pytest.raises(LogFailed, match=r"cannot write to .*folder"):
        PoisonGuard(InFlightJournal(tmp_path / "folder" / "in-flight"))
