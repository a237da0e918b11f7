"""Which records may have killed a process of ours before, and what is done about them (design: contracts, Wire).

Every flow notes what it hands to its graph, and while the first operator reads a batch, the very record it reads
(`connectors/log/in_flight_journal.py`). A process that is killed leaves that behind. The next one processes what was in
flight in small steps: each record alone in the graph, in an epoch of its own, noted before. The record that was alone
in flight at two deaths is guilty: it is not read a third time. What was committed since is acquitted.

Only the graph is watched: a process that is killed while it waits or commits accuses nobody. An exception kills
nothing: it is a bug, or a refusal, and ends in order. The notes stay with the replica: another that is given the
partition counts anew, so a record kills each replica twice at most.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from connectors.log.in_flight_journal import InFlightJournal, InputPartition, RecordPlace
from connectors.log.port import Batch, Offsets, Record, TopicPartition

KILLED_TWICE = "killed the process twice"

_KILLS = 2

_LOGGER = logging.getLogger(__name__)

Committed = Callable[[str], Offsets]
"""The committed offsets of a topic's partitions."""


class Watch:
    """What a flow tells of its records. This one keeps nothing: for replays, simulations, and programs of one life."""

    is_suspicious = False
    """Whether some of the records to come must be taken up alone."""

    def assigned(self, sources: Sequence[TopicPartition], committed: Committed) -> None:
        """These are read from now on, beside those that were."""

    def revoked(self, sources: Sequence[TopicPartition]) -> None:
        """These are read no more."""

    def takes_turn(self) -> bool:
        """Whether records may be handed to the graph; under suspicion only one flow of a process has any in hand."""
        return True

    def suspect_until(self, source: TopicPartition) -> int:  # noqa: ARG002 - who remembers nothing suspects nobody
        """Records of a source before this offset are suspect."""
        return 0

    def take(self, batches: Sequence[Batch]) -> None:
        """These go into the graph."""

    def read(self, record: Record) -> None:
        """This one is read now."""

    def read_all(self) -> None:
        """No single one is read any more."""

    def passed(self) -> None:
        """All has left the graph."""

    def committed(self, offsets: Offsets) -> None:
        """What lies before these did not kill."""

    def is_guilty(self, record: Record) -> bool:  # noqa: ARG002 - who remembers nothing convicts nobody
        """Whether it must not be read."""
        return False


class Suspicion:
    """What the flows of one process know together of the process before; `end` at every orderly end."""

    def __init__(self, in_flight_journal: InFlightJournal) -> None:
        left = in_flight_journal.left
        self.in_flight_journal = in_flight_journal
        self.kills = dict(left.kills)
        if left.alone is not None:
            self.kills[left.alone] = self.kills.get(left.alone, 0) + 1
        self.ends = dict(left.ends)
        for source, offset in self.kills:
            self.ends[source] = max(offset + 1, self.ends.get(source, 0))
        self.holders: set[str] = set()
        """The flows that have records in the graph: under suspicion, one at most."""
        self.waiting: deque[str] = deque()
        """The flows that wait for their turn."""
        self._watches: list[FlowWatch] = []
        self.begin(())

    def begin(self, sources: Sequence[InputPartition]) -> None:
        """Note further sources, and all that is known."""
        self.in_flight_journal.begin((*self.ends, *sources), self.kills)
        for source, end in self.ends.items():
            self.in_flight_journal.reach(source, end)

    def watch(self, flow: str) -> Watch:
        """The watch of one flow of this process."""
        watch = FlowWatch(self, flow)
        self._watches.append(watch)
        return watch

    def acquit(self, source: InputPartition, offset: int) -> None:
        """The records of a source before this offset are committed: they did not kill."""
        if source in self.ends and self.ends[source] <= offset:
            del self.ends[source]
            self.in_flight_journal.reach(source, 0)
        for place in [each for each in self.kills if each.source == source and each.offset < offset]:
            del self.kills[place]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Nothing is in hand any more; what was suspect and is not committed stays so."""
        for watch in self._watches:
            watch.passed()


class FlowWatch(Watch):
    """The watch of one flow; see `Watch`."""

    def __init__(self, suspicion: Suspicion, flow: str) -> None:
        self._suspicion = suspicion
        self._in_flight_journal = suspicion.in_flight_journal
        self._flow = flow
        self._words: dict[tuple[str, int], int] = {}
        self._taken: list[InputPartition] = []
        self._alone: Record | None = None

    def assigned(self, sources: Sequence[TopicPartition], committed: Committed) -> None:
        """Find out which of the suspects are committed; the others are told."""
        ours = [self._source(each) for each in sources]
        suspects = [source for source in ours if source in self._suspicion.ends]
        for topic in dict.fromkeys(source.topic for source in suspects):
            for each, offset in committed(topic).items():
                self._suspicion.acquit(self._source(each), offset)
        self._suspicion.begin(ours)
        self._words |= {each: self._in_flight_journal.base_of(self._source(each)) for each in sources}
        self._judge()
        for source in suspects:
            if source in self._suspicion.ends:
                _LOGGER.info(
                    "%s: the last process was killed with records of %s/%s in hand: up to %s each is taken up alone",
                    *source,
                    self._suspicion.ends[source],
                )

    def revoked(self, sources: Sequence[TopicPartition]) -> None:
        """Their suspects are somebody else's to try."""
        for source in sources:
            self._words.pop(source, None)
        self._judge()

    def takes_turn(self) -> bool:
        """Who has records in the graph has the turn until his next gate; then who has waited longest."""
        waiting = self._suspicion.waiting
        if self._suspicion.ends:
            if self._flow not in waiting:
                waiting.append(self._flow)
            if self._suspicion.holders or waiting[0] != self._flow:
                return False
            waiting.popleft()
        return True

    def suspect_until(self, source: TopicPartition) -> int:
        """What is not committed of what was in hand."""
        return self._suspicion.ends.get(self._source(source), 0)

    def take(self, batches: Sequence[Batch]) -> None:
        """Note them; under suspicion so that a machine that goes down with us still knows."""
        records = 0
        for batch in batches:
            if not batch.records:
                continue
            last = batch.records[-1]
            source = self._source(batch.source)
            self._in_flight_journal.reach(source, max(last.offset + 1, self.suspect_until(batch.source)))
            self._taken.append(source)
            records += len(batch.records)
            self._alone = last if records == 1 else None
        self._suspicion.holders.add(self._flow)
        self.read_all()
        if self.is_suspicious:
            self._in_flight_journal.sync()

    def read(self, record: Record) -> None:
        """One write to memory."""
        self._in_flight_journal.hold(self._words[record.topic, record.partition] + record.offset)

    def read_all(self) -> None:
        """What is in the graph alone stays noted until it has left it."""
        if self._alone is not None and len(self._suspicion.holders) == 1:
            self.read(self._alone)
        else:
            self._in_flight_journal.hold_none()

    def passed(self) -> None:
        """What was suspect before stays noted."""
        self._suspicion.holders.discard(self._flow)
        if not self._taken:
            return
        self._alone = None
        self._in_flight_journal.hold_none()
        for source in self._taken:
            self._in_flight_journal.reach(source, self._suspicion.ends.get(source, 0))
        self._taken = []

    def committed(self, offsets: Offsets) -> None:
        """Acquit; behind the last suspect it is full speed again."""
        if not self.is_suspicious:
            return
        for source, offset in offsets.items():
            self._suspicion.acquit(self._source(source), offset)
        self._judge()
        if not self.is_suspicious:
            _LOGGER.info("%s: nothing is suspect any more", self._flow)

    def is_guilty(self, record: Record) -> bool:
        """Alone in hand at two deaths."""
        place = RecordPlace(InputPartition(self._flow, record.topic, record.partition), record.offset)
        return self._suspicion.kills.get(place, 0) >= _KILLS

    def _judge(self) -> None:
        self.is_suspicious = any(
            source.flow == self._flow and (source.topic, source.partition) in self._words
            for source in self._suspicion.ends
        )

    def _source(self, source: TopicPartition) -> InputPartition:
        return InputPartition(self._flow, *source)
