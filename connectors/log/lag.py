"""The lag of consumer groups behind the topics that they read, for either log.

Intake asks how full the inboxes are, a feed whether the flows keep up with it. The metrics of a member show another
number (`MemberStatus.lag`): the distance of its own reading from the end, known without a request.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from connectors.log.port import Offsets

FlowInputs = Mapping[str, Sequence[str]]
"""The topics that each flow reads, by flow."""


class LagUnknown(Exception):
    """The lag could not be determined; the message has the reason."""


class Lag(NamedTuple):
    """The lag over all inputs together, in offsets."""

    records: int
    """Offsets that the flows have not committed yet."""
    committed: int
    """All offsets ever committed; only differences are meaningful."""


class GroupPositions(Protocol):
    """The ends of topics and the committed offsets of groups in one log. Raises `LagUnknown`."""

    @property
    def markers(self) -> int:
        """How many of a partition's last offsets may be transaction markers, which no flow ever commits."""
        ...

    def refresh(self) -> None:
        """Refresh to everything committed until now."""
        ...

    def ends(self, flow: str, topics: Sequence[str]) -> Offsets:
        """The offset after the last record, of every partition of these topics."""
        ...

    def committed(self, flow: str, topics: Sequence[str]) -> Offsets:
        """The next offset of the flow, where it has committed one."""
        ...

    def close(self) -> None:
        """Release the log."""
        ...


class LagMeter:
    """Measures the lag of flows on request, without a cache. Raises `LagUnknown`."""

    def __init__(self, positions: GroupPositions, inputs: FlowInputs) -> None:
        self._positions = positions
        self._inputs = inputs

    def measure(self) -> Lag:
        """The current lag of all flows."""
        self._positions.refresh()
        found = [self._of(flow, topics) for flow, topics in self._inputs.items()]
        return Lag(sum(each.records for each in found), sum(each.committed for each in found))

    def _of(self, flow: str, topics: Sequence[str]) -> Lag:
        ends, committed = self._positions.ends(flow, topics), self._positions.committed(flow, topics)
        records = sum(max(0, end - committed.get(source, 0) - self._positions.markers) for source, end in ends.items())
        return Lag(records, sum(committed.values()))

    def ends(self, flow: str) -> Offsets:
        """The current ends of the flow's inputs."""
        self._positions.refresh()
        return self._positions.ends(flow, self._inputs[flow])

    def has_passed(self, flow: str, ends: Offsets) -> bool:
        """Whether the flow has committed everything before these ends, independent of later records."""
        self._positions.refresh()
        committed = self._positions.committed(flow, self._inputs[flow])
        return all(end - committed.get(source, 0) <= self._positions.markers for source, end in ends.items())

    def close(self) -> None:
        """Release the log."""
        self._positions.close()
