"""What the next process knows of the one that was killed, and whom it convicts: lives of one flow on one log."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.port import LogFailed, Outgoing, Record, TopicPartition
from operators.engine.open_epoch import EpochLimits
from operators.engine.suspicion import KILLED_TWICE, Suspicion
from operators.engine.task import Task
from operators.steps.decode import Dead, read_each
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_log import MemoryLog, MemoryTopics

INBOX, OUT = "orders.inbox.v1", "orders.events.v1"
GROUP = "orderline.orders"
POISON = b"poison"
MOST_GATES = 200


class Killed(Exception):
    """The process is gone, between any two instructions."""


class Lives:
    """One flow, its log and its notes. A record of the value POISON kills where `deadly` says."""

    def __init__(self, file: Path, partitions: int = 1) -> None:
        self.file = file
        self.topics = MemoryTopics({INBOX: partitions, OUT: 1})
        self.deadly = "read"
        self.seen: list[bytes | None] = []
        """What was read, over all lives."""

    def write(self, *values: bytes, partition: int = 0) -> None:
        for value in values:
            self.topics.append(Outgoing(INBOX, None, value, partition=partition))

    def begin(self, flow: str = "orders", suspicion: Suspicion | None = None) -> Task:
        self.suspicion = suspicion or Suspicion(InFlightJournal(self.file))
        self.log = MemoryLog(self.topics, f"orderline.{flow}", [INBOX])
        watch = self.suspicion.watch(flow)
        limits = EpochLimits(age_s=1e9, least_s=0)
        return Task(flow, self.log, Codec(load_contracts()), INBOX, limits, watch, (INBOX,))

    def gate(self, task: Task, killed_at: bytes | None = None) -> Sequence[Record]:
        """One poll through the graph; a hand may kill while a certain record is read."""
        records = task.next_records()

        def read(record: Record) -> Record:
            self.seen.append(record.value)
            if killed_at == record.value or (self.deadly == "read" and record.value == POISON):
                raise Killed
            return record

        outputs = []
        for item in read_each(list(records), task, read):
            record = item.record if isinstance(item, Dead) else item
            value = f"dead {item.reason}".encode() if isinstance(item, Dead) else record.value
            if self.deadly == "graph" and value == POISON:
                raise Killed
            outputs.append(Outgoing(OUT, None, value, partition=0))
        task.emitted(len(outputs))
        task.send(outputs)
        return records

    def live(self, killed_at: bytes | None = None) -> bool:
        """One process, until it is killed or nothing is left; whether it lived."""
        task = self.begin()
        try:
            for _ in range(MOST_GATES):
                self.gate(task, killed_at)
        except Killed:
            return False
        assert task.is_idle()
        self.suspicion.end()
        return True

    def outputs(self) -> list[bytes | None]:
        return [record.value for record in self.topics.all_of(OUT)]


@pytest.fixture
def lives(tmp_path: Path) -> Lives:
    return Lives(tmp_path / "in-hand")


DEAD = f"dead {KILLED_TWICE}".encode()


def test_what_kills_while_it_is_read_is_a_dead_letter_at_the_third_start_and_all_others_are_done_once(
    lives: Lives,
) -> None:
    lives.write(b"1", b"2", POISON, b"3", b"4")
    assert [False, False, True] == [lives.live() for _ in range(3)]
    assert [b"1", b"2", DEAD, b"3", b"4"] == lives.outputs()
    assert 2 == lives.seen.count(POISON)


def test_what_kills_behind_the_first_operator_is_known_by_name_when_it_was_alone(lives: Lives) -> None:
    lives.deadly = "graph"
    lives.write(b"1", POISON, b"2")
    assert [False, False, False, True] == [lives.live() for _ in range(4)]
    assert [b"1", DEAD, b"2"] == lives.outputs()


def test_the_only_record_in_hand_is_known_by_name_at_once(lives: Lives) -> None:
    lives.deadly = "graph"
    lives.write(POISON)
    assert [False, False, True] == [lives.live() for _ in range(3)]
    assert [DEAD] == lives.outputs()


def test_two_that_kill_are_both_found_in_two_partitions(tmp_path: Path) -> None:
    lives = Lives(tmp_path / "in-hand", partitions=2)
    lives.write(b"1", POISON, b"2")
    lives.write(POISON, b"3", partition=1)
    assert [False, False, False, False, True] == [lives.live() for _ in range(5)]
    assert sorted([b"1", b"2", b"3", DEAD, DEAD]) == sorted(filter(None, lives.outputs()))


def test_an_innocent_record_at_which_a_hand_killed_twice_is_not_lost(lives: Lives) -> None:
    lives.write(b"1", b"2", b"3", b"4")
    assert not lives.live(killed_at=b"2")
    assert not lives.live(killed_at=b"3")
    assert lives.live()
    assert [b"1", b"2", b"3", b"4"] == lives.outputs()


def test_a_record_that_was_committed_since_is_acquitted(lives: Lives) -> None:
    lives.write(b"1", b"2")
    assert not lives.live(killed_at=b"2")
    assert lives.live()
    lives.write(b"3")
    assert not lives.live(killed_at=b"3")
    assert not lives.begin().watch.is_suspicious
    assert {} == {place: times for place, times in lives.suspicion.kills.items() if place.offset < 2}
    assert lives.live()
    assert [b"1", b"2", b"3"] == lives.outputs()


def test_under_suspicion_each_record_is_an_epoch_and_behind_it_all_is_as_before(lives: Lives) -> None:
    lives.write(b"1", b"2", b"3")
    assert not lives.live(killed_at=b"3")
    lives.write(b"4", b"5", b"6")
    assert lives.live()
    source = TopicPartition(INBOX, 0)
    assert [1, 2, 3, 6] == [commit[source] for commit in lives.log.commits if source in commit]


def test_what_is_behind_the_suspects_of_one_partition_goes_together_with_other_partitions(tmp_path: Path) -> None:
    lives = Lives(tmp_path / "in-hand", partitions=2)
    lives.write(b"1")
    assert not lives.live(killed_at=b"1")
    lives.write(b"2", b"3")
    lives.write(b"4", b"5", partition=1)
    assert lives.live()
    assert 2 == len(lives.log.commits)
    assert [b"1", b"2", b"3", b"4", b"5"] == lives.outputs()


def test_a_process_that_is_killed_outside_the_graph_accuses_nobody(lives: Lives) -> None:
    lives.write(b"1", b"2")
    task = lives.begin()
    lives.gate(task)
    task.next_records()
    lives.write(b"3")
    next_life = lives.begin()
    lives.gate(next_life)
    assert not next_life.watch.is_suspicious
    assert {} == lives.suspicion.kills


def test_a_process_that_ends_in_order_leaves_nothing_in_hand(lives: Lives) -> None:
    lives.write(b"1", b"2")
    task = lives.begin()
    task.next_records()
    lives.suspicion.end()
    assert {} == InFlightJournal(lives.file).left.ends


def test_a_process_that_ends_in_order_before_the_suspects_are_done_hands_them_on(lives: Lives) -> None:
    lives.write(b"1", POISON)
    assert not lives.live()
    task = lives.begin()
    lives.gate(task)
    lives.suspicion.end()
    assert not lives.live()
    assert lives.live()
    assert [b"1", DEAD] == lives.outputs()


def test_an_epoch_that_is_lost_under_suspicion_is_done_again_once(lives: Lives) -> None:
    lives.write(b"1", b"2", b"3")
    assert not lives.live(killed_at=b"1")
    task = lives.begin()
    lives.gate(task)
    lives.log.lose_next_commit = True
    for _ in range(9):
        lives.gate(task)
    assert [b"1", b"2", b"3"] == lives.outputs()


def test_a_rebalance_under_suspicion_forgets_what_waits(lives: Lives) -> None:
    lives.write(b"1", b"2", b"3")
    assert not lives.live(killed_at=b"3")
    task = lives.begin()
    lives.gate(task)
    lives.log.reassign(frozenset({0}), frozenset({0}))
    for _ in range(9):
        lives.gate(task)
    assert [b"1", b"2", b"3"] == lives.outputs()


def test_partitions_that_come_and_go_one_by_one_leave_those_that_stay_as_they_were(tmp_path: Path) -> None:
    lives = Lives(tmp_path / "in-hand", partitions=3)
    lives.write(b"1", b"2")
    assert not lives.live(killed_at=b"2")
    task = lives.begin()
    lives.gate(task)
    assert task.watch.is_suspicious
    lives.log.reassign(frozenset({2}), frozenset())
    lives.gate(task)
    assert task.watch.is_suspicious
    lives.log.reassign(frozenset(), frozenset({2}))
    for _ in range(9):
        lives.gate(task)
    assert not task.watch.is_suspicious
    assert [b"1", b"2"] == lives.outputs()


def test_the_suspects_of_a_partition_that_went_are_somebody_elses(tmp_path: Path) -> None:
    lives = Lives(tmp_path / "in-hand", partitions=2)
    lives.write(b"1", b"2")
    assert not lives.live(killed_at=b"2")
    task = lives.begin()
    lives.gate(task)
    lives.log.reassign(frozenset({0}), frozenset())
    lives.gate(task)
    assert not task.watch.is_suspicious


def test_under_suspicion_the_flows_of_a_process_take_turns(lives: Lives) -> None:
    lives.write(b"1", b"2", b"3")
    assert not lives.live(killed_at=b"1")
    orders = lives.begin()
    other = lives.begin("inventory", lives.suspicion)
    assert 1 == len(orders.next_records())
    assert [] == other.next_records()
    assert other.waits
    orders.took(1)
    assert [] == orders.next_records()
    assert 3 == len(other.next_records())
    other.took(3)
    assert [] == other.next_records()
    assert 1 == len(orders.next_records())


def test_of_two_flows_with_records_in_hand_only_the_one_that_reads_is_accused(lives: Lives) -> None:
    lives.write(POISON)
    orders = lives.begin()
    inventory = lives.begin("inventory", lives.suspicion)
    assert 1 == len(inventory.next_records())
    with pytest.raises(Killed):
        lives.gate(orders)
    assert ["orders"] == [place.source.flow for place in Suspicion(InFlightJournal(lives.file)).kills]


def test_while_two_flows_have_records_in_hand_none_is_accused_of_what_happens_behind_the_first_operators(
    lives: Lives,
) -> None:
    lives.deadly = "graph"
    lives.write(POISON)
    orders = lives.begin()
    inventory = lives.begin("inventory", lives.suspicion)
    assert 1 == len(inventory.next_records())
    with pytest.raises(Killed):
        lives.gate(orders)
    left = Suspicion(InFlightJournal(lives.file))
    assert {} == left.kills
    assert {"orders", "inventory"} == {source.flow for source in left.ends}


@pytest.mark.parametrize(
    "torn", (b"", b"\x01", b"\x02" + b"\0" * 40, b"\x01\0\0\0\xff\xff\xff\xff", b"\x01\0\0\0\0\0\0\x01\xc1")
)
def test_notes_that_are_torn_say_nothing(lives: Lives, torn: bytes) -> None:
    lives.file.write_bytes(torn)
    lives.write(b"1")
    assert lives.live()
    assert [b"1"] == lives.outputs()


def test_a_folder_that_takes_no_notes_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("is a file")
    with pytest.raises(LogFailed, match=r"cannot write to .*folder"):
        Suspicion(InFlightJournal(tmp_path / "folder" / "in-hand"))
