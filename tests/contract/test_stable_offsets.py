"""The offsets of a group, asked of brokers that cannot answer for a partition at first: it is not taken for unread."""

from collections.abc import Sequence
from typing import Any, cast

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.group_offsets import stable_offsets
from connectors.log.port import LogFailed, TopicPartition

READ, NEVER_READ = TopicPartition("orders", 0), TopicPartition("orders", 1)
NONE = -1001
"""As the client says that it knows no offset."""


class Answer:
    """What the client says of one partition."""

    def __init__(self, source: TopicPartition, offset: int, error: int | None = None) -> None:
        self.topic, self.partition = source
        self.offset = offset
        self.metadata = None
        self.error = None if error is None else KafkaError(error)


class Brokers:
    """Give one of the answers after the other, and the last one for ever."""

    def __init__(self, *answers: Sequence[Answer] | KafkaException) -> None:
        self._answers = list(answers)

    def list_topics(self, *, timeout: float) -> None:
        """They answer."""

    def committed(self, partitions: Sequence[ClientPartition], timeout: float) -> Sequence[Answer]:
        assert timeout > 0
        assert [(each.topic, each.partition) for each in partitions] == [READ, NEVER_READ]
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, KafkaException):
            raise answer
        return answer


def offsets(*answers: Sequence[Answer] | KafkaException, patience_s: float = 5.0) -> dict[TopicPartition, int]:
    consumer = cast("Consumer", cast("Any", Brokers(*answers)))
    return dict(stable_offsets(consumer, "h:1", iter([READ, NEVER_READ]), patience_s))


KNOWN = [Answer(READ, 7), Answer(NEVER_READ, NONE)]


def test_what_was_never_read_has_no_offset() -> None:
    assert {READ: 7} == offsets(KNOWN)


@pytest.mark.parametrize("error", (KafkaError.NOT_COORDINATOR, KafkaError.UNSTABLE_OFFSET_COMMIT))
def test_the_offset_of_a_partition_without_an_answer_is_queried_again(error: int) -> None:
    assert {READ: 7} == offsets([Answer(READ, NONE, error), Answer(NEVER_READ, NONE)], KNOWN)


def test_a_coordinator_that_is_away_is_asked_again() -> None:
    assert {READ: 7} == offsets(KafkaException(KafkaError(KafkaError.COORDINATOR_NOT_AVAILABLE)), KNOWN)


def test_offsets_that_never_become_stable_end_the_member() -> None:
    unstable = [Answer(READ, NONE, KafkaError.UNSTABLE_OFFSET_COMMIT), Answer(NEVER_READ, NONE)]
    with pytest.raises(
        LogFailed,
        match=r"within 0 s: UNSTABLE_OFFSET_COMMIT.*--bootstrap-server h:1 find-hanging",
    ):
        offsets(unstable, patience_s=0.2)


def test_a_refusal_is_reported_at_once() -> None:
    refused = [Answer(READ, NONE, KafkaError.GROUP_AUTHORIZATION_FAILED), Answer(NEVER_READ, NONE)]
    with pytest.raises(LogFailed, match="refuses a question about the group's offsets: GROUP_AUTHORIZATION_FAILED"):
        offsets(refused, KNOWN)
