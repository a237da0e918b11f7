"""A year on a Kafka: every line of it is accounted for there too. The topics have the release's names: they go.

It takes over a minute of processor, so it is `long`: the same year on the embedded log (tests/e2e/years/test_year.py)
and the demo on Kafka (test_command_line.py) are not.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.brokers.choice import Kafka
from tests.e2e.commands import orderline
from tests.e2e.years.run_year import require_accounted_for, run_year
from tests.kafka.release_topics import remove_topics


@pytest.fixture
def bootstrap(kafka: Kafka) -> Iterator[str]:
    """A broker with the topics."""
    remove_topics(kafka.bootstrap)
    assert 0 == orderline("topics", "create", "--bootstrap", kafka.bootstrap, "--partitions", "2").code
    yield kafka.bootstrap
    remove_topics(kafka.bootstrap)


@pytest.mark.long
def test_every_line_is_accounted_for(bootstrap: str, tmp_path: Path) -> None:
    year = run_year(tmp_path, "--bootstrap", bootstrap)

    assert (0, "") == (year.said.code, year.said.err)
    require_accounted_for(year.report, year.expected)
