"""Shows the invariants that earlier processes found violated: these ended before anybody could read their metrics."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Final

from connectors.log.port import LogFailed
from connectors.observation.observer import Observer
from connectors.topic_reader import TopicReader, records_of
from dataflows.views.readable import RecordView
from domain.messages.invariants import ViolationFound
from schemas.contracts.registry import INVARIANTS_VIOLATED

_WITHIN_MS: Final = 24 * 3_600_000
_MOST_OFFSETS: Final = 1_000
"""Read of each partition: a flow that is restarted over and over publishes the same again and again."""

_LOGGER: Final = logging.getLogger(__name__)


def report_earlier_violations(
    open_reader: Callable[[], TopicReader], observers: Mapping[str, Observer], now_ms: int
) -> None:
    """Give each flow's observer the laws that it found broken in the last day, each violation once.

    A topic that cannot be read is logged: a flow must not fail to start for want of a metric.
    """
    try:
        with closing(open_reader()) as reader:
            _report(reader, observers, now_ms)
    except LogFailed as failure:
        _LOGGER.warning("earlier violations of invariants are not shown: %s", failure)


def _report(reader: TopicReader, observers: Mapping[str, Observer], now_ms: int) -> None:
    if INVARIANTS_VIOLATED not in reader.topics():
        return
    found = {each.violation_id: each for each in _latest(reader) if now_ms - each.found_at_ms <= _WITHIN_MS}
    for flow, observer in observers.items():
        observer.violated([each.law for each in found.values() if each.flow == flow])


def _latest(reader: TopicReader) -> Iterator[ViolationFound]:
    view = RecordView()
    for (topic, partition), end in reader.ends(INVARIANTS_VIOLATED).items():
        for record in records_of(reader, topic, partition, max(0, end - _MOST_OFFSETS)):
            message = view.message(record)
            if isinstance(message, ViolationFound):
                yield message
