"""The topics of the release and of shops, on a broker that others use too: with fixed names, so they go when we go."""

from confluent_kafka.admin import AdminClient

from schemas.contracts.erp_topics import erp_of_topic
from schemas.contracts.source_topics import release_topics
from tests.kafka.topics import until


def remove_topics(bootstrap: str) -> None:
    """Returns when none is there."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    ours = [name for name in admin.list_topics(timeout=60).topics if name in release_topics() or erp_of_topic(name)]
    for future in admin.delete_topics(ours).values() if ours else ():
        future.result()
    until(lambda: not release_topics().keys() & admin.list_topics(timeout=60).topics.keys(), "our topics are gone")
