"""A crash run: work comes in while programs die at failpoints and are killed, each as often as planned; then rest."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from connectors.log.port import Outgoing
from connectors.topic_reader import TopicReader
from tests.oracle.programs import Mortal, Program

_LOOK_EVERY_S = 0.1
_WATCHED = ("orders.events.v1", "erp.responses.v1", "warehouse.commands.v1")
"""Topics that grow while the flows make progress."""


@dataclass(frozen=True, slots=True)
class Kill:
    """`kill -9` as soon as a topic holds so many records: in the middle of the work on them."""

    program: Program
    topic: str
    records: int


@dataclass
class CrashRun:
    """`pieces` of work are sent one a death, and one whenever nothing has moved for `patience_s`."""

    reader: TopicReader
    mortals: Sequence[Mortal]
    external: Sequence[Program]
    kills: list[Kill]
    pieces: list[Sequence[Outgoing]]
    send: Callable[[Sequence[Outgoing]], None]
    patience_s: float
    killed: list[Kill] = field(default_factory=list)

    def undergo(self, seconds: float) -> None:
        """Until every strike and every kill has struck; then the rest of the work is sent."""
        deadline = time.monotonic() + seconds
        pause = threading.Event()
        moved_at, before = time.monotonic(), 0
        while left := self._left():
            now = time.monotonic()
            assert now < deadline, f"within {seconds:.0f} s these did not strike: {', '.join(left)}"
            deaths = self.restart_killed()
            self._kill_due()
            records = self._records()
            moved_at, before = (now, records) if records != before else (moved_at, before)
            if self.pieces and (deaths or now - moved_at > self.patience_s):
                self.send(self.pieces.pop(0))
                moved_at = now
            pause.wait(_LOOK_EVERY_S)
        while self.pieces:
            self.send(self.pieces.pop(0))

    def stop(self) -> None:
        """Stop all programs in order."""
        for program in (*(mortal.program for mortal in self.mortals), *self.external):
            program.stop()

    def start_again(self) -> None:
        """Start all programs again, to process what arrived while they stopped."""
        for mortal in self.mortals:
            mortal.start()
        for program in self.external:
            program.start()

    def restart_killed(self) -> int:
        """Restart the programs that were killed; raise if one ended otherwise. Returns how many were restarted."""
        for program in self.external:
            program.require_alive()
        return sum(mortal.restart_if_killed() for mortal in self.mortals)

    def _left(self) -> list[str]:
        strikes = [f"{mortal.program.name} {mortal.due}" for mortal in self.mortals if mortal.due]
        return strikes + [f"kill of the {kill.program.name}" for kill in self.kills]

    def _kill_due(self) -> None:
        self.reader.refresh()
        for kill in tuple(self.kills):
            if sum(self.reader.ends(kill.topic).values()) >= kill.records:
                kill.program.kill()
                kill.program.start()
                self.kills.remove(kill)
                self.killed.append(kill)

    def _records(self) -> int:
        return sum(sum(self.reader.ends(topic).values()) for topic in _WATCHED)
