"""What the flows of one process know together about suspects: their strikes, and what was put aside.

Everything is stored in the journal before it is acted on, so the next process knows it too.
"""

from collections import deque
from collections.abc import Collection, Sequence
from typing import Final

from connectors.log.in_flight_journal import InFlightJournal, InputPartition, Strikes, Suspect
from connectors.log.newer_contract import RecordPlace
from connectors.log.port import LogFailed

KILLED_TWICE: Final = "killed the process twice"

_MOST_ASIDE: Final = 20
_ASIDE_WITHIN: Final = 1_000
"""Offsets of a partition among which so many are put aside at most."""


class TooMuchPoison(LogFailed):
    """So much was put aside that the fault is the program's, not the records'."""


class Suspects:
    """Shared by the guards of all flows of a process; `named`: see `FlowGuard`."""

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
        self.begin(())

    def begin(self, sources: Sequence[InputPartition]) -> None:
        """Store further sources, and all that is known."""
        self.journal.begin((*self.ends, *sources), self.strikes, self.set_aside)
        for source, end in self.ends.items():
            self.journal.reach(source, end)

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

    def _add_strike(self, suspect: Suspect, reason: str) -> None:
        known = self.strikes.get(suspect)
        self.strikes[suspect] = Strikes(1 if known is None else known.times + 1, reason)

    def _suspect(self, suspect: Suspect) -> None:
        end = suspect.offset + 1
        self.ends[suspect.source] = max(end, self.ends.get(suspect.source, end))
