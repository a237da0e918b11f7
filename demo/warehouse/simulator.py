"""The warehouse simulator: reads `warehouse.commands.v1`, answers as a warehouse system would, in its own JSON.

Offsets are committed only behind commands whose answers are all sent; after a crash it answers again, in the same
words. A report waits until all commands that could still change it are read.
"""

from collections.abc import Callable
from dataclasses import dataclass

from connectors.log.dead_letters import dead_letter
from connectors.log.port import Assignment, Batch, Log, Outgoing, Record, Rewound, TopicPartition
from connectors.log.progress import Progress
from demo.warehouse.floor import Floor
from demo.warehouse.messages import CARRIER, FINANCE, WAREHOUSE, Command, Message
from demo.warehouse.times import Delays
from domain.messages.warehouse import WarehouseCancelCommanded, WarehouseReleaseCommanded
from schemas.codec import Codec, Unreadable
from schemas.contracts.registry import WAREHOUSE_COMMANDS

ANSWERS = (WAREHOUSE, CARRIER, FINANCE)
"""The topics to which it writes."""
_HEADERS = (("content-type", b"application/json"),)
_LIMIT = 500
_WAIT_S = 0.02
_SETTLED_MS = 2_000


def run(log: Log, codec: Codec, delays: Delays, stop: Callable[[], bool]) -> None:
    """Work until `stop`. The log's only input is `warehouse.commands.v1`; its clock is the warehouse's."""
    warehouse = WarehouseSimulator(log, codec, delays)
    while not stop():
        warehouse.step()


@dataclass(slots=True)
class _Held:
    """A partition, and the time up to which all its commands have been read."""

    floor: Floor
    held_since_ms: int
    read_until_ms: int = 0


class WarehouseSimulator:
    """One turn of the loop is `step`."""

    def __init__(self, log: Log, codec: Codec, delays: Delays, wait_s: float = _WAIT_S) -> None:
        self._log = log
        self._wait_s = wait_s
        self._codec = codec
        self._delays = delays
        self._held: dict[int, _Held] = {}
        self._moved: set[int] = set()
        self._outgoing: list[Outgoing] = []

    def step(self) -> None:
        """Take over, read, report what is due."""
        if assignment := self._log.take_assignment():
            self._take_over(assignment)
        self._read()
        for partition, held in self._held.items():
            if messages := held.floor.take_due(held.read_until_ms):
                self._outgoing += map(_raw, messages)
                self._moved.add(partition)
        self._commit()

    def next_due_ms(self) -> int | None:
        """The time of the next report, as far as commands were read; None when there is none."""
        return min((due for held in self._held.values() if (due := held.floor.next_due_ms()) is not None), default=None)

    def _take_over(self, assignment: Assignment) -> None:
        for partition in assignment.revoked:
            del self._held[partition]
        self._begin(assignment.assigned)

    def _begin(self, partitions: frozenset[int]) -> None:
        ends = self._log.end_offsets(WAREHOUSE_COMMANDS)
        now_ms = self._log.now_ms()
        for partition in sorted(partitions):
            progress = Progress(doubtful_until=ends[TopicPartition(WAREHOUSE_COMMANDS, partition)])
            self._held[partition] = _Held(Floor(self._delays, progress), now_ms)

    def _read(self) -> None:
        """Read; a poll that did not fill up has read all there was when it began."""
        began_ms = self._log.now_ms()
        batches = self._log.poll(_LIMIT, self._wait_s)
        for batch in batches:
            self._accept(batch)
        if sum(len(batch.records) for batch in batches) < _LIMIT:
            for held in self._held.values():
                if held.floor.progress.has_passed_doubt() or began_ms >= held.held_since_ms + _SETTLED_MS:
                    held.read_until_ms = max(held.read_until_ms, began_ms)

    def _accept(self, batch: Batch) -> None:
        held = self._held[batch.source.partition]
        held.floor.progress.read((record.offset for record in batch.records), batch.next_offset)
        for record in batch.records:
            held.read_until_ms = max(held.read_until_ms, record.timestamp_ms)
            match self._command_in(record):
                case WarehouseReleaseCommanded() as command:
                    held.floor.release(record.offset, record.timestamp_ms, command)
                case WarehouseCancelCommanded() as command:
                    held.floor.cancel(record.offset, record.timestamp_ms, command)
                case str(reason):
                    self._outgoing.append(dead_letter(record, "warehouse-simulator", reason))
                    held.floor.progress.finish(record.offset)
                    self._moved.add(record.partition)

    def _command_in(self, record: Record) -> Command | str:
        """The command, or the reason why there is none."""
        if record.value is None:
            return "no value"
        try:
            command = self._codec.decode(record.topic, record.value)
        except Unreadable as unreadable:
            return unreadable.reason
        if isinstance(command, WarehouseReleaseCommanded | WarehouseCancelCommanded):
            return command
        return "no command for a warehouse"

    def _commit(self) -> None:
        """Commit answers and offsets together; a lost epoch is processed again."""
        if not self._outgoing and not self._moved:
            return
        offsets = {
            TopicPartition(WAREHOUSE_COMMANDS, moved): self._held[moved].floor.progress.committable()
            for moved in sorted(self._moved)
        }
        try:
            self._log.send(self._outgoing)
            self._log.commit(offsets, {})
        except Rewound:
            self._begin(frozenset(self._held))
        self._outgoing = []
        self._moved = set()


def _raw(message: Message) -> Outgoing:
    return Outgoing(message.topic, message.order_id, message.value, _HEADERS)
