"""A real Kafka for all tests that need one: started at first need, one for the session, never skipped.

KAFKA=jars|docker says which one (default jars). Where it cannot be started, every such test fails.
"""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.brokers.choice import Kafka, chosen_kafka


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """One node, shared: a test that kills it starts it again."""
    directory = tmp_path_factory.mktemp("kafka")
    with chosen_kafka(os.environ.get("KAFKA", "jars"), directory) as running:
        yield running


@pytest.fixture
def application_prefix() -> str:
    """Begins the names of a test's topics, groups and transactions, so that tests never meet."""
    return f"test-{uuid4().hex[:12]}"
