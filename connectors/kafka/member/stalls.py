"""Reports what a member that reads nothing waits for: a broker, open transactions, or paused sources."""

import logging
from collections.abc import Callable, Collection, Mapping
from time import monotonic

from connectors.kafka.hanging import how_to_find
from connectors.kafka.reachable import no_broker_answers
from connectors.log.port import TopicPartition
from connectors.log.waiting import Waiting

_CHECK_EVERY_S = 1.0
_BROKERS = "brokers"

logger = logging.getLogger(__name__)

Unread = Mapping[TopicPartition, tuple[int, int]]
"""Position and end of partitions whose end is beyond the position."""


class Stalls:
    """Checks once a second at most; a partition whose position moves is not reported."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._waiting = Waiting(logger.warning)
        self._check_at_s = 0.0
        self._stalled: dict[TopicPartition, int] = {}
        self._paused: frozenset[str] = frozenset()

    def look(self, unread: Callable[[], Unread], paused: Collection[str]) -> None:
        """Compare with the last check."""
        now = monotonic()
        if now < self._check_at_s:
            return
        self._check_at_s = now + _CHECK_EVERY_S
        self._check_partitions(unread())
        self._check_paused(frozenset(paused))

    def no_broker_answers(self) -> None:
        """Note that no broker answers; the client reports it repeatedly."""
        self._waiting.still(_BROKERS, lambda: no_broker_answers(self._bootstrap))

    def broker_answers(self) -> None:
        """Note that a broker answered."""
        self._waiting.over(_BROKERS)

    def _check_partitions(self, unread: Unread) -> None:
        for source, position in tuple(self._stalled.items()):
            if source not in unread or unread[source][0] != position:
                self._waiting.over(source)
        self._stalled = {source: position for source, (position, _) in unread.items()}
        for source, (position, end) in unread.items():
            self._waiting.still(
                source,
                lambda source=source, position=position, end=end: (  # type: ignore[misc]  # bound at once
                    f"{source.topic}/{source.partition} has records from {position} to {end} that cannot be read yet: "
                    f"{how_to_find(self._bootstrap)}"
                ),
            )

    def _check_paused(self, paused: frozenset[str]) -> None:
        for topic in self._paused - paused:
            self._waiting.over(topic)
        self._paused = paused
        for topic in sorted(paused):
            self._waiting.still(
                topic,
                lambda topic=topic: (  # type: ignore[misc]  # bound at once
                    f"source {topic} is slowed down, because the flows behind it lag (it is paused for 30 s at most, "
                    f"then a few records pass, and so on): `kafka-consumer-groups.sh "
                    f"--bootstrap-server {self._bootstrap} --describe --all-groups` shows which"
                ),
            )
