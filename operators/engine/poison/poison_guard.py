"""Which records and timers killed a process of ours, or raised, and what is done about them.

A flow notes which records enter its graph and, while its first operator reads a batch, the very record it reads
(`connectors/log/in_flight_journal.py`). A process that is killed leaves that behind. The next one processes what was in
flight in small steps: each record alone in the graph, in an epoch of its own, and each timer that is due before it in
an epoch of its own too. Whatever was alone in flight gets a strike when the process is killed, or when it raises. With
two strikes it is put aside. What was committed since is acquitted.

Only the graph is guarded: a process that is killed while it waits or commits accuses nobody. The journal stays with the
replica: another that is given the partition counts from zero, so a record kills each replica twice at most.

A bug can hit every record. So of any 1,000 consecutive records of a partition at most 20 are put aside; the next one
stops the flow, also after a restart, for the journal remembers them.
"""

import logging
import traceback
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from types import TracebackType
from typing import Final, Self

from connectors.log.in_flight_journal import InFlightJournal, InputPartition, Strikes, Suspect, timer_note
from connectors.log.newer_contract import RecordPlace
from connectors.log.port import Batch, LogFailed, Offsets, Record, TopicPartition
from operators.engine.open_epoch import EpochTooLarge
from operators.engine.poison.flow_guard import Committed, FlowGuard

KILLED_TWICE: Final = "killed the process twice"

_STRIKES: Final = 2
_MOST_ASIDE: Final = 20
_ASIDE_WITHIN: Final = 1_000
"""Offsets of a partition among which so many are put aside at most."""
_LONGEST_REASON: Final = 500

_LOGGER = logging.getLogger(__name__)


class TooMuchPoison(LogFailed):
    """So much was put aside that the fault is the program's, not the records'."""


class PoisonGuard:
    """What the flows of one process know together; `end` at every orderly end."""

    def __init__(self, journal: InFlightJournal, named: Collection[RecordPlace] = ()) -> None:
        left = journal.left
        self.journal = journal
        self.named = named
        self.strikes = dict(left.strikes)
        self.set_aside = list(left.set_aside)
        if left.alone is not None:
            self._add_strike(left.alone, KILLED_TWICE)
        self.ends = dict(left.ends)
        """For each source the offset behind its last suspect."""
        for suspect in self.strikes:
            self._suspect(suspect)
        self.holders: set[str] = set()
        """The flows that have records in the graph: one at most while there are suspects."""
        self.waiting: deque[str] = deque()
        """The flows that wait for their turn."""
        self._flows: list[GuardedFlow] = []
        self.begin(())

    def begin(self, sources: Sequence[InputPartition]) -> None:
        """Store further sources, and all that is known."""
        self.journal.begin((*self.ends, *sources), self.strikes, self.set_aside)
        for source, end in self.ends.items():
            self.journal.reach(source, end)

    def flow(self, name: str) -> FlowGuard:
        """The guard of one flow of this process."""
        guard = GuardedFlow(self, name)
        self._flows.append(guard)
        return guard

    def strike(self, suspect: Suspect, reason: str) -> None:
        """It raised while it was alone in flight; stored before it is tried again."""
        self._add_strike(suspect, reason)
        self._suspect(suspect)
        self.begin(())

    def put_aside(self, suspect: Suspect) -> None:
        """Remember it, or refuse when too much was put aside near it; asked again for the same one, nothing changes."""
        if suspect in self.set_aside:
            return
        near = [
            each
            for each in self.set_aside
            if each.source == suspect.source and suspect.offset - each.offset < _ASIDE_WITHIN
        ]
        if len(near) >= _MOST_ASIDE:
            flow, topic, partition = suspect.source
            raise TooMuchPoison(
                f"{flow}: {topic}/{partition}/{suspect.offset} {self.strikes[suspect].reason}; {len(near)} of the "
                f"{_ASIDE_WITHIN} records before it were put aside already, so nothing more is: "
                "the fault is most likely the program's; correct it, or start a release that works"
            )
        self.set_aside = [each for each in self.set_aside if each.source != suspect.source or each in near]
        self.set_aside.append(suspect)
        self.begin(())

    def acquit(self, source: InputPartition, offset: int) -> None:
        """The records of a source before this offset are committed: they did no harm."""
        if source in self.ends and self.ends[source] <= offset:
            del self.ends[source]
            self.journal.reach(source, 0)
        for suspect in [each for each in self.strikes if each.source == source and each.offset < offset]:
            del self.strikes[suspect]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Nothing is in flight any more; what is a suspect and not committed stays one."""
        for flow in self._flows:
            flow.passed()

    def _add_strike(self, suspect: Suspect, reason: str) -> None:
        known = self.strikes.get(suspect)
        self.strikes[suspect] = Strikes(1 if known is None else known.times + 1, reason)

    def _suspect(self, suspect: Suspect) -> None:
        self.ends[suspect.source] = max(suspect.offset + 1, self.ends.get(suspect.source, 0))


class GuardedFlow(FlowGuard):
    """One flow of the process."""

    quarantines = True

    def __init__(self, guard: PoisonGuard, flow: str) -> None:
        self._guard = guard
        self.named = guard.named
        self._journal = guard.journal
        self._flow = flow
        self._words: dict[tuple[str, int], int] = {}
        self._taken: list[InputPartition] = []
        self._alone: Record | None = None
        self._suspect: Suspect | None = None

    def assigned(self, sources: Sequence[TopicPartition], committed: Committed) -> None:
        """Acquit the suspects that are committed, and log the others."""
        ours = [self._source(each) for each in sources]
        suspects = [source for source in ours if source in self._guard.ends]
        for topic in dict.fromkeys(source.topic for source in suspects):
            for each, offset in committed(topic).items():
                self._guard.acquit(self._source(each), offset)
        self._guard.begin(ours)
        self._words |= {each: self._journal.base_of(self._source(each)) for each in sources}
        self._judge()
        for source in suspects:
            if source in self._guard.ends:
                _LOGGER.info(
                    "%s: the last process ended with records of %s/%s in flight: up to %s each is processed alone",
                    *source,
                    self._guard.ends[source],
                )

    def revoked(self, sources: Sequence[TopicPartition]) -> None:
        """Their suspects are for their next owner to try."""
        for source in sources:
            self._words.pop(source, None)
        self._judge()

    def takes_turn(self) -> bool:
        """A flow with records in the graph keeps the turn until its next commit gate; then who has waited longest."""
        waiting = self._guard.waiting
        if self._guard.ends:
            if self._flow not in waiting:
                waiting.append(self._flow)
            if self._guard.holders or waiting[0] != self._flow:
                return False
            waiting.popleft()
        return True

    def suspect_until(self, source: TopicPartition) -> int:
        """What is not committed of what was in flight."""
        return self._guard.ends.get(self._source(source), 0)

    def take(self, batches: Sequence[Batch]) -> None:
        """Note them; while there are suspects also on the disk, so that the notes outlive the machine."""
        records = 0
        for batch in batches:
            if not batch.records:
                continue
            last = batch.records[-1]
            source = self._source(batch.source)
            self._journal.reach(source, max(last.offset + 1, self.suspect_until(batch.source)))
            self._taken.append(source)
            records += len(batch.records)
            self._alone = last if records == 1 else None
        self._suspect = None if self._alone is None else self._suspect_of(self._alone)
        self._guard.holders.add(self._flow)
        self.read_all()
        if self.is_suspicious:
            self._journal.sync()

    def read(self, record: Record) -> None:
        """One write to memory."""
        self._journal.hold(self._words[record.topic, record.partition] + record.offset)

    def read_all(self) -> None:
        """What is in the graph alone stays noted until it has left it."""
        if self._alone is not None and len(self._guard.holders) == 1:
            self.read(self._alone)
        else:
            self._journal.hold_none()

    def firing(self, record: Record, key: str) -> None:
        """From here to the next commit gate the timer is what is in flight, and not the record."""
        self._suspect = self._suspect_of(record, key)
        self._journal.hold_timer(self._words[record.topic, record.partition] + record.offset, self._suspect.timer)
        self._journal.sync()

    def passed(self) -> None:
        """What was a suspect before stays noted."""
        self._guard.holders.discard(self._flow)
        if not self._taken:
            return
        self._alone = None
        self._journal.hold_none()
        for source in self._taken:
            self._journal.reach(source, self._guard.ends.get(source, 0))
        self._taken = []

    def committed(self, offsets: Offsets) -> None:
        """Acquit; behind the last suspect polls are as large as ever."""
        if not self.is_suspicious:
            return
        for source, offset in offsets.items():
            self._guard.acquit(self._source(source), offset)
        self._judge()
        if not self.is_suspicious:
            _LOGGER.info("%s: there are no suspects any more", self._flow)

    def strike(self, failure: Exception) -> None:
        """A strike for what is alone in flight; what still raises when it is put aside is a bug of ours."""
        suspect = self._suspect
        if suspect is None or suspect in self._guard.set_aside:
            raise failure
        self._guard.strike(suspect, _in_words(failure))
        self._judge()

    def verdicts_on(self, record: Record) -> Mapping[str, str]:
        """Two strikes while alone in flight."""
        place = self._suspect_of(record)
        condemned = {
            suspect: strikes.reason
            for suspect, strikes in self._guard.strikes.items()
            if suspect[:2] == place[:2] and strikes.times >= _STRIKES
        }
        for suspect in condemned:
            self._guard.put_aside(suspect)
        return {suspect.timer: reason for suspect, reason in condemned.items()}

    def _suspect_of(self, record: Record, timer: str = "") -> Suspect:
        return Suspect(InputPartition(self._flow, record.topic, record.partition), record.offset, timer_note(timer))

    def _judge(self) -> None:
        self.is_suspicious = any(
            source.flow == self._flow and (source.topic, source.partition) in self._words for source in self._guard.ends
        )

    def _source(self, source: TopicPartition) -> InputPartition:
        return InputPartition(self._flow, *source)


def _in_words(failure: Exception) -> str:
    """What was raised and where, in text that any header takes."""
    if isinstance(failure, EpochTooLarge):
        return str(failure)
    frames = traceback.extract_tb(failure.__traceback__)
    where = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    said = f"raised {type(failure).__name__} twice{where}: {failure}"[:_LONGEST_REASON]
    return said.encode(errors="replace").decode()
