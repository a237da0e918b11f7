"""The flows of a scenario on an embedded log whose clock only the scenario moves; only a crash starts them again."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from connectors.embedded.store import EmbeddedStore
from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.port import Outgoing
from connectors.topic_reader import TopicReader, open_reader
from dataflows.assembly import FLOWS, EmbeddedFlows, Rules, inbox_of, topics_for, topics_of
from dataflows.scenarios.crash_point import Crashed, CrashPoint
from operators.engine.poison.poison_guard import PoisonGuard
from operators.engine.timers import TIMERS

_APPLICATION: Final = "orderline"


class ScenarioWorld:
    """A log, its clock, and the flows. Nothing happens but by a call.

    `run` raises `KeyboardInterrupt` when `interrupted` says so.
    """

    def __init__(self, data: Path, rules: Rules, partitions: int, now_ms: int, interrupted: Callable[[], bool]) -> None:
        self.now_ms = now_ms
        self._interrupted = interrupted
        self.rules = rules
        self.crash_point = CrashPoint()
        self._data = data
        topics = topics_for(partitions, topics_of(rules))
        self._store = EmbeddedStore(data, _APPLICATION, topics, lambda: self.now_ms, synced=False)
        self._flows, self._poison_guard = self._started()
        self._reader: TopicReader = open_reader(data, None)

    def write(self, records: Sequence[Outgoing]) -> None:
        """Append records, as a source or a connector does."""
        self._store.write(records, ())

    def run(self) -> None:
        """Until the flows have nothing to do at this time; after a crash they start again."""
        while not self._run_until_idle_or_crash():
            pass

    def read(self) -> TopicReader:
        """A reader of everything written until now."""
        self._reader.refresh()
        return self._reader

    def next_timer_ms(self) -> int | None:
        """When the next timer of any flow is due; None when none is set."""
        return min(self._first_timers_ms(), default=None)

    def close(self) -> None:
        """Close the log."""
        self._reader.close()
        self._store.close()

    def _run_until_idle_or_crash(self) -> bool:
        try:
            with self._poison_guard:
                self._flows.run(until_idle=True)
        except Crashed:
            self._flows, self._poison_guard = self._started()
            return False
        if self._interrupted():
            raise KeyboardInterrupt
        return True

    def _started(self) -> tuple[EmbeddedFlows, PoisonGuard]:
        """The flows of a process, with nothing but what was committed."""
        guard = PoisonGuard(InFlightJournal(self._data / "in-flight"))
        flows = EmbeddedFlows(
            self._store, _APPLICATION, self.rules, self._interrupted, self.crash_point, poison_guard=guard
        )
        return flows, guard

    def _first_timers_ms(self) -> Iterator[int]:
        for flow in FLOWS:
            inbox = inbox_of(flow, self.rules)
            if inbox is None:
                continue
            for partition in range(self._store.partitions_of(inbox)):
                for _, value in self._store.reader.scan_state(flow, partition, TIMERS.prefix, None, 1):
                    yield TIMERS.decode(value).due_at_ms
