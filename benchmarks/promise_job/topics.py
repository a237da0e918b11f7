"""The job's topics: its four inputs and outputs, and its internal ones, with as many partitions."""

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]  # it re-exports

ORDERS = "promise.orders"
STOCK = "promise.stock"
STATUS = "promise.status"
EXCEPTIONS = "promise.exceptions"

_HOP = {"message.timestamp.type": "LogAppendTime"}
_CHANGELOG = {"message.timestamp.type": "LogAppendTime", "cleanup.policy": "compact"}


class Hops:
    """The internal topics of one application: between its flows, and their changelogs."""

    def __init__(self, application: str) -> None:
        self._application = application
        self.requests = f"{application}.requests"
        self.answers = f"{application}.answers"

    def changelog(self, flow: str) -> str:
        """The changelog topic of a flow."""
        return f"{self._application}.{flow}.changelog"


def create_topics(bootstrap: str, partitions: int, hops: Hops) -> None:
    """Create the missing internal topics; another process may do so at the same time."""
    wanted = {
        hops.requests: _HOP,
        hops.answers: _HOP,
        hops.changelog("orders"): _CHANGELOG,
        hops.changelog("inventory"): _CHANGELOG,
    }
    admin = AdminClient({"bootstrap.servers": bootstrap})
    topics = [NewTopic(name, partitions, config=config) for name, config in wanted.items()]
    for future in admin.create_topics(topics).values():
        try:
            future.result()
        except KafkaException as failure:
            if failure.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
