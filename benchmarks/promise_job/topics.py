"""The job's own topics: its hops and the changelogs, as many partitions each as the inputs have."""

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]  # it re-exports

from benchmarks.promise_job.messages import Hops

_HOP = {"message.timestamp.type": "LogAppendTime"}
_CHANGELOG = {"cleanup.policy": "compact", **_HOP}


def create_topics(bootstrap: str, partitions: int, hops: Hops) -> None:
    """Make those that are not there."""
    wanted = {
        hops.requests: _HOP,
        hops.answers: _HOP,
        hops.orders_changelog: _CHANGELOG,
        hops.inventory_changelog: _CHANGELOG,
    }
    admin = AdminClient({"bootstrap.servers": bootstrap})
    topics = [NewTopic(name, partitions, config=config) for name, config in wanted.items()]
    for future in admin.create_topics(topics).values():
        try:
            future.result()
        except KafkaException as failure:
            if failure.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
