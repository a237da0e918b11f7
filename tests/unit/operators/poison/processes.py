"""One flow that polls a log in memory, over processes of which each may be killed at a record."""

from collections.abc import Sequence
from pathlib import Path

from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.port import Outgoing, Record
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.poison.poison_guard import PoisonGuard
from operators.engine.task import Task
from operators.steps.decode import Dead, read_each
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_log import MemoryLog, MemoryTopics

INBOX, OUT = "orders.inbox.v1", "orders.events.v1"
POISON = b"poison"
MOST_GATES = 200


class Killed(Exception):
    """The process is gone, between any two instructions."""


class Processes:
    """One flow, its log and its journal, over many processes. A record POISON kills where `deadly` says."""

    def __init__(self, file: Path, partitions: int = 1) -> None:
        self.file = file
        self.topics = MemoryTopics({INBOX: partitions, OUT: 1})
        self.deadly = "read"
        self.seen: list[bytes | None] = []
        """What was read, by all processes."""

    def write(self, *values: bytes, partition: int = 0) -> None:
        for value in values:
            self.topics.append(Outgoing(INBOX, None, value, partition=partition))

    def begin(self, flow: str = "orders", poison_guard: PoisonGuard | None = None) -> Task:
        self.poison_guard = poison_guard or PoisonGuard(InFlightJournal(self.file))
        self.log = MemoryLog(self.topics, f"orderline.{flow}", [INBOX])
        guard = self.poison_guard.flow(flow)
        limits = EpochLimits(age_s=1e9, least_s=0)
        return Task(flow, self.log, Codec(load_contracts()), INBOX, limits, guard, (INBOX,))

    def gate(self, task: Task, killed_at: bytes | None = None) -> Sequence[Record]:
        """One poll through the graph; an operator may kill the process while a certain record is read."""
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
        task.send(task.collect(outputs))
        return records

    def run(self, killed_at: bytes | None = None) -> bool:
        """One process, until it is killed or nothing is left; whether it survived."""
        task = self.begin()
        try:
            for _ in range(MOST_GATES):
                self.gate(task, killed_at)
        except Killed:
            return False
        assert task.is_idle()
        self.poison_guard.end()
        return True

    def outputs(self) -> list[bytes | None]:
        return [record.value for record in self.topics.all_of(OUT)]
