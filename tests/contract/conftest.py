"""The implementations that the contract suite runs over. Kafka is never skipped."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.brokers import kafka
from tests.contract.embedded_logs import EmbeddedClients, EmbeddedLogs
from tests.contract.kafka_logs import KafkaLogs
from tests.contract.logs import Logs

__all__ = ("kafka",)

IMPLEMENTATIONS = ("embedded", "embedded client", "kafka")


@pytest.fixture(params=IMPLEMENTATIONS)
def logs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Logs]:
    """A fresh log of each implementation."""
    under_test = _fresh(request, tmp_path)
    yield under_test
    under_test.close()


def _fresh(request: pytest.FixtureRequest, directory: Path) -> Logs:
    match request.param:
        case "embedded":
            return EmbeddedLogs(directory)
        case "embedded client":
            return EmbeddedClients(directory)
        case "kafka":
            cluster = request.getfixturevalue("kafka")
            return KafkaLogs(cluster.bootstrap, f"contract-{uuid4().hex[:12]}", directory)
        case unknown:
            raise ValueError(f"no log is called {unknown}")
