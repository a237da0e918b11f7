"""Which Kafka serves the tests: from jars (everywhere), or a container where Docker is reachable."""

from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from demo.brokers.cluster import KafkaCluster
from demo.brokers.docker import DockerKafka


class Kafka(Protocol):
    """What a test may do with a running Kafka; its nodes are numbered from 1."""

    @property
    def bootstrap(self) -> str:
        """The addresses of its nodes, as clients take them."""
        ...

    def __enter__(self) -> Self:
        """Start, and wait until every node answers."""
        ...

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave nothing running."""
        ...

    def kill(self, node: int) -> None:
        """`kill -9`; returns when the broker is gone."""
        ...

    def stop_node(self, node: int) -> None:
        """Shut the node down in order."""
        ...

    def start_node(self, node: int) -> None:
        """Start it again and wait until it serves."""
        ...


def chosen_kafka(choice: str, directory: Path, nodes: int = 1) -> Kafka:
    """`choice` is the value of KAFKA: `jars` or `docker`; `directory` keeps data and logs of jars."""
    match choice:
        case "jars":
            return KafkaCluster(nodes, directory, short_lived=True)
        case "docker" if nodes == 1:
            return DockerKafka()
        case "docker":
            raise ValueError(f"{nodes} nodes need KAFKA=jars: the container is a single node")
        case _:
            raise ValueError(f"KAFKA is 'jars' or 'docker', not {choice!r}")
