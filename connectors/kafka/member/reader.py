"""The records of the partitions served, from exactly the committed offset, with the inputs in declared order.

Of several co-partitioned inputs the earlier is read to its end before the later is opened; after that all stay open.
So a replay, and a start with a backlog, see the earlier input first.
"""

import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from time import monotonic

from confluent_kafka import Consumer, KafkaError, Message
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.cover import COVER_KEY_TEXT
from connectors.kafka.errors import in_words, is_broken_batch, is_out_of_range, is_partition_end, is_passing
from connectors.kafka.group_offsets import are_stable, stable_offsets
from connectors.kafka.member.broken_batches import BrokenBatches
from connectors.kafka.member.lost_epoch import EpochLost
from connectors.kafka.member.partition_assignment import PartitionAssignment
from connectors.kafka.member.stalls import Stalls
from connectors.kafka.option_limits import option_refused_by
from connectors.kafka.record import record_of
from connectors.kafka.settings import Membership, consumer_properties
from connectors.log.port import Batch, Gap, LogFailed, Offsets, Record, TopicPartition

_TURN_S = 0.05
_HANGS_AFTER_S = 1.0
_METADATA = b"CGMDv2:"
_GENERATION = struct.Struct("<i")


class Reader:
    """A member's consumer. Its callbacks only record the assignment; seeking happens at the commit gate."""

    def __init__(
        self, membership: Membership, inputs: Sequence[str], *, in_order: bool, passes_over: Collection[str] = ()
    ) -> None:
        self.assignment = PartitionAssignment(inputs, complete=in_order, incremental=membership.incremental)
        self._order = {topic: index for index, topic in enumerate(inputs)}
        self._inputs = tuple(inputs)
        self._in_order = in_order
        self._due: dict[TopicPartition, int] = {}
        self._open: set[TopicPartition] = set()
        self._paused: frozenset[str] = frozenset()
        self._next: dict[TopicPartition, int] = {}
        self._broken = BrokenBatches(membership, passes_over)
        self._bootstrap = membership.bootstrap
        self._membership_settings = membership
        self._stalls = Stalls(membership.bootstrap)
        self._end_seen: dict[TopicPartition, int] = {}
        self._membership: bytes | None = None
        self._consumer = Consumer({**consumer_properties(membership), "error_cb": self._on_client_error})
        if inputs:
            assignment = self.assignment
            self._consumer.subscribe(
                list(inputs),
                on_assign=assignment.on_assign,
                on_revoke=assignment.on_revoke,
                on_lost=assignment.on_revoke,
            )

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        """The received batches; none while a rebalance waits for the gate, or of a poll in which one began."""
        if self.assignment.rebalance_pending:
            return ()
        if self._due and not _is_member(self.membership()):
            return self._await_revocation(timeout_s)
        # A consume with a timeout would wait it out even with a record at hand.
        messages = self._consumer.consume(limit, 0)
        if not messages:
            messages = self._await_first(limit, timeout_s)
        if self.assignment.rebalance_pending:
            return ()
        self._stalls.look(self._unread, self._paused)
        if not messages:
            return ()
        self._stalls.broker_answers()
        return self._batches(messages)

    def _on_client_error(self, error: KafkaError) -> None:
        """Report the only client error that an operator should know of; the client recovers by itself."""
        if error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001 - librdkafka's own codes begin with an underscore
            self._stalls.no_broker_answers()

    def _unread(self) -> Mapping[TopicPartition, tuple[int, int]]:
        """Position and end of partitions with records that cannot be read yet, as of the last fetch."""
        ends = ((source, self._last_known_end(source)) for source in self._open)
        read = {source: max(self._next[source], self._end_seen.get(source, 0)) for source in self._open}
        return {source: (read[source], end) for source, end in ends if end is not None and end > read[source]}

    def membership(self) -> bytes:
        """The group metadata of this epoch, fetched once at its beginning, so that a later generation fences us."""
        if self._membership is None:
            self._membership = self._consumer.consumer_group_metadata()
        return self._membership

    def fencing_membership(self) -> bytes:
        """The same, for committing offsets; without a generation the broker would accept them from any member."""
        metadata = self.membership()
        if not _is_member(metadata):
            raise EpochLost("the group has dropped this member")
        return metadata

    def end_epoch(self) -> None:
        """Forget the metadata: the next poll begins another epoch."""
        self._membership = None

    def serve(self, due: Offsets) -> None:
        """Add partitions whose state is restored, with the offset to start at; `rewind` opens them."""
        self._due.update(due)

    def drop(self, numbers: frozenset[int]) -> None:
        """Remove partitions that are no longer ours."""
        self._due = {source: offset for source, offset in self._due.items() if source.partition not in numbers}
        self._open &= self._due.keys()

    def advance(self, offsets: Offsets) -> None:
        """Note committed offsets."""
        self._due.update({source: offset for source, offset in offsets.items() if source in self._due})

    def served(self) -> Offsets:
        """The committed offset of every partition served."""
        return dict(self._due)

    def due(self, number: int) -> dict[str, int]:
        """The committed offsets of one partition number, by topic."""
        return {source.topic: offset for source, offset in self._due.items() if source.partition == number}

    def rewind(self) -> None:
        """Seek every partition that is served and still ours to its committed offset."""
        self.end_epoch()
        served = self._served()
        begun = [source for source in served if self._is_read_at_once(source)]
        waiting = [source for source in served if not self._is_read_at_once(source)]
        self._open.clear()
        self._next.update({source: self._due[source] for source in served})
        if not self.assignment.incremental:
            # With numeric offsets: a symbolic one is looked up, and a late answer would reset the partition.
            self._consumer.assign([self._place_to_begin(source) for source in served])
            self._open.update(begun)
            self._end_seen.clear()
        if waiting:
            self._consumer.pause(_clients(waiting))
        self._begin(source for source in begun if source not in self._open)

    def pause(self, topics: Collection[str]) -> None:
        """Pause before the next record; the client drops what it has fetched of these topics and fetches it again."""
        if self._in_order and topics:
            raise ValueError("inputs that are read in an order cannot be paused")
        self._paused = frozenset(topics)
        if self.assignment.rebalance_pending:
            return  # The next gate rewinds and then pauses: until it, the assignment is unknown.
        held = [source for source in self._served() if source.topic in self._paused and source in self._open]
        if held:
            self._consumer.pause(_clients(held))
            self._open.difference_update(held)
        self._begin(
            source for source in self._served() if source not in self._open and source.topic not in self._paused
        )

    def lag(self) -> Offsets:
        """How many offsets are unread, up to the end of the partition as of the last fetch; only where one is known."""
        positions = {**self._due, **self._next}
        ends = ((source, self._last_known_end(source)) for source in self._due if source in self.assignment.owned)
        return {
            source: max(0, end - max(positions[source], self._end_seen.get(source, 0)))
            for source, end in ends
            if end is not None
        }

    def committed(self, partitions: Iterable[TopicPartition]) -> Offsets:
        """The group's stable offsets, where there are any."""
        return stable_offsets(self._consumer, self._bootstrap, partitions)

    def has_stable_offsets(self, partitions: Iterable[TopicPartition]) -> bool:
        """Whether no transaction on the group's offsets stays open."""
        return are_stable(self._consumer, partitions, _HANGS_AFTER_S)

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close()

    def _last_known_end(self, source: TopicPartition) -> int | None:
        """As of the client's last fetch; None before the first."""
        watermarks = self._consumer.get_watermark_offsets(ClientPartition(*source), cached=True)
        return None if watermarks is None or watermarks[1] < 0 else watermarks[1]

    def _await_first(self, limit: int, timeout_s: float) -> list[Message]:
        first = self._wait(timeout_s)
        if first is None:
            return []
        return [first, *self._consumer.consume(limit - 1, 0)] if limit > 1 else [first]

    def _wait(self, timeout_s: float) -> Message | None:
        """The next message; in short polls, because a poll that ran a callback continues to wait for a message."""
        deadline = monotonic() + timeout_s
        while True:
            left = max(0.0, deadline - monotonic())
            message = self._consumer.poll(min(left, _TURN_S))
            if message is not None or self.assignment.rebalance_pending or left <= _TURN_S:
                return message

    def _await_revocation(self, timeout_s: float) -> Sequence[Batch]:
        """Wait for the revocation after the group removed us; no epoch may begin, because nothing would fence it."""
        self._consumer.poll(timeout_s)
        self.assignment.discarded()
        return ()

    def _batches(self, messages: list[Message]) -> Sequence[Batch]:
        found: dict[TopicPartition, list[Record]] = {}
        ends: dict[TopicPartition, int] = {}
        gaps: dict[TopicPartition, Gap] = {}
        for message in messages:
            error = message.error()
            if error is not None and is_broken_batch(error):
                self._handle_broken(message, gaps)
                continue
            if error is not None:
                self._handle_event(error, message, ends)
                continue
            source = _source(message)
            if source in self._open:
                record = record_of(source, message)
                self._require_next(source, record.offset)
                records = found.setdefault(source, [])
                if record.key != COVER_KEY_TEXT:
                    records.append(record)
        self._open_next(ends)
        for source in gaps:
            found.setdefault(source, [])
        return tuple(
            Batch(source, records, max(self._next[source], ends.get(source, 0)), gaps.get(source))
            for source, records in sorted(found.items(), key=self._place)
        )

    def _require_next(self, source: TopicPartition, offset: int) -> None:
        """Refuse a record that was delivered before: its effects would be written twice."""
        if offset < self._next[source]:
            raise LogFailed(
                f"the Kafka client went back to {offset} of {source.topic}/{source.partition}, where "
                f"{self._next[source]} was next: start again, and report it"
            )
        self._next[source] = offset + 1

    def _handle_broken(self, message: Message, gaps: dict[TopicPartition, Gap]) -> None:
        """Skip a batch that cannot be decompressed, once it is abandoned and where that is allowed."""
        source = _source(message)
        if source not in self._open:
            return
        gap = self._broken.failed(source, self._next[source], message)
        if gap is not None:
            gaps[source] = gap
            self._next[source] = gap.last + 1
            self._consumer.seek(ClientPartition(source.topic, source.partition, gap.last + 1))

    def _handle_event(self, error: KafkaError, message: Message, ends: dict[TopicPartition, int]) -> None:
        """Handle an event among the messages; only those about a partition have coordinates."""
        if is_partition_end(error):
            source = _source(message)
            if source in self._open:
                ends[source] = self._end_seen[source] = _number(message.offset())
        elif is_out_of_range(error):
            source = _source(message)
            if source in self._open:
                raise out_of_range(source, self._due[source])
        elif refusal := option_refused_by(error, self._membership_settings):
            raise refusal
        elif not is_passing(error):
            where = f"{message.topic()}/{message.partition()} at {message.offset()}"
            raise LogFailed(f"reading {where} is not possible: {in_words(error)}")

    def _open_next(self, ends: Mapping[TopicPartition, int]) -> None:
        """Open the next input of partitions whose current input is read to its end."""
        if self._in_order and len(self._inputs) > 1:
            following = [self._following(source) for source in ends]
            self._begin(source for source in following if source in self._due and source not in self._open)

    def _following(self, source: TopicPartition) -> TopicPartition:
        index = min(self._order[source.topic] + 1, len(self._inputs) - 1)
        return TopicPartition(self._inputs[index], source.partition)

    def _begin(self, sources: Iterable[TopicPartition]) -> None:
        """Seek, then resume, so that nothing is fetched from another offset; the seek drops what was fetched."""
        for source in sources:
            self._end_seen.pop(source, None)
            target = ClientPartition(source.topic, source.partition, self._next[source])
            self._consumer.seek(target)
            self._consumer.resume([target])
            self._open.add(source)

    def _place_to_begin(self, source: TopicPartition) -> ClientPartition:
        return ClientPartition(source.topic, source.partition, self._due[source])

    def _served(self) -> list[TopicPartition]:
        return [source for source in self._due if source in self.assignment.owned]

    def _is_read_at_once(self, source: TopicPartition) -> bool:
        """Whether the source is neither behind another input nor paused."""
        if self._in_order:
            return source.topic == self._inputs[0]
        return source.topic not in self._paused

    def _place(self, found: tuple[TopicPartition, list[Record]]) -> tuple[int, int]:
        source, _ = found
        return (self._order[source.topic], source.partition)


def out_of_range(source: TopicPartition, offset: int, begin: int | None = None, end: int | None = None) -> LogFailed:
    """The error that stops a flow whose next record was deleted, or does not exist yet."""
    there = "" if begin is None else f", which holds {begin} to {end}"
    return LogFailed(
        f"offset {offset} of {source.topic}/{source.partition} is out of range{there}: records were lost. "
        "Restore the topic, or continue without them: `orderline run FLOW --accept-loss`"
    )


def _is_member(metadata: bytes) -> bool:
    """Whether the group metadata has a generation; without one the broker fences nothing."""
    if not metadata.startswith(_METADATA):
        raise LogFailed("the Kafka client's group metadata has an unknown form: use the pinned confluent-kafka")
    (generation,) = _GENERATION.unpack_from(metadata, len(_METADATA))
    return bool(generation >= 0)


def _source(message: Message) -> TopicPartition:
    return TopicPartition(str(message.topic()), _number(message.partition()))


def _number(value: int | None) -> int:
    """A coordinate that is optional in the client's types; every received record has it."""
    if value is None:
        raise LogFailed("the Kafka client delivered a record without coordinates: use the pinned confluent-kafka")
    return value


def _clients(partitions: Iterable[TopicPartition]) -> list[ClientPartition]:
    return [ClientPartition(topic, partition) for topic, partition in partitions]
