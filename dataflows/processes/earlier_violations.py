"""Shows the invariants that earlier processes found violated: these ended before anybody could read their metrics."""

from collections.abc import Iterator, Mapping
from typing import Final

from connectors.observation.observer import Observer
from connectors.topic_reader import TopicReader, records_of
from dataflows.views.readable import RecordView
from domain.messages.invariants import ViolationFound
from schemas.contracts.registry import INVARIANTS_VIOLATED

_WITHIN_MS: Final = 24 * 3_600_000
_MOST_OFFSETS: Final = 1_000
"""Read of each partition: a flow that is restarted over and over publishes the same again and again."""


def report_earlier_violations(reader: TopicReader, observers: Mapping[str, Observer], now_ms: int) -> None:
    """Give each flow's observer the laws that it found broken in the last day, each violation once."""
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
