"""A real Kafka for tests: started at first need, never skipped, and stopped when a package's tests are done.

KAFKA=jars|docker says which one (default jars); where it cannot be started, every such test fails. A broker that nobody
needs any more would take a tenth of a core for the rest of the run.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from demo.brokers.choice import Kafka, chosen_kafka


def fresh_kafka(folder: Path) -> AbstractContextManager[Kafka]:
    """One node of its own, in an empty folder."""
    return chosen_kafka(os.environ.get("KAFKA", "jars"), folder)


@pytest.fixture(scope="package")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """One node, shared by the package whose `conftest.py` imports this: a test that kills it starts it again."""
    with fresh_kafka(tmp_path_factory.mktemp("kafka")) as running:
        yield running
