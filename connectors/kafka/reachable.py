"""Whether any broker answers: what a person must know before anything else when a step does not come to an end."""

from typing import Protocol

from confluent_kafka import KafkaException

_ANSWER_S = 2.0


class MetadataClient(Protocol):
    """A consumer or a producer, as far as it is asked here."""

    def list_topics(self, *, timeout: float) -> object:
        """The cluster's metadata; `KafkaException` when nobody answers in time."""
        ...


def is_any_broker_there(client: MetadataClient) -> bool:
    """Ask for the metadata, which every broker has; waits for two seconds at most."""
    try:
        client.list_topics(timeout=_ANSWER_S)
    except KafkaException:
        return False
    return True


def no_broker_answers(bootstrap: str) -> str:
    """What to say then."""
    return f"no broker of Kafka at {bootstrap} answers: start it, or correct --bootstrap"
