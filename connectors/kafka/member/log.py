"""The log on Apache Kafka: one member of a flow's consumer group, exactly-once, with its state in RocksDB.

Kafka is the only truth. One transaction commits the outputs, the changes of state (to a compacted changelog topic)
and the input offsets; only then is the state written to RocksDB, which is rolled forward when it lags behind.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from connectors.kafka.cluster import Cluster
from connectors.kafka.member.changelog import BELIEVED_AFTER_S, Changelog
from connectors.kafka.member.first_read import FirstRead
from connectors.kafka.member.left_open import LeftOpen
from connectors.kafka.member.lost_epoch import EpochLost, OutcomeUnknown
from connectors.kafka.member.partition_counts import PartitionCounts
from connectors.kafka.member.reader import Reader
from connectors.kafka.member.standby import Standby
from connectors.kafka.member.takeover import Takeover
from connectors.kafka.member.transaction import Transaction
from connectors.kafka.option_limits import require_within_limits
from connectors.kafka.settings import Membership
from connectors.log.clock import wall_clock_ms
from connectors.log.failpoints import Failpoints
from connectors.log.port import (
    Assignment,
    Batch,
    Changes,
    LogFailed,
    MemberStatus,
    Offsets,
    Outgoing,
    Rewound,
    StateReader,
    TopicPartition,
)
from connectors.observation.observer import UNOBSERVED, Observer
from connectors.state.position import META_KEY, Meta, Position, encoded

_NO_OPTIONS: Mapping[str, str] = {}

logger = logging.getLogger(__name__)


class KafkaLog:
    """Implements `connectors.log.Log`; made for one thread.

    With a `changelog`, the `inputs` are co-partitioned with it and the state is in `state_directory`, in a folder a
    flow, replica and partition. Without one there is no state, and inputs may differ in their partition counts.
    In the topics of `passes_over`, a batch that cannot be decompressed is skipped; in any other it ends the member.
    `outputs`: the topics that the flow writes to, where a predecessor may have left something open; without them those
    that this member has written to itself. `results`: those of them that stay empty until the group, which has no
    state, has committed offsets.
    With `standby` it also keeps copies of the partitions that others hold, to take them over quickly.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parameters of a member
        self,
        bootstrap: str,
        application: str,
        flow: str,
        replica: int,
        inputs: Sequence[str],
        state_directory: Path | None,
        changelog: str | None,
        *,
        standby: bool = False,
        accepts_loss: bool = False,
        passes_over: Collection[str] = (),
        outputs: Collection[str] = (),
        results: Collection[str] = (),
        failpoints: Failpoints | None = None,
        clock: Callable[[], int] = wall_clock_ms,
        options: Mapping[str, str] = _NO_OPTIONS,
        observer: Observer = UNOBSERVED,
    ) -> None:
        membership = Membership(bootstrap, application, flow, replica, options, accepts_loss)
        self._failpoints = failpoints or Failpoints()
        self._clock = clock
        self._owner = membership.member
        self._group = membership.group
        self._has_joined = False
        self._changelog = changelog
        self._cluster = Cluster(membership)
        require_within_limits(membership, self._cluster.broker_settings())
        self._counts = PartitionCounts(self._cluster)
        self._partition_count = self._required_count(inputs)
        restorer = self._restorer(membership, state_directory, observer)
        self._reader = Reader(membership, inputs, in_order=changelog is not None, passes_over=passes_over)
        written = {*outputs, *(() if changelog is None else (changelog,))}
        left_open = LeftOpen(membership, self._cluster, self._reader, written, declared=bool(outputs))
        self._transaction = Transaction(membership, left_open, self._counts)
        for topic in outputs:
            self._counts.of(topic)
        self._standby = Standby(restorer, self.partitions_of(restorer.topic)) if standby and restorer else None
        self._takeover = Takeover(
            membership,
            self._cluster,
            self._reader,
            self._transaction,
            left_open,
            restorer,
            self._standby,
            FirstRead(membership.group, self._cluster, self._reader, inputs, results),
            self._failpoints,
        )

    def take_assignment(self) -> Assignment | None:
        """The next change of what this member serves; closes, opens, and rewinds to the committed offsets."""
        if not self.rebalancing():
            return None
        if self._transaction.is_open:
            self._abort_epoch()
        change = self._reader.assignment.take() if self._reader.assignment.rebalance_pending else None
        self._report_joining()
        assignment = self._takeover.handle(change, self._commit_beginnings)
        self._reader.rewind()
        return assignment

    def rebalancing(self) -> bool:
        """Whether a gate is due."""
        return self._reader.assignment.rebalance_pending or self._takeover.has_restored

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        """Batches of the partitions served; none while a rebalance waits for the gate. Running restores continue."""
        self._transaction.serve()
        self._counts.look()
        if self._takeover.is_restoring:
            self._takeover.resume()
            timeout_s = 0.0
        return self._reader.poll(limit, timeout_s)

    def pause(self, topics: Collection[str]) -> None:
        self._reader.pause(topics)

    def send(self, records: Sequence[Outgoing]) -> None:
        """Append to the open epoch; raises `Rewound` when it is already lost."""
        if not records:
            return
        self._reader.membership()
        with self._settling():
            self._transaction.append(records)

    def commit(self, offsets: Offsets, changes: Changes) -> None:
        """The one place where outputs, state and offsets become one; the numbers are those of the architecture."""
        if not (offsets or changes or self._transaction.is_open):
            return
        metas = self._metas(offsets, changes)
        with self._settling():
            # 1. Outputs were produced during the epoch, into the open transaction.
            self._failpoints.hit("after_produce")
            # 2. Changed keys, then META as the last record of its partition: a reader of META has read all before it.
            for partition, meta in metas.items():
                changed = changes.get(partition, {})
                self._transaction.append_state(str(self._changelog), partition, changed, encoded(meta))
            self._failpoints.hit("after_changelog")
            # 3. Offsets, with the membership of when the epoch began: the broker refuses one that has been replaced.
            if offsets:
                self._transaction.add_offsets(offsets, self._reader.fencing_membership())
            self._failpoints.hit("after_offsets")
            # 4. From here on all of it happened, or none of it.
            self._transaction.commit()
            self._failpoints.hit("after_commit")
            # 5. The cache last: were it written before, a crash would leave it ahead of the truth.
            for partition, meta in metas.items():
                position = Position(meta, self._transaction.changelog_ends[partition], self._clock())
                self._takeover.stores[partition].write(changes.get(partition, {}), position)
            self._failpoints.hit("after_state_write")
        self._reader.advance(offsets)
        self._end_epoch()

    def settle(self) -> None:
        """Wait until what an earlier member of this name left open has ended, one way or the other.

        Only behind it a member without inputs can see in the topics what its predecessor has written.
        """
        with self._settling():
            self._transaction.ready()

    def confirm_membership(self) -> None:
        """Commit the committed offsets again: the coordinator refuses a member that it has replaced."""
        if self.rebalancing():
            raise Rewound("a rebalance waits for the gate")
        self.commit(self._reader.served(), {})

    def abort(self) -> None:
        """Drop the open epoch and rewind every partition held to its committed offset."""
        if self._transaction.is_open:
            self._abort_epoch()
        self._reader.rewind()

    def state(self, partition: int) -> StateReader:
        """The committed state of a partition held."""
        return self._takeover.stores[partition]

    def partitions_of(self, topic: str) -> int:
        """How many partitions a topic had when this member started; `LogFailed` for an unknown one."""
        return self._counts.of(topic)

    def end_offsets(self, topic: str) -> Offsets:
        """For every partition the last stable offset: behind the last committed record and its marker."""
        return self._cluster.end_offsets(self._partitions(topic))

    def ends_settle_s(self, topic: str) -> float:
        return BELIEVED_AFTER_S if self._cluster.is_replicated(topic) else 0.0

    def committed(self, topic: str) -> Offsets:
        """The offsets this group committed, for the partitions of a topic that have one."""
        return self._reader.committed(self._partitions(topic))

    def copied(self) -> Offsets:
        """The next changelog offset of the standby's copies, for partitions that others hold."""
        return {} if self._standby is None else self._standby.reached()

    def member_status(self) -> MemberStatus:
        """As far as the client and the stores know."""
        stores = self._takeover.stores.values()
        return MemberStatus(
            is_member=self._reader.assignment.joined,
            is_restoring=self._takeover.is_restoring,
            lag=self._reader.lag(),
            stored_bytes=None if self._changelog is None else sum(store.bytes_on_disk() for store in stores),
            members_fenced=self._transaction.members_fenced,
        )

    def now_ms(self) -> int:
        """The wall clock, or what was passed for it."""
        return self._clock()

    def close(self) -> None:
        """Abort an open epoch, leave the group, close the stores; what Kafka no longer accepts is dropped anyway."""
        self._transaction.abort()
        self._reader.close()
        if self._standby is not None:
            self._standby.close()
        self._takeover.close()
        self._cluster.close()

    @contextmanager
    def _settling(self) -> Iterator[None]:
        """Abort an epoch that cannot be finished, and raise `Rewound`; the next gate rewinds what is held."""
        try:
            yield
        except EpochLost as lost:
            self._abort_epoch()
            raise Rewound(f"the epoch was aborted: {lost}") from lost
        except OutcomeUnknown as unknown:
            self._transaction.discard()
            self._invalidate()
            raise Rewound(f"the outcome of the epoch is unknown: {unknown}") from unknown

    def _report_joining(self) -> None:
        if self._reader.assignment.joined and not self._has_joined:
            self._has_joined = True
            logger.info("joined the group %s as %s", self._group, self._owner)

    def _abort_epoch(self) -> None:
        self._transaction.abort()
        self._invalidate()

    def _invalidate(self) -> None:
        """Reopen everything at the next gate: what we hold may be behind Kafka, or ahead of it."""
        self._end_epoch()
        self._reader.assignment.invalidate_all()

    def _end_epoch(self) -> None:
        self._transaction.settle()
        self._reader.end_epoch()

    def _metas(self, offsets: Offsets, changes: Changes) -> dict[int, Meta]:
        """META of every partition of the epoch, in order; none without a changelog."""
        if self._changelog is None:
            if changes:
                raise ValueError("a member without changelog has no state to change")
            return {}
        if any(META_KEY in changed for changed in changes.values()):
            raise ValueError(f"the state key {META_KEY!r} is the log's own")
        numbers = sorted({source.partition for source in offsets} | changes.keys())
        return {number: self._meta(number, offsets) for number in numbers}

    def _meta(self, number: int, offsets: Offsets) -> Meta:
        newer = {source.topic: offset for source, offset in offsets.items() if source.partition == number}
        return Meta({**self._reader.due(number), **newer}, self._owner, partitions=self._partition_count)

    def _commit_beginnings(self, beginnings: Offsets) -> None:
        """Commit in an epoch of its own. If a rebalance aborts it, the next owner of the partitions repeats it."""
        with suppress(Rewound):
            self.commit(beginnings, {})

    def _partitions(self, topic: str) -> tuple[TopicPartition, ...]:
        return tuple(TopicPartition(topic, number) for number in range(self._counts.of(topic)))

    def _required_count(self, inputs: Sequence[str]) -> int:
        """How many partitions the changelog and all inputs have; 0 without a changelog, where they may differ."""
        changelog = () if self._changelog is None else (self._changelog,)
        count_of = self._counts.of if changelog else self._cluster.partitions_of  # inputs without state may grow
        counts = {topic: count_of(topic) for topic in (*inputs, *changelog)}
        if changelog and len(set(counts.values())) > 1:
            listed = ", ".join(f"{topic} has {count}" for topic, count in counts.items())
            raise LogFailed(
                f"the inputs and the changelog of {self._owner} need equal partition counts, but {listed}. Where they "
                "hold data, delete nothing: docs/how-to/rescale.md#a-topic-has-grown says what is safe"
            )
        return counts[changelog[0]] if changelog else 0

    def _restorer(self, membership: Membership, state_directory: Path | None, observer: Observer) -> Changelog | None:
        if self._changelog is None:
            return None
        if state_directory is None:
            raise LogFailed(f"{self._owner} keeps state: name a state directory")
        return Changelog(
            membership,
            self._cluster,
            self._changelog,
            self._cluster.topic_id(self._changelog),
            state_directory / membership.flow / str(membership.replica),
            self._failpoints,
            self._clock,
            observer,
        )
