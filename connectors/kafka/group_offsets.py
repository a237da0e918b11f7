"""The committed offsets of a consumer group and their committers, read from outside the group."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from time import monotonic, sleep
from typing import NamedTuple, TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.errors import error_of, in_words, is_worth_asking_again
from connectors.kafka.hanging import how_to_find
from connectors.kafka.reachable import is_any_broker_there, no_broker_answers
from connectors.kafka.settings import Membership, group_offsets_properties
from connectors.log.port import LogFailed, Offsets, TopicPartition
from connectors.log.waiting import Waiting

_END = -1
"""Asked for as a time, Kafka answers with the end."""
_AGAIN_S = 0.1
_ONE_TRY_S = 5.0
_PATIENCE_S = 30.0
_OPEN_TRANSACTION = (KafkaError.UNSTABLE_OFFSET_COMMIT, KafkaError._TIMED_OUT)  # noqa: SLF001 - librdkafka's own code

Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


class CommittedOffset(NamedTuple):
    """An offset of a group. Each member leaves its name with what it commits."""

    offset: int
    by: str | None


class GroupOffsets:
    """Reads the committed offsets of a flow's group, and the ends of its inputs.

    Every question is answered within `answer_s`, or raises `KafkaException`.

    It asks as a consumer of the group would that never joins. An `AdminClient` could ask the same, but ends the process
    when a broker goes away at the wrong moment (librdkafka issues 3663 and 4605, open at 2.16.1).
    """

    def __init__(self, membership: Membership, answer_s: float) -> None:
        self.consumer = Consumer(group_offsets_properties(membership))
        self._answer_s = answer_s

    def committed(self, sources: Iterable[TopicPartition]) -> Mapping[TopicPartition, CommittedOffset]:
        """The last stable offsets, where there are any; not waiting for a transaction that commits others."""
        return _committed(self.consumer, sources, self._answer_s)

    def ends(self, sources: Iterable[TopicPartition]) -> Offsets:
        """The offset after everything written, committed or not."""
        wanted = [ClientPartition(*source, _END) for source in sources]
        answers = _without_errors(self.consumer.offsets_for_times(wanted, timeout=self._answer_s))
        return {TopicPartition(each.topic, each.partition): each.offset for each in answers}

    def close(self) -> None:
        """Close the connections to the brokers."""
        self.consumer.close()


def stable_offsets(
    consumer: Consumer, bootstrap: str, sources: Iterable[TopicPartition], patience_s: float = _PATIENCE_S
) -> Offsets:
    """The offsets of a member's own group, where there are any, none of them about to change by a transaction.

    A partition that no broker could answer for is asked about again: otherwise it would count as never read.
    """
    wanted = tuple(sources)
    found = _patiently(lambda answer_s: _committed(consumer, wanted, answer_s), consumer, bootstrap, patience_s)
    return {source: each.offset for source, each in found.items()}


def last_committed(
    membership: Membership, sources: Sequence[TopicPartition]
) -> Mapping[TopicPartition, CommittedOffset]:
    """The last stable offsets of the own group; not waiting for a transaction that commits others."""
    with closing(GroupOffsets(membership, _ONE_TRY_S)) as group:
        return _patiently(lambda _: group.committed(sources), group.consumer, membership.bootstrap, _PATIENCE_S)


def are_stable(consumer: Consumer, sources: Iterable[TopicPartition], within_s: float) -> bool:
    """Whether no transaction on the offsets of a member's own group is open, or all end in so short a time."""
    try:
        _committed(consumer, sources, within_s)
    except KafkaException:
        return False
    return True


def _patiently(question: Callable[[float], Answer], consumer: Consumer, bootstrap: str, patience_s: float) -> Answer:
    """Ask, for some seconds at a time, until there is an answer; `LogFailed` for a refusal, and in the end."""
    deadline = monotonic() + patience_s
    waiting = Waiting(logger.warning)
    while True:
        waiting.still("offsets", lambda: _what_it_waits_for(consumer, bootstrap))
        try:
            return question(min(_ONE_TRY_S, max(_AGAIN_S, deadline - monotonic())))
        except KafkaException as failure:
            error = error_of(failure)
            if not is_worth_asking_again(error):
                raise LogFailed(f"Kafka refuses a question about the group's offsets: {in_words(error)}") from failure
            if monotonic() > deadline:
                raise LogFailed(_unanswered(error, consumer, bootstrap, patience_s)) from failure
        sleep(_AGAIN_S)


def _unanswered(error: KafkaError, consumer: Consumer, bootstrap: str, patience_s: float) -> str:
    where = f"no broker reported the group's offsets within {patience_s:.0f} s: {in_words(error)}"
    return f"{where}. {_what_it_waits_for(consumer, bootstrap)}" if error.code() in _OPEN_TRANSACTION else where


def _what_it_waits_for(consumer: Consumer, bootstrap: str) -> str:
    if not is_any_broker_there(consumer):
        return no_broker_answers(bootstrap)
    return f"the group's offsets in __consumer_offsets are not stable; {how_to_find(bootstrap)}"


def _committed(
    consumer: Consumer, sources: Iterable[TopicPartition], answer_s: float
) -> Mapping[TopicPartition, CommittedOffset]:
    wanted = [ClientPartition(*source) for source in sources]
    answers = _without_errors(consumer.committed(wanted, timeout=answer_s)) if wanted else []
    return {
        TopicPartition(each.topic, each.partition): CommittedOffset(each.offset, each.metadata)
        for each in answers
        if each.offset >= 0
    }


def _without_errors(answers: list[ClientPartition]) -> list[ClientPartition]:
    for each in answers:
        if each.error is not None:
            raise KafkaException(each.error)
    return answers
