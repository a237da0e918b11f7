"""What tests of several tiers need: a real Kafka, and other people's data.

Kafka is started at first need, one for the session, never skipped: KAFKA=jars|docker says which one (default jars),
and where it cannot be started, every such test fails. FIXTURES_DIR names the folder of the data.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from demo.brokers.choice import Kafka, chosen_kafka


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


@pytest.fixture(scope="session")
def fixtures_dir() -> Path:
    """Real files of others; where there are none, a skip, or with FIXTURES_REQUIRED=1 a failure."""
    folder = Path(os.environ.get("FIXTURES_DIR", Path(__file__).parents[1] / "../shared/fixtures"))
    if folder.is_dir():
        return folder
    if os.environ.get("FIXTURES_REQUIRED") == "1":
        pytest.fail(f"FIXTURES_REQUIRED=1 and there is no folder {folder}")
    pytest.skip(f"no folder {folder}: set FIXTURES_DIR")
