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

from collections.abc import Collection
from types import TracebackType
from typing import Self

from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.newer_contract import RecordPlace
from operators.engine.poison.flow_guard import FlowGuard
from operators.engine.poison.guarded_flow import GuardedFlow
from operators.engine.poison.suspects import Suspects


class PoisonGuard:
    """The guards of the flows of one process; `end` at every orderly end. `named`: see `FlowGuard`."""

    def __init__(self, journal: InFlightJournal, named: Collection[RecordPlace] = ()) -> None:
        self.suspects = Suspects(journal, named)
        self._flows: list[GuardedFlow] = []

    def flow(self, name: str) -> FlowGuard:
        """The guard of one flow of this process."""
        guard = GuardedFlow(self.suspects, name)
        self._flows.append(guard)
        return guard

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
