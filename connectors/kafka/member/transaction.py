"""The writing half of an epoch: one Kafka transaction, begun at the first record, ended by commit or abort.

Its steps end in one of four ways: done; `EpochLost` (abort it, nothing is visible); `OutcomeUnknown` (nobody knows
whether it was committed: only a new producer settles it); or `Fenced`.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from time import monotonic

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.errors import TransactionRemedy, error_of, in_words, is_hopeless, is_withdrawn, verdict_on
from connectors.kafka.settings import Membership, producer_properties
from connectors.log.port import Fenced, LogFailed, Offsets, Outgoing
from connectors.state.position import META_KEY

_PATIENCE_S = 30.0
_ROOM_S = 0.05
_ONE_TRY_S = 10.0
_LAST_TRY_S = 3.0
_BY_KEY = -1

DeliveryReport = Callable[[KafkaError | None, Message], None]


class EpochLost(Exception):
    """The transaction can only be aborted."""


class OutcomeUnknown(Exception):
    """It may have been committed or not; never abort it now."""


class Transaction:
    """The transactions of one member, one after the other."""

    def __init__(self, membership: Membership, name: str | None = None) -> None:
        self._membership = membership
        self._name = name or membership.member
        self._final_error: LogFailed | None = None
        self._producer: Producer | None = None
        self._failure: KafkaError | None = None
        self.changelog_ends: dict[int, int] = {}
        self.is_open = False
        self.members_fenced = 0

    def ready(self) -> Producer:
        """The producer, made at first need: from here on an older one of our name is fenced, its transaction ended.

        Never made again after we were fenced ourselves: two that fence each other by turns help nobody.
        """
        if self._final_error is not None:
            raise self._final_error
        if self._producer is None:
            self._producer = self._introduced()
        return self._producer

    def append(self, records: Iterable[Outgoing]) -> None:
        """Outputs, in their order."""
        producer = self._begun()
        for topic, key, value, headers, partition in records:
            raw = None if key is None else key.encode("utf-8", "surrogateescape")
            number = _BY_KEY if partition is None else partition
            self._hand_over(producer, topic, value, raw, number, self._delivered, list(headers))

    def append_state(self, topic: str, partition: int, changes: Mapping[bytes, bytes | None], meta: bytes) -> None:
        """Every changed key once, and META as the partition's last record."""
        producer = self._begun()
        for key, value in changes.items():
            self._hand_over(producer, topic, value, key, partition, self._delivered)
        self._hand_over(producer, topic, meta, META_KEY, partition, self._meta_delivered)

    def add_offsets(self, offsets: Offsets, group_metadata: bytes) -> None:
        """Make the group's offsets part of the transaction; our name goes with them, for whoever takes over."""
        producer = self._begun()
        positions = [
            ClientPartition(topic, partition, offset, metadata=self._name)
            for (topic, partition), offset in offsets.items()
        ]
        self._carry_out(lambda: producer.send_offsets_to_transaction(positions, group_metadata, _ONE_TRY_S))

    def commit(self) -> None:
        """Returns only when it is committed; every delivery report has come in by then."""
        producer = self._begun()
        self._take_reports(producer, 0)
        self._check_deliveries()
        self._carry_out(lambda: producer.commit_transaction(_ONE_TRY_S))
        self.is_open = False
        if self._failure is not None:
            raise LogFailed(f"Kafka committed an epoch without one of its records: {in_words(self._failure)}")

    def abort(self) -> None:
        """Drop what was written since it was begun."""
        if not self.is_open:
            return
        producer = self._begun()
        try:
            self._carry_out(lambda: producer.abort_transaction(_ONE_TRY_S))
        except (EpochLost, OutcomeUnknown):
            self.replace()
        self.is_open = False

    def abandon(self) -> None:
        """The last abort, tried once: if it fails, the broker aborts by itself when the transaction is too old."""
        if self.is_open and self._producer is not None:
            with suppress(KafkaException):
                self._producer.abort_transaction(_LAST_TRY_S)
        self.is_open = False
        self._producer = None

    def replace(self) -> None:
        """A new producer of our name: the broker ends what the old one began, one way or the other."""
        self._producer = None
        self.is_open = False
        self.ready()

    def settle(self) -> None:
        """Forget the epoch's delivery reports; raise `LogFailed` if its records could never be delivered."""
        failure, self._failure = self._failure, None
        self.changelog_ends = {}
        if failure is not None and is_hopeless(failure):
            raise LogFailed(f"Kafka takes a record of this epoch never: {in_words(failure)}")

    def serve(self) -> None:
        """Take in delivery reports; never waits."""
        if self._producer is not None:
            self._take_reports(self._producer, 0)

    def fence(self, transactional_id: str) -> None:
        """End what an absent member left open: it stops everyone who reads what it wrote to."""
        with suppress(Fenced):  # Then somebody else has just done it, or it is alive after all.
            Transaction(self._membership, transactional_id).ready()
            self.members_fenced += 1

    def _introduced(self) -> Producer:
        producer = Producer(producer_properties(self._membership, self._name))
        try:
            self._carry_out(lambda: producer.init_transactions(_ONE_TRY_S))
        except (EpochLost, OutcomeUnknown) as failure:
            where = self._membership.bootstrap
            raise LogFailed(f"Kafka at {where} gives {self._name} no transactions: {failure}") from failure
        return producer

    def _begun(self) -> Producer:
        producer = self.ready()
        if not self.is_open:
            self.changelog_ends = {}
            self._carry_out(producer.begin_transaction)
            self.is_open = True
        return producer

    def _hand_over(  # noqa: PLR0913, PLR0917 - the client's own arguments
        self,
        producer: Producer,
        topic: str,
        value: bytes | None,
        key: bytes | None,
        partition: int,
        report: DeliveryReport,
        headers: list[tuple[str, str | bytes | None]] | None = None,
    ) -> None:
        """Hand one record to the client; where its queue is full, wait for deliveries and try again."""
        while True:
            try:
                producer.produce(topic, value, key, partition, report, headers=headers)
            except BufferError:
                self._take_reports(producer, _ROOM_S)
                self._check_deliveries()
            except KafkaException as failure:
                # The client says only that it has ended; why, the next report says.
                self._take_reports(producer, 0)
                if verdict_on(error_of(failure)) is TransactionRemedy.ENDED:
                    self._raise_for(failure)
                self._failure = self._failure or error_of(failure)
                raise EpochLost(in_words(error_of(failure))) from failure
            else:
                return

    def _take_reports(self, producer: Producer, seconds: float) -> None:
        """A poll raises what ended the producer for good."""
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

    def _carry_out(self, step: Callable[[], object]) -> None:
        """Make one call until it has an outcome; what can be waited out is the same call again."""
        deadline = monotonic() + _PATIENCE_S
        while True:
            try:
                step()
            except KafkaException as failure:
                if verdict_on(error_of(failure)) is not TransactionRemedy.AGAIN or monotonic() > deadline:
                    self._raise_for(failure)
            else:
                return

    def _raise_for(self, failure: KafkaException) -> None:
        error = error_of(failure)
        match verdict_on(error):
            case TransactionRemedy.FENCED:
                who = f"another process goes by the name {self._name}, or an epoch of ours took too long"
                self._final_error = Fenced(f"{who}: this one ends ({in_words(error)})")
                raise self._final_error from failure
            case TransactionRemedy.ENDED:
                self._final_error = LogFailed(f"the producer {self._name} has failed: start again ({in_words(error)})")
                raise self._final_error from failure
            case TransactionRemedy.ABORT:
                raise EpochLost(in_words(error)) from failure
            case TransactionRemedy.AGAIN | TransactionRemedy.UNKNOWN:
                raise OutcomeUnknown(in_words(error)) from failure
