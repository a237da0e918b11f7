"""Tries one transaction and reads the broker's clock from it: a record is written, and aborted.

Readers of committed records never see it; they wait for the milliseconds that it is open. Its topic is an inbox, which
only our own flows read. No member uses its transactional id.
"""

from collections.abc import Callable
from time import monotonic, sleep

from confluent_kafka import TIMESTAMP_LOG_APPEND_TIME, KafkaError, KafkaException, Message, Producer

from connectors.kafka.errors import error_of, in_words
from connectors.kafka.settings import Membership, producer_properties
from connectors.preflight.finding import Finding, Level
from domain.durations import duration_text
from schemas.contracts.registry import INSIGHTS_INBOX

PROBED = INSIGHTS_INBOX

_ANSWER_S = 15.0
_PATIENCE_S = 30.0
_AGAIN_S = 0.2
_NOT_ALLOWED = (
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
)
_WARN_MS = 1_000
_FAIL_MS = 60_000


class _Reported:
    """The delivery report of the one record."""

    def __init__(self) -> None:
        self.error: KafkaError | None = None
        self.appended_at_ms: int | None = None

    def __call__(self, error: KafkaError | None, message: Message) -> None:
        self.error = error
        kind, at_ms = message.timestamp()
        if error is None and kind == TIMESTAMP_LOG_APPEND_TIME:
            self.appended_at_ms = at_ms


def of_probe(membership: Membership, clock_ms: Callable[[], int]) -> list[Finding]:
    """Whether transactions are allowed and work, and the difference of the clocks."""
    reported = _Reported()
    try:
        producer = Producer({**producer_properties(membership, membership.member), "linger.ms": 0})
        _patiently(lambda: producer.init_transactions(_ANSWER_S))
        producer.begin_transaction()
        began_at_ms = clock_ms()
        producer.produce(PROBED, b"preflight", partition=0, on_delivery=reported)
        producer.flush(_ANSWER_S)
        ended_at_ms = clock_ms()
        _patiently(lambda: producer.abort_transaction(_ANSWER_S))
    except KafkaException as failure:
        return [_refused(membership, error_of(failure))]
    if reported.error is not None:
        return [_refused(membership, reported.error)]
    works = Finding(Level.OK, "transactions", f"one was opened on {PROBED} and aborted")
    return [works, of_clocks(began_at_ms, reported.appended_at_ms, ended_at_ms)]


def _patiently(step: Callable[[], object]) -> None:
    """The same call again while it fails only for now: on a new cluster it makes the topic of the transactions."""
    deadline = monotonic() + _PATIENCE_S
    while True:
        try:
            step()
        except KafkaException as failure:
            if not error_of(failure).retriable() or monotonic() > deadline:
                raise
            sleep(_AGAIN_S)
        else:
            return


def of_clocks(began_at_ms: int, appended_at_ms: int | None, ended_at_ms: int) -> Finding:
    """Compares the broker's clock with ours: its time should be between ours before and after the append."""
    if appended_at_ms is None:
        return Finding(Level.WARN, "clock", f"{PROBED} has no append times: see the topics")
    ahead_ms = max(0, appended_at_ms - ended_at_ms) - max(0, began_at_ms - appended_at_ms)
    apart_ms = abs(ahead_ms)
    where = "ahead of" if ahead_ms > 0 else "behind"
    if apart_ms <= _WARN_MS:
        return Finding(Level.OK, "clock", f"the broker's is within {duration_text(_WARN_MS)} of ours")
    level = Level.FAIL if apart_ms > _FAIL_MS else Level.WARN
    return Finding(
        level,
        "clock",
        f"the broker's is {duration_text(apart_ms)} {where} ours: timers fire late; correct the wrong one",
    )


def _refused(membership: Membership, error: KafkaError) -> Finding:
    prefix = f"{membership.application}."
    remedy = "see the brokers' logs"
    if error.code() in _NOT_ALLOWED:
        remedy = f"allow Write and Describe on transactional ids that begin with {prefix}, and Write on {PROBED}"
    return Finding(Level.FAIL, "transactions", f"none can be made ({in_words(error)}): {remedy}")
