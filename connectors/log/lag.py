"""How far consumer groups lag behind the topics they read: one answer, for either log and whoever asks.

Intake asks how full the inboxes are, a feed whether the flows keep up with it. What a member shows in its metrics is
another number (`MemberStatus.lag`): how far its own reading is from the end, known without asking anybody.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from connectors.log.port import Offsets

FlowInputs = Mapping[str, Sequence[str]]
"""The topics that each flow reads, by flow."""


class LagUnknown(Exception):
    """Nobody could say; the message says why."""


class Lag(NamedTuple):
    """Over all inputs together, in offsets."""

    records: int
    """Not committed by their flows yet."""
    committed: int
    """Ever committed; for differences only."""


class GroupPositions(Protocol):
    """Where topics end and what groups have committed, in one log. Raises `LagUnknown`."""

    @property
    def markers(self) -> int:
        """How many of a partition's last offsets may be transaction markers, which no flow ever commits."""
        ...

    def refresh(self) -> None:
        """See what was committed until now."""
        ...

    def ends(self, flow: str, topics: Sequence[str]) -> Offsets:
        """The offset behind the last record, of every partition of these topics."""
        ...

    def committed(self, flow: str, topics: Sequence[str]) -> Offsets:
        """The next offset of the flow, where it has committed one."""
        ...

    def close(self) -> None:
        """Release the log."""
        ...


class LagMeter:
    """Measures the lag of flows when it is asked, and remembers nothing. Raises `LagUnknown`."""

    def __init__(self, positions: GroupPositions, inputs: FlowInputs) -> None:
        self._positions = positions
        self._inputs = inputs

    def measure(self) -> Lag:
        """Of all flows, now."""
        self._positions.refresh()
        found = [self._of(flow, topics) for flow, topics in self._inputs.items()]
        return Lag(sum(each.records for each in found), sum(each.committed for each in found))

    def _of(self, flow: str, topics: Sequence[str]) -> Lag:
        ends, committed = self._positions.ends(flow, topics), self._positions.committed(flow, topics)
        records = sum(max(0, end - committed.get(source, 0) - self._positions.markers) for source, end in ends.items())
        return Lag(records, sum(committed.values()))

    def ends(self, flow: str) -> Offsets:
        """Where the flow's inputs end now."""
        self._positions.refresh()
        return self._positions.ends(flow, self._inputs[flow])

    def has_passed(self, flow: str, ends: Offsets) -> bool:
        """Whether the flow has committed all that lies before these ends, whatever came after them."""
        self._positions.refresh()
        committed = self._positions.committed(flow, self._inputs[flow])
        return all(end - committed.get(source, 0) <= self._positions.markers for source, end in ends.items())

    def close(self) -> None:
        """Release the log."""
        self._positions.close()
