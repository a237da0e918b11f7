"""A flow that writes to an inbox does not start while the state behind it has another number of partitions."""

from typing import cast

import pytest

from connectors.log.port import LogFailed
from dataflows.processes.kafka_run import _require_equal_counts
from dataflows.settings import KafkaLogSettings

INBOX, CHANGELOG = "orders.inbox.v1", "orders.changelog.v1"


class Topics:
    """A log with these topics."""

    def __init__(self, **counts: int) -> None:
        self._counts = {name.replace("_", "."): count for name, count in counts.items()}

    def open_reader(self) -> "Topics":
        return self

    def topics(self) -> dict[str, int]:
        return self._counts

    def close(self) -> None:
        """Nothing is open."""


def start(*outputs: str, **counts: int) -> None:
    _require_equal_counts(cast("KafkaLogSettings", Topics(**counts)), outputs)


def test_an_inbox_that_has_grown_alone_is_refused_by_its_writers() -> None:
    with pytest.raises(LogFailed, match=r"orders\.changelog\.v1 4, orders\.inbox\.v1 5; .*delete nothing"):
        start(INBOX, "exceptions.v1", orders_inbox_v1=5, orders_changelog_v1=4)


@pytest.mark.parametrize(
    ("outputs", "counts"),
    (
        ((INBOX,), {"orders_inbox_v1": 5, "orders_changelog_v1": 5}),
        ((INBOX,), {"orders_inbox_v1": 5}),
        ((CHANGELOG,), {"orders_inbox_v1": 5, "orders_changelog_v1": 4}),
    ),
    ids=("equal", "the changelog is not visible", "the flow itself looks at META"),
)
def test_what_is_equal_or_unknown_or_its_own_is_not_refused(outputs: tuple[str, ...], counts: dict[str, int]) -> None:
    start(*outputs, **counts)
