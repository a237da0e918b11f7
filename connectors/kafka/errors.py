"""What an error of the Kafka client means for the member: which pass by themselves, and what the others end."""

from enum import StrEnum

from confluent_kafka import KafkaError, KafkaException


class TransactionRemedy(StrEnum):
    """The action after a failed step of a transaction."""

    AGAIN = "repeat the same call"
    ABORT = "abort the transaction"
    UNKNOWN = "the outcome is unknown: a new producer settles it"
    FENCED = "another process uses our name"
    ENDED = "the producer has failed for good"


_FENCING = frozenset({KafkaError._FENCED, KafkaError.PRODUCER_FENCED, KafkaError.INVALID_PRODUCER_EPOCH})  # noqa: SLF001 - librdkafka's own codes begin with an underscore

_PASSING = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001 - see above
        KafkaError._MAX_POLL_EXCEEDED,  # noqa: SLF001 - see above; the loss of the partitions follows as a mark
        KafkaError._RESOLVE,  # noqa: SLF001 - see above
        KafkaError._TIMED_OUT,  # noqa: SLF001 - see above
        KafkaError._TRANSPORT,  # noqa: SLF001 - see above
        KafkaError._WAIT_COORD,  # noqa: SLF001 - see above
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.REBALANCE_IN_PROGRESS,
        KafkaError.REQUEST_TIMED_OUT,
        KafkaError.UNKNOWN_MEMBER_ID,
    }
)

_ASK_AGAIN = frozenset(
    {
        KafkaError._NOENT,  # noqa: SLF001 - see above; no partition has a leader yet
        KafkaError._STATE,  # noqa: SLF001 - see above
        KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001 - see above
        KafkaError.FENCED_LEADER_EPOCH,
        KafkaError.UNKNOWN_LEADER_EPOCH,
        KafkaError.OFFSET_NOT_AVAILABLE,
        KafkaError.UNSTABLE_OFFSET_COMMIT,
    }
)

_OUT_OF_RANGE = frozenset(
    {KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._AUTO_OFFSET_RESET, KafkaError._NO_OFFSET}  # noqa: SLF001 - see above
)

_WITHDRAWN = frozenset({KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT})  # noqa: SLF001 - see above

_PERMANENT = frozenset(
    {
        KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001 - see above
        KafkaError._UNKNOWN_TOPIC,  # noqa: SLF001 - see above
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        KafkaError.INVALID_RECORD,
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.POLICY_VIOLATION,
        KafkaError.RECORD_LIST_TOO_LARGE,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError.UNSUPPORTED_COMPRESSION_TYPE,
    }
)


def error_of(failure: KafkaException) -> KafkaError:
    """The error inside the exception."""
    error: KafkaError = failure.args[0]
    return error


def verdict_on(error: KafkaError) -> TransactionRemedy:
    """The remedy for a failed step of a transaction."""
    if error.code() in _FENCING:
        return TransactionRemedy.FENCED
    if error.fatal() or error.code() == KafkaError._FATAL:  # noqa: SLF001 - see above
        return TransactionRemedy.ENDED
    if error.retriable():
        return TransactionRemedy.AGAIN
    if error.txn_requires_abort():
        return TransactionRemedy.ABORT
    return TransactionRemedy.UNKNOWN


def is_worth_asking_again(error: KafkaError) -> bool:
    """Whether a request failed only for now: a broker was away, the metadata was old, a transaction was open."""
    return is_passing(error) or error.code() in _ASK_AGAIN


def is_partition_end(error: KafkaError) -> bool:
    """Whether it only reports that everything committed was read."""
    return error.code() == KafkaError._PARTITION_EOF  # noqa: SLF001 - see above


def is_passing(error: KafkaError) -> bool:
    """Whether the client recovers by itself and delivers the records later."""
    return error.code() in _PASSING or (error.retriable() and not error.fatal())


def is_broken_batch(error: KafkaError) -> bool:
    """Whether a batch cannot be decompressed; the client fetches it repeatedly and never continues after it."""
    return error.code() == KafkaError._BAD_COMPRESSION  # noqa: SLF001 - see above


def is_out_of_range(error: KafkaError) -> bool:
    """Whether an offset is no longer, or not yet, in its partition."""
    return error.code() in _OUT_OF_RANGE


def is_withdrawn(error: KafkaError) -> bool:
    """Whether a record was not delivered because its transaction was aborted."""
    return error.code() in _WITHDRAWN


def is_permanent(error: KafkaError) -> bool:
    """Whether the same records would fail again in every later epoch."""
    return error.code() in _PERMANENT


def in_words(error: KafkaError) -> str:
    """One line for a person."""
    return " ".join(f"{error.name()}: {error.str()}".split())
