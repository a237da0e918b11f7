"""Asks one broker whether it serves its cluster yet, until a deadline."""

from threading import Event
from time import monotonic

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from demo.brokers.node import Node

ANSWER_S = 180
_PAUSE_S = 0.1
_ONE_ANSWER_S = 1


class Readiness:
    """The question to one node, with the time by which it must be answered."""

    def __init__(self, bootstrap: str, number: int) -> None:
        """The deadline starts now; refused connections are expected, so the client is mute."""
        self._number = number
        self._deadline = monotonic() + ANSWER_S
        self._admin = AdminClient(
            {
                "bootstrap.servers": bootstrap,
                "log_level": 0,
                "reconnect.backoff.ms": 50,
                "reconnect.backoff.max.ms": 200,
            }
        )

    def serves(self) -> bool:
        """Whether the broker answers and counts itself among the live ones."""
        try:
            answer = self._admin.list_topics(timeout=_ONE_ANSWER_S)
        except KafkaException:
            return False
        return self._number in answer.brokers

    def is_too_late(self) -> bool:
        """Whether the deadline has passed."""
        return monotonic() > self._deadline

    def pause(self) -> None:
        """Give the broker a moment before it is asked again."""
        Event().wait(_PAUSE_S)


def wait_until_it_serves(node: Node) -> None:
    """Until a node that was started answers; raises `BrokerError` with what its log says."""
    question = Readiness(node.address.bootstrap, node.address.number)
    while not question.serves():
        if node.ended_within(_PAUSE_S):
            raise node.failure("ended instead of starting")
        if question.is_too_late():
            raise node.failure(f"did not answer within {ANSWER_S} s")
