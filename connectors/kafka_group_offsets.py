"""What a consumer group has committed, and who did, asked from outside the group."""

from collections.abc import Iterable, Mapping
from time import monotonic, sleep
from typing import NamedTuple

from confluent_kafka import Consumer, KafkaException
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka_errors import error_of, in_words, is_worth_asking_again
from connectors.kafka_settings import Membership, group_offsets_properties
from connectors.log import LogFailed, Offsets, TopicPartition

_END = -1
"""Asked for as a time, Kafka answers with the end."""
_AGAIN_S = 0.1


class Committed(NamedTuple):
    """An offset of a group. Each member leaves its name with what it commits."""

    offset: int
    by: str | None


class GroupOffsets:
    """Of the group of a flow. Every question may raise `KafkaException`, and answers within `answer_s`.

    It asks as a consumer of the group would that never joins. An `AdminClient` could ask the same, but ends the process
    when a broker goes away at the wrong moment (librdkafka issues 3663 and 4605, open at 2.16.1).
    """

    def __init__(self, membership: Membership, answer_s: float) -> None:
        self._consumer = Consumer(group_offsets_properties(membership))
        self._answer_s = answer_s

    def committed(self, sources: Iterable[TopicPartition]) -> Mapping[TopicPartition, Committed]:
        """The last stable offsets, where there are any; not waiting for a transaction that commits others."""
        return _committed(self._consumer, sources, self._answer_s)

    def ends(self, sources: Iterable[TopicPartition]) -> Offsets:
        """Behind everything written, committed or not."""
        wanted = [ClientPartition(*source, _END) for source in sources]
        answers = _without_errors(self._consumer.offsets_for_times(wanted, timeout=self._answer_s))
        return {TopicPartition(each.topic, each.partition): each.offset for each in answers}

    def close(self) -> None:
        """Let go of the brokers."""
        self._consumer.close()


def stable_offsets(consumer: Consumer, sources: Iterable[TopicPartition], patience_s: float) -> Offsets:
    """The offsets of a member's own group, where there are any, none of them about to change by a transaction.

    A partition that no broker could answer for is asked about again: it would pass for one that was never read.
    """
    deadline = monotonic() + patience_s
    while True:
        try:
            found = _committed(consumer, sources, max(_AGAIN_S, deadline - monotonic()))
        except KafkaException as failure:
            error = error_of(failure)
            if not is_worth_asking_again(error):
                raise LogFailed(f"Kafka refuses to tell the group's offsets: {in_words(error)}") from failure
            if monotonic() > deadline:
                raise LogFailed(
                    f"the group's offsets were not stable within {patience_s:.0f} s: {in_words(error)}. If they "
                    "never are, a transaction hangs on __consumer_offsets: `kafka-transactions.sh describe-producers` "
                    "finds it"
                ) from failure
            sleep(_AGAIN_S)
        else:
            return {source: each.offset for source, each in found.items()}


def _committed(
    consumer: Consumer, sources: Iterable[TopicPartition], answer_s: float
) -> Mapping[TopicPartition, Committed]:
    wanted = [ClientPartition(*source) for source in sources]
    answers = _without_errors(consumer.committed(wanted, timeout=answer_s)) if wanted else []
    return {
        TopicPartition(each.topic, each.partition): Committed(each.offset, each.metadata)
        for each in answers
        if each.offset >= 0
    }


def _without_errors(answers: list[ClientPartition]) -> list[ClientPartition]:
    for each in answers:
        if each.error is not None:
            raise KafkaException(each.error)
    return answers
