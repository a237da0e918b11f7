"""What a flow reports about its records to whoever guards it against poison; this guard keeps nothing.

Replays, simulations and benchmarks run without a guard: there an exception is a finding and ends the flow.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from connectors.log.newer_contract import RecordPlace
from connectors.log.port import Batch, Offsets, Record, TopicPartition

Committed = Callable[[str], Offsets]
"""The committed offsets of a topic's partitions."""

_NONE: Mapping[str, str] = {}


class FlowGuard:
    """The guard of one flow."""

    quarantines = False
    """Whether what raises is put aside in the end."""
    named: Collection[RecordPlace] = ()
    """Records that the operator releases: they are put aside where only a newer release could read them."""
    is_suspicious = False
    """Whether some of the records to come must be processed alone."""

    def assigned(self, sources: Sequence[TopicPartition], committed: Committed) -> None:
        """The flow reads these too from now on."""

    def revoked(self, sources: Sequence[TopicPartition]) -> None:
        """The flow does not read these any more."""

    def takes_turn(self) -> bool:
        """Whether records may enter the graph; with suspects, only one flow of a process has records in flight."""
        return True

    def suspect_until(self, source: TopicPartition) -> int:  # noqa: ARG002 - without memory there is no suspect
        """Records of a source before this offset are suspects."""
        return 0

    def take(self, batches: Sequence[Batch]) -> None:
        """These enter the graph."""

    def read(self, record: Record) -> None:
        """The first operator reads this one now."""

    def read_all(self) -> None:
        """The first operator has read its batch."""

    def firing(self, record: Record, key: str) -> None:
        """The timer with this key fires at a record, alone in flight."""

    def passed(self) -> None:
        """Nothing is in the graph any more."""

    def committed(self, offsets: Offsets) -> None:
        """Everything before these offsets was processed without a failure."""

    def strike(self, failure: Exception) -> None:
        """What is alone in flight raised this."""
        raise failure

    def verdicts_on(self, record: Record) -> Mapping[str, str]:  # noqa: ARG002 - see `suspect_until`
        """Why the record ("") or a timer that is due at it (its key, as `timer_note` cuts it) must be put aside.

        `LogFailed` when too much would be.
        """
        return _NONE
