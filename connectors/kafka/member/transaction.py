"""The output side of an epoch: one Kafka transaction, begun at the first record, ended by commit or abort.

A step ends in one of four ways: success; `EpochLost` (not committed); `OutcomeUnknown` (possibly committed);
or `Fenced`. A producer that lost an epoch is never used again: the next one begins with a covering abort, which
ends whatever an earlier producer of its name may have left open.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from time import monotonic

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.cover import COVER_KEY
from connectors.kafka.errors import TransactionRemedy, error_of, in_words, is_permanent, is_withdrawn, verdict_on
from connectors.kafka.member.left_open import Hanging, LeftOpen
from connectors.kafka.member.lost_epoch import EpochLost, OutcomeUnknown
from connectors.kafka.member.partition_counts import PartitionCounts
from connectors.kafka.option_limits import option_refused_by
from connectors.kafka.reachable import is_any_broker_there, no_broker_answers
from connectors.kafka.settings import Membership, producer_properties
from connectors.log.partitioner import partition_of
from connectors.log.port import Fenced, LogFailed, Offsets, Outgoing
from connectors.log.waiting import Waiting
from connectors.state.position import META_KEY

_PATIENCE_S = 30.0
_ROOM_S = 0.05
_ONE_TRY_S = 10.0
_LAST_TRY_S = 3.0
_COORDINATOR = "coordinator"
_ANY = -1
"""The client chooses one."""
_MOST_OVERDUE = 3
"""Consecutive epochs that may exceed the transaction timeout; after that, the next would as well."""

logger = logging.getLogger(__name__)

DeliveryReport = Callable[[KafkaError | None, Message], None]


class Transaction:
    """The transactions of one member, one after the other."""

    def __init__(
        self, membership: Membership, left_open: LeftOpen, counts: PartitionCounts, name: str | None = None
    ) -> None:
        self._membership = membership
        self._counts = counts
        self._left_open = left_open
        self._name = name or membership.member
        self._properties = producer_properties(membership, self._name)
        self._waiting = Waiting(logger.warning)
        self._timeout_s = int(self._properties["transaction.timeout.ms"]) / 1_000
        self._begun_at_s = 0.0
        self._overdue = 0
        self._broker_was_lost = False
        self._final_error: LogFailed | None = None
        self._producer: Producer | None = None
        self._failure: KafkaError | None = None
        self.changelog_ends: dict[int, int] = {}
        self.is_open = False
        self.members_fenced = 0

    def ready(self) -> Producer:
        """The producer, made when first needed: it fences an older one of our name and ends its transaction.

        Never made again after we were fenced: two members must not fence each other alternately.
        """
        if self._final_error is not None:
            raise self._final_error
        if self._producer is None:
            self._producer = self._initialised()
        return self._producer

    def append(self, records: Sequence[Outgoing]) -> None:
        """Outputs, in their order."""
        producer = self._begun()
        self._left_open.wrote(records)
        for topic, key, value, headers, partition in records:
            raw = None if key is None else key.encode("utf-8", "surrogateescape")
            number = self._home_of(topic, key) if partition is None else partition
            self._produce(producer, topic, value, raw, number, self._delivered, list(headers))

    def append_state(self, topic: str, partition: int, changes: Mapping[bytes, bytes | None], meta: bytes) -> None:
        """Every changed key once, and META as the partition's last record."""
        producer = self._begun()
        for key, value in changes.items():
            self._produce(producer, topic, value, key, partition, self._delivered)
        self._produce(producer, topic, meta, META_KEY, partition, self._meta_delivered)

    def add_offsets(self, offsets: Offsets, group_metadata: bytes) -> None:
        """Add the group's offsets to the transaction, with our name, which a member that takes over needs."""
        producer = self._begun()
        positions = _positions(offsets, self._name)
        self._complete_step(
            producer, lambda: producer.send_offsets_to_transaction(positions, group_metadata, _ONE_TRY_S)
        )

    def commit(self) -> None:
        """Commit; returns only when it is committed, and after every delivery report."""
        producer = self._begun()
        self._poll_reports(producer, 0)
        self._check_deliveries()
        self._complete_step(producer, lambda: producer.commit_transaction(_ONE_TRY_S))
        self.is_open = False
        self._overdue = 0
        if self._failure is not None:
            raise LogFailed(f"Kafka committed an epoch without one of its records: {in_words(self._failure)}")

    def abort(self) -> None:
        """Abort what is open and discard the producer. Tried once, so that readers need not wait for the next one."""
        if self.is_open and self._producer is not None:
            with suppress(KafkaException):
                self._producer.abort_transaction(_LAST_TRY_S)
        self.discard()

    def discard(self) -> None:
        """Never use this producer again; the next one, when initialised, ends its transaction."""
        self._producer = None
        self.is_open = False

    def settle(self) -> None:
        """Forget the epoch's delivery reports; raise `LogFailed` if its records could never be delivered."""
        failure, self._failure = self._failure, None
        self.changelog_ends = {}
        if failure is not None and is_permanent(failure):
            raise LogFailed(f"Kafka will never accept a record of this epoch: {in_words(failure)}")

    def serve(self) -> None:
        """Handle delivery reports; never waits."""
        if self._producer is not None:
            self._poll_reports(self._producer, 0)

    def fence(self, transactional_id: str) -> None:
        """End the transaction that an absent member left open, because it blocks all readers of what it wrote to."""
        with suppress(Fenced):  # Then another member has just done it, or it is alive after all.
            Transaction(self._membership, self._left_open, self._counts, transactional_id).ready()
            self.members_fenced += 1

    def _initialised(self) -> Producer:
        deadline = monotonic() + _PATIENCE_S
        while True:
            producer = Producer({**self._properties, "error_cb": self._on_error})
            try:
                self._complete_step(producer, lambda: producer.init_transactions(_ONE_TRY_S))  # noqa: B023 - called at once
                self._poll_reports(producer, 0)
                self._broker_was_lost = False
                if hanging := self._left_open.look():
                    self._cover(producer, hanging)
            except (EpochLost, OutcomeUnknown) as failure:
                if monotonic() > deadline:
                    raise LogFailed(self._without_transactions(producer, failure)) from failure
            else:
                return producer

    def _cover(self, producer: Producer, hanging: Hanging) -> None:
        """The covering abort: a transaction that takes part wherever something hangs, and is aborted.

        Its abort marker ends, in each partition, everything of this name that has no marker yet.
        """
        began_at_s = monotonic()
        self._complete_step(producer, producer.begin_transaction)
        for topic, number in hanging.partitions:
            producer.produce(topic, None, COVER_KEY, number, self._delivered)
        producer.flush(_ONE_TRY_S)
        self._check_deliveries()
        if hanging.offsets is not None:
            positions = _positions(hanging.offsets, self._name)
            metadata = self._left_open.membership()
            self._complete_step(producer, lambda: producer.send_offsets_to_transaction(positions, metadata, _ONE_TRY_S))
        self._complete_step(producer, lambda: producer.abort_transaction(_ONE_TRY_S))
        took_s = monotonic() - began_at_s
        logger.warning(
            "%s: transactions were open in %d partitions; a covering abort has ended those of this name (%.1f s)",
            self._name,
            len(hanging.partitions),
            took_s,
        )

    def _begun(self) -> Producer:
        if self._broker_was_lost and self._producer is not None:
            raise EpochLost("no broker was reachable for a moment, and some lose the end of the last transaction then")
        producer = self.ready()
        if not self.is_open:
            self.changelog_ends = {}
            self._complete_step(producer, producer.begin_transaction)
            self._begun_at_s = monotonic()
            self.is_open = True
        return producer

    def _on_error(self, error: KafkaError) -> None:
        """Note that no broker was reachable: the last transaction may have lost its markers then."""
        if error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001 - librdkafka's own codes begin with an underscore
            self._broker_was_lost = True

    def _home_of(self, topic: str, key: str | None) -> int:
        return _ANY if key is None else partition_of(key, self._counts.of(topic))

    def _produce(  # noqa: PLR0913, PLR0917 - the client's own arguments
        self,
        producer: Producer,
        topic: str,
        value: bytes | None,
        key: bytes | None,
        partition: int,
        report: DeliveryReport,
        headers: list[tuple[str, str | bytes | None]] | None = None,
    ) -> None:
        """Pass one record to the client; while its queue is full, wait for deliveries and try again."""
        while True:
            try:
                producer.produce(topic, value, key, partition, report, headers=headers)
            except BufferError:
                self._poll_reports(producer, _ROOM_S)
                self._check_deliveries()
            except KafkaException as failure:
                # The client reports only that it has failed; the next poll raises why.
                self._poll_reports(producer, 0)
                if verdict_on(error_of(failure)) is TransactionRemedy.ENDED:
                    self._raise_for(failure)
                self._failure = self._failure or error_of(failure)
                raise EpochLost(in_words(error_of(failure))) from failure
            else:
                return

    def _poll_reports(self, producer: Producer, seconds: float) -> None:
        """Poll, which raises the error that ended the producer."""
        try:
            producer.poll(seconds)
        except KafkaException as failure:
            self._raise_for(failure)

    def _delivered(self, error: KafkaError | None, _message: Message) -> None:
        if error is not None and not is_withdrawn(error):
            self._failure = self._failure or error

    def _meta_delivered(self, error: KafkaError | None, message: Message) -> None:
        partition, offset = message.partition(), message.offset()
        if error is None and partition is not None and offset is not None:
            self.changelog_ends[partition] = offset + 1
        self._delivered(error, message)

    def _check_deliveries(self) -> None:
        if self._failure is not None:
            raise EpochLost(in_words(self._failure))

    def _complete_step(self, producer: Producer, step: Callable[[], object]) -> None:
        """Repeat one call until it has an outcome; only retriable errors repeat it.

        The wait is the member's, over all steps and producers, until a step succeeds.
        """
        deadline = monotonic() + _PATIENCE_S
        while True:
            self._waiting.still(_COORDINATOR, lambda: self._what_it_waits_for(producer))
            try:
                step()
            except KafkaException as failure:
                if verdict_on(error_of(failure)) is not TransactionRemedy.AGAIN or monotonic() > deadline:
                    self._raise_for(failure)
            else:
                self._waiting.over(_COORDINATOR)
                return

    def _without_transactions(self, producer: Producer, failure: Exception) -> str:
        where = self._membership.bootstrap
        if not is_any_broker_there(producer):
            return f"{no_broker_answers(where)} ({_PATIENCE_S:.0f} s were not enough)"
        return f"Kafka at {where} gives {self._name} no transactions: {failure}"

    def _what_it_waits_for(self, producer: Producer) -> str:
        where = self._membership.bootstrap
        if not is_any_broker_there(producer):
            return no_broker_answers(where)
        return (
            f"the transaction coordinator of {self._name} does not answer, or has not ended its last transaction yet: "
            f"`kafka-transactions.sh --bootstrap-server {where} describe --transactional-id {self._name}` shows it"
        )

    def _raise_for(self, failure: KafkaException) -> None:
        error = error_of(failure)
        if refusal := option_refused_by(error, self._membership):
            self._final_error = refusal
            raise refusal from failure
        match verdict_on(error):
            case TransactionRemedy.FENCED if self._is_overdue():
                raise self._took_too_long(error) from failure
            case TransactionRemedy.FENCED:
                self._final_error = Fenced(
                    f"another process uses the name {self._name}, or has taken over its partitions while the group "
                    "missed it: this one ends. Start it again; if it is fenced again, another process runs with "
                    f"the same --replica ({in_words(error)})"
                )
                raise self._final_error from failure
            case TransactionRemedy.ENDED:
                self._final_error = LogFailed(f"the producer {self._name} has failed: start again ({in_words(error)})")
                raise self._final_error from failure
            case TransactionRemedy.ABORT:
                raise EpochLost(in_words(error)) from failure
            case TransactionRemedy.AGAIN | TransactionRemedy.UNKNOWN:
                raise OutcomeUnknown(in_words(error)) from failure

    def _is_overdue(self) -> bool:
        """Whether the coordinator aborted the transaction for its age, which fences us as another process would."""
        return self.is_open and monotonic() - self._begun_at_s >= self._timeout_s

    def _took_too_long(self, error: KafkaError) -> Exception:
        self._overdue += 1
        open_s = monotonic() - self._begun_at_s
        overdue = (
            f"a transaction of {self._name} was open for {open_s:.1f} s, longer than transaction.timeout.ms allows "
            f"({self._timeout_s:.1f} s), so Kafka aborted it ({in_words(error)})"
        )
        if self._overdue < _MOST_OVERDUE:
            return EpochLost(overdue)
        self._final_error = LogFailed(
            f"{overdue}, {self._overdue} times in a row: give the process more CPU, or raise transaction.timeout.ms in "
            "--kafka-options"
        )
        return self._final_error


def _positions(offsets: Offsets, name: str) -> list[ClientPartition]:
    """With our name as metadata: a member that takes over needs it."""
    return [ClientPartition(topic, partition, offset, metadata=name) for (topic, partition), offset in offsets.items()]
