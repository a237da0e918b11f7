"""The guard of one flow: it notes what is in flight, and gives a strike to what fails alone in flight."""

import logging
import traceback
from collections.abc import Mapping, Sequence
from typing import Final

from connectors.log.in_flight_journal import InputPartition, Suspect, timer_note
from connectors.log.port import Batch, Offsets, Record, TopicPartition
from operators.engine.epoch.open_epoch import EpochTooLarge
from operators.engine.poison.flow_guard import Committed, FlowGuard
from operators.engine.poison.suspects import Suspects

_STRIKES: Final = 2
_LONGEST_REASON: Final = 500

_LOGGER = logging.getLogger(__name__)


class GuardedFlow(FlowGuard):
    """One flow of the process."""

    quarantines = True

    def __init__(self, suspects: Suspects, flow: str) -> None:
        self._suspects = suspects
        self.named = suspects.named
        self._journal = suspects.journal
        self._flow = flow
        self._words: dict[tuple[str, int], int] = {}
        self._taken: list[InputPartition] = []
        self._alone: Record | None = None
        self._suspect: Suspect | None = None

    def assigned(self, sources: Sequence[TopicPartition], committed: Committed) -> None:
        """Acquit the suspects that are committed, and log the others."""
        ours = [self._source(each) for each in sources]
        suspects = [source for source in ours if source in self._suspects.ends]
        for topic in dict.fromkeys(source.topic for source in suspects):
            for each, offset in committed(topic).items():
                self._suspects.acquit(self._source(each), offset)
        self._suspects.begin(ours)
        self._words |= {each: self._journal.base_of(self._source(each)) for each in sources}
        self._judge()
        for source in suspects:
            if source in self._suspects.ends:
                _LOGGER.info(
                    "%s: the last process ended with records of %s/%s in flight: up to %s each is processed alone",
                    *source,
                    self._suspects.ends[source],
                )

    def revoked(self, sources: Sequence[TopicPartition]) -> None:
        """Their suspects are for their next owner to try."""
        for source in sources:
            self._words.pop(source, None)
        self._judge()

    def takes_turn(self) -> bool:
        """A flow with records in the graph keeps the turn until its next commit gate; then who has waited longest."""
        waiting = self._suspects.waiting
        if self._suspects.ends:
            if self._flow not in waiting:
                waiting.append(self._flow)
            if self._suspects.holders or waiting[0] != self._flow:
                return False
            waiting.popleft()
        return True

    def suspect_until(self, source: TopicPartition) -> int:
        """What is not committed of what was in flight."""
        return self._suspects.ends.get(self._source(source), 0)

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
        self._suspects.holders.add(self._flow)
        self.read_all()
        if self.is_suspicious:
            self._journal.sync()

    def read(self, record: Record) -> None:
        """One write to memory."""
        self._journal.hold(self._words[record.topic, record.partition] + record.offset)

    def read_all(self) -> None:
        """What is in the graph alone stays noted until it has left it."""
        if self._alone is not None and len(self._suspects.holders) == 1:
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
        self._suspects.holders.discard(self._flow)
        if not self._taken:
            return
        self._alone = None
        self._journal.hold_none()
        for source in self._taken:
            self._journal.reach(source, self._suspects.ends.get(source, 0))
        self._taken = []

    def committed(self, offsets: Offsets) -> None:
        """Acquit; behind the last suspect polls are as large as ever."""
        if not self.is_suspicious:
            return
        for source, offset in offsets.items():
            self._suspects.acquit(self._source(source), offset)
        self._judge()
        if not self.is_suspicious:
            _LOGGER.info("%s: there are no suspects any more", self._flow)

    def strike(self, failure: Exception) -> None:
        """A strike for what is alone in flight; what still raises when it is put aside is a bug of ours."""
        suspect = self._suspect
        if suspect is None or suspect in self._suspects.set_aside:
            raise failure
        self._suspects.strike(suspect, _in_words(failure))
        self._judge()

    def verdicts_on(self, record: Record) -> Mapping[str, str]:
        """Two strikes while alone in flight."""
        place = self._suspect_of(record)
        condemned = {
            suspect: strikes.reason
            for suspect, strikes in self._suspects.strikes.items()
            if suspect[:2] == place[:2] and strikes.times >= _STRIKES
        }
        for suspect in condemned:
            self._suspects.put_aside(suspect)
        return {suspect.timer: reason for suspect, reason in condemned.items()}

    def _suspect_of(self, record: Record, timer: str = "") -> Suspect:
        return Suspect(InputPartition(self._flow, record.topic, record.partition), record.offset, timer_note(timer))

    def _judge(self) -> None:
        self.is_suspicious = any(
            source.flow == self._flow and (source.topic, source.partition) in self._words
            for source in self._suspects.ends
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
